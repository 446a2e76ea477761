"""How a calendar stands just now."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from app.adapters.store.calendars.calendars import StoredCalendars
from app.adapters.store.calendars.standing import hasten, standing
from app.domain.calendar.connected import CalendarObject, Outcome, SyncState
from app.errors import NotFoundError
from app.services.syncing.retrying import after_failure
from tests.adapters.store.kept import NOW, a_calendar, keep

LATER = NOW + timedelta(hours=1)


def test_a_new_calendar_is_due(database: Engine) -> None:
    keep(database, a_calendar())
    found = standing(database, "k1", NOW)
    assert (found.status.state, found.due, found.syncing, found.pending) == (SyncState.NEW, True, False, True)


def test_a_running_sync_says_how_much_it_has_written(database: Engine) -> None:
    keep(database, a_calendar())
    store = StoredCalendars(database)
    claim = store.claim("k1", "somebody", NOW)
    store.put(claim, [CalendarObject(str(n), str(n), "text") for n in range(3)], [], NOW)
    found = standing(database, "k1", NOW)
    assert (found.syncing, found.written, found.pending) == (True, 3, True)
    store.fail(claim, Outcome(SyncState.RETRYING, LATER, "no answer"), NOW)
    found = standing(database, "k1", NOW)
    assert (found.syncing, found.written, found.pending, found.status.problem) == (False, 0, False, "no answer")
    assert standing(database, "k1", LATER).due


def test_a_calendar_can_be_made_due(database: Engine) -> None:
    keep(database, a_calendar())
    store = StoredCalendars(database)
    store.fail(store.claim("k1", "somebody", NOW), Outcome(SyncState.RETRYING, LATER, "no answer"), NOW)
    hasten(database, "k1", NOW)
    assert standing(database, "k1", NOW).due


def test_what_waits_for_somebody_is_not_due(database: Engine) -> None:
    keep(database, a_calendar())
    store = StoredCalendars(database)
    store.fail(store.claim("k1", "somebody", NOW), Outcome(SyncState.RECONNECT, None, "no login"), NOW)
    assert not standing(database, "k1", LATER).pending


def test_what_is_gone_is_looked_for_once_a_day(database: Engine) -> None:
    keep(database, a_calendar())
    store = StoredCalendars(database)
    gone = after_failure(NotFoundError("nothing there"), 0, NOW, float)
    store.fail(store.claim("k1", "somebody", NOW), gone, NOW)
    soon, tomorrow = NOW + timedelta(hours=23), NOW + timedelta(hours=24)
    assert [(standing(database, "k1", at).due, store.due(at, 9)) for at in (soon, tomorrow)] == [
        (False, []),
        (True, ["k1"]),
    ]
    store.fail(
        store.claim("k1", "somebody", tomorrow), after_failure(NotFoundError("still"), 1, tomorrow, float), tomorrow
    )
    found = standing(database, "k1", tomorrow)
    assert (found.status.state, found.due, found.status.remedy) == (SyncState.GONE, False, gone.remedy)


def test_a_calendar_that_is_not_there_is_not_found(database: Engine) -> None:
    with pytest.raises(NotFoundError, match="no such calendar"):
        standing(database, "none", NOW)
    with pytest.raises(NotFoundError, match="no such calendar"):
        hasten(database, "none", NOW)
