"""When a weekly series should have taken place, by its own rule: calendars leave out what was cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from app.domain.calendar.rrule import parse_rrule
from app.domain.calendar.timespan import IsoWeek, Timespan
from app.domain.meetings.meeting import Meeting
from app.services.auditing.record import Record


def expected(record: Record, series: Sequence[Meeting]) -> list[date]:
    """The days on which a series should have taken place by its rule, from its first occurrence to its last.

    Only a weekly rule is known; for any other there are none.
    """
    mine = [m for m in series if parse_rrule(m.event.rrule).freq == "WEEKLY"]
    if not mine:
        return []
    days = sorted({original_day(record, m) for m in mine})
    step = parse_rrule(mine[-1].event.rrule).interval
    weekdays = {day.weekday() for day in days[-4:]}
    found: list[date] = []
    monday, end = IsoWeek.of(days[0]).monday, days[-1]
    while monday <= end:
        found += [monday + timedelta(days=n) for n in sorted(weekdays)]
        monday += timedelta(weeks=step)
    return [day for day in found if days[0] <= day <= end]


def original_day(record: Record, meeting: Meeting) -> date:
    """The day on which an occurrence was meant to be, before anybody moved it."""
    meant = meeting.event.ref.recurrence_id
    return (
        meant.astimezone(record.zone).date() if isinstance(meant, datetime) else meant or day_of(record, meeting.span)
    )


def day_of(record: Record, span: Timespan) -> date:
    """The day on which a span begins, on the manager's clock."""
    return span.in_zone(record.zone).local_start.date()
