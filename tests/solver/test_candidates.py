from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.candidates import Dropped, OwnCosts, beside_fixed, dropped_by, feasible_places, least, own_costs, within
from solver.check import violations
from solver.data import CONFLICTS, PATTERN, Span, Visit
from solver.solution import Solution, objective, stay_all
from tests.solver.cases import between
from tests.solver.given import at, chosen, person, problem, task
from tests.solver.instances import small, solutions

BUSY = (Span(100, 130),)
TWO = (person("ana", hard_busy=BUSY), person("bob", working=(Span(0, 60),)))

DROPS = [
    (at(0), None),
    (at(40), Dropped("working", (1,))),
    (at(110), Dropped("working", (1,))),
    (at(0, 95), Dropped("working", (1,))),
]


@pytest.mark.parametrize(("place", "dropped"), DROPS)
def test_a_drop_names_the_rule_and_its_resources(place: object, dropped: Dropped | None) -> None:
    data = problem(task("one", None, place, required=(0, 1)), people=TWO)  # type: ignore[arg-type]
    assert dropped_by(data, data.tasks[0], data.tasks[0].places[0]) == dropped
    assert feasible_places(data) == ((None, 0) if dropped is None else (None,),)


def test_a_drop_names_the_room() -> None:
    people = (person("ana", hard_busy=BUSY), person("room", hard_busy=BUSY, seats=2))
    wanted, nowhere = replace(at(110), resources=(1,)), at(0)
    data = problem(task("one", None, wanted, nowhere, seats=3), task("two", None, wanted, seats=2), people=people)
    assert dropped_by(data, data.tasks[0], wanted) == Dropped("seats", (1,))
    assert dropped_by(data, data.tasks[1], wanted) == Dropped("busy", (0, 1))
    assert feasible_places(data) == ((None, 1), (None,))


def test_a_drop_names_who_cannot_get_there_in_time() -> None:
    people = (person("ana", hard_busy=BUSY, visits=(Visit(BUSY[0], 1),)), person("bob"))
    places = [replace(at(140), location=location) for location in (0, 1, 2)]
    data = problem(task("one", None, *places, required=(0, 1)), people=people, travel=between(30, 10))
    assert [dropped_by(data, data.tasks[0], place) for place in places] == [None, None, Dropped("travel", (0,))]
    assert feasible_places(data) == ((None, 0, 1),)


def test_places_in_any_order_are_the_same_candidates() -> None:
    data = problem(task("one", None, at(90, 300), at(60, 200), at(0, 110), at(40, 400)), people=(TWO[0],))
    assert feasible_places(data) == ((None, 1, 3),)


def test_new_places_beside_a_room_and_a_way_that_are_taken_for_good() -> None:
    people = (person("ana"), person("bob"), person("room", seats=9))
    fixed = replace(at(100), resources=(2,), location=1)
    inside = [replace(at(start), resources=(2,)) for start in (100, 130)]
    away = [replace(at(start), location=2) for start in (131, 159, 160)]
    tasks = (task("fixed", fixed), task("one", None, *inside, required=(1,)), task("two", None, *away))
    data = problem(*tasks, people=people, travel=between(30, 10))
    assert beside_fixed(data, feasible_places(data)) == ((0,), (None, 1), (None, 2))


def test_a_drop_names_everybody_whom_the_rule_protects() -> None:
    people = (person("ana", hard_busy=BUSY), person("bob"), person("eva", hard_busy=BUSY))
    data = problem(task("one", None, at(90), required=(0, 1, 2)), people=people)
    assert dropped_by(data, data.tasks[0], data.tasks[0].places[0]) == Dropped("busy", (0, 2))


def test_earliest_and_closed_are_named_before_the_others() -> None:
    data = problem(task("one", None, at(100), earliest=101), people=(person(hard_busy=BUSY, closed=BUSY),))
    assert dropped_by(data, data.tasks[0], data.tasks[0].places[0]) == Dropped("earliest", ())
    data = problem(task("one", None, at(100)), people=(person(hard_busy=BUSY, closed=BUSY),))
    assert dropped_by(data, data.tasks[0], data.tasks[0].places[0]) == Dropped("closed", (0,))


