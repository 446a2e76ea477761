"""An answer of the solver, and its objective recomputed in plain Python from the answer alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from solver.data import TIERS, Place, ProblemData, Resource, Span
from solver.days import DayValue, day_value


class Status(StrEnum):
    """How an answer stands: proven best, valid, proven impossible, nothing found in time, or data refused."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Solution:
    """One choice a task: an index into `Task.options`, or None for a new task without a place."""

    choices: tuple[int | None, ...]

    def place(self, data: ProblemData, task: int) -> Place | None:
        """The place that a task got."""
        choice = self.choices[task]
        return None if choice is None else data.tasks[task].option(choice)

    def swapped(self, task: int, choice: int | None) -> Solution:
        """The same with another choice for one task."""
        return Solution((*self.choices[:task], choice, *self.choices[task + 1 :]))

    def moved(self, data: ProblemData, task: int) -> bool:
        """Whether a task has a new place: any option but the first, if that is today's."""
        choice = self.choices[task]
        return choice is not None and (choice > 0 or data.tasks[task].stay is None)


@dataclass(frozen=True, slots=True)
class TierValue:
    """One tier of the objective.

    `lower_bound` holds among the plans whose earlier tiers are no worse than this answer's.
    """

    name: str
    value: int
    lower_bound: int

    @property
    def gap(self) -> float:
        """How far the value may be from the best: `(value - lower_bound) / max(1, value)`."""
        return (self.value - self.lower_bound) / max(1, self.value)


@dataclass(frozen=True, slots=True)
class Result:
    """What a run of the solver ended with; never an exception for an outcome that a user can meet."""

    status: Status
    solution: Solution | None
    tiers: tuple[TierValue, ...]
    wall_time_s: float
    limited: bool = False

    @property
    def gap(self) -> float:
        """The largest gap of any tier."""
        return max((t.gap for t in self.tiers), default=0.0)


def stay_all(data: ProblemData) -> Solution:
    """Everything stays and nothing new gets a place: the answer that no rule ever forbids."""
    return Solution(tuple(None if task.stay is None else 0 for task in data.tasks))


def objective(data: ProblemData, solution: Solution) -> tuple[int, ...]:
    """The value of each tier, in the order of `TIERS`, recomputed from the answer alone."""
    return _with_days(data, solution, days_value(data, solution))


def _with_days(data: ProblemData, solution: Solution, days: DayValue) -> tuple[int, ...]:
    values = [place_costs(data, solution, tier) for tier in range(len(TIERS))]
    conflicts = busy_conflicts(data, solution) + pair_conflicts(data, solution) + left_out(data, solution)
    joined = (conflicts, 0, 0, 0, days.people + optional_overlaps(data, solution), days.focus)
    return tuple(own + more for own, more in zip(values, joined, strict=True))


def in_order(data: ProblemData, solution: Solution, order: Sequence[str]) -> list[int]:
    """The value of each tier in the given order: of two answers the smaller list is the better one."""
    values = dict(zip(TIERS, objective(data, solution), strict=True))
    return [values[name] for name in order]


class Swaps:
    """An answer, and what it would be worth with one task elsewhere: only the days of who is in that task change."""

    def __init__(self, data: ProblemData, solution: Solution) -> None:
        self.data, self.solution = data, solution
        chosen = _spans_by_resource(data, solution)
        self.days = [_days_of(data, *each) for each in zip(data.resources, chosen, strict=True)]

    def in_order(self, task: int, choice: int | None, order: Sequence[str]) -> list[int]:
        """The value of each tier in the given order, as `in_order` of the swapped answer has it."""
        data, swapped = self.data, self.solution.swapped(task, choice)
        places = (self.solution.place(data, task), swapped.place(data, task))
        touched = {r for place in places if place for r in data.tasks[task].takes(place)}
        chosen, days = _spans_by_resource(data, swapped), list(self.days)
        for resource in touched:
            days[resource] = _days_of(data, data.resources[resource], chosen[resource])
        values = dict(zip(TIERS, _with_days(data, swapped, _sum(days)), strict=True))
        return [values[name] for name in order]


def place_costs(data: ProblemData, solution: Solution, tier: int) -> int:
    """What the chosen places cost by themselves in a tier."""
    places = (solution.place(data, task) for task in range(len(data.tasks)))
    return sum(place.costs[tier] for place in places if place)


