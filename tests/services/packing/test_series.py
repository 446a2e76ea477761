"""Series that find one place for all of their weeks, or nearly all."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from app.services.planning.document.exceptions import TAKEN, TAKEN_ALWAYS
from tests.services.valid import problems
from tests.services.weeks import DANA, MONDAY_ONLY, NOW, WEEK, Office, office, only

ANA, BEN = "ana@example.com", "ben@example.com"
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = range(5)
EXACT = "[packing]\ntolerance_minutes = 0\n"
CHEAP = EXACT + "exception_charge = 5\n"


def one_on_one(*taken: int, minutes: int = 30) -> Office:
    """A 1:1 on Tuesdays, whose block is taken in some weeks."""
    made = office("ana")
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    for week in taken:
        made.block(ANA, MONDAY, time(13), minutes, week=week)
    return made


@pytest.mark.parametrize("taken", [(3,), (3, 5)])
def test_a_few_occurrences_need_not_follow_their_series(taken: tuple[int, ...]) -> None:
    made = one_on_one(*taken)
    plan = made.plan(pattern=MONDAY_ONLY, rules=CHEAP)
    moved = only(plan, "1:1")
    assert problems(plan, made.request(pattern=MONDAY_ONLY, rules=CHEAP)) == []
    assert moved.in_block
    assert moved.series is not None
    assert moved.series.occurrences_checked == 8
    days = [date.fromisoformat(e.recurrence_id[:10]) for e in moved.series.exceptions]
    assert days == [WEEK.plus(week).days[TUESDAY] for week in taken]
    assert [e.left_out.start.date() for e in moved.series.exceptions] == [
        WEEK.plus(week).days[MONDAY] for week in taken
    ]
    for exception in moved.series.exceptions:
        assert exception.why == TAKEN
        assert exception.left_out.start.time() == time(13)
        assert exception.to is not None
        assert exception.to.start.weekday() == MONDAY
        assert exception.to.start.time() in (time(12, 30), time(13, 30))


@pytest.mark.parametrize(
    ("taken", "rules"),
    [
        ((3, 4, 5), "exception_charge = 5"),
        ((3,), "max_exceptions = 0"),
        ((0,), "exception_charge = 0\nparity_charge = 0\nmove_charge = 0"),
        ((3,), "exception_charge = 1000"),
    ],
)
def test_more_exceptions_than_allowed_or_dear_ones_keep_a_series_out_of_a_place(
    taken: tuple[int, ...], rules: str
) -> None:
    moved = only(one_on_one(*taken).plan(pattern=MONDAY_ONLY, rules=EXACT + rules), "1:1")
    assert not moved.in_block
    assert moved.to is not None
    assert moved.to.start.date() in WEEK.days


def test_a_place_that_is_free_in_all_weeks_is_better_than_one_with_an_exception() -> None:
    moved = only(one_on_one(3, minutes=240).plan(), "1:1")
    assert moved.block == "Friday 1:1s"
    assert moved.series is not None
    assert moved.series.exceptions == ()


def test_an_occurrence_without_another_time_in_its_week_is_skipped() -> None:
    made = one_on_one()
    for day in range(5):
        made.block(ANA, day, time(9), 8 * 60 + 30, week=3)
    made.events[ANA] = [e for e in made.events[ANA] if e.title != "1:1" or e.span.start.date() != WEEK.plus(3).days[1]]
    moved = only(made.plan(pattern=MONDAY_ONLY, rules=EXACT), "1:1")
    assert moved.series is not None
    (exception,) = moved.series.exceptions
    assert exception.to is None
    assert exception.why == TAKEN_ALWAYS


def test_two_exceptions_do_not_get_the_same_time() -> None:
    made = office("ana", "ben")
    made.meeting("Ana", [DANA, ANA], TUESDAY, time(10))
    made.meeting("Ben", [DANA, BEN], TUESDAY, time(11))
    pattern = MONDAY_ONLY.replace("13:30", "14:00")
    made.block(DANA, MONDAY, time(9), 5 * 60, week=3)
    for day in (WEDNESDAY, FRIDAY):
        made.block(DANA, day, time(9), 8 * 60 + 30, week=3)
    plan = made.plan(pattern=pattern, rules=EXACT)
    assert problems(plan, made.request(pattern=pattern, rules=EXACT)) == []
    places = [e.to for m in plan.moves if m.series for e in m.series.exceptions]
    assert len({p.start for p in places if p}) == 2


def test_what_cannot_move_makes_exceptions_too() -> None:
    made = one_on_one()
    made.meeting("Board", [DANA, BEN], MONDAY, time(13), 60, weeks=[3, 6], organizer=BEN)
    moved = only(made.plan(pattern=MONDAY_ONLY, rules=CHEAP), "1:1")
    assert moved.series is not None
    assert len(moved.series.exceptions) == 2


def test_a_monthly_series_keeps_its_weekday_of_the_month() -> None:
    made = office("ana")
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10), weeks=[0, 5], rrule="FREQ=MONTHLY;BYDAY=1TU")
    made.block(ANA, FRIDAY, time(9), 8 * 60 + 30, week=4)
    made.block(DANA, FRIDAY, time(13), 60, week=0)
    plan = made.plan()
    moved = only(plan, "1:1")
    assert problems(plan, made.request()) == []
    assert moved.scope == "series"
    assert moved.to is not None
    assert moved.to.start.date() == date(2026, 12, 2)
    assert moved.series is not None
    assert moved.series.after.startswith("monthly, the first Wednesday ")
    assert moved.series.occurrences_checked == 2


def test_no_occurrence_of_a_monthly_series_leaves_its_week() -> None:
    """In January the first Friday, the 1st, lies in the week before that of the first Tuesday."""
    made = office("ana")
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10), weeks=[0, 5], rrule="FREQ=MONTHLY;BYDAY=1TU")
    moved = only(made.plan(), "1:1")
    assert moved.to is not None
    assert moved.to.start.weekday() == WEDNESDAY
    assert moved.series is not None
    assert moved.series.exceptions == ()


def test_the_second_of_a_weekday_does_not_become_the_first() -> None:
    """In the week of 7 December the Tuesday is the second of the month, and the Monday the first."""
    made = office("ana", week=WEEK.plus(1), now=NOW + timedelta(days=7))
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10), weeks=[0, 5], rrule="FREQ=MONTHLY;BYDAY=2TU")
    moved = only(made.plan(pattern=MONDAY_ONLY, rules=EXACT), "1:1")
    assert moved.scope == "series"
    assert moved.to is not None
    assert moved.to.start.weekday() != MONDAY


def test_a_series_every_other_week_may_change_its_weeks_only_if_told_so() -> None:
    made = office("ana", "ben")
    made.meeting("A", [DANA, ANA], TUESDAY, time(10), weeks=range(0, 8, 2), rrule="FREQ=WEEKLY;INTERVAL=2")
    for week in range(0, 8, 2):
        made.block(ANA, MONDAY, time(13), 30, week=week)
    kept = only(made.plan(pattern=MONDAY_ONLY, rules=EXACT), "A")
    assert kept.to is None or kept.to.start.date() <= WEEK.days[-1]
    rules = EXACT + 'biweekly_parity = "either"\n'
    plan = made.plan(pattern=MONDAY_ONLY, rules=rules)
    moved = only(plan, "A")
    assert problems(plan, made.request(pattern=MONDAY_ONLY, rules=rules)) == []
    assert moved.to is not None
    assert moved.to.start.date() == WEEK.plus(1).monday
    dear = only(made.plan(pattern=MONDAY_ONLY, rules=rules + "parity_charge = 1000"), "A")
    assert dear.to is None or dear.to.start.date() <= WEEK.days[-1]


@pytest.mark.parametrize("thursdays", [range(1, 8), range(0)])
def test_a_series_without_one_of_its_weekdays_in_this_week_moves_by_its_occurrence(thursdays: range) -> None:
    """Nobody would be told where the other weekday goes, and no rule could be made of it."""
    made, rule = office("ana"), "FREQ=WEEKLY;BYDAY=TU,TH"
    made.meeting("twice", [DANA, ANA], TUESDAY, time(10), rrule=rule)
    made.meeting("twice", [DANA, ANA], THURSDAY, time(10), weeks=thursdays, rrule=rule)
    moved = only(made.plan(), "twice")
    assert (moved.action, moved.scope) == ("move", "occurrence")


def test_a_series_of_two_rules_moves_by_its_occurrence() -> None:
    made = office("ana")
    made.meeting("twice", [DANA, ANA], TUESDAY, time(10), rrule="FREQ=WEEKLY;BYDAY=TU\nFREQ=WEEKLY;BYDAY=TU")
    moved = only(made.plan(), "twice")
    assert (moved.action, moved.scope) == ("move", "occurrence")
