from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.plans.plan import Busy, Plan
from app.render.plans.week import Entry, Week, numbers, weeks
from tests.render.given_plans import meeting, when
from tests.render.sample import sample_plan


def of(*meetings: object, **more: object) -> Plan:
    return replace(sample_plan(), meetings=meetings, **{"busy": (), **more})  # type: ignore[arg-type]


def entries(week: Week, day: int) -> list[tuple[str, int, int]]:
    return [(e.title, e.start, e.end) for e in week.columns[day].entries]


def test_a_move_leaves_one_place_and_arrives_at_the_other() -> None:
    before, after = weeks(sample_plan())
    number = numbers(sample_plan())["weekly"]
    (old,) = [e for c in before.columns for e in c.entries if e.meeting == "weekly"]
    (new,) = [e for c in after.columns for e in c.entries if e.meeting == "weekly"]
    assert (old.state, old.number, old.start) == ("leaves", number, 14 * 60)
    assert (new.state, new.number, new.start) == ("arrives", number, 11 * 60 + 15)


def test_what_is_skipped_is_gone_after() -> None:
    before, after = weeks(sample_plan())
    assert [e.state for c in before.columns for e in c.entries if e.meeting == "holiday"] == ["skip"]
    assert not [e for c in after.columns for e in c.entries if e.meeting in ("holiday", "whatif")]


def test_the_weekend_is_shown_only_if_something_is_there() -> None:
    assert len(weeks(sample_plan())[0].columns) == 5
    assert len(weeks(of(meeting("x", "Sunday call", "other", "sun 20:00 30")))[0].columns) == 6


def test_hours_widen_for_what_lies_outside() -> None:
    week, _ = weeks(of(meeting("x", "Early", "other", "mon 06:45 30"), meeting("y", "Late", "other", "mon 21:00 45")))
    assert (week.first, week.last) == (6 * 60, 22 * 60)


def test_a_whole_day_does_not_widen_the_hours() -> None:
    span = when("mon 00:00 1440")
    week, _ = weeks(of(busy=(Busy(span.start, span.end, "out_of_office"),)))
    assert (week.first, week.last) == (9 * 60, 17 * 60)
    assert entries(week, 0) == [("out of office", 0, 1440)]


def test_what_goes_over_midnight_stands_on_both_days() -> None:
    week, _ = weeks(of(meeting("x", "Release", "other", "mon 23:00 150")))
    assert entries(week, 0) == [("Release", 23 * 60, 1440)]
    assert entries(week, 1) == [("Release", 0, 90)]


@pytest.mark.parametrize("other", ["mon 09:15 15", "mon 09:00 60", "mon 09:59 1"])
def test_what_overlaps_has_a_lane_of_its_own(other: str) -> None:
    week, _ = weeks(of(meeting("a", "A", "other", "mon 09:00 60"), meeting("b", "B", "other", other)))
    assert {(e.lane, e.lanes) for e in week.columns[0].entries} == {(0, 2), (1, 2)}


def test_what_only_touches_shares_a_lane() -> None:
    week, _ = weeks(of(meeting("a", "A", "other", "mon 09:00 30"), meeting("b", "B", "other", "mon 09:30 30")))
    assert [(e.lane, e.lanes) for e in week.columns[0].entries] == [(0, 1), (0, 1)]


def test_times_are_those_of_the_managers_wall_clock() -> None:
    plan = of(meeting("a", "A", "other", "mon 09:00 30"), timezone="America/New_York")
    assert entries(weeks(plan)[0], 0) == [("A", 180, 210)]


def test_overlapping_minutes_count_once() -> None:
    week, _ = weeks(of(meeting("a", "A", "other", "mon 09:00 60"), meeting("b", "B", "other", "mon 09:30 60")))
    assert week.columns[0].meeting_minutes == 90
    assert week.columns[0].load == "1 h 30"


def test_a_day_without_meetings_is_clear() -> None:
    week, _ = weeks(of())
    assert {c.load for c in week.columns} == {"clear"}
    assert [c.note for c in week.columns][1] == "meeting-free"


def test_an_entry_never_ends_before_it_starts() -> None:
    odd = meeting("a", "A", "other", "mon 09:00 0")
    (entry,) = weeks(of(odd))[0].columns[0].entries
    assert isinstance(entry, Entry)
    assert entry.end - entry.start == 1
    assert odd.from_
    assert odd.from_.end - odd.from_.start == timedelta()
