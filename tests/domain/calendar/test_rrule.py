"""What plans and audits read in a rule."""

from __future__ import annotations

import pytest

from app.domain.calendar.rrule import RRule, parse_rrule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (None, RRule()),
        ("", RRule()),
        ("FREQ=WEEKLY", RRule("WEEKLY")),
        ("INTERVAL=2;FREQ=WEEKLY;BYDAY=MO,TH", RRule("WEEKLY", 2, ("MO", "TH"))),
        ("FREQ=WEEKLY;INTERVAL=20", RRule("WEEKLY", 20)),
        ("freq=daily;interval=1", RRule("DAILY")),
        ("FREQ=MONTHLY;BYDAY=2WE", RRule("MONTHLY", 1, ("2WE",), 2)),
        ("FREQ=WEEKLY;BYDAY=MO\nFREQ=WEEKLY;BYDAY=TH", RRule("WEEKLY", 1, ("MO",), is_alone=False)),
    ],
)
def test_a_rule_says_how_often_and_on_which_days(text: str | None, rule: RRule) -> None:
    assert parse_rrule(text) == rule


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
    assert parse_rrule(rule).ordinal == nth
