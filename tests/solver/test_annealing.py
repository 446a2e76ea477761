from hypothesis import given
from hypothesis import strategies as st

from solver.annealing import deepen
from solver.candidates import feasible_places, own_costs
from solver.check import violations
from solver.data import PEOPLE
from solver.local_search import Effort, Problem
from solver.solution import objective, stay_all
from tests.solver.given import at, chosen, person, problem, task
from tests.solver.instances import small


def test_a_tier_is_deepened_where_tasks_must_change_places_to_let_somebody_attend() -> None:
    """Ana may come to one and must to the other; all is free by itself, so only who else is there counts."""
    both = {"required": (1,), "optional": (0,)}
    data = problem(
        task("one", None, at(0), at(30)),
        task("two", None, at(0), at(30), **both),
        people=(person(), person("ben")),
    )
    own = [own_costs(data, tier) for tier in range(6)]
    effort = Effort(200, lambda: False)
    answer = deepen(Problem(data, feasible_places(data), own, range(6)), chosen(0, 0), PEOPLE, 1, effort)
    assert violations(data, answer) == []
    assert (objective(data, chosen(0, 0))[PEOPLE], objective(data, answer)[PEOPLE]) == (30, 0)
    assert effort.over()


@given(st.integers(0, 100_000), st.sampled_from(range(6)))
def test_what_is_deepened_breaks_no_rule_and_is_never_worse(seed: int, tier: int) -> None:
    data = small(seed)
    own = [own_costs(data, t) for t in range(6)]
    answer = deepen(Problem(data, feasible_places(data), own, range(6)), stay_all(data), tier, 1, Effort(60, _never))
    assert violations(data, answer) == []
    assert objective(data, answer) <= objective(data, stay_all(data))


def _never() -> bool:
    return False
