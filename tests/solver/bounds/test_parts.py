from dataclasses import dataclass
from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from benchmarks.instances import company
from solver.bounds.parts import Part, Parts, partition
from solver.bounds.pricing import PricedPart, priced_bound
from solver.bounds.relaxation import Relaxed, relax
from solver.candidates import Choice, feasible_places, own_costs
from solver.check import violations
from solver.data import ProblemData, Relation
from solver.solution import Solution, objective, stay_all
from tests.solver.given import at, chosen, person, problem, task
from tests.solver.instances import small, solutions


@dataclass
class Relaxing:
    """Relaxes whatever comes, or nothing."""

    is_over: bool = False

    def over(self) -> bool:
        return self.is_over

    def relax(self, model: cp_model.CpModel) -> Relaxed | None:
        return relax(model, 10.0)


def some_tasks(data: ProblemData, rng: Random) -> list[int]:
    return sorted(rng.sample(range(len(data.tasks)), rng.randint(1, len(data.tasks))))


def valid(data: ProblemData) -> list[Solution]:
    return [solution for solution in solutions(data) if not violations(data, solution)]


def inside(part: Part, solution: Solution) -> Solution:
    return Solution(tuple(part.choices(solution.choices)))


def with_choices(solution: Solution, tasks: list[int], choices: tuple[Choice, ...]) -> Solution:
    changed = dict(zip(tasks, choices, strict=True))
    return Solution(tuple(changed.get(index, choice) for index, choice in enumerate(solution.choices)))


@given(st.integers(0, 100_000))
def test_what_a_window_changes_it_changes_in_the_whole(seed: int) -> None:
    data, rng = small(seed), Random(seed)
    answers = valid(data)
    before, tasks = rng.choice(answers), some_tasks(data, rng)
    part = Parts(data).window(tasks, before.choices)
    for choices in product(*(feasible_places(data)[index] for index in tasks)):
        after = with_choices(before, tasks, choices)
        assert (not violations(part.data, inside(part, after))) == (not violations(data, after))
        changes = [
            [b - a for a, b in zip(objective(d, one), objective(d, other), strict=True)]
            for d, one, other in ((data, before, after), (part.data, inside(part, before), inside(part, after)))
        ]
        assert changes[0] == changes[1]


@given(st.integers(0, 100_000), st.booleans())
def test_parts_alone_cost_no_more_than_the_whole(seed: int, budget: bool) -> None:
    data = small(seed, budget=budget)
    parts = list(Parts(data).alone(partition(data, 2)))
    for solution in valid(data):
        values = [objective(part.data, inside(part, solution)) for part in parts]
        assert all(sum(each) <= whole for *each, whole in zip(*values, objective(data, solution), strict=True))
        assert not any(violations(part.data, inside(part, solution)) for part in parts)


@given(st.integers(0, 100_000), st.integers(0, 5), st.booleans())
def test_no_answer_as_good_in_earlier_tiers_lies_below_the_priced_bound(seed: int, tier: int, relaxed: bool) -> None:
    data = small(seed)
    answers = sorted(valid(data), key=lambda solution: objective(data, solution))
    values = objective(data, answers[len(answers) // 2])
    parts = Parts(data).alone(partition(data, 2))
    own = [own_costs(data, number) for number in range(6)]
    priced = [PricedPart.of(part, feasible_places(data), own, stay_all(data).choices) for part in parts]
    bound = priced_bound(priced, values, range(tier), tier, Relaxing(is_over=not relaxed))
    found = (objective(data, solution) for solution in answers)
    assert all(bound <= value[tier] for value in found if all(value[t] <= values[t] for t in range(tier)))


def test_parts_have_each_task_once_and_are_no_larger_than_asked() -> None:
    data = company(4, 1)
    for most in (1, 5, 20, 1000):
        parts = partition(data, most)
        assert sorted(index for part in parts for index in part) == list(range(len(data.tasks)))
        assert max(map(len, parts)) <= most
    assert len(partition(data, 1000)) == 1


def test_tasks_of_one_person_come_together() -> None:
    tasks = [task(f"t{n}", at(60 * n), required=(n % 2,), mailed=()) for n in range(6)]
    assert partition(problem(*tasks, people=(person("ana"), person("ben"))), 3) == [[0, 2, 4], [1, 3, 5]]


def test_the_price_of_an_earlier_tier_keeps_all_parts_from_using_what_it_allows_once() -> None:
    people = tuple(person(f"p{n}") for n in range(4))
    tasks = [task(f"t{n}", at(0, pattern=1, focus=10), at(300, pattern=2), required=(n,), mailed=()) for n in range(4)]
    data = problem(*tasks, people=people)
    parts = Parts(data).alone(partition(data, 1))
    own = [own_costs(data, number) for number in range(6)]
    priced = [PricedPart.of(part, feasible_places(data), own, (1, 0, 0, 0)) for part in parts]
    assert priced_bound(priced, (0, 0, 5, 0, 0, 30), [2], 5, Relaxing()) > 0


def test_a_window_holds_what_its_tasks_must_keep_apart_from() -> None:
    people = (person("ana"), person("ben"))
    tasks = (task("one", at(0), at(300)), task("two", at(60), required=(1,), mailed=()))
    data = problem(*tasks, people=people, relations=(Relation("order", 0, 1),))
    part = Parts(data).window([0], (0, 0))
    assert violations(part.data, inside(part, chosen(1, 0)))
    assert not violations(part.data, inside(part, chosen(0, 0)))
