"""A meeting that does not exist yet, and that somebody would like to have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from app.domain.calendar.monthly import nth_weekday, ordinal_of
from app.domain.meetings.meeting import Classified, Reason

Often = Literal["once", "weekly", "biweekly", "monthly"]
WEEK = timedelta(weeks=1)
RRULES: dict[Often, str | None] = {
    "once": None,
    "weekly": "FREQ=WEEKLY",
    "biweekly": "FREQ=WEEKLY;INTERVAL=2",
    "monthly": "FREQ=MONTHLY",
}


@dataclass(frozen=True)
class Wish:
    """Who should meet, for how long and how often, and why.

    `people` and `optional` are those beside the manager, by their main addresses.
    """

    title: str
    people: tuple[str, ...]
    minutes: int
    kind: Classified
    often: Often
    reason: Reason
    optional: tuple[str, ...] = ()


def days_of(first: date, often: Often, weeks: int) -> tuple[date, ...]:
    """The days of a series that begins on a day, within so many weeks from that day's Monday.

    Monthly is the same weekday of the month: the second Tuesday, say; a fifth one is taken as the last.
    """
    end = first - timedelta(days=first.weekday()) + weeks * WEEK
    return tuple(day for day in _days(first, often) if day < end) if often != "once" else (first,)


def _days(first: date, often: Often) -> Iterator[date]:
    """So many days that they reach beyond any number of weeks that a plan looks at."""
    if often != "monthly":
        step = WEEK * (2 if often == "biweekly" else 1)
        yield from (first + n * step for n in range(53))
        return
    for month in range(first.month - 1, first.month + 12):
        yield nth_weekday(first.year + month // 12, month % 12 + 1, first.weekday(), ordinal_of(first))
