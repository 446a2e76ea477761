import re
import subprocess
import sys

import pytest

from solver.data import Budget, InvalidProblemError, Place, ProblemData, Relation, Resource, Span, Task, Visit, Weights
from tests.solver.given import at, person, problem, task


def test_span_overlap_counts_shared_minutes() -> None:
    assert Span(0, 30).overlap(Span(20, 60)) == 10
    assert Span(0, 30).overlap(Span(30, 60)) == 0
    assert Span(0, 30).overlap(Span(90, 95)) == 0


def test_a_place_takes_what_its_task_requires_and_its_own() -> None:
    one = task("one", at(0), takes(3, 4), required=(0, 2), optional=(1,))
    assert [one.takes(place) for place in one.options] == [(0, 2), (0, 2, 3, 4)]


def test_options_begin_with_the_place_of_today() -> None:
    stay, new = at(0), at(60)
    assert task("one", stay, new).options == (stay, new)
    assert task("one", None, new).options == (new,)


DAY = (Span(0, 600),)
OVERLAPPING = (Span(0, 20), Span(10, 30))


def takes(*resources: int, location: int = 0) -> Place:
    return Place((Span(0, 30),), resources=resources, location=location)


FAULTS = [
    (lambda: problem(people=(person(hard_busy=OVERLAPPING),)), "resource ana: hard_busy must be sorted"),
    (lambda: problem(people=(person(working=(Span(5, 5),)),)), "resource ana: working must be sorted"),
    (lambda: problem(people=(person(closed=OVERLAPPING[::-1]),)), "resource ana: closed must be sorted"),
    (lambda: problem(people=(person(load_days=OVERLAPPING),)), "resource ana: load_days must be sorted"),
    (lambda: problem(people=(person(), person())), "two resources have the same id"),
    (lambda: problem(task("one", at(0), required=(3,))), "task one: names a resource that is not there"),
    (lambda: problem(task("one", at(0), mailed=(-1,))), "task one: names a resource that is not there"),
    (lambda: problem(task("one", at(0), optional=(0,))), "task one: names a resource twice"),
    (lambda: problem(task("one", at(0), mailed=(0, 0))), "task one: mails a resource twice"),
    (lambda: problem(task("one", at(0), Place(()))), "task one: a place needs occurrences"),
    (lambda: problem(task("one", at(0, length=0))), "task one: occurrences must be sorted, disjoint and not empty"),
    (lambda: problem(task("one", at(0, focus=10**10))), "task one: a cost lies beyond 1000000000"),
    (lambda: problem(task("one", None, unplaced_cost=0)), "task one: a new task needs an unplaced_cost above 0"),
    (lambda: problem(task("one", at(0)), task("one", at(0))), "two tasks have the same id"),
    (lambda: problem(task("one", at(0)), relations=(Relation("order", 0, 1),)), "names a task that is not there"),
    (lambda: problem(task("one", at(0)), relations=(Relation("order", 0, 0),)), "joins task one with itself"),
    (lambda: problem(day_starts=(0, 0)), "day_starts must ascend"),
    (lambda: problem(budget=Budget(1, -1, 1)), "budget: max_moves_per_person must be from 0"),
    (lambda: problem(weights=Weights(slack=-1)), "weights: slack must be from 0 to 1000000"),
    (lambda: problem(people=(person(lunches=OVERLAPPING, load_days=DAY),)), "resource ana: lunches must be sorted"),
    (lambda: problem(people=(person(lunches=DAY),)), "resource ana: each of lunches must lie inside a load day"),
    (lambda: problem(people=(person(seats=-1),)), "resource ana: seats must not be below 0"),
    (lambda: problem(people=(person(hard_busy=DAY, visits=(Visit(DAY[0], 1),)),)), "ana: visits a location"),
    (lambda: problem(people=(person(visits=(Visit(DAY[0], 0),)),)), "ana: each of visits must lie inside hard_busy"),
    (lambda: problem(task("one", at(0), seats=-1)), "task one: seats must not be below 0"),
    (lambda: problem(task("one", takes(5))), "task one: a place takes a resource that is not there"),
    (lambda: problem(task("one", takes(0))), "task one: a place takes a resource that the task has"),
    (lambda: problem(task("one", at(0), takes(0))), "task one: a place takes a resource that the task has"),
    (lambda: problem(task("one", takes(1, 1)), people=(person(), person("room"))), "a place takes a resource twice"),
    (lambda: problem(task("one", takes(location=1))), "task one: a place has a location that is not there"),
    (lambda: problem(travel=((0, 0), (0,))), "travel must have as many columns as rows"),
    (lambda: problem(travel=((0, 0), (0, -1))), "travel must be from 0 to 1440 minutes"),
    (lambda: problem(travel=((0, 5), (0, 0))), "travel must be 0 from location 0"),
    (lambda: problem(travel=((0, 0), (5, 0))), "travel must be 0 from location 0"),
    (lambda: problem(travel=((0, 0), (0, 5))), "travel must be 0 from location 0"),
]

