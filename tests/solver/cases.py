"""For each hard rule the smallest problems and answers that keep it and that break it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from solver.data import Budget, ProblemData, Relation, Span
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


def moving(count: int, budget: Budget, *, clashes: bool = False, alone: bool = False) -> ProblemData:
    """Tasks of as many people that can move by an hour; each mails the first person, or only its own."""
    tasks = (
        task(f"t{i}", at(0), at(60), required=(i,), mailed=(i,) if alone else (0,), clashes=clashes)
        for i in range(count)
    )
    return problem(*tasks, people=tuple(person(f"p{i}") for i in range(count)), budget=budget)


BUSY = (Span(100, 130),)
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
    Case("too early again", problem(task("one", at(0, 200), at(90, 60), earliest=70)), chosen(1), ("earliest",)),
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
    Case("as many moves as the budget has", moving(2, Budget(2, 2, 2)), chosen(1, 1)),
    Case("more moves than the budget has", moving(2, Budget(1, 2, 2)), chosen(1, 1), ("budget",)),
    Case("more moves, to end clashes", moving(2, Budget(0, 0, 0), clashes=True), chosen(1, 1)),
    Case("too many moves for one person", moving(2, Budget(2, 1, 2)), chosen(1, 1), ("budget",)),
    Case("a move for each person", moving(2, Budget(2, 1, 2), alone=True), chosen(1, 1)),
    Case("too many people mailed", moving(2, Budget(2, 1, 1), alone=True), chosen(1, 1), ("budget",)),
    Case("a new task is no move", problem(task("one", None, at(60)), budget=Budget(0, 0, 0)), chosen(0)),
    Case("a new task without a place", problem(task("one", None, at(60))), chosen(None)),
)
