"""The hard rules in plain Python: the readable specification, which shares no code with the model.

What stands may stay: today's place breaks no rule by itself. Every rule binds only new places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from solver.data import Place, ProblemData, Relation, Resource, Span, Task
from solver.solution import Solution


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: a stable word for it, the ids of its culprits, and one line for people."""

    rule: str
    culprits: tuple[str, ...]
    text: str


def violations(data: ProblemData, solution: Solution) -> list[Violation]:
    """Every hard rule that the solution breaks; without a valid choice for each task, only that."""
    without_choice = list(_without_choice(data, solution))
    return without_choice or [v for rule in RULES for v in rule(data, solution)]


def _without_choice(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """Each task has one of its options; only one that does not exist yet may have none."""
    if len(solution.choices) != len(data.tasks):
        yield Violation("choice", (), f"{len(solution.choices)} choices for {len(data.tasks)} tasks")
        return
    for task, choice in zip(data.tasks, solution.choices, strict=True):
        if choice is None and task.stay is not None:
            yield Violation("choice", (task.id,), f"{task.id} exists, and may not be left without a place")
        if choice is not None and not 0 <= choice < len(task.options):
            yield Violation("choice", (task.id,), f"{task.id} has no option {choice}")


def _busy(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """A new place overlaps no hard busy time of a required resource."""
    for task, resource, span in _new_spans(data, solution):
        if any(span.overlap(busy) for busy in resource.hard_busy):
            yield Violation("busy", (task.id, resource.id), f"{task.id} at {_show(span)} meets {resource.id} busy")


def _working(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """A new place lies inside one working span of each required resource."""
    for task, resource, span in _new_spans(data, solution):
        if not any(work.start <= span.start and span.end <= work.end for work in resource.working):
            text = f"{task.id} at {_show(span)} lies outside the working time of {resource.id}"
            yield Violation("working", (task.id, resource.id), text)


def _closed(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """A new place overlaps no closed time of a required resource, unless the task keeps its days."""
    for task, resource, span in _new_spans(data, solution):
        if not task.keeps_days and any(span.overlap(closed) for closed in resource.closed):
            text = f"{task.id} at {_show(span)} lies in the closed time of {resource.id}"
            yield Violation("closed", (task.id, resource.id), text)


def _earliest(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """No occurrence of a new place starts before the task may."""
    for task, place in _new_places(data, solution):
        first = min(place.spans)
        if first.start < task.earliest:
            text = f"{task.id} at {_show(first)} starts before its earliest minute {task.earliest}"
            yield Violation("earliest", (task.id,), text)


def _taken(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """A new place overlaps no chosen place of a task that shares a required resource."""
    for one, other in combinations(range(len(data.tasks)), 2):
        if not (solution.moved(data, one) or solution.moved(data, other)):
            continue
        shared = set(data.tasks[one].required) & set(data.tasks[other].required)
        if shared and _meet(solution.place(data, one), solution.place(data, other)):
            names = ", ".join(data.resources[r].id for r in sorted(shared))
            ids = (data.tasks[one].id, data.tasks[other].id)
            yield Violation("taken", ids, f"{ids[0]} and {ids[1]} overlap for {names}")


def _relations(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """Order and not-same-day hold as soon as one of the two tasks has a new place."""
    for relation in data.relations:
        first, second = solution.place(data, relation.first), solution.place(data, relation.second)
        if first is None or second is None:
            continue
        binds = solution.moved(data, relation.first) or solution.moved(data, relation.second)
        if binds and not _holds(data, relation, first.spans[0], second.spans[0]):
            ids = (data.tasks[relation.first].id, data.tasks[relation.second].id)
            words = "ends before the start of" if relation.kind == "order" else "lies on another day than"
            yield Violation(relation.kind, ids, f"it does not hold that {ids[0]} {words} {ids[1]}")


def _budget_moves(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """No more moves than the budget has; ending a clash is free, and a task that is new does not move."""
    moves = _charged_moves(data, solution)
    if data.budget and len(moves) > data.budget.max_moves:
        text = f"{len(moves)} moves, and the budget has {data.budget.max_moves}"
        yield Violation("budget", tuple(task.id for task in moves), text)


def _budget_per_person(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """Nobody gets mail for more moves than the budget has for one person."""
    moves = _charged_moves(data, solution)
    for resource, count in Counter(r for task in moves for r in task.mailed).items():
        if data.budget and count > data.budget.max_moves_per_person:
            name = data.resources[resource].id
            culprits = (name, *(task.id for task in moves if resource in task.mailed))
            text = f"{count} moves for {name}, and the budget has {data.budget.max_moves_per_person}"
            yield Violation("budget", culprits, text)


def _budget_mails(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """No more people get mail than the budget has."""
    moves = _charged_moves(data, solution)
    mailed = {r for task in moves for r in task.mailed}
    if data.budget and len(mailed) > data.budget.max_people_mailed:
        text = f"{len(mailed)} people mailed, and the budget has {data.budget.max_people_mailed}"
        yield Violation("budget", tuple(task.id for task in moves), text)


Rule = Callable[[ProblemData, Solution], Iterator[Violation]]

JOINT_RULES: tuple[Rule, ...] = (_relations, _budget_moves, _budget_per_person, _budget_mails)
RULES: tuple[Rule, ...] = (_earliest, _closed, _working, _busy, _taken, *JOINT_RULES)


def _new_places(data: ProblemData, solution: Solution) -> Iterator[tuple[Task, Place]]:
    for index, task in enumerate(data.tasks):
        place = solution.place(data, index)
        if place is not None and solution.moved(data, index):
            yield task, place


def _new_spans(data: ProblemData, solution: Solution) -> Iterator[tuple[Task, Resource, Span]]:
    """Each occurrence of each new place, with each resource that it requires."""
    for task, place in _new_places(data, solution):
        for resource in task.required:
            for span in place.spans:
                yield task, data.resources[resource], span


def _meet(one: Place | None, other: Place | None) -> bool:
    return bool(one and other and any(a.overlap(b) for a in one.spans for b in other.spans))


def _holds(data: ProblemData, relation: Relation, first: Span, second: Span) -> bool:
    if relation.kind == "order":
        return first.end <= second.start
    return _day(data, first) != _day(data, second)


def _day(data: ProblemData, span: Span) -> int:
    """The number of the day that a span starts on; 0 before the first day."""
    return sum(start <= span.start for start in data.day_starts)


def _charged_moves(data: ProblemData, solution: Solution) -> list[Task]:
    """The tasks whose move counts against the budget."""
    moved = (task for i, task in enumerate(data.tasks) if solution.moved(data, i))
    return [task for task in moved if task.stay is not None and not task.clashes]


def _show(span: Span) -> str:
    return f"[{span.start}, {span.end})"
