"""The hard rules in plain Python: the readable specification, which shares no code with the model.

What stands may stay: today's place breaks no rule by itself. Every rule binds only new places.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

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
    """A new place overlaps no hard busy time of what it takes."""
    for task, resource, span in _new_spans(data, solution):
        if any(span.overlap(busy) for busy in _around(resource.hard_busy, span)):
            yield Violation("busy", (task.id, resource.id), f"{task.id} at {_show(span)} meets {resource.id} busy")


def _working(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """A new place lies inside one working span of each resource that it takes."""
    for task, resource, span in _new_spans(data, solution):
        if not any(work.start <= span.start and span.end <= work.end for work in _around(resource.working, span)):
            text = f"{task.id} at {_show(span)} lies outside the working time of {resource.id}"
            yield Violation("working", (task.id, resource.id), text)


def _closed(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """A new place overlaps no closed time of what it takes, unless the task keeps its days."""
    for task, resource, span in _new_spans(data, solution):
        if not task.keeps_days and any(span.overlap(closed) for closed in _around(resource.closed, span)):
            text = f"{task.id} at {_show(span)} lies in the closed time of {resource.id}"
            yield Violation("closed", (task.id, resource.id), text)


def _earliest(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """No occurrence of a new place starts before the task may."""
    for task, place in _new_places(data, solution):
        first = min(place.spans)
        if first.start < task.earliest:
            text = f"{task.id} at {_show(first)} starts before its earliest minute {task.earliest}"
            yield Violation("earliest", (task.id,), text)


def _seats(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """Every room that a new place takes holds the people of its task."""
    for task, place in _new_places(data, solution):
        for resource in (data.resources[r] for r in task.takes(place)):
            if resource.seats is not None and resource.seats < task.seats:
                text = f"{task.id} needs {task.seats} seats, and {resource.id} has {resource.seats}"
                yield Violation("seats", (task.id, resource.id), text)


def _taken(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """A new place overlaps no chosen place of another task that takes the same resource."""
    shared: dict[tuple[int, ...], set[str]] = {}
    for resource, spots in zip(data.resources, _chosen_spans(data, solution), strict=True):
        for pair in _close_pairs(spots):
            tasks = tuple(sorted(spot.task for spot in pair if spot.task is not None))
            shared.setdefault(tasks, set()).add(resource.id)
    for tasks, names in sorted(shared.items()):
        if any(solution.moved(data, task) for task in tasks):
            one_id, other_id = (data.tasks[task].id for task in tasks)
            yield Violation(
                "taken", (one_id, other_id), f"{one_id} and {other_id} overlap for {', '.join(sorted(names))}"
            )


def _travel(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """Who is required has the time for the way between a new place and another place or a visit."""
    longest = max((minutes for row in data.travel for minutes in row), default=0)
    for person, spots in zip(data.resources, _spots(data, solution) if longest else (), strict=False):
        for one, other in _close_pairs(spots, longest):
            way = data.travel[one.location][other.location]
            moved = any(spot.task is not None and solution.moved(data, spot.task) for spot in (one, other))
            if moved and one.span.end <= other.span.start < one.span.end + way:
                names = tuple(data.tasks[spot.task].id for spot in (one, other) if spot.task is not None)
                text = (
                    f"{person.id} needs {way} minutes from {_show(one.span)} to {_show(other.span)}: {', '.join(names)}"
                )
                yield Violation("travel", (*names, person.id), text)


def _relations(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """Order and not-same-day hold for every occurrence as soon as one of the two tasks has a new place."""
    for relation in data.relations:
        first, second = solution.place(data, relation.first), solution.place(data, relation.second)
        if first is None or second is None:
            continue
        binds = solution.moved(data, relation.first) or solution.moved(data, relation.second)
        if binds and not _holds(data, relation, first.spans, second.spans):
            ids = (data.tasks[relation.first].id, data.tasks[relation.second].id)
            words = "ends before the start of" if relation.kind == "order" else "lies on another day than"
            yield Violation(relation.kind, ids, f"it does not hold that {ids[0]} {words} {ids[1]}")


def _budget_moves(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """No more moves than the budget has; ending a clash is free, and a task that is new does not move."""
    for moves in _charged_moves(data, solution):
        if data.budget and len(moves) > data.budget.max_moves:
            text = f"{len(moves)} moves, and the budget has {data.budget.max_moves}"
            yield Violation("budget", tuple(task.id for task in moves), text)


def _budget_per_person(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """Nobody gets mail for more moves than the budget has for one person."""
    counted = ((moves, Counter(r for task in moves for r in task.mailed)) for moves in _charged_moves(data, solution))
    for moves, resource, count in ((moves, *each) for moves, counts in counted for each in counts.items()):
        if data.budget and count > data.budget.max_moves_per_person:
            name = data.resources[resource].id
            culprits = (name, *(task.id for task in moves if resource in task.mailed))
            text = f"{count} moves for {name}, and the budget has {data.budget.max_moves_per_person}"
            yield Violation("budget", culprits, text)


def _budget_mails(data: ProblemData, solution: Solution) -> Iterator[Violation]:
    """No more people get mail than the budget has."""
    for moves in _charged_moves(data, solution):
        mailed = {r for task in moves for r in task.mailed}
        if data.budget and len(mailed) > data.budget.max_people_mailed:
            text = f"{len(mailed)} people mailed, and the budget has {data.budget.max_people_mailed}"
            yield Violation("budget", tuple(task.id for task in moves), text)


Rule = Callable[[ProblemData, Solution], Iterator[Violation]]

JOINT_RULES: tuple[Rule, ...] = (_travel, _relations, _budget_moves, _budget_per_person, _budget_mails)
RULES: tuple[Rule, ...] = (_earliest, _seats, _closed, _working, _busy, _taken, *JOINT_RULES)


def _new_places(data: ProblemData, solution: Solution) -> Iterator[tuple[Task, Place]]:
    for index, task in enumerate(data.tasks):
        place = solution.place(data, index)
        if place is not None and solution.moved(data, index):
            yield task, place


def _new_spans(data: ProblemData, solution: Solution) -> Iterator[tuple[Task, Resource, Span]]:
    """Each occurrence of each new place, with each resource that it takes."""
    for task, place in _new_places(data, solution):
        for resource in task.takes(place):
            for span in place.spans:
                yield task, data.resources[resource], span


def _around(spans: Sequence[Span], wanted: Span) -> Sequence[Span]:
    """Those of the sorted, disjoint spans that may overlap or hold the wanted one."""
    return spans[max(0, bisect_right(spans, wanted) - 1) : bisect_left(spans, (wanted.end,))]


class _Spot(NamedTuple):
    """An occurrence of a chosen place, or a visit, which is of no task."""

    span: Span
    location: int
    task: int | None


def _chosen_spans(data: ProblemData, solution: Solution) -> list[list[_Spot]]:
    """For each resource the occurrences that take it."""
    found: list[list[_Spot]] = [[] for _ in data.resources]
    for index, task in enumerate(data.tasks):
        place = solution.place(data, index)
        if place:
            for resource in task.takes(place):
                found[resource].extend(_Spot(span, place.location, index) for span in place.spans)
    return found


def _spots(data: ProblemData, solution: Solution) -> list[list[_Spot]]:
    """For each resource the visits, and the occurrences that require it."""
    found = [[_Spot(visit.span, visit.location, None) for visit in resource.visits] for resource in data.resources]
    for resource, chosen in enumerate(_chosen_spans(data, solution)):
        found[resource].extend(s for s in chosen if s.task is not None and resource in data.tasks[s.task].required)
    return found


def _close_pairs(spots: Iterable[_Spot], minutes: int = 0) -> Iterator[tuple[_Spot, _Spot]]:
    """Each two spots of different tasks with less than so many minutes between them, the earlier one first."""
    before: list[_Spot] = []
    for later in sorted(spots, key=_span):
        before = [earlier for earlier in before if earlier.span.end + minutes > later.span.start]
        yield from ((earlier, later) for earlier in before if earlier.task != later.task)
        before.append(later)


def _span(spot: _Spot) -> Span:
    return spot.span


def _holds(data: ProblemData, relation: Relation, first: Sequence[Span], second: Sequence[Span]) -> bool:
    """Order is read off the pairs of occurrences, off the first ones if one task has more of them than the other."""
    if relation.kind == "not_same_day":
        return not {_day(data, span) for span in first} & {_day(data, span) for span in second}
    pairs = list(zip(first, second, strict=False))
    return all(one.end <= other.start for one, other in (pairs if len(first) == len(second) else pairs[:1]))


def _day(data: ProblemData, span: Span) -> int:
    """The number of the day that a span starts on; 0 before the first day."""
    return sum(start <= span.start for start in data.day_starts)


def _charged_moves(data: ProblemData, solution: Solution) -> list[list[Task]]:
    """The tasks whose move counts against the budget, those of each proposal together; without one none does."""
    if data.budget is None:
        return []
    moved = (task for i, task in enumerate(data.tasks) if task.spent or solution.moved(data, i))
    charged = [task for task in moved if task.stay is not None and not task.clashes]
    proposals = sorted({task.proposal for task in charged})
    return [[task for task in charged if task.proposal == proposal] for proposal in proposals]


def _show(span: Span) -> str:
    return f"[{span.start}, {span.end})"
