from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.candidates import beside_fixed, feasible_places, own_costs
from solver.check import violations
from solver.data import Budget, ProblemData
from solver.local.search import Effort, Problem, good_answer
from solver.solution import Solution, objective, stay_all
from tests.solver.given import at, chosen, problem, task
from tests.solver.instances import best_values, month, small

ORDER = (0, 1, 2, 3, 4, 5)


def found(
    data: ProblemData,
    insertions: int = 3000,
    hint: Solution | None = None,
    order: tuple[int, ...] = ORDER,
    seed: int = 1,
) -> list[Solution]:
    """The answers that the search told of, the last one being its result."""
    told: list[Solution] = []
    candidates = beside_fixed(data, feasible_places(data))
    asked = Problem(data, candidates, [own_costs(data, tier) for tier in range(6)], order)
    answer = good_answer(asked, hint, seed, Effort(insertions, lambda: False), told.append)
    assert answer == told[-1]
    return told


@given(st.integers(0, 100_000), st.booleans(), st.permutations(ORDER))
def test_answers_break_no_rule_and_only_get_better(seed: int, budget: bool, order: list[int]) -> None:
    data = small(seed, budget=budget)
    told = found(data, order=tuple(order))
    assert not any(violations(data, answer) for answer in told)


@pytest.mark.parametrize("budget", [False, True])
def test_small_problems_are_solved_but_for_a_few(budget: bool) -> None:
    data = [small(seed, budget=budget) for seed in range(100)]
    missed = [one for one in data if objective(one, found(one)[-1]) != tuple(best_values(one))]
    assert len(missed) <= 3


@settings(max_examples=10)
@given(st.integers(0, 100_000))
def test_weeks_are_far_better_than_today(seed: int) -> None:
    data = month(seed, tasks=10, people=5, weeks=2, places=60)
    assert objective(data, found(data)[-1]) < objective(data, stay_all(data))


def test_the_same_seed_gives_the_same_answer() -> None:
    data = month(7, tasks=12, people=5, weeks=2, places=60)
    assert found(data, seed=3) == found(data, seed=3)


def test_nothing_is_tried_without_insertions_left() -> None:
    assert len(found(month(7, tasks=12, people=5, weeks=2, places=60), insertions=0)) == 1


def test_two_tasks_change_places() -> None:
    data = problem(task("one", at(0, pattern=9), at(90)), task("two", at(90, pattern=9), at(0)))
    assert found(data)[-1] == chosen(1, 1)
    assert found(data, hint=chosen(0, 0))[-1] == chosen(1, 1)


def test_a_move_is_given_up_for_a_better_one() -> None:
    tasks = [task(f"t{i}", at(60 * i, pattern=5 + i), at(300 + 60 * i)) for i in range(3)]
    data = problem(*tasks, budget=Budget(1, 9, 9))
    assert found(data, hint=chosen(1, 0, 0))[-1] == chosen(0, 0, 1)


def test_a_hint_is_never_made_worse() -> None:
    data = month(5, tasks=10, people=4, weeks=2, places=60)
    best = found(data)[-1]
    assert objective(data, found(data, hint=best)[-1]) <= objective(data, best)
    assert violations(replace(data, budget=None), best) == []


def test_without_time_left_a_first_answer_is_all() -> None:
    data = month(7, tasks=12, people=5, weeks=2, places=60)
    shares: list[float] = []

    def late(share: float) -> bool:
        shares.append(share)
        return True

    effort = Effort(3000, lambda: False, late)
    asked = Problem(data, feasible_places(data), [own_costs(data, tier) for tier in range(6)], ORDER)
    answer = good_answer(asked, None, 1, effort, lambda _told: None)
    assert objective(data, answer) < objective(data, stay_all(data))
    assert effort.insertions == 3000
    assert shares == sorted(set(shares))
    assert round(shares[-1], 6) == 1


def test_who_has_no_time_for_a_board_keeps_what_stands() -> None:
    data = month(7, tasks=12, people=5, weeks=2, places=60)
    asked = Problem(data, feasible_places(data), [own_costs(data, tier) for tier in range(6)], ORDER)
    told: list[Solution] = []
    assert good_answer(asked, None, 1, Effort(3000, lambda: True), told.append) == stay_all(data)
    assert told == []
