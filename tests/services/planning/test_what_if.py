"""Weeks that are a little different, beside the same week as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from app.domain.people.person import Cadence
from app.domain.plans.plan import Plan
from app.domain.plans.what_if import parse_what_if
from app.errors import InputError
from app.services.planning.plan_week import plan_week
from tests.services.weeks import DANA, Office, codes, office, only

ANA, BEN = "ana@example.com", "ben@example.com"


@pytest.fixture
def week() -> Office:
    made = office("ana", "ben")
    made.meeting("1:1 Ana", [DANA, ANA], 0, time(13, 0))
    made.meeting("Planning", [DANA, ANA, BEN], 2, time(10, 0), 60)
    return made


def asked(week: Office, *questions: str) -> Plan:
    return plan_week(replace(week.request(), what_if=tuple(parse_what_if(q) for q in questions))).plan


def test_a_plan_that_is_not_asked_says_nothing(week: Office) -> None:
    assert week.plan().what_if is None


def test_a_new_meeting_gets_its_five_best_places_and_is_suggested_at_the_first(week: Office) -> None:
    plan = asked(week, f'new {BEN} 30m weekly "Pairing"')
    assert plan.what_if is not None
    (new,) = plan.what_if.new
    meeting = only(plan, "Pairing")
    assert (meeting.id, meeting.action, meeting.kind) == (new.id, "suggest", "one_on_one")
    assert meeting.to is not None
    assert len({place.start for place in new.places}) == 5
    assert meeting.to.start == new.places[0].start
    costs = [(place.tier, place.cost) for place in new.places if place.tier == new.places[0].tier]
    assert costs == sorted(costs)


def test_what_has_to_move_for_a_new_meeting_is_said() -> None:
    made = office("ana", "ben")
    made.meeting("1:1 Ana", [DANA, ANA], 0, time(13, 0))
    for day in range(5):
        made.block(BEN, day, time(9, 0), 240 if day == 0 else 510)
    made.block(BEN, 0, time(13, 30), 240)
    plan = asked(made, f'new {BEN} 30m "Talk"')
    assert plan.what_if is not None
    (place,) = plan.what_if.new[0].places
    assert place.start.hour == 13
    assert [move.id for move in place.moves] == [only(plan, "1:1 Ana").id]
    assert place.moves == plan.what_if.moves
    assert place.tier == "pattern"
    assert place.cost > 0


def with_cadence(made: Office, cadence: Cadence) -> Office:
    """The first report gets a cadence."""
    made.people[1] = replace(made.people[1], one_on_one=cadence)
    return made


@pytest.mark.parametrize(
    ("cadence", "question", "missing"),
    [
        (Cadence.WEEKLY, f"new {ANA} 30m weekly", 0),
        (Cadence.WEEKLY, f"new {ANA} 30m", 0),
        (Cadence.MONTHLY, f"new {ANA} 30m monthly", 0),
        (Cadence.TWICE_WEEKLY, f"new {ANA} 30m weekly", 1),
        (Cadence.WEEKLY, f"new {ANA},{BEN} 30m weekly", 1),
        (Cadence.WEEKLY, f"new {BEN} 30m weekly", 1),
    ],
)
def test_a_new_one_on_one_counts_towards_the_cadence(cadence: Cadence, question: str, missing: int) -> None:
    plan = asked(with_cadence(office("ana", "ben"), cadence), question)
    assert len([m for m in plan.meetings if "missing_one_on_one" in codes(m)]) == missing


@pytest.mark.parametrize("free", [(), ("free wednesday",)])
def test_what_is_suggested_keeps_out_of_the_way_of_what_is_asked_for(free: tuple[str, ...]) -> None:
    made = with_cadence(office("ana", "ben"), Cadence.WEEKLY)
    block = """
        [[block]]
        name = "Both"
        day = "monday"
        start = "13:00"
        end = "14:00"
        kinds = ["one_on_one", "team_sync"]
    """
    questions = (f'new {ANA},{BEN} 30m weekly kind=team_sync "Three"', *free)
    request = replace(made.request(pattern=block), what_if=tuple(parse_what_if(q) for q in questions))
    plan = plan_week(request).plan
    new, suggested = only(plan, "Three").to, only(plan, "1:1 Dana / Ana").to
    assert new is not None
    assert suggested is not None
    assert new.end <= suggested.start or suggested.end <= new.start


def test_a_new_meeting_that_fits_nowhere_has_no_place() -> None:
    made = office("ana", "ben")
    for day in range(5):
        made.block(BEN, day, time(9, 0), 510)
    plan = asked(made, f'new {BEN} 30m "Talk"')
    assert plan.what_if is not None
    assert plan.what_if.new[0].places == ()
    assert only(plan, "Talk").action == "unplaced"


def test_one_more_free_day_is_cleared_and_its_price_is_named(week: Office) -> None:
    block = '[[block]]\nname = "Wed"\nday = "wednesday"\nstart = "09:00"\nend = "12:00"\nkinds = ["team_sync"]'
    request = week.request(pattern=block)
    assert plan_week(request).plan.moves == ()
    plan = plan_week(replace(request, what_if=(parse_what_if("free wednesday"),))).plan
    assert plan.what_if is not None
    assert [move.id for move in plan.what_if.moves] == [only(plan, "Planning").id]
    assert only(plan, "Planning").action == "move"
    assert plan.what_if.with_.meeting_free_days == {"wednesday": 0}
    assert plan.what_if.without.meeting_free_days == {}
    assert "pattern" in {tier.name for tier in plan.what_if.tiers if tier.with_ > tier.without}


def test_who_is_optional_holds_a_meeting_up_no_more() -> None:
    made = office("ana", "ben")
    made.meeting("Planning", [DANA, ANA, BEN], 1, time(10, 0), 60)
    for day in (0, 2, 4):
        made.block(BEN, day, time(9, 0), 510)
    assert made.plan().moves == ()
    plan = asked(made, f"optional {BEN}")
    assert only(plan, "Planning").action == "move"
    assert not next(a for a in only(plan, "Planning").attendees if a.email == BEN).required
    assert asked(made, f"optional {BEN} in plan").moves == plan.moves


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("optional zoe@example.com", "is not among three or more who must come"),
        (f"optional {ANA} in 1:1", "is not among three or more who must come"),
        (f"optional {ANA} in Retro", "no meeting of this week is called 'Retro'"),
        (f"optional {DANA}", "that is whose week it is; name somebody else"),
        (f"new {DANA} 30m", "name somebody beside yourself"),
        (f"new {ANA} 30m kind=one_on_ones", "kind 'one_on_ones' is not known; did you mean one_on_one?"),
    ],
)
def test_a_question_that_cannot_be_answered_is_one_line(week: Office, question: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        asked(week, question)
    assert said in str(error.value)
    assert error.value.option == "what-if"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (30, "1 occurrence does not follow, which counts as 15 minutes out of the pattern"),
        (
            60,
            "1 occurrence does not follow, which counts as 15 minutes out of the pattern; besides 30 more minutes out",
        ),
    ],
)
def test_the_price_of_an_occurrence_that_is_left_out_is_named(minutes: int, text: str) -> None:
    made = office("ana", "ben")
    for day in (1, 2, 3, 4):
        made.block(ANA, day, time(9), 510)
    made.block(ANA, 0, time(9), 240)
    made.block(ANA, 0, time(14), 210)
    made.block(ANA, 0, time(13), 60, week=3)
    block = """
        [[block]]
        name = "Syncs"
        day = "monday"
        start = "13:00"
        end = "13:30"
        kinds = ["team_sync"]
    """
    request = made.request(pattern=block, rules="[packing]\ntolerance_minutes = 0")
    question = parse_what_if(f'new {ANA} {minutes}m weekly kind=team_sync "New"')
    plan = plan_week(replace(request, what_if=(question,))).plan
    assert plan.what_if is not None
    series = only(plan, "New").series
    assert series is not None
    assert len(series.exceptions) == 1
    assert plan.what_if.new[0].places[0].text.startswith(text)


def test_the_plan_of_another_question_is_another_plan(week: Office) -> None:
    plans = [week.plan(), week.plan(), asked(week, "free wednesday"), asked(week, f"optional {BEN} in Planning")]
    assert [plan.id == plans[0].id for plan in plans] == [True, True, False, False]
    assert len({plan.id for plan in plans}) == 3
