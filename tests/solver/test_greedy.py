from hypothesis import given
from hypothesis import strategies as st

from solver.candidates import feasible_places, own_costs
from solver.check import violations
from solver.data import Budget, ProblemData
from solver.greedy import improve
from solver.solution import Solution, stay_all
from tests.solver.given import at, chosen, problem, task
from tests.solver.instances import small


def greedy(data: ProblemData) -> Solution:
    own = [own_costs(data, tier) for tier in range(6)]
    return improve(data, feasible_places(data), stay_all(data), own, range(6))


def test_each_task_gets_its_cheapest_place() -> None:
    data = problem(task("one", at(0, pattern=9), at(60, pattern=5), at(90)), task("two", None, at(300)))
    assert greedy(data) == chosen(2, 0)


def test_a_place_that_another_leaves_can_be_taken() -> None:
    data = problem(task("one", at(0, pattern=9), at(100), at(300, pattern=1)), task("two", at(100, pattern=9), at(200)))
    assert greedy(data) == chosen(1, 1)


def test_the_budget_is_kept() -> None:
    tasks = [task(f"t{i}", at(60 * i, pattern=9), at(300 + 60 * i)) for i in range(3)]
    assert sum(c == 1 for c in greedy(problem(*tasks, budget=Budget(2, 9, 9))).choices) == 2


@given(st.integers(0, 100_000), st.booleans())
def test_the_answer_breaks_no_rule(seed: int, budget: bool) -> None:
    data = small(seed, budget=budget)
    assert violations(data, greedy(data)) == []
