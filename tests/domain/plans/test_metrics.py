"""The figures of a week, by hand."""

from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from app.domain.calendar.timespan import Timespan
from app.domain.people.grid import at
from app.domain.plans.metrics import Counted, focus_minutes, week_metrics

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY, TUESDAY = date(2026, 11, 30), date(2026, 12, 1)
FREE = ("tuesday", "thursday")


def span(day: date, start: time, minutes: int) -> Timespan:
    moment = at(day, start, BERLIN)
    return Timespan(moment, moment + timedelta(minutes=minutes), BERLIN)


WORK = [span(MONDAY, time(9), 480), span(TUESDAY, time(9), 480)]
BLOCK = (span(MONDAY, time(13), 120),)


def counted(day: date, start: time, minutes: int, *, governed: bool = True, outside: bool = False) -> Counted:
    return Counted(span(day, start, minutes), "one_on_one", governed, BLOCK, outside)


def test_adherence_is_the_share_of_governed_minutes_in_their_block() -> None:
    meetings = [counted(MONDAY, time(13), 30), counted(TUESDAY, time(10), 90, outside=True)]
    figures = week_metrics(meetings, [], WORK, FREE, BERLIN)
    assert figures.pattern_adherence == 0.25
    assert figures.meetings_outside_block == 1
    assert figures.meeting_free_days == {"tuesday": 90, "thursday": 0}
    assert figures.one_on_one_hours == figures.meeting_hours == 2.0


def test_what_is_not_governed_counts_as_hours_only() -> None:
    figures = week_metrics([counted(TUESDAY, time(10), 60, governed=False)], [], WORK, FREE, BERLIN)
    assert figures.pattern_adherence == 1.0
    assert figures.meeting_free_days["tuesday"] == 0
    assert figures.meeting_hours == 1.0


def test_half_a_meeting_in_its_block_counts_half() -> None:
    figures = week_metrics([counted(MONDAY, time(12, 45), 30)], [], WORK, FREE, BERLIN)
    assert figures.pattern_adherence == 0.5


def test_free_runs_of_two_hours_are_focus_and_the_rest_is_fragmented() -> None:
    meetings = [counted(MONDAY, time(11), 60)]
    busy = [span(MONDAY, time(13), 240), span(TUESDAY, time(9), 480)]
    figures = week_metrics(meetings, busy, WORK, FREE, BERLIN)
    assert figures.focus_hours == 2.0
    assert figures.fragmented_hours == 1.0
    assert figures.slack_hours_min == 0.0


def test_overlapping_busy_times_are_counted_once() -> None:
    busy = [span(MONDAY, time(9), 120), span(MONDAY, time(10), 30), span(MONDAY, time(8), 90)]
    assert focus_minutes(busy, WORK[:1]) == 6 * 60


def test_a_week_without_working_time_is_empty() -> None:
    figures = week_metrics([], [], [], FREE, BERLIN)
    assert figures.focus_hours == figures.slack_hours_min == 0.0
