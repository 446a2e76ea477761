"""1:1s that should be there and are not."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendar.event import Partstat
from app.domain.meetings.meeting import Classified, Reason
from app.domain.people.person import Absence, Cadence
from app.domain.plans.plan import Plan, PlanMeeting
from app.domain.plans.wish import Wish
from app.services.planning.plan_week import plan_week
from tests.services.valid import problems
from tests.services.weeks import DANA, MONDAY_ONLY, Office, codes, office, only, random_office

ANA, BEN = "ana@example.com", "ben@example.com"
TUESDAY, WEDNESDAY, FRIDAY = 1, 2, 4
TITLE = "1:1 Dana / Ana"


def with_cadence(made: Office, *cadences: Cadence) -> Office:
    """The reports of an office get these cadences, one after the other."""
    for index, cadence in enumerate(cadences, start=1):
        made.people[index] = replace(made.people[index], one_on_one=cadence)
    return made


def suggested(plan: Plan) -> list[PlanMeeting]:
    return [m for m in plan.meetings if m.action in ("suggest", "unplaced")]


def test_a_report_without_a_one_on_one_gets_one_suggested_in_the_right_block() -> None:
    made = with_cadence(office("ana"), Cadence.WEEKLY)
    plan = made.plan()
    found = only(plan, TITLE)
    assert found.action == "suggest"
    assert found.from_ is None
    assert found.block in ("Monday 1:1s", "Friday 1:1s")
    assert found.series is not None
    assert found.series.occurrences_checked == 8
    assert found.series.after.startswith("weekly, ")
    assert not found.preticked
    assert codes(found) == {"missing_one_on_one"}
    assert found.advice is not None
    assert found.advice.mailto is not None
    assert plan.moves == ()
    assert plan.budget.used.people_mailed == 0


@pytest.mark.parametrize(
    ("cadence", "weeks", "missing"),
    [
        (Cadence.NONE, (), False),
        (Cadence.WEEKLY, range(8), False),
        (Cadence.WEEKLY, range(1, 8, 2), True),
        (Cadence.TWICE_WEEKLY, range(8), True),
        (Cadence.BIWEEKLY, range(1, 8, 2), False),
        (Cadence.BIWEEKLY, (4,), True),
        (Cadence.MONTHLY, (4,), False),
        (Cadence.MONTHLY, (6,), True),
    ],
)
def test_a_one_on_one_is_missing_by_the_cadence(cadence: Cadence, weeks: range, missing: bool) -> None:
    made = with_cadence(office("ana"), cadence)
    made.meeting("Ana", [DANA, ANA], FRIDAY, time(13), weeks=weeks)
    assert bool(suggested(made.plan())) == missing


def test_without_weeks_enough_to_know_nothing_is_missing() -> None:
    made = with_cadence(office("ana"), Cadence.MONTHLY)
    assert suggested(made.plan(rules="[packing]\nweeks = 4")) == []


def test_the_second_one_on_one_of_a_junior_lies_on_another_day() -> None:
    made = with_cadence(office("ana"), Cadence.TWICE_WEEKLY)
    made.meeting("First", [DANA, ANA], FRIDAY, time(13), 25)
    found = only(made.plan(), TITLE)
    assert found.to is not None
    assert found.to.start.weekday() != FRIDAY
    assert (found.to.end - found.to.start).seconds == 25 * 60
    assert found.reasons[0].text == "Ana should have two 1:1s a week and has one"


def test_a_declined_one_on_one_gets_another_time_this_week() -> None:
    made = with_cadence(office("ana"), Cadence.WEEKLY)
    made.meeting("Ana", [DANA, ANA], FRIDAY, time(13))
    for owner in (DANA, ANA):
        event = made.events[owner][-8]
        people = (event.attendees[0], replace(event.attendees[1], partstat=Partstat.DECLINED))
        made.events[owner][-8] = replace(event, attendees=people)
    found = only(made.plan(), TITLE)
    assert found.scope == "occurrence"
    assert found.series is None


def test_a_biweekly_series_begins_a_week_later_where_only_that_week_is_free() -> None:
    made = with_cadence(office("ana"), Cadence.BIWEEKLY)
    made.meeting("Project", [DANA, BEN], 0, time(13), 4 * 60, weeks=range(0, 8, 2))
    for week in range(8):
        made.block(ANA, FRIDAY, time(9), 8 * 60 + 30, week=week)
    found = only(made.plan(rules='[pins]\nuids = ["Project"]'), TITLE)
    assert found.to is not None
    assert found.to.start.date() == date(2026, 12, 7)
    assert found.in_block
    assert found.series is not None
    assert found.series.occurrences_checked == 4


def test_no_meeting_moves_for_a_suggestion_and_the_rule_that_binds_is_said() -> None:
    made = with_cadence(office("ana", "ben"), Cadence.WEEKLY, Cadence.WEEKLY)
    made.meeting("Ben", [DANA, BEN], WEDNESDAY, time(9), 60)
    pattern = '[meeting_free_days]\ndays = ["monday", "tuesday", "thursday", "friday"]'
    made.block(ANA, WEDNESDAY, time(10), 7 * 60 + 30)
    plan = made.plan(pattern=pattern)
    found = only(plan, TITLE)
    assert found.action == "unplaced"
    assert found.to is None
    assert codes(found) == {"missing_one_on_one", "block_full"}
    assert only(plan, "Ben").action == "keep"


def test_a_suggestion_leaves_alone_what_is_meant_for_a_move_that_waits() -> None:
    made = with_cadence(office("ana", "ben"), Cadence.WEEKLY, Cadence.NONE)
    made.meeting("Ben", [DANA, BEN], TUESDAY, time(9), 30)
    plan = made.plan(pattern=MONDAY_ONLY, rules="[budget]\nmax_moves = 0")
    waiting, found = only(plan, "Ben"), only(plan, TITLE)
    assert waiting.target is not None
    assert found.to is not None
    assert found.to.start >= waiting.target.end or found.to.end <= waiting.target.start


def test_only_a_few_are_suggested_and_juniors_come_first() -> None:
    made = with_cadence(office("ana", "ben", "cleo"), Cadence.MONTHLY, Cadence.WEEKLY, Cadence.TWICE_WEEKLY)
    titles = {m.title for m in suggested(made.plan(rules="[suggestions]\nmost = 2"))}
    assert titles == {"1:1 Dana / Ben", "1:1 Dana / Cleo"}
    assert suggested(made.plan(rules="[suggestions]\nmost = 0")) == []


def test_nothing_is_suggested_in_a_week_in_which_one_of_them_is_away() -> None:
    made = with_cadence(office("ana"), Cadence.WEEKLY)
    away = (Absence(date(2026, 11, 30), date(2026, 12, 3)),)
    for index in (0, 1):
        there = made.people[index]
        made.people[index] = replace(there, away=away)
        assert suggested(made.plan()) == []
        made.people[index] = there


def test_nothing_is_suggested_for_a_week_that_is_over_before_anyone_could_answer() -> None:
    made = with_cadence(office("ana"), Cadence.WEEKLY)
    made.now = datetime(2026, 12, 4, 12, tzinfo=UTC)
    assert suggested(made.plan()) == []


def test_a_report_whose_calendar_is_not_known_is_asked() -> None:
    made = with_cadence(office("ana"), Cadence.WEEKLY)
    made.without_calendar = frozenset({ANA})
    found = only(made.plan(), TITLE)
    assert found.why_not_preticked == f"unconfirmed: the calendar of {ANA} is not known"


def test_a_suggestion_that_needs_a_move_says_so() -> None:
    made = with_cadence(office("ana", "ben"), Cadence.WEEKLY)
    made.meeting("Sync", [DANA, ANA, BEN], FRIDAY, time(13), 30)
    pattern = """
        [[block]]
        name = "1:1s"
        day = "friday"
        start = "13:00"
        end = "13:30"
        kinds = ["one_on_one"]
        [[block]]
        name = "Syncs"
        day = "monday"
        start = "09:00"
        end = "12:00"
        kinds = ["team_sync"]
    """
    plan = made.plan(pattern=pattern, rules="[packing]\ntolerance_minutes = 0")
    assert only(plan, TITLE).in_block
    assert only(plan, TITLE).depends_on == (only(plan, "Sync").id,)


WISH = Wish(
    "Kick-off", (ANA,), 60, Classified("cross_team", Reason("asked", "you asked for it")), "once", Reason("a", "b")
)
ONE_HOUR = """
    [meeting_free_days]
    days = ["monday", "tuesday", "thursday"]
    [[block]]
    name = "Wednesday"
    day = "wednesday"
    start = "09:00"
    end = "10:00"
    kinds = ["cross_team"]
