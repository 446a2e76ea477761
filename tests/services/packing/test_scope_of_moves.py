"""Plans that may move whole series only, or only the planned week's occurrences."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from app.domain.plans.asked import ScopeOfMoves
from app.domain.plans.plan import Plan
from app.render.plans import leftovers, moves
from app.services.planning.plan_week import plan_week
from tests.services.weeks import DANA, Office, codes, office, only

ANA, BEN = "ana@example.com", "ben@example.com"


@pytest.fixture
def week() -> Office:
    """A series on a meeting-free day, a one-off in a clash, and a series on two of the days."""
    made = office("ana", "ben")
    made.meeting("1:1 Ana", [DANA, ANA], 1, time(10, 0))
    made.meeting("Talk", [DANA, BEN], 2, time(9, 0), weeks=None)
    made.block(BEN, 2, time(9, 0), 60)
    made.meeting("Twice", [DANA, BEN], 1, time(15, 0))
    made.meeting("Twice", [DANA, BEN], 3, time(15, 0))
    return made


def planned(week: Office, moves: ScopeOfMoves) -> Plan:
    return plan_week(replace(week.request(budget=False), moves=moves)).plan


def test_by_default_both_move(week: Office) -> None:
    assert {(m.title, m.scope) for m in planned(week, "all").moves} == {
        ("1:1 Ana", "series"), ("Talk", "occurrence"), ("Twice", "series"),
    }  # fmt: skip


def test_only_series_move_if_asked_for(week: Office) -> None:
    plan = planned(week, "series")
    assert {m.title for m in plan.moves} == {"1:1 Ana", "Twice"}
    assert only(plan, "Talk").action == "conflict"
    assert "series_only" in codes(only(plan, "Talk"))


def test_a_series_that_clashes_once_is_not_moved_by_its_occurrence_then() -> None:
    made = office("ana")
    made.meeting("1:1 Ana", [DANA, ANA], 0, time(13, 0))
    made.block(ANA, 0, time(13, 0), 30)
    assert only(planned(made, "all"), "1:1 Ana").scope == "occurrence"
    assert planned(made, "series").moves == ()


def test_only_occurrences_of_the_week_move_if_asked_for(week: Office) -> None:
    plan = planned(week, "occurrence")
    assert {m.scope for m in plan.meetings} == {"occurrence"}
    assert {m.title for m in plan.moves} == {"1:1 Ana", "Talk", "Twice"}
    assert all(m.series is None for m in plan.moves)
    twice = [m for m in plan.moves if m.title == "Twice"]
    assert len({m.id for m in twice}) == 2


def test_an_occurrence_waits_for_no_later_week(week: Office) -> None:
    request = week.request(rules="[budget]\nmax_moves = 1")
    plan = plan_week(replace(request, moves="occurrence")).plan
    left = [m for m in plan.meetings if "budget" in codes(m)]
    assert left
    assert all((m.action, m.target, m.target_week) == ("keep", None, None) for m in left)
    texts = [reason.text for m in left for reason in m.reasons if reason.code == "budget"]
    assert all(text.endswith("but that does not fit this week's budget") for text in texts)
    assert (plan.target.moves_left, plan.target.weeks_left) == (0, 0)
    assert leftovers.waiting(plan) == ()
    assert len(leftovers.leftovers(plan)) == len(left)
    assert moves.summary(plan)[1] == f"{len(left)} more would not fit this week's budget."