FAR = 60 * 7 * 24 * 60
LONG = tuple(Span(n, n + 1) for n in range(10_001))
ONE = task("one", at(0))
SIZES = [
    (lambda: ProblemData((person(),), (ONE,) * 50_001), "50001 tasks, and the limit is 50000"),
    (lambda: ProblemData((person(),) * 50_001, ()), "50001 resources, and the limit is 50000"),
    (lambda: problem(ONE, relations=(Relation("order", 0, 1),) * 100_001), "100001 relations, and the limit is 100000"),
    (lambda: problem(*(task("one", at(0), *(at(0),) * 5000),) * 2001), "10005000 places, and the limit is 10000000"),
    (lambda: problem(travel=((0,),) * 201), "201 locations, and the limit is 200"),
    (lambda: problem(travel=((0, 0), (0, 0, 1441))), "travel must have as many columns as rows"),
    (lambda: problem(travel=((0, 0), (0, 1441))), "travel must be from 0 to 1440 minutes"),
    (lambda: problem(weights=Weights(breaks=1_000_001)), "weights: breaks must be from 0 to 1000000"),
    (lambda: problem(task("one", at(0), required=range(401))), "task one: 401 people, and the limit is 400"),
    (lambda: problem(task("one", at(0), *(at(0),) * 20_001)), "task one: 20001 places, and the limit is 20000"),
    (
        lambda: problem(task("one", at(*range(0, 42_100, 100)))),
        "421 occurrences of a place, and the limit is 420",
    ),
    (
        lambda: problem(people=(person(hard_busy=LONG),)),
        "ana: 10001 spans in hard_busy, and the limit is 10000",
    ),
    (lambda: problem(task("one", at(FAR))), "task one: occurrences must lie within 60 weeks of the start of the axis"),
    (lambda: problem(people=(person(hard_busy=(Span(-FAR - 1, 0),)),)), "ana: hard_busy must lie within 60 weeks"),
]
FAULTS += SIZES


@pytest.mark.parametrize(("make", "text"), FAULTS, ids=[text for _, text in FAULTS])
def test_a_fault_is_named(make: object, text: str) -> None:
    assert callable(make)
    with pytest.raises(InvalidProblemError, match=re.escape(text)):
        make()


def test_every_fault_is_listed() -> None:
    with pytest.raises(InvalidProblemError) as raised:
        ProblemData(
            (Resource("ana", working=OVERLAPPING), Resource("bob", closed=OVERLAPPING)),
            (Task("one", (7,), stay=at(0)), Task("two", (0,))),
            day_starts=(5, 4),
        )
    assert len(raised.value.problems) == 5
    assert str(raised.value) == "; ".join(raised.value.problems)


def test_rules_and_data_are_known_without_the_solver_library() -> None:
    modules = "solver.data, solver.check, solver.solution, solver.candidates, solver.why.explain, solver.limits"
    code = f"import sys, {modules}; sys.exit('ortools' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