def busy_conflicts(data: ProblemData, solution: Solution) -> int:
    """Minutes of tasks that stay in hard busy time of what they take."""
    return sum(
        span.overlap(busy)
        for span, task, place in _counted_stays(data, solution)
        for resource in data.tasks[task].takes(place)
        for busy in _near(data.resources[resource].hard_busy, span)
    )


def pair_conflicts(data: ProblemData, solution: Solution) -> int:
    """Minutes that two tasks which both stay take from a resource, for each resource that both take."""
    stays: list[list[Attended]] = [[] for _ in data.resources]
    for span, task, place in _counted_stays(data, solution):
        for resource in data.tasks[task].takes(place):
            stays[resource].append((span, task, True))
    return sum(one.overlap(other) for spans in stays for (one, *_), (other, *_) in meeting(spans))


def optional_overlaps(data: ProblemData, solution: Solution) -> int:
    """Minutes in which somebody is in two tasks, optional in one or both of them, for each such pair of tasks."""
    attended: list[list[Attended]] = [[] for _ in data.resources]
    asked = {resource for task in data.tasks for resource in task.optional}
    for index, task in enumerate(data.tasks):
        place = solution.place(data, index)
        for span in _counted(data, place):
            for people, required in ((task.required, True), (task.optional, False)):
                for resource in asked.intersection(people):
                    attended[resource].append((span, index, required))
    return data.weights.optional * sum(
        one.overlap(other)
        for spans in attended
        for (one, _, required), (other, _, too) in meeting(spans)
        if not (required and too)
    )


Attended = tuple[Span, int, bool]
"""A span of a task that takes a resource, and whether the task requires it."""


def meeting(attended: list[Attended]) -> Iterator[tuple[Attended, Attended]]:
    """Each two spans of different tasks that overlap."""
    running: list[Attended] = []
    for one in sorted(attended):
        running = [other for other in running if other[0].end > one[0].start]
        yield from ((other, one) for other in running if other[1] != one[1])
        running.append(one)


def left_out(data: ProblemData, solution: Solution) -> int:
    """What the new tasks without a place cost."""
    return sum(task.unplaced_cost for task, choice in zip(data.tasks, solution.choices, strict=True) if choice is None)


def days_value(data: ProblemData, solution: Solution) -> DayValue:
    """What all load days of all resources cost."""
    chosen = _spans_by_resource(data, solution)
    return _sum(_days_of(data, *each) for each in zip(data.resources, chosen, strict=True))


def _days_of(data: ProblemData, resource: Resource, spans: list[Span]) -> DayValue:
    """What the load days of one resource cost, with the spans that take it."""
    return _sum(day_value(data.weights, resource, day, taken) for day, taken in _load_days(resource, spans))


def _sum(values: Iterable[DayValue]) -> DayValue:
    people = focus = 0
    for value in values:
        people += value.people
        focus += value.focus
    return DayValue(people, focus)


def _counted_stays(data: ProblemData, solution: Solution) -> Iterator[tuple[Span, int, Place]]:
    """The spans whose clashes count: of tasks that stay, in the planned week."""
    for index in range(len(data.tasks)):
        place = solution.place(data, index)
        if place and not solution.moved(data, index):
            yield from ((span, index, place) for span in _counted(data, place))


def _counted(data: ProblemData, place: Place | None) -> list[Span]:
    """The occurrences of a place that start in the planned week."""
    return [span for span in place.spans if span.start < data.counted_until] if place else []


def _near(spans: Sequence[Span], wanted: Span) -> Sequence[Span]:
    """Those of the sorted, disjoint spans that overlap the wanted one, and perhaps the one before it."""
    return spans[max(0, bisect_left(spans, wanted) - 1) : bisect_left(spans, (wanted.end,))]


def _load_days(resource: Resource, spans: list[Span]) -> Iterator[tuple[Span, list[Span]]]:
    """Each load day of a resource, with what takes from it: hard busy times and chosen spans."""
    if not resource.load_days:
        return
    taken = sorted([*resource.hard_busy, *spans])
    longest = max((span.end - span.start for span in taken), default=0)
    for day in resource.load_days:
        first, last = bisect_left(taken, (day.start - longest,)), bisect_left(taken, (day.end,))
        yield day, [span for span in taken[first:last] if span.end > day.start]


def _spans_by_resource(data: ProblemData, solution: Solution) -> list[list[Span]]:
    """The chosen spans that take each resource."""
    chosen: list[list[Span]] = [[] for _ in data.resources]
    for index, task in enumerate(data.tasks):
        place = solution.place(data, index)
        for resource in task.takes(place) if place else ():
            chosen[resource].extend(place.spans if place else ())
    return chosen
