"""The best places of one task, against all that can be done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.alternatives import best_options
from solver.check import violations
from solver.data import Place, ProblemData, Span
from solver.limits import Limits
from solver.solution import Status, objective
from tests.solver.given import at, problem, task
from tests.solver.instances import best_values, small, solutions

MANY = 100


def with_new_task(seed: int) -> ProblemData:
    """A small problem whose first task does not exist yet."""
    data = small(seed)
    first = data.tasks[0]
    new = replace(first, stay=None, unplaced_cost=500, clashes=False, mailed=())
    return replace(data, tasks=(new, *data.tasks[1:]))


@pytest.mark.parametrize("seed", range(150))
def test_the_ranks_are_those_of_exhaustive_search(seed: int) -> None:
    data = with_new_task(seed)
    answers = [(list(objective(data, a)), a.choices[0]) for a in solutions(data) if not violations(data, a)]
    taken: set[int | None] = set()
    for ranked in best_options(data, 0, MANY):
        assert ranked.result.solution
        assert ranked.result.status is Status.OPTIMAL
        assert ranked.result.solution.choices[0] == ranked.option
        assert violations(data, ranked.result.solution) == []
        values = list(objective(data, ranked.result.solution))
        assert values == [tier.value for tier in ranked.result.tiers]
        assert values == min(each for each, choice in answers if choice not in taken)
        taken.add(ranked.option)
    left = [(each, choice) for each, choice in answers if choice not in taken]
    assert min(left)[0] == min(each for each, choice in left if choice is None)


@pytest.mark.parametrize("seed", [seed for seed in range(60) if small(seed).tasks[0].stay])
def test_todays_place_ranks_among_the_others_and_ends_the_list(seed: int) -> None:
    data = small(seed)
    found = best_options(data, 0, MANY)
    assert [tier.value for tier in found[0].result.tiers] == best_values(data)
    options = [ranked.option for ranked in found]
    assert len(set(options)) == len(options)
    assert options[-1] == 0


def test_no_more_than_asked_for_and_none_once_given_up() -> None:
    data = problem(task("one", None, at(0), at(60)))
    assert len(best_options(data, 0, 1)) == 1
    assert best_options(data, 0, 5, cancelled=lambda: True) == []


def test_a_cut_search_says_so() -> None:
    data = with_new_task(3)
    found = best_options(data, 0, 2, limits=Limits(work=1e-6))
    assert all(r.result.solution and violations(data, r.result.solution) == [] for r in found)


def test_what_no_place_fits_has_no_ranks() -> None:
    data = with_new_task(3)
    new = replace(data.tasks[0], places=(Place((Span(0, 10_000),)),))
    assert best_options(replace(data, tasks=(new, *data.tasks[1:])), 0, 5) == []