"""


def test_a_new_meeting_that_was_asked_for_moves_others_as_far_as_they_may_be_moved() -> None:
    made = office("ana", "ben")
    made.meeting("Ben", [DANA, BEN], WEDNESDAY, time(9), 60)
    made.block(ANA, FRIDAY, time(9), 8 * 60 + 30)
    made.block(ANA, WEDNESDAY, time(10), 7 * 60 + 30)
    for rules in (None, '[pins]\nuids = ["Ben"]'):
        request = replace(made.request(pattern=ONE_HOUR, rules=rules), wishes=(WISH,))
        plan = plan_week(request).plan
        assert problems(plan, request) == []
        if rules is None:
            assert only(plan, "Ben").action == "move"
            assert "makes_room" in codes(only(plan, "Ben"))
            assert only(plan, "Kick-off").depends_on == (only(plan, "Ben").id,)
            assert plan.budget.used.moves == 1
            assert plan.metrics.after.meeting_hours == plan.metrics.before.meeting_hours + 1
        else:
            assert only(plan, "Kick-off").action == "unplaced"
            assert codes(only(plan, "Kick-off")) == {"a", "block_full"}


def test_a_new_meeting_waits_with_the_move_that_makes_room_for_it() -> None:
    made = office("ana", "ben")
    made.meeting("Ben", [DANA, BEN], WEDNESDAY, time(9), 60)
    made.block(ANA, FRIDAY, time(9), 8 * 60 + 30)
    made.block(ANA, WEDNESDAY, time(10), 7 * 60 + 30)
    request = replace(made.request(pattern=ONE_HOUR, rules="[budget]\nmax_moves = 0"), wishes=(WISH,))
    waiting = only(plan_week(request).plan, "Kick-off")
    assert waiting.action == "unplaced"
    text = next(r.text for r in waiting.reasons if r.code == "budget")
    assert text == "it would be on Wednesday 09:00, but that does not fit this week's budget"
    weekly = replace(request, wishes=(replace(WISH, often="weekly"),))
    waiting = only(plan_week(weekly).plan, "Kick-off")
    assert waiting.target is not None
    assert waiting.target.start.weekday() == WEDNESDAY
    assert waiting.target_week is not None


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6))
def test_suggestions_change_nothing_else_and_are_valid(seed: int) -> None:
    made, rng = random_office(seed), random.Random(seed)
    without = made.plan()
    with_cadence(made, *(rng.choice(list(Cadence)) for _ in made.people[1:]))
    plan = made.plan(rules="[suggestions]\nmost = 6")
    relations_alike = all(p.one_on_one != Cadence.TWICE_WEEKLY for p in made.people)
    new = {m.id for m in suggested(plan)}
    assert problems(plan, made.request()) == []
    if relations_alike:
        kept = [m for m in plan.meetings if m.id not in new]
        assert [(m.id, m.action, m.to) for m in kept] == [(m.id, m.action, m.to) for m in without.meetings]
        assert plan.metrics == without.metrics