def test_closed_time_does_not_bind_a_task_that_keeps_its_days() -> None:
    kept, free = (task(name, None, at(100), keeps_days=name == "kept") for name in ("kept", "free"))
    data = problem(kept, free, people=(person(closed=BUSY),))
    assert feasible_places(data) == ((None, 0), (None,))
    assert dropped_by(data, kept, kept.places[0]) is None


def test_a_task_that_needs_nobody_can_lie_anywhere() -> None:
    data = problem(task("one", None, at(5000), required=()))
    assert feasible_places(data) == ((None, 0),)


@given(st.integers(0, 100_000))
def test_candidates_are_what_the_rules_allow_alone(seed: int) -> None:
    data = small(seed)
    for index, (one, choices) in enumerate(zip(data.tasks, feasible_places(data), strict=True)):
        alone = replace(data, tasks=(one,), relations=())
        allowed = [s.choices[0] for s in solutions(alone) if not violations(alone, s)]
        assert sorted(choices, key=str) == sorted(allowed, key=str)
        for option, place in enumerate(one.options):
            dropped = None if option == 0 and one.stay else dropped_by(data, data.tasks[index], place)
            assert (option in choices) == (dropped is None)


def test_new_places_beside_a_task_that_can_only_stay() -> None:
    data = problem(task("one", at(0)), task("two", at(10), at(20), at(30)), task("three", None, at(0)))
    assert beside_fixed(data, feasible_places(data)) == ((0,), (0, 2), (None,))


def test_own_costs_know_busy_time_and_being_left_out() -> None:
    data = problem(
        task("one", at(90, conflicts=1), at(300, conflicts=2)),
        task("two", None, at(0, pattern=3), unplaced_cost=7),
        people=(person(hard_busy=BUSY),),
    )
    assert own_costs(data, CONFLICTS) == ((21, 2), (0, 7))
    assert own_costs(data, PATTERN) == ((0, 0), (3, 0))
    assert least(own_costs(data, CONFLICTS), ((0, 1), (None, 0))) == 2
    assert least(own_costs(data, CONFLICTS), ((0,), (None,))) == 28


def test_choices_dearer_than_the_bound_allows_are_dropped() -> None:
    own: OwnCosts = ((5, 0, 3), (2, 4))
    candidates = ((0, 1, 2), (0, 1))
    assert within(candidates, [(own, 5)]) == ((1, 2), (0, 1))
    assert within(candidates, [(own, 2)]) == ((1,), (0,))


def test_a_drop_in_one_tier_can_lead_to_one_in_another() -> None:
    first: OwnCosts = ((9, 0), (0, 0))
    second: OwnCosts = ((0, 4), (0, 1))
    assert within(((0, 1), (0, 1)), [(second, 4), (first, 0)]) == ((1,), (0,))


@given(st.integers(0, 100_000))
def test_no_answer_within_the_bounds_is_lost(seed: int) -> None:
    data = small(seed)
    values = objective(data, stay_all(data))
    bounds = [(own_costs(data, tier), values[tier]) for tier in range(6)]
    left = within(beside_fixed(data, feasible_places(data)), bounds)
    for solution in solutions(data):
        if _no_worse(objective(data, solution), values) and not violations(data, solution):
            assert all(choice in choices for choice, choices in zip(solution.choices, left, strict=True))


def _no_worse(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(a <= b for a, b in zip(one, other, strict=True))


def test_what_is_feasible_alone_need_not_be_together() -> None:
    data = problem(task("one", None, at(0)), task("two", None, at(0)))
    assert feasible_places(data) == ((None, 0), (None, 0))
    assert violations(data, Solution(chosen(0, 0).choices))


def test_tasks_that_share_places_and_hours_share_their_choices_and_costs() -> None:
    places = tuple(at(start) for start in range(0, 600, 30))
    people = (person("ana"), person("bob"), person("eve", hard_busy=BUSY))
    tasks = [replace(task(f"t{n}", None, required=(n,)), places=places) for n in range(3)]
    data = problem(*tasks, people=people)
    ana, bob, eve = feasible_places(data)
    assert ana is bob
    assert set(eve) == {c for c in ana if c is None or not BUSY[0].overlap(places[c].spans[0])}
    costs = own_costs(data, CONFLICTS)
    assert costs[0] is costs[1]
