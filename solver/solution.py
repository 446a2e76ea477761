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
    days = days_value(data, solution)
    values = [place_costs(data, solution, tier) for tier in range(len(TIERS))]
    conflicts = busy_conflicts(data, solution) + pair_conflicts(data, solution) + left_out(data, solution)
    joined = (conflicts, 0, 0, 0, days.people + optional_overlaps(data, solution), days.focus)
    return tuple(own + more for own, more in zip(values, joined, strict=True))


def in_order(data: ProblemData, solution: Solution, order: Sequence[str]) -> list[int]:
    """The value of each tier in the given order: of two answers the smaller list is the better one."""
    values = dict(zip(TIERS, objective(data, solution), strict=True))
    return [values[name] for name in order]


class Swaps:
    """An answer, and what it would be worth with one task elsewhere: only what that task has a part in is looked at."""

    def __init__(self, data: ProblemData, solution: Solution) -> None:
        self.data, self.solution = data, solution
        chosen = _spans_by_resource(data, solution)
        self.taken = [sorted([*each.hard_busy, *own]) for each, own in zip(data.resources, chosen, strict=True)]
        self.days = [_day_values(data, *each) for each in zip(data.resources, chosen, strict=True)]
        self.stays, self.attended = _stays(data, solution), _attended(data, solution)
        self.values = objective(data, solution)

    def in_order(self, task: int, choice: int | None, order: Sequence[str]) -> list[int]:
        """The value of each tier in the given order, as `in_order` of the swapped answer has it."""
        swapped = self.solution.swapped(task, choice)
        days = self._days_gained(task, swapped)
        gained = (0, 0, 0, 0, days.people, days.focus)
        before, after = self._part(task, self.solution), self._part(task, swapped)
        each = zip(self.values, before, after, gained, strict=True)
        values = dict(zip(TIERS, (now - less + more + day for now, less, more, day in each), strict=True))
        return [values[name] for name in order]

    def _part(self, task: int, solution: Solution) -> tuple[int, ...]:
        """What a task has a part in in each tier where a solution has it, all others being where they are."""
        own, place = self.data.tasks[task], solution.place(self.data, task)
        if place is None:
            return (own.unplaced_cost, 0, 0, 0, 0, 0)
        conflicts, free_days, pattern, disruption, people, focus = place.costs
        spans = _counted(self.data, place)
        if not solution.moved(self.data, task):
            conflicts += sum(self._clashing(task, span, own.takes(place)) for span in spans)
        people += self.data.weights.optional * sum(self._missing(task, span) for span in spans)
        return conflicts, free_days, pattern, disruption, people, focus

    def _clashing(self, task: int, span: Span, takes: Iterable[int]) -> int:
        """Minutes of a span of a task that stays in hard busy time, and in that of other tasks that stay."""
        minutes = 0
        for resource in takes:
            minutes += sum(span.overlap(busy) for busy in _near(self.data.resources[resource].hard_busy, span))
            minutes += sum(span.overlap(other) for other, index, _ in self.stays[resource] if index != task)
        return minutes

    def _missing(self, task: int, span: Span) -> int:
        """Minutes of a span in which its people are in other tasks, and optional in one of the two or in both."""
        own = self.data.tasks[task]
        return sum(
            span.overlap(other)
            for people, required in ((own.required, True), (own.optional, False))
            for resource in people
            for other, index, too in self.attended[resource]
            if index != task and not (required and too)
        )

    def _days_gained(self, task: int, swapped: Solution) -> DayValue:
        """What the load days cost more: they change for whoever is in the task, on the days of its two places."""
        data, people, focus = self.data, 0, 0
        old, new = self.solution.place(data, task), swapped.place(data, task)
        without, with_it = _taking(data, task, old), _taking(data, task, new)
        for resource in {**without, **with_it}:
            one, left, added = data.resources[resource], without.get(resource, ()), with_it.get(resource, ())
            for number, day in enumerate(one.load_days):
                less, more = ([s for s in spans if s.overlap(day)] for spans in (left, added))
                if less != more:
                    then = day_value(data.weights, one, day, _exchanged(self.taken[resource], day, less, more))
                    people += then.people - self.days[resource][number].people
                    focus += then.focus - self.days[resource][number].focus
        return DayValue(people, focus)


def _taking(data: ProblemData, task: int, place: Place | None) -> dict[int, Sequence[Span]]:
    """The spans that a place of a task takes of each resource."""
    return dict.fromkeys(data.tasks[task].takes(place), place.spans) if place else {}


def _exchanged(taken: Sequence[Span], day: Span, less: Iterable[Span], more: Iterable[Span]) -> list[Span]:
    """What takes from a day, with other spans of one task."""
    spans = [span for span in taken[: bisect_left(taken, (day.end,))] if span.end > day.start]
    for span in less:
        spans.remove(span)
    return [*spans, *more]


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
    stays = _stays(data, solution)
    return sum(one.overlap(other) for spans in stays for (one, *_), (other, *_) in meeting(spans))


def _stays(data: ProblemData, solution: Solution) -> list[list[Attended]]:
    """What tasks that stay take of each resource in the planned week."""
    stays: list[list[Attended]] = [[] for _ in data.resources]
    for span, task, place in _counted_stays(data, solution):
        for resource in data.tasks[task].takes(place):
            stays[resource].append((span, task, True))
    return stays


def optional_overlaps(data: ProblemData, solution: Solution) -> int:
    """Minutes in which somebody is in two tasks, optional in one or both of them, for each such pair of tasks."""
    return data.weights.optional * sum(
        one.overlap(other)
        for spans in _attended(data, solution)
        for (one, _, required), (other, _, too) in meeting(spans)
        if not (required and too)
    )


def _attended(data: ProblemData, solution: Solution) -> list[list[Attended]]:
    """What each person who is optional anywhere is in, in the planned week."""
    attended: list[list[Attended]] = [[] for _ in data.resources]
    asked = {resource for task in data.tasks for resource in task.optional}
    for index, task in enumerate(data.tasks):
        place = solution.place(data, index)
        for span in _counted(data, place):
            for people, required in ((task.required, True), (task.optional, False)):
                for resource in asked.intersection(people):
                    attended[resource].append((span, index, required))
    return attended


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
    each = zip(data.resources, chosen, strict=True)
    return _sum(value for resource, spans in each for value in _day_values(data, resource, spans))


def _day_values(data: ProblemData, resource: Resource, spans: list[Span]) -> list[DayValue]:
    """What each load day of one resource costs, with the spans that take it."""
    return [day_value(data.weights, resource, day, taken) for day, taken in _load_days(resource, spans)]


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
