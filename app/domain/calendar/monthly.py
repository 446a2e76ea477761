"""Series that meet once a month, on the same weekday of the month."""

from __future__ import annotations

from datetime import date, timedelta

from app.domain.calendar.rrule import LAST


def ordinal_of(day: date) -> int:
    """Which weekday of its month a day is; a fifth one is taken as the last."""
    nth = (day.day - 1) // 7 + 1
    return LAST if nth == 5 else nth


def is_nth(day: date, nth: int) -> bool:
    """Whether a day is the nth of its weekday in its month; -1 is the last."""
    return (day + timedelta(days=7)).month != day.month if nth == LAST else (day.day - 1) // 7 + 1 == nth


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth of a weekday (0 is Monday) in a month; -1 is the last."""
    if nth == LAST:
        end = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return end - timedelta(days=(end.weekday() - weekday) % 7)
    begin = date(year, month, 1)
    return begin + timedelta(days=(weekday - begin.weekday()) % 7 + 7 * (nth - 1))
