"""What the solver is given: tasks, their places, resources, relations and the budget.

The axis is absolute: whole minutes since a Monday 00:00 UTC that the caller chooses. Costs are whole numbers, and
smaller is better. Everything is validated when a `ProblemData` is made, and every problem found is listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Literal, NamedTuple

CONFLICTS, FREE_DAYS, PATTERN, DISRUPTION, PEOPLE, FOCUS = range(6)
TIERS = ("conflicts", "free_days", "pattern", "disruption", "people", "focus")
CELL_MINUTES = 15
FOCUS_CELLS = 8
COST_LIMIT = 1_000_000_000


class Span(NamedTuple):
    """Half-open minutes `[start, end)` on the axis."""

    start: int
    end: int

    def overlap(self, other: Span) -> int:
        """Minutes that both spans share."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True)
class Resource:
    """A person or a room.

    `hard_busy` blocks new places of tasks that require the resource; sorted by start, and disjoint.
    `working` are the spans in which a required resource may be given a new place; sorted and disjoint.
    `closed` are spans that may take no new place (the manager's meeting-free days).
    `load_days` are working days whose load and focus count: each a span of working time, cut into cells of
    `CELL_MINUTES`; empty for a resource that nobody looks at.
    """

    id: str
    hard_busy: tuple[Span, ...] = ()
    working: tuple[Span, ...] = ()
    closed: tuple[Span, ...] = ()
    load_days: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """One start for each occurrence of a task, with what it costs in each tier by itself (`TIERS` order).

    What depends on other tasks (clashes, load, focus) is not part of `costs`.
    """

    spans: tuple[Span, ...]
    costs: tuple[int, int, int, int, int, int] = (0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Task:
    """A meeting that gets one of its places.

    `stay` is today's place, always allowed whatever it breaks; None for a task that does not exist yet, which may
    be left unplaced at `unplaced_cost` in the first tier. `places` are the new places it may get: none if pinned.
    No occurrence of a new place may start before `earliest`. `mailed` are resources that get a mail if the task moves;
    `clashes` says that today's place is in a clash, and so moving it is free of the budget. A task that `keeps_days`
    has new places on its own days only, so that closed time does not bind it.
    """

    id: str
    required: tuple[int, ...]
    optional: tuple[int, ...] = ()
    stay: Place | None = None
    places: tuple[Place, ...] = ()
    earliest: int = 0
    mailed: tuple[int, ...] = ()
    clashes: bool = False
    keeps_days: bool = False
    unplaced_cost: int = 0

    @property
    def options(self) -> tuple[Place, ...]:
        """All places, today's first if there is one; a solution's choice is an index into this."""
        return (self.stay, *self.places) if self.stay else self.places


@dataclass(frozen=True, slots=True)
class Relation:
    """A hard rule between new places of two tasks, read off their first occurrences.

    `order`: the first task ends before the second starts; `not_same_day`: their starts lie on different days of
    `ProblemData.day_starts`. It binds as soon as one of the two has a new place.
    """

    kind: Literal["order", "not_same_day"]
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Budget:
    """Most moves, moves for one person and people mailed; a move of a task that clashes today is free."""

    max_moves: int
    max_moves_per_person: int
    max_people_mailed: int


@dataclass(frozen=True, slots=True)
class Weights:
    """What the terms that join several tasks cost.

    `slack_minutes` are wanted free on each load day and `ceiling_minutes` of meetings are enough; each minute short
    or over costs `slack` / `ceiling` in tier `people`. A cell of working time outside free runs of `FOCUS_CELLS`
    cells costs `fragment` in tier `focus`.
    """

    slack_minutes: int = 30
    slack: int = 1
    ceiling_minutes: int = 360
    ceiling: int = 1
    fragment: int = CELL_MINUTES


@dataclass(frozen=True)
class ProblemData:
    """The whole problem. Raises `InvalidProblemError` that lists everything wrong with it.

    `day_starts` are the starts of the days on the axis, ascending. Clashes count for spans that start before
    `counted_until` (the planned week); freedom of new places is demanded on the whole axis.
    """

    resources: tuple[Resource, ...]
    tasks: tuple[Task, ...]
    relations: tuple[Relation, ...] = ()
    budget: Budget | None = None
    weights: Weights = Weights()
    day_starts: tuple[int, ...] = ()
    counted_until: int = 7 * 24 * 60

    def __post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise InvalidProblemError(problems)


class InvalidProblemError(ValueError):
    """The problem data contradict themselves; `problems` lists every fault, a line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def _problems(data: ProblemData) -> Iterator[str]:
    """Every fault of the data, in words that name the culprit."""
    for resource in data.resources:
        yield from _resource_problems(resource)
    for task in data.tasks:
        yield from _task_problems(task, len(data.resources))
    for relation in data.relations:
        if not (0 <= relation.first < len(data.tasks) and 0 <= relation.second < len(data.tasks)):
            yield f"relation {relation.kind}: names a task that is not there"
        elif relation.first == relation.second:
            yield f"relation {relation.kind}: joins task {data.tasks[relation.first].id} with itself"
    yield from _whole_problems(data)


def _whole_problems(data: ProblemData) -> Iterator[str]:
    if len({t.id for t in data.tasks}) < len(data.tasks):
        yield "two tasks have the same id"
    if len({r.id for r in data.resources}) < len(data.resources):
        yield "two resources have the same id"
    if any(a >= b for a, b in pairwise(data.day_starts)):
        yield "day_starts must ascend"
    for part in (data.weights, data.budget):
        for field in fields(part) if part else ():
            if getattr(part, field.name) < 0:
                yield f"{type(part).__name__.lower()}: {field.name} must not be below 0"


def _resource_problems(resource: Resource) -> Iterator[str]:
    for name in ("hard_busy", "working", "closed", "load_days"):
        spans: tuple[Span, ...] = getattr(resource, name)
        if any(s.end <= s.start for s in spans) or any(a.end > b.start for a, b in pairwise(spans)):
            yield f"resource {resource.id}: {name} must be sorted, disjoint and not empty"


def _task_problems(task: Task, resources: int) -> Iterator[str]:
    people = (*task.required, *task.optional)
    if any(not 0 <= r < resources for r in (*people, *task.mailed)):
        yield f"task {task.id}: names a resource that is not there"
    if len(set(people)) < len(people):
        yield f"task {task.id}: names a resource twice"
    for place in task.options:
        if not place.spans or any(s.end <= s.start for s in place.spans):
            yield f"task {task.id}: a place needs occurrences that last"
        if any(abs(cost) > COST_LIMIT for cost in place.costs):
            yield f"task {task.id}: a cost lies beyond {COST_LIMIT}"
    if len(set(task.mailed)) < len(task.mailed):
        yield f"task {task.id}: mails a resource twice"
    if task.stay is None and not 0 < task.unplaced_cost <= COST_LIMIT:
        yield f"task {task.id}: a new task needs an unplaced_cost above 0, and at most {COST_LIMIT}"
