"""Series on the same weekday of each month."""

from __future__ import annotations

from datetime import date

from app.domain.calendar.monthly import is_nth, nth_weekday, ordinal_of


def test_days_of_a_month_are_counted_by_their_weekday() -> None:
    assert nth_weekday(2026, 12, 1, 1) == date(2026, 12, 1)
    assert nth_weekday(2026, 12, 0, 2) == date(2026, 12, 14)
    assert nth_weekday(2026, 12, 4, -1) == date(2026, 12, 25)
    assert nth_weekday(2027, 1, 4, -1) == date(2027, 1, 29)
    assert [ordinal_of(date(2026, 12, n)) for n in (1, 7, 8, 22, 29)] == [1, 1, 2, 4, -1]
    assert is_nth(date(2026, 12, 22), 4)
    assert not is_nth(date(2026, 12, 22), -1)
    assert is_nth(date(2026, 12, 29), -1)
