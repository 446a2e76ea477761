"""Workers that are killed anywhere, and several at once: each mail is sent once or not, and never twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete

from app.adapters.store.database import open_database, writing
from app.adapters.store.mails import mails as module
from app.adapters.store.mails.mails import SILENT
from app.adapters.store.mails.schema import mail
from app.domain.mail import MailState
from tests.services.mailing.mail_work import MailWork, movable
from tests.services.points import Points, ended_by_itself, pointed_transactions
from tests.services.weeks import NOW, office

pytestmark = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
LEAST_POINTS = 17
"""Before, within and after the transactions that add, take, tie, begin and end, and before and after DATA."""
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class Box:
    """A mailbox that outlives whoever sends to it: one line for each mail."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "taken"
        self._path.touch()

    def take(self) -> None:
        with self._path.open("a") as file:
            file.write("mail\n")

    def empty(self) -> None:
        self._path.write_text("")

    @property
    def mails(self) -> int:
        return len(self._path.read_text().splitlines())


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.fixture
def work(database: Engine, box: Box) -> MailWork:
    """Dana's mails; a tick is due now, and the proposal is made, so that only the mail is left to do."""
    made = MailWork(movable(office("ana")), database, NOW)
    made.pass_by(HOUR)
    made.propose()
    made.post.after = box.take
    return made


def in_child(work: MailWork, do: Callable[[MailWork], object]) -> int:
    """Begin something in a process of its own, with a connection of its own; its id."""
    work.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            work.use(open_database(work.engine.url.render_as_string(hide_password=False)))
            do(work)
            os._exit(0)
        finally:
            os._exit(1)
    return child


def killed_at(number: int) -> Callable[[MailWork], None]:
    """A tick that is killed with -9 at a point."""

    def tick(work: MailWork) -> None:
        points = Points(number, lambda: os.kill(os.getpid(), signal.SIGKILL))
        taken = work.post.after

        def after() -> None:
            taken()
            points.here()

        work.post.fault, work.post.after = points.here, after
        with pointed_transactions(points, module):
            work.tick()

    return tick


def test_a_worker_that_is_killed_anywhere_loses_no_mail_and_sends_none_twice(work: MailWork, box: Box) -> None:
    seen = set()
    for number in count(1):
        if ended_by_itself(in_child(work, killed_at(number))):
            break
        for _ in range(2):
            work.pass_by(SILENT + MINUTE)
            work.tick()
        (found,) = work.mails.all()
        seen.add((found.state, box.mails))
        forget(work, box)
    assert number > LEAST_POINTS
    assert seen == {(MailState.SENT, 1), (MailState.UNKNOWN, 0), (MailState.UNKNOWN, 1)}


def test_of_workers_that_tick_at_once_one_sends_it(work: MailWork, box: Box) -> None:
    children = [in_child(work, lambda own: own.tick()) for _ in range(3)]
    assert [ended_by_itself(child) for child in children] == [True] * 3
    (found,) = work.mails.all()
    assert (found.state, box.mails, found.attempts) == (MailState.SENT, 1, 1)


def forget(work: MailWork, box: Box) -> None:
    """Begin anew with the same proposal."""
    with writing(work.engine) as connection:
        connection.execute(delete(mail))
    box.empty()
    work.now = NOW + HOUR
