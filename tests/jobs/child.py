"""A worker as a process of its own, whose work is to write down what it does."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from threading import Event

from dbos import DBOS
from sqlalchemy import Engine, text

from app.adapters.store.database import open_database, open_for_jobs, reading, writing
from app.errors import ClaimedError, ParseError, UnavailableError
from app.jobs.slots import take_slot
from app.jobs.work import Work
from app.jobs.worker import Pace, work_until

TABLE = "CREATE TABLE job (kind VARCHAR(9), what VARCHAR(80), holder VARCHAR(80), pid INTEGER)"
OPEN_S = 60


def note(engine: Engine, kind: str, what: str, holder: str = "") -> None:
    """Write down that something happened."""
    row = {"kind": kind, "what": what, "holder": holder, "pid": os.getpid()}
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO job VALUES (:kind, :what, :holder, :pid)"), row)


def work_of(engine: Engine, gate: Path) -> Work:
    """Work that is written down; a calendar called `gate…` is at work until there is a file, `faulty` fails once."""

    def sync(calendar_id: str, holder: str) -> None:
        note(engine, "begun", calendar_id, holder)
        if calendar_id.startswith("gate"):
            wait_for(gate)
        if calendar_id == "faulty" and len(_begun(engine, calendar_id)) < 2:
            raise UnavailableError("the server is not there")
        note(engine, "done", calendar_id, holder)

    def plan(planning_id: str) -> None:
        if planning_id == "broken":
            raise ParseError("it cannot be read")
        if planning_id == "unlucky" and not _of(engine, "tried"):
            note(engine, "tried", planning_id)
            raise ParseError("once")
        note(engine, "planned", planning_id)

    def mail(mail_id: str) -> None:
        note(engine, "mailing", mail_id)
        if mail_id == "gate":
            wait_for(gate)
        note(engine, "mailed", mail_id)

    def due() -> list[str]:
        note(engine, "tick", DBOS.workflow_id or "")
        return _of(engine, "due")

    return Work(
        sync=sync,
        plan=plan,
        due=due,
        waiting=lambda: _of(engine, "waiting"),
        apply=lambda proposal_id, holder: Moves(engine, gate, proposal_id, holder),
        unapplied=lambda: _of(engine, "unapplied"),
        mail=mail,
        unsent=lambda: _of(engine, "unsent"),
        upkeep={"renew": lambda: note(engine, "renewed", "")},
    )


class Moves:
    """The work at a proposal of three moves; the second one of `gate` is at work until there is a file."""

    def __init__(self, engine: Engine, gate: Path, proposal_id: str, holder: str) -> None:
        self._engine = engine
        self._gate = gate
        self._proposal = proposal_id
        self._holder = holder

    def begin(self) -> list[int]:
        note(self._engine, "applying", self._proposal, self._holder)
        if self._proposal == "claimed":
            raise ClaimedError("somebody else is at it")
        return [3, 1, 2]

    def move(self, number: int) -> None:
        note(self._engine, "moving", f"{self._proposal}:{number}", self._holder)
        if self._proposal == "gate" and number == 1:
            wait_for(self._gate)
        note(self._engine, "moved", f"{self._proposal}:{number}", self._holder)

    def finish(self) -> None:
        note(self._engine, "applied", self._proposal, self._holder)
        if self._proposal == "left":
            raise UnavailableError("the server is not there")


def _of(engine: Engine, kind: str) -> list[str]:
    with reading(engine) as connection:
        return list(connection.scalars(text("SELECT what FROM job WHERE kind = :kind"), {"kind": kind}))


def _begun(engine: Engine, what: str) -> list[str]:
    with reading(engine) as connection:
        return list(
            connection.scalars(text("SELECT holder FROM job WHERE kind = 'begun' AND what = :what"), {"what": what})
        )


def wait_for(gate: Path) -> None:
    """Return when there is a file."""
    end = time.monotonic() + OPEN_S
    while not gate.exists() and time.monotonic() < end:
        time.sleep(0.02)


def work(url: str, gate: Path, said: Path, version: int, tick_s: float, adopt_s: float) -> None:
    """Be a worker until a SIGTERM, whose words are in a file."""
    os.dup2(os.open(said, os.O_CREAT | os.O_WRONLY | os.O_APPEND), 2)
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    engine, jobs = open_database(url), open_for_jobs(url)
    slot = take_slot(jobs)
    note(engine, "slot", slot.name)
    work_until(stop, jobs, work_of(engine, gate), slot, Pace(tick_s, adopt_s, poll_s=0.1, end_s=1), version)
    os._exit(0)
