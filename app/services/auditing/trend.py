"""The figures of the last weeks, the same as those of a plan of each week."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.audit.finding import WeekFigures
from app.domain.calendar.timespan import IsoWeek
from app.services.auditing.record import Record
from app.services.packing.units.units import busy_beside
from app.services.planning.document.figures import figures_of

TREND_WEEKS = 8


def trend(record: Record) -> Iterator[WeekFigures]:
    """The weeks before the planned one of which the calendar says anything, the oldest first."""
    known = {record.week_of(meeting) for meeting in record.meetings}
    for week in (record.week.plus(-n) for n in range(TREND_WEEKS, 0, -1)):
        if known and min(known) <= week:
            yield week_figures(record, week)


def week_figures(record: Record, week: IsoWeek) -> WeekFigures:
    """The figures of one week as it was, or is."""
    situation = record.situation_of(week)
    setting, units = situation.setting, situation.units
    busy = busy_beside(units, setting.time)[record.manager]
    metrics = figures_of(setting, units, [unit.spans for unit in units], busy)
    free_days = sum(metrics.meeting_free_days.values())
    return WeekFigures(str(week), metrics.meeting_hours, metrics.focus_hours, free_days, metrics.meetings_outside_block)
