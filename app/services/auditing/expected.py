"""When a weekly series should have taken place, by its own rule: calendars leave out what was cancelled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from app.domain.calendar.timespan import IsoWeek, Timespan
from app.domain.meetings.meeting import Meeting
from app.services.auditing.record import Record

_INTERVAL = re.compile(r"INTERVAL=(\d+)")


def expected(record: Record, series: Sequence[Meeting]) -> list[date]:
    """The days on which a series should have taken place by its rule, from its first occurrence to its last.

    Only a weekly rule is known; for any other there are none.
    """
    mine = [m for m in series if "FREQ=WEEKLY" in (m.event.rrule or "")]
    if not mine:
        return []
    days = sorted({original_day(record, m) for m in mine})
    step = _step(mine[-1])
    weekdays = {day.weekday() for day in days[-4:]}
    found: list[date] = []
    monday, end = IsoWeek.of(days[0]).monday, days[-1]
    while monday <= end:
        found += [monday + timedelta(days=n) for n in sorted(weekdays)]
        monday += timedelta(weeks=step)
    return [day for day in found if days[0] <= day <= end]


def _step(meeting: Meeting) -> int:
    """Every how many weeks a series takes place."""
    found = _INTERVAL.search(meeting.event.rrule or "")
    return max(1, int(found.group(1))) if found else 1


def original_day(record: Record, meeting: Meeting) -> date:
    """The day on which an occurrence was meant to be, before anybody moved it."""
    meant = meeting.event.ref.recurrence_id
    return (
        meant.astimezone(record.zone).date() if isinstance(meant, datetime) else meant or day_of(record, meeting.span)
    )


def day_of(record: Record, span: Timespan) -> date:
    """The day on which a span begins, on the manager's clock."""
    return span.in_zone(record.zone).local_start.date()
