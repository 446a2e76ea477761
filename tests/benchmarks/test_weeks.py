"""What the document of a measured week says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.instances import one_manager
from benchmarks.weeks import measure, near, reached, score, with_new_busy_time
from solver.check import violations
from solver.limits import Limits, Progress
from solver.search import solve
from solver.solution import Result, Status, TierValue

TIERS = (TierValue("pattern", 200, 200), TierValue("focus", 1000, 995))
DONE = Result(Status.FEASIBLE, None, TIERS, 9.0)


def _told(*answers: tuple[float, str, int]) -> list[tuple[float, Progress]]:
    return [(seconds, Progress(tier, value, 0, seconds)) for seconds, tier, value in answers]


def test_one_unit_above_the_bound_is_near_whatever_its_share() -> None:
    assert near(TierValue("people", 1, 0), 0.01)
    assert not near(TierValue("people", 2, 0), 0.01)


def test_reached_is_when_the_last_tier_came_near() -> None:
    told = _told((1, "pattern", 200), (2, "focus", 1100), (3, "focus", 1004), (4, "focus", 1000))
    assert reached(DONE, told, 9, 0.01) == 3
    assert reached(DONE, told, 9, 0.2) == 2


def test_reached_is_the_last_answer_if_the_last_tier_needed_no_search() -> None:
    assert reached(DONE, _told((1, "pattern", 250), (2, "pattern", 200)), 9, 0.01) == 2


def test_reached_is_nothing_if_a_tier_ended_too_far_from_its_bound() -> None:
    far = replace(DONE, tiers=(TierValue("pattern", 200, 190), TIERS[1]))
    assert reached(far, _told((1, "focus", 1000)), 9, 0.01) is None


def test_a_document_has_every_figure() -> None:
    found = measure(one_manager(8, 2), 5, budget=True)
    assert found["status"] == found["step"]["status"] == "optimal"
    assert 0 < found["first_s"] <= found["within_1pct_s"] <= found["optimal_s"] <= found["step"]["optimal_s"]
    assert [tier["name"] for tier in found["tiers"]][-1] == "focus"
    assert all(tier["value"] == tier["lower_bound"] for tier in found["tiers"])


def test_an_answer_that_is_not_what_it_says_is_refused() -> None:
    data = one_manager(8, 2)
    result = solve(data, limits=Limits(work=5))
    wrong = (replace(result.tiers[0], value=result.tiers[0].value + 1), *result.tiers[1:])
    with pytest.raises(AssertionError):
        score(data, replace(result, tiers=wrong))


def test_reached_hears_of_all_tiers_at_once() -> None:
    far, close = Progress("pattern", 250, 0, 1, (250, 996)), Progress("pattern", 200, 0, 2, (201, 996))
    assert reached(DONE, [(1, far), (2, close), (3, close)], 9, 0.01) == 2


def test_a_change_of_the_week_takes_a_place_of_the_last_answer() -> None:
    data = one_manager(8, 1)
    last = solve(data, limits=Limits(work=0.2)).solution
    assert last
    assert violations(with_new_busy_time(data, last), last)
