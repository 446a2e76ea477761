"""Series on the same weekday of each month."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.calendar.monthly import is_nth, nth_weekday, ordinal, ordinal_of


@pytest.mark.parametrize(
    ("rule", "nth"),
    [
        ("FREQ=MONTHLY;BYDAY=1TU", 1),
        ("FREQ=MONTHLY;BYDAY=-1FR", -1),
        ("FREQ=MONTHLY;BYDAY=WE;BYSETPOS=2", 2),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=+3MO;UNTIL=20270101T000000Z", 3),
        ("FREQ=MONTHLY;BYDAY=5TU", None),
        ("FREQ=MONTHLY;BYDAY=1TU,3TU", None),
        ("FREQ=MONTHLY;BYDAY=-2TU", None),
        ("FREQ=MONTHLY;BYMONTHDAY=1", None),
        ("FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=1,2,3,4,5,6,7", None),
        ("FREQ=WEEKLY;BYDAY=TU", None),
    ],
)
def test_a_rule_may_mean_one_weekday_of_the_month(rule: str, nth: int | None) -> None:
    assert ordinal(rule) == nth


def test_days_of_a_month_are_counted_by_their_weekday() -> None:
    assert nth_weekday(2026, 12, 1, 1) == date(2026, 12, 1)
    assert nth_weekday(2026, 12, 0, 2) == date(2026, 12, 14)
    assert nth_weekday(2026, 12, 4, -1) == date(2026, 12, 25)
    assert nth_weekday(2027, 1, 4, -1) == date(2027, 1, 29)
    assert [ordinal_of(date(2026, 12, n)) for n in (1, 7, 8, 22, 29)] == [1, 1, 2, 4, -1]
    assert is_nth(date(2026, 12, 22), 4)
    assert not is_nth(date(2026, 12, 22), -1)
    assert is_nth(date(2026, 12, 29), -1)
