"""A sync that ends anywhere leaves the old state or the new one, and the next one ends right."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import Engine, func, select

from app.adapters.store.calendars.calendars import StoredCalendars
from app.adapters.store.calendars.generations import TABLES
from app.adapters.store.claims import CLAIM
from app.adapters.store.database import open_database, reading
from app.adapters.store.schema import occurrence
from app.domain.calendar.event import Event
from tests.adapters.store.syncing import HREF, Syncing, vcalendar, vevent
from tests.services.points import KilledError, Points, ended_by_itself, pointed

LEAST_POINTS = 25


class States:
    """A calendar whose server goes from one state to another and back; every kind of change is among it."""

    def __init__(self, engine: Engine, *, full: bool) -> None:
        self.syncing = Syncing(engine)
        self._full = full
        self._go(self._one)
        self.one = self._settled()
        self._go(self._other)
        self.other = self._settled()
        self.back()
        assert self.one != self.other

    def back(self) -> None:
        """To the one state, in the store too."""
        self._go(self._one)
        self.syncing.sync()
        assert self.syncing.events() == self.one[0]

    def change(self) -> None:
        """To the other state, at the server only."""
        self._go(self._other)

    def settled(self) -> bool:
        """Whether a sync, once nobody has the claim, brings the other state, and nothing is left over."""
        return self._settled() == self.other

    def _settled(self) -> tuple[list[Event], list[int]]:
        self.syncing.now += CLAIM + timedelta(minutes=2)
        self.syncing.sync()
        assert self.syncing.sync().changed == 0
        return self.syncing.events(), _rows(self.syncing.engine)

    def _go(self, to: Callable[[], None]) -> None:
        for href in list(self.syncing.remote.objects):
            self.syncing.remote.remove(href)
        to()
        if self._full:
            self.syncing.remote.forget_tokens()

    def _one(self) -> None:
        self.syncing.put("a", "b", "c", "d")

    def _other(self) -> None:
        self.syncing.put("a", start="20261126T100000")
        self.syncing.put("b", "new")
        self.syncing.remote.put("other.ics", "c", vcalendar(vevent("c", "20261125T110000", "SUMMARY:renamed")))
        self.syncing.remote.put("d.ics", "d", vcalendar(vevent("d", "20261123T080000", "RRULE:FREQ=DAILY;COUNT=4")))


def _rows(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        tables = [*TABLES, occurrence]
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


@pytest.mark.parametrize("full", [False, True], ids=["changes", "everything"])
def test_a_sync_that_ends_at_any_point(database: Engine, full: bool) -> None:
    states = States(database, full=full)

    def die() -> None:
        raise KilledError

    for at in count(1):
        states.change()
        with pointed(states.syncing.server, Points(at, die)):
            try:
                states.syncing.sync()
                break
            except KilledError:
                pass
        assert states.syncing.events() in (states.one[0], states.other[0])
        assert states.settled()
        states.back()
    assert at > LEAST_POINTS


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_an_aborted_sync_wrote_is_undone_also_if_the_server_takes_its_changes_back(database: Engine) -> None:
    states = States(database, full=False)
    syncing = states.syncing
    before = deepcopy(syncing.remote)

    def die() -> None:
        raise KilledError

    for at in count(1):
        states.change()
        with pointed(syncing.server, Points(at, die)):
            try:
                syncing.sync()
                break
            except KilledError:
                pass
        if syncing.events() == states.one[0]:
            syncing.server.by_href[HREF] = deepcopy(before)
            synced = syncing.sync()
            assert (synced.changed, synced.events) == (0, len(before.objects))
            assert (syncing.events(), _rows(database)) == states.one
        else:
            states.back()
            before = deepcopy(syncing.remote)
    assert at > LEAST_POINTS


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_process_that_is_killed_at_any_point(database: Engine) -> None:
    states = States(database, full=False)
    for at in count(1):
        states.change()
        database.dispose()
        if ended_by_itself(_child(states.syncing, at)):
            break
        assert states.syncing.events() in (states.one[0], states.other[0])
        assert states.settled()
        states.back()
    assert at > LEAST_POINTS
    assert states.syncing.events() == states.other[0]


def _child(syncing: Syncing, at: int) -> int:
    """A process that syncs, and is killed at a point."""
    child = os.fork()
    if child:
        return child
    try:
        syncing.store = StoredCalendars(open_database(str(syncing.engine.url)))
        with pointed(syncing.server, Points(at, lambda: os.kill(os.getpid(), signal.SIGKILL))):
            syncing.sync()
        os._exit(0)
    finally:
        os._exit(1)
