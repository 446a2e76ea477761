from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from solver.candidates import feasible_places, own_costs
from solver.check import violations
from solver.data import PEOPLE, ProblemData
from solver.local.annealing import deepen
from solver.local.search import Effort, Problem
from solver.solution import Solution, objective, stay_all
from tests.solver.given import HORIZON, at, chosen, person, problem, task
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


def crowded(seed: int) -> ProblemData:
    """Eight new meetings of two hours and less in two rooms, that all have more than a hundred places."""
    rng, people, rooms = Random(seed), range(4), (4, 5)
    tasks = []
    for number in range(8):
        length, who = rng.choice([60, 60, 90, 120]), rng.sample(people, 3)
        places = (at(start, length=length) for start in range(0, HORIZON - length + 1, 5))
        taking = tuple(replace(place, resources=(room,)) for place in places for room in rooms)
        tasks.append(task(str(number), None, *taking, required=tuple(who[:1]), optional=tuple(who[1:]), mailed=()))
    everybody = tuple(person(str(number)) for number in people)
    return problem(*tasks, people=(*everybody, *(person(f"room {room}", seats=9) for room in rooms)))


def deepened(data: ProblemData, insertions: int = 4000) -> Solution:
    own = [own_costs(data, t) for t in range(6)]
    asked = Problem(data, feasible_places(data), own, range(6))
    return deepen(asked, stay_all(data), PEOPLE, 1, Effort(insertions, _never))


@settings(max_examples=10)
@given(st.integers(0, 1000))
def test_all_are_placed_where_many_places_are_tried(seed: int) -> None:
    data = crowded(seed)
    answer = deepened(data)
    assert violations(data, answer) == []
    assert None not in answer.choices


def test_more_rounds_are_better_than_none() -> None:
    data = [crowded(seed) for seed in range(8)]
    costs = [[objective(one, deepened(one, insertions))[PEOPLE] for one in data] for insertions in (20, 4000)]
    assert all(many <= few for few, many in zip(*costs, strict=True))
    assert sum(costs[1]) < sum(costs[0])


def test_the_same_seed_deepens_to_the_same_answer() -> None:
    assert deepened(crowded(3)) == deepened(crowded(3))
