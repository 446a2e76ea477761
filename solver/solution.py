"""An answer of the solver, and its objective recomputed in plain Python from the answer alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from solver.data import CELL_MINUTES, FOCUS_CELLS, TIERS, Place, ProblemData, Span


class Status(StrEnum):
    """How an answer stands: proven best, valid, proven impossible, nothing found in time, or data refused."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"
    INVALID = "invalid"


BUSY = b"\1"


@dataclass(frozen=True, slots=True)
class Solution:
    """One choice a task: an index into `Task.options`, or None for a new task without a place."""

    choices: tuple[int | None, ...]

    def place(self, data: ProblemData, task: int) -> Place | None:
        """The place that a task got."""
        choice = self.choices[task]
        return None if choice is None else data.tasks[task].options[choice]

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
    values = [place_costs(data, solution, tier) for tier in range(len(TIERS))]
    conflicts = busy_conflicts(data, solution) + pair_conflicts(data, solution) + left_out(data, solution)
    joined = (conflicts, 0, 0, 0, load(data, solution), fragmentation(data, solution))
    return tuple(own + more for own, more in zip(values, joined, strict=True))


def place_costs(data: ProblemData, solution: Solution, tier: int) -> int:
    """What the chosen places cost by themselves in a tier."""
    places = (solution.place(data, task) for task in range(len(data.tasks)))
    return sum(place.costs[tier] for place in places if place)


def busy_conflicts(data: ProblemData, solution: Solution) -> int:
    """Minutes of tasks that stay in hard busy time of a required resource."""
    return sum(
        span.overlap(busy)
        for index, task in enumerate(data.tasks)
        for span in _counted_stays(data, solution, index)
        for resource in task.required
        for busy in data.resources[resource].hard_busy
    )


def pair_conflicts(data: ProblemData, solution: Solution) -> int:
    """Minutes that two tasks which both stay take from a resource that both require, for each such resource."""
    stays = [(set(t.required), _counted_stays(data, solution, i)) for i, t in enumerate(data.tasks)]
    return sum(
        len(one & other) * sum(a.overlap(b) for a in spans for b in others)
        for (one, spans), (other, others) in combinations(stays, 2)
        if one & other
    )


def left_out(data: ProblemData, solution: Solution) -> int:
    """What the new tasks without a place cost."""
    return sum(task.unplaced_cost for task, choice in zip(data.tasks, solution.choices, strict=True) if choice is None)


def load(data: ProblemData, solution: Solution) -> int:
    """Minutes of slack that a load day lacks, and of meetings above its ceiling, each at its weight."""
    weights = data.weights
    total = 0
    for day, taken in _load_days(data, solution):
        meeting = sum(day.overlap(span) for span in taken)
        total += weights.slack * max(0, weights.slack_minutes - (day.end - day.start - meeting))
        total += weights.ceiling * max(0, meeting - weights.ceiling_minutes)
    return total


def fragmentation(data: ProblemData, solution: Solution) -> int:
    """Cells of load days outside free runs of `FOCUS_CELLS` cells or more, at `weights.fragment`: busy cells too."""
    scattered = 0
    for day, taken in _load_days(data, solution):
        busy = bytearray((day.end - day.start) // CELL_MINUTES)
        for span in taken:
            first = max(0, span.start - day.start) // CELL_MINUTES
            last = min(len(busy), -((day.start - span.end) // CELL_MINUTES))
            busy[first:last] = BUSY * max(0, last - first)
        scattered += len(busy) - sum(len(run) for run in bytes(busy).split(BUSY) if len(run) >= FOCUS_CELLS)
    return data.weights.fragment * scattered


def cells(day: Span) -> list[Span]:
    """The whole cells of a load day; what is left at its end does not count."""
    starts = range(day.start, day.end - CELL_MINUTES + 1, CELL_MINUTES)
    return [Span(start, start + CELL_MINUTES) for start in starts]


def _counted_stays(data: ProblemData, solution: Solution, task: int) -> list[Span]:
    """The occurrences whose clashes count: of a task that stays, in the planned week."""
    place = solution.place(data, task)
    if place is None or solution.moved(data, task):
        return []
    return [span for span in place.spans if span.start < data.counted_until]


def _load_days(data: ProblemData, solution: Solution) -> Iterator[tuple[Span, list[Span]]]:
    """Each load day of each resource, with what takes from it: hard busy times and chosen spans."""
    for index, resource in enumerate(data.resources):
        if not resource.load_days:
            continue
        places = [solution.place(data, i) for i, task in enumerate(data.tasks) if index in task.required]
        taken = sorted([*resource.hard_busy, *(span for place in places if place for span in place.spans)])
        longest = max((span.end - span.start for span in taken), default=0)
        for day in resource.load_days:
            first, last = bisect_left(taken, (day.start - longest,)), bisect_left(taken, (day.end,))
            yield day, [span for span in taken[first:last] if span.end > day.start]
