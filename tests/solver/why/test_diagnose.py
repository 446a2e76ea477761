from collections.abc import Collection
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check import violations
from solver.data import ProblemData, Relation, Span, Task, Visit
from solver.search import solve
from solver.solution import Solution
from solver.why.diagnose import Conflict, Member, MemberRule, conflict
from tests.solver.given import HORIZON, at, chosen, person, problem, task
from tests.solver.instances import small, solutions

EVERYTHING = Span(0, HORIZON)


def members(data: ProblemData, solution: Solution, index: int = 0) -> set[Member]:
    """The smallest set that leaves the task no place."""
    found = conflict(data, solution, index)
    assert found
    assert found.proven
    return set(found.members)


def test_a_task_that_has_a_place_at_some_cost_is_in_no_conflict() -> None:
    data = problem(task("new", None, at(0), at(60)), task("one", at(0)))
    assert conflict(data, chosen(None, 0), 0) is None


def test_two_people_who_are_never_free_together() -> None:
    people = (person("ana", hard_busy=(Span(0, 300),)), person("ben", hard_busy=(Span(290, HORIZON),)))
    data = problem(task("new", None, at(0), at(280), at(400), required=(0, 1)), people=people)
    assert members(data, chosen(None)) == {Member("busy", ("ana",)), Member("busy", ("ben",))}


def test_hours_closed_days_and_the_earliest_start_are_rules_of_their_own() -> None:
    people = (person("ana", closed=(Span(200, 300),)),)
    data = problem(task("new", None, at(HORIZON), at(210), at(120), earliest=150), people=people)
    rules = {Member("working", ("ana",)), Member("closed", ("ana",)), Member("earliest")}
    assert members(data, chosen(None)) == rules


def test_relations_that_contradict_each_other() -> None:
    new = (task("one", None, at(0), at(60)), task("two", None, at(30), at(90)))
    data = problem(*new, relations=(Relation("order", 0, 1), Relation("order", 1, 0)))
    orders = {Member("order", ("one", "two")), Member("order", ("two", "one")), Member("task", ("two",))}
    assert members(data, chosen(None, 0)) == orders


def test_pins_that_exclude_each_other() -> None:
    pinned = (task("first", at(300)), task("last", at(100)))
    relations = (Relation("order", 1, 0), Relation("order", 0, 2))
    data = problem(task("new", None, at(0), at(200), at(400)), *pinned, relations=relations)
    assert members(data, chosen(None, 0, 0)) == {Member("order", ("first", "new")), Member("order", ("new", "last"))}


def test_tasks_that_cannot_get_out_of_the_way() -> None:
    data = problem(task("new", None, at(0), at(60)), task("one", at(10), at(70)), task("two", at(60)))
    assert members(data, chosen(None, 0, 0)) == {Member("task", ("one",)), Member("task", ("two",))}


def test_no_room_with_enough_seats() -> None:
    rooms = (person(), person("small", seats=4), person("large", seats=8, hard_busy=(EVERYTHING,)))
    places = (replace(at(0), resources=(1,)), replace(at(0), resources=(2,)))
    data = problem(task("new", None, *places, seats=6), people=rooms)
    assert members(data, chosen(None)) == {Member("seats"), Member("busy", ("large",))}


def test_people_who_cannot_get_there_in_time() -> None:
    away = person(hard_busy=(Span(100, 130),), visits=(Visit(Span(100, 130), 1),))
    ways = ((0, 0, 0), (0, 0, 45), (0, 45, 0))
    data = problem(task("new", None, replace(at(140), location=2)), people=(away,), travel=ways)
    assert members(data, chosen(None)) == {Member("travel"), Member("busy", ("ana",))}


def test_without_any_place_no_rule_is_to_blame() -> None:
    assert conflict(problem(task("new", None)), chosen(None), 0) == Conflict((), proven=True)


@settings(max_examples=150)
@given(st.integers(0, 100_000))
def test_the_members_alone_leave_no_place_and_without_any_one_of_them_there_is_one(seed: int) -> None:
    data = small(seed, places=False)
    solution = solve(data).solution
    assert solution
    for index in (n for n, t in enumerate(data.tasks) if solution.choices[n] is None and t.places):
        found = conflict(data, solution, index)
        assert placeable(only(data, solution, index, None), index) == (found is None)
        if found:
            assert not placeable(only(data, solution, index, found.members), index)
            for member in found.members:
                assert placeable(only(data, solution, index, set(found.members) - {member}), index), member


def placeable(data: ProblemData, index: int) -> bool:
    """Whether some valid answer has a place for the task, and for all other new ones with places."""
    wanted = [n for n, t in enumerate(data.tasks) if n == index or (t.stay is None and t.places)]
    valid = (s for s in solutions(data) if all(s.choices[n] is not None for n in wanted))
    return any(not violations(data, solution) for solution in valid)


def only(data: ProblemData, solution: Solution, index: int, active: Collection[Member] | None) -> ProblemData:
    """The problem with no rule about the task but the active ones; None stands for all of them."""
    own = takes(data.tasks[index])

    def holds(rule: MemberRule, *culprits: str) -> bool:
        return active is None or Member(rule, culprits) in active

    def about(relation: Relation) -> tuple[MemberRule, str, str]:
        return relation.kind, data.tasks[relation.first].id, data.tasks[relation.second].id

    def eased(number: int, one: Task) -> Task:
        if number == index:
            earliest, seats = (one.earliest if holds("earliest") else 0), (one.seats if holds("seats") else 0)
            return replace(one, earliest=earliest, seats=seats)
        is_near = takes(one) & own or related(data, index, number)
        if not is_near or solution.choices[number] is None:
            return replace(one, stay=solution.place(data, number), places=())
        return one if holds("task", one.id) else nowhere(one)

    return replace(
        data,
        travel=data.travel if holds("travel") else tuple(tuple(0 for _ in row) for row in data.travel),
        tasks=tuple(eased(number, one) for number, one in enumerate(data.tasks)),
        relations=tuple(r for r in data.relations if holds(*about(r))),
        resources=tuple(
            replace(
                r,
                hard_busy=r.hard_busy if number not in own or holds("busy", r.id) else (),
                visits=r.visits if number not in own or holds("busy", r.id) else (),
                closed=r.closed if number not in own or holds("closed", r.id) else (),
                working=r.working if number not in own or holds("working", r.id) else (Span(0, 100_000),),
            )
            for number, r in enumerate(data.resources)
        ),
    )


def related(data: ProblemData, one: int, other: int) -> bool:
    """Whether relations lead from one task to the other, or to one that shares somebody with it."""
    own = takes(data.tasks[one])
    reached = {n for n, t in enumerate(data.tasks) if n == one or takes(t) & own}
    for _ in data.tasks:
        reached |= {n for r in data.relations for n in (r.first, r.second) if {r.first, r.second} & reached}
    return other in reached


def takes(one: Task) -> set[int]:
    """Everybody and every room that any option of a task takes."""
    return {r for option in one.options for r in one.takes(option)}


def nowhere(one: Task) -> Task:
    stay = replace(one.stay, resources=(), location=0) if one.stay else None
    places = tuple(replace(p, resources=(), location=0) for p in one.places) if one.stay else ()
    return replace(one, required=(), stay=stay, places=places)
