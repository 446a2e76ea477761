"""The calendars that are kept, for a terminal and as a document."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from app.domain.calendar.connected import Access, Backend, StoredCalendar, SyncState, SyncStatus
from app.render.calendars import calendars_to_json, print_calendars, problem_of
from tests.render.hostile import FORBIDDEN, HOSTILE

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
WORK = StoredCalendar(
    id="ca1e0da2",
    connection_id="c0111ec7",
    backend=Backend.CALDAV,
    href="/ana/work/",
    name="Work",
    owner="ana@example.com",
    zone=ZoneInfo("Europe/Berlin"),
    access=Access.DETAILS,
    writable=True,
    schedules=False,
)
SYNCED = SyncStatus(
    SyncState.SYNCED, 83, NOW - timedelta(minutes=65), NOW - timedelta(minutes=65), NOW + timedelta(minutes=5)
)
NEVER = SyncStatus(SyncState.RETRYING, problem="cannot be reached", remedy="wait", next_try_at=NOW)


def printed(*kept: tuple[StoredCalendar, SyncStatus], width: int = 80) -> str:
    out = StringIO()
    print_calendars(kept, NOW, Console(file=out, width=width, no_color=True))
    return out.getvalue()


def test_a_calendar_says_whose_it_is_and_how_old_it_is() -> None:
    text = printed((WORK, SYNCED))
    assert "ana@example.com · connection c0111ec7 (caldav)" in text
    (line,) = (line for line in text.splitlines() if line.startswith("ca1e0da2"))
    assert [word in line for word in ("Work", "synced", "83", "1 h 05")] == [True] * 4
    assert max(map(len, text.splitlines())) <= 80


def test_what_is_wrong_comes_last_with_what_to_do() -> None:
    text = printed((WORK, NEVER), (replace(WORK, id="other"), SYNCED))
    assert text.splitlines()[-1] == "! Work (ca1e0da2): cannot be reached; wait"
    assert "never" in text


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (SyncStatus(SyncState.NEW), "now"),
        (SyncStatus(SyncState.RETRYING, next_try_at=NOW - timedelta(minutes=1)), "now"),
        (SyncStatus(SyncState.RECONNECT), "-"),
        (SyncStatus(SyncState.GONE), "now"),
    ],
)
def test_what_is_due_is_tried_now_and_what_waits_for_somebody_is_not(status: SyncStatus, shown: str) -> None:
    (line,) = (line for line in printed((WORK, status)).splitlines() if line.startswith("ca1e0da2"))
    assert line.split()[-1] == shown


def test_a_calendar_that_is_being_synced_says_so() -> None:
    syncing = replace(SYNCED, next_try_at=None, last_try_at=NOW, claimed_until=NOW + timedelta(minutes=5))
    (line,) = (line for line in printed((WORK, syncing)).splitlines() if line.startswith("ca1e0da2"))
    assert ("synced, syncing" in line, line.split()[-1], len(line) <= 80) == (True, "-", True)
    first, second = json.loads(calendars_to_json([(WORK, syncing), (WORK, SYNCED)], NOW))["calendars"]
    assert (first["syncing"], first["problem"], second["syncing"]) == (True, None, False)


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (replace(SYNCED, last_try_at=NOW), "the last sync was interrupted"),
        (SyncStatus(SyncState.NEW, last_try_at=NOW), "the last sync was interrupted"),
        (replace(SYNCED, last_success_at=NOW, last_try_at=NOW), None),
        (replace(NEVER, last_try_at=NOW), "cannot be reached"),
    ],
)
def test_a_sync_that_was_killed_is_told_unless_it_was_through_or_more_is_wrong(
    status: SyncStatus, problem: str | None
) -> None:
    killed = replace(status, claimed_until=NOW)
    (one,) = json.loads(calendars_to_json([(WORK, killed)], NOW))["calendars"]
    assert (one["problem"], one["syncing"]) == (problem, False)
    assert (problem in printed((WORK, killed))) if problem else ("!" not in printed((WORK, killed)))
    (ended,) = json.loads(calendars_to_json([(WORK, replace(killed, claimed_until=None))], NOW))["calendars"]
    assert ended["problem"] == status.problem


@pytest.mark.parametrize("name", HOSTILE)
def test_names_from_outside_are_shown_clean(name: str) -> None:
    calendar = replace(WORK, name=name, owner=name)
    text = printed((calendar, NEVER), width=4000)
    assert not FORBIDDEN & set(text)
    assert "\x1b" not in text
    assert len(text.splitlines()) == 5
    assert "\n" not in (problem_of(calendar, NEVER) or "")


def test_the_document_has_moments_with_their_offset_and_the_lag_in_seconds() -> None:
    first, second = json.loads(calendars_to_json([(WORK, SYNCED), (WORK, NEVER)], NOW))["calendars"]
    assert (first["last_success_at"], first["lag_s"], first["problem"]) == ("2026-11-23T07:55:00+00:00", 3900, None)
    assert (second["last_success_at"], second["lag_s"], second["remedy"]) == (None, None, "wait")
    assert (first["connection"], first["timezone"], first["state"]) == ("c0111ec7", "Europe/Berlin", "synced")
