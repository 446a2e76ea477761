"""A plan that is asked about some of its meetings."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from app.errors import InputError
from app.services.plan_week import plan_week
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
