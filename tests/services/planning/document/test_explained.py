"""A plan that is asked about some of its meetings."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from app.domain.people.person import Cadence
from app.errors import InputError
from app.services.planning.plan_week import plan_week
from tests.services.weeks import DANA, Office, office, only


@pytest.fixture
def week() -> Office:
    made = office("ana", "ben")
    made.meeting("1:1 Ana", [DANA, "ana@example.com"], 0, time(13, 0))
    made.meeting("1:1 Ben", [DANA, "ben@example.com"], 0, time(14, 0))
    return made


def test_other_places_of_a_meeting_that_stays_are_named_when_asked_for(week: Office) -> None:
    planned = plan_week(replace(week.request(), explain=("ana",)))
    assert planned.explained == ("1:1 Ana",)
    assert only(planned.plan, "1:1 Ana").action == "keep"
    assert len(only(planned.plan, "1:1 Ana").alternatives) == 3
    assert only(planned.plan, "1:1 Ben").alternatives == ()


def test_nothing_else_is_said_differently(week: Office) -> None:
    asked = plan_week(replace(week.request(), explain=("ana",))).plan
    plain = plan_week(week.request()).plan
    meetings = tuple(replace(m, alternatives=()) if m.title == "1:1 Ana" else m for m in asked.meetings)
    assert replace(asked, meetings=meetings, wall_time_s=0) == replace(plain, wall_time_s=0)


def test_an_unknown_meeting_is_refused_before_anything_is_solved(week: Office) -> None:
    with pytest.raises(InputError, match="no meeting of this week is called 'Zoe'"):
        plan_week(replace(week.request(), explain=("Zoe",)))


def test_a_place_outside_of_the_block_is_never_as_good_as_the_one_that_it_is_meant_for() -> None:
    made = office("ana", "ben")
    made.meeting("1:1 Ana", [DANA, "ana@example.com"], 2, time(13, 0))
    made.block("ana@example.com", 0, time(9, 0), 8 * 60)
    made.block("ana@example.com", 4, time(9, 0), 6 * 60)
    made.block("ana@example.com", 4, time(15, 30), 90)
    request = made.request(rules="[budget]\nmax_moves = 0")
    plan = plan_week(replace(request, explain=("1:1 Ana",))).plan
    waiting = only(plan, "1:1 Ana")
    others = waiting.alternatives
    assert waiting.target is not None
    assert waiting.target.start not in {other.start for other in others}
    assert [other.tier for other in others] == ["pattern"] * 3
    assert all(other.text.startswith(f"{other.cost} more minutes out of the pattern") for other in others)


def test_what_is_suggested_is_known_by_the_title_that_the_plan_prints() -> None:
    made = office("ana")
    made.people[1] = replace(made.people[1], one_on_one=Cadence.WEEKLY)
    (suggested,) = (m for m in made.plan().meetings if m.action == "suggest")
    planned = plan_week(replace(made.request(), explain=(suggested.title,)))
    assert planned.explained == (suggested.uid,)
    assert only(planned.plan, suggested.title) == suggested
