"""For each hard rule the smallest problems and answers that keep it and that break it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from solver.data import Budget, Place, ProblemData, Relation, Span, Visit
from solver.solution import Solution
from tests.solver.given import at, chosen, person, problem, task


@dataclass(frozen=True)
class Case:
    """An answer to a problem, and the rules that it breaks."""

    name: str
    data: ProblemData
    solution: Solution
    broken: tuple[str, ...] = ()


def moved_to(start: int, **fields: Any) -> ProblemData:
    """One task that moves from 0, of a person as given."""
    return problem(task("one", at(0), at(start)), people=(person(**fields),))


def two_at(first: int, second: int, *, shared: bool = True) -> ProblemData:
    """Two tasks that stay at 0 and 300, or move; the second needs the first person only if shared."""
    people = (person("ana"), person("bob"))
    other = task("two", at(300), at(second), required=(0, 1) if shared else (1,))
    return problem(task("one", at(0), at(first)), other, people=people)


def related(kind: str, first: int, second: int) -> ProblemData:
    """Two tasks of different people that are today at 300 and 0, so against the relation, and on the same day."""
    people = (person("ana"), person("bob"))
    tasks = (task("one", at(300), at(first)), task("two", at(0), at(second), required=(1,)))
    relation = Relation(kind, 0, 1)  # type: ignore[arg-type]
    return problem(*tasks, people=people, relations=(relation,), day_starts=(0, 500))


def moving(
    count: int, budget: Budget, *, clashes: bool = False, alone: bool = False, apart: bool = False
) -> ProblemData:
    """Tasks of as many people that can move by an hour; each mails the first person, or only its own.

    `apart`: each is part of a proposal of its own.
    """
    tasks = (
        task(f"t{i}", at(0), at(60), required=(i,), mailed=(i,) if alone else (0,), clashes=clashes, proposal=i * apart)
        for i in range(count)
    )
    return problem(*tasks, people=tuple(person(f"p{i}") for i in range(count)), budget=budget)


def in_room(*places: Place, seats: int = 2, **room: Any) -> ProblemData:
    """A task for three people at 0, without a room, that can get places in the room of resource 1."""
    return problem(task("one", at(0), *places, seats=3), people=(person("ana"), person("room", seats=seats, **room)))


def sharing_a_room(first: int, second: int) -> ProblemData:
    """Two tasks of different people that are nowhere today and can get a place in the same room."""
    places = [replace(at(start), resources=(2,)) for start in (first, second)]
    tasks = (task("one", at(0), places[0]), task("two", at(300), places[1], required=(1,)))
    return problem(*tasks, people=(person("ana"), person("bob"), person("room", seats=9)))


def apart(first: int, second: int, *, ways: tuple[int, int] = (30, 10), shared: bool = True) -> ProblemData:
    """A task that stays, and one at 30 that can move to a start, at two locations `ways` apart to and fro."""
    people = (person("ana"), person("bob"))
    places = [replace(at(start), location=2) for start in (30, second)]
    tasks = (task("one", replace(at(first), location=1)), task("two", *places, required=(0,) if shared else (1,)))
    return problem(*tasks, people=people, travel=between(*ways))


def between(there: int, back: int) -> tuple[tuple[int, ...], ...]:
    """The ways between locations 1 and 2."""
    return ((0, 0, 0), (0, 0, there), (0, back, 0))


def from_visit(start: int, location: int) -> ProblemData:
    """A task that can move to a location, of somebody busy from 100 to 130 at location 1."""
    ana = person(hard_busy=BUSY, visits=(Visit(BUSY[0], 1),))
    return problem(task("one", at(500), replace(at(start), location=location)), people=(ana,), travel=between(30, 10))


def weekly(kind: str, stay: Place, *new: Place) -> ProblemData:
    """One task with two occurrences that can move, in relation to another one at 100 and 400 that stays."""
    people = (person("ana"), person("bob"))
    tasks = (task("one", stay, *new), task("two", at(100, 400), required=(1,)))
    relation = Relation(kind, 0, 1)  # type: ignore[arg-type]
    return problem(*tasks, people=people, relations=(relation,), day_starts=(0, 50, 300, 350))


BUSY = (Span(100, 130),)
ROOM = (1,)
TOUCHING = (Span(0, 100), Span(100, 600))

CASES = (
    Case("beside a busy time", moved_to(130, hard_busy=BUSY), chosen(1)),
    Case("in a busy time", moved_to(129, hard_busy=BUSY), chosen(1), ("busy",)),
    Case("stays in a busy time", problem(task("one", at(110)), people=(person(hard_busy=BUSY),)), chosen(0)),
    Case("inside the working time", moved_to(100, working=BUSY), chosen(1)),
    Case("past the working time", moved_to(101, working=BUSY), chosen(1), ("working",)),
    Case("across two working spans that touch", moved_to(90, working=TOUCHING), chosen(1), ("working",)),
    Case("stays outside the working time", moved_to(100, working=BUSY), chosen(0)),
    Case("before a closed time", moved_to(70, closed=BUSY), chosen(1)),
    Case("into a closed time", moved_to(71, closed=BUSY), chosen(1), ("closed",)),
    Case(
        "into a closed time, keeping its days",
        problem(task("one", at(0), at(71), keeps_days=True), people=(person(closed=BUSY),)),
        chosen(1),
    ),
    Case("at the earliest minute", problem(task("one", at(0), at(60), earliest=60)), chosen(1)),
    Case("too early", problem(task("one", at(0), at(60), earliest=61)), chosen(1), ("earliest",)),
    Case("too early again", problem(task("one", at(0, 200), at(60, 90), earliest=70)), chosen(1), ("earliest",)),
    Case("stays too early", problem(task("one", at(0), earliest=61)), chosen(0)),
    Case("one after the other", two_at(90, 120), chosen(1, 1)),
    Case("two new places overlap", two_at(90, 119), chosen(1, 1), ("taken",)),
    Case("a new place meets one that stays", two_at(280, 90), chosen(1, 0), ("taken",)),
    Case("new places of different people", two_at(90, 90, shared=False), chosen(1, 1)),
    Case("two that stay overlap", problem(task("one", at(0)), task("two", at(0))), chosen(0, 0)),
    Case(
        "overlap in the second week",
        problem(task("one", at(0, 300)), task("two", None, at(310))),
        chosen(0, 0),
        ("taken",),
    ),
    Case("in order", related("order", 60, 90), chosen(1, 1)),
    Case("out of order", related("order", 61, 90), chosen(1, 1), ("order",)),
    Case("out of order beside one that stays", related("order", 60, 90), chosen(1, 0), ("order",)),
    Case("out of order, and both stay", related("order", 60, 90), chosen(0, 0)),
    Case("on two days", related("not_same_day", 60, 500), chosen(1, 1)),
    Case("on the same day", related("not_same_day", 60, 499), chosen(1, 1), ("not_same_day",)),
    Case("on the day of one that stays", related("not_same_day", 60, 500), chosen(1, 0), ("not_same_day",)),
    Case("on the same day, and both stay", related("not_same_day", 60, 500), chosen(0, 0)),
    Case("each occurrence in order", weekly("order", at(0, 300), at(60, 370)), chosen(1, 0)),
    Case("the second occurrence out of order", weekly("order", at(0, 300), at(60, 371)), chosen(1, 0), ("order",)),
    Case("in order, with fewer occurrences", weekly("order", at(0, 300), at(60)), chosen(1, 0)),
    Case("out of order, with fewer occurrences", weekly("order", at(0, 300), at(371)), chosen(1, 0), ("order",)),
    Case("each occurrence on another day", weekly("not_same_day", at(0, 300), at(0, 310)), chosen(1, 0)),
    Case("the second on the same day", weekly("not_same_day", at(0, 300), at(0, 360)), chosen(1, 0), ("not_same_day",)),
    Case("one of fewer on the same day", weekly("not_same_day", at(0, 300), at(360)), chosen(1, 0), ("not_same_day",)),
    Case("in a room that holds all", in_room(replace(at(60), resources=ROOM), seats=3), chosen(1)),
    Case("in a room that is too small", in_room(replace(at(60), resources=ROOM)), chosen(1), ("seats",)),
    Case("without a room", in_room(at(60)), chosen(1)),
    Case(
        "in a room that is busy",
        in_room(replace(at(129), resources=ROOM), seats=3, hard_busy=BUSY),
        chosen(1),
        ("busy",),
    ),
    Case(
        "in a room that is shut",
        in_room(replace(at(50), resources=ROOM), seats=3, working=BUSY),
        chosen(1),
        ("working",),
    ),
    Case("in a room one after the other", sharing_a_room(60, 90), chosen(1, 1)),
    Case("in a room at once", sharing_a_room(60, 89), chosen(1, 1), ("taken",)),
    Case("far enough to go there", apart(100, 160), chosen(0, 1)),
    Case("too near to go there", apart(100, 159), chosen(0, 1), ("travel",)),
    Case("far enough to come back", apart(100, 60), chosen(0, 1)),
    Case("too near to come back", apart(100, 61), chosen(0, 1), ("travel",)),
    Case("too near, but nobody is in both", apart(100, 130, shared=False), chosen(0, 1)),
    Case("too near, and both stay", apart(0, 300), chosen(0, 0)),
    Case("overlap at two locations", apart(100, 120), chosen(0, 1), ("taken",)),
    Case("far enough from a visit", from_visit(160, 2), chosen(1)),
    Case("too near after a visit", from_visit(159, 2), chosen(1), ("travel",)),
    Case("too near before a visit", from_visit(61, 2), chosen(1), ("travel",)),
    Case("at the location of a visit", from_visit(130, 1), chosen(1)),
    Case("nowhere beside a visit", from_visit(130, 0), chosen(1)),
    Case("as many moves as the budget has", moving(2, Budget(2, 2, 2)), chosen(1, 1)),
    Case("more moves than the budget has", moving(2, Budget(1, 2, 2)), chosen(1, 1), ("budget",)),
    Case("more moves, to end clashes", moving(2, Budget(0, 0, 0), clashes=True), chosen(1, 1)),
    Case("too many moves for one person", moving(2, Budget(2, 1, 2)), chosen(1, 1), ("budget",)),
    Case("a move for each person", moving(2, Budget(2, 1, 2), alone=True), chosen(1, 1)),
    Case("too many people mailed", moving(2, Budget(2, 1, 1), alone=True), chosen(1, 1), ("budget",)),
    Case(
        "as much as the budget has in each proposal", moving(2, Budget(1, 1, 1), alone=True, apart=True), chosen(1, 1)
    ),
    Case("too many people mailed for a proposal", moving(2, Budget(2, 1, 0), apart=True), chosen(1, 0), ("budget",)),
    Case("a new task is no move", problem(task("one", None, at(60)), budget=Budget(0, 0, 0)), chosen(0)),
    Case("a new task without a place", problem(task("one", None, at(60))), chosen(None)),
)
