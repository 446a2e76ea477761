"""The days of a series that does not exist yet."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.plans.wish import Often, days_of


@pytest.mark.parametrize(
    ("often", "weeks", "days"),
    [
        ("once", 8, ["2026-12-01"]),
        ("weekly", 3, ["2026-12-01", "2026-12-08", "2026-12-15"]),
        ("biweekly", 5, ["2026-12-01", "2026-12-15", "2026-12-29"]),
        ("monthly", 10, ["2026-12-01", "2027-01-05", "2027-02-02"]),
    ],
)
def test_a_series_has_the_days_that_its_rule_says(often: Often, weeks: int, days: list[str]) -> None:
    assert [str(d) for d in days_of(date(2026, 12, 1), often, weeks)] == days


def test_a_fifth_weekday_of_the_month_is_taken_as_the_last() -> None:
    assert days_of(date(2026, 12, 29), "monthly", 9) == (date(2026, 12, 29), date(2027, 1, 26), date(2027, 2, 23))
