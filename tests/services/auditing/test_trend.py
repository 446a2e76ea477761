"""The figures of the last weeks: the same as those of a plan of each week."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from app.domain.calendar.timespan import IsoWeek
from app.services.auditing.audit import audit_of
from app.services.auditing.trend import trend, week_figures
from app.services.planning.plan_week import plan_week
from tests.services.auditing.offices import ANA, BEN, office, record, report, weeks_but
from tests.services.weeks import DANA, WEEK, Office


def busy_office() -> Office:
    """Dana's, with a meeting on a meeting-free day, one outside of its block, a focus hold and a busy time."""
    it = office(report(ANA), report(BEN))
    it.meeting("1:1", [DANA, ANA], 1, time(9), weeks=weeks_but())
    it.meeting("Team sync", [DANA, ANA, BEN], 2, time(16), 45, weeks=weeks_but())
    it.meeting("Planning day", [DANA, "pete@example.com", BEN], 3, time(10), 90, weeks=[-1])
    it.block(DANA, 0, time(9), 90, week=-1, title="Dentist")
    it.block(DANA, 4, time(9), 120, week=-1, title="Focus time")
    return it


def test_they_are_those_of_a_plan_of_the_week() -> None:
    it = busy_office()
    week = WEEK.plus(-1)
    told = week_figures(record(it), week)
    it.week, it.now = week, datetime(2026, 11, 19, tzinfo=ZoneInfo("Europe/Berlin"))
    planned = plan_week(it.request()).plan.metrics.before
    assert told.meeting_hours == planned.meeting_hours > 0
    assert told.focus_hours == planned.focus_hours > 0
    assert told.free_day_minutes == sum(planned.meeting_free_days.values()) == 120
    assert told.outside_block == planned.meetings_outside_block > 0


def test_there_are_eight_weeks_the_oldest_first() -> None:
    weeks = [each.week for each in audit_of(busy_office().request()).trend]
    assert weeks == [str(WEEK.plus(-n)) for n in range(8, 0, -1)]


def test_weeks_before_the_calendar_begins_are_not_told_as_empty() -> None:
    it = office(report(ANA))
    it.meeting("1:1", [DANA, ANA], 0, time(14), weeks=range(-3, 8))
    assert [each.week for each in trend(record(it))] == ["2026-W46", "2026-W47", "2026-W48"]


def test_a_week_in_which_everyone_was_free_is_told() -> None:
    it = office(report(ANA))
    it.meeting("1:1", [DANA, ANA], 0, time(14), weeks=weeks_but(-2))
    assert [each.meeting_hours for each in trend(record(it))][-2:] == [0.0, 0.5]
    assert str(IsoWeek(2026, 47)) in [each.week for each in trend(record(it))]
