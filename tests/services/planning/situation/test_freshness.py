"""How old what is kept of calendars is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.domain.calendar.connected import SyncState, SyncStatus
from app.domain.people.person import Person, Team
from app.services.planning.situation.freshness import STALE, Freshness, freshness
from tests.adapters.store.kept import ANA, NOW, a_calendar

MINUTE = timedelta(minutes=1)


def read(ago: timedelta) -> SyncStatus:
    return SyncStatus(SyncState.SYNCED, last_success_at=NOW - ago)


def test_of_several_calendars_the_oldest_counts() -> None:
    kept = [(a_calendar("k1"), read(MINUTE)), (a_calendar("k2"), read(2 * MINUTE))]
    assert freshness(kept, Team(), NOW) == Freshness({ANA: NOW - 2 * MINUTE})


def test_a_calendar_that_was_never_read_says_nothing() -> None:
    assert freshness([(a_calendar(), SyncStatus(SyncState.NEW))], Team(), NOW) == Freshness()


def test_an_alias_is_its_person() -> None:
    team = Team((Person("ana.k@example.com", aliases=(ANA,)),))
    assert freshness([(a_calendar(), read(MINUTE))], team, NOW).as_of == {"ana.k@example.com": NOW - MINUTE}


def test_what_is_old_is_warned_of() -> None:
    kept = [(a_calendar("k1"), read(STALE)), (a_calendar("k2"), read(STALE + MINUTE))]
    (warning,) = freshness(kept, Team(), NOW).warnings
    assert (warning.code, warning.ref) == ("stale_calendar", "k2")
    assert warning.text.startswith(f"the calendar of {ANA} was last read 6 hours ago")
    (warning,) = freshness([(replace(a_calendar(), id="k"), read(timedelta(days=2)))], Team(), NOW).warnings
    assert "2 days ago" in warning.text
    assert "`clearweek calendars` or GET /v1/calendars says" in warning.text
