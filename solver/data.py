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


class Visit(NamedTuple):
    """A hard busy time that is spent at a location; its span lies in `Resource.hard_busy` too."""

    span: Span
    location: int


@dataclass(frozen=True, slots=True)
class Resource:
    """A person or a room.

    `hard_busy` blocks new places that take the resource; sorted by start, and disjoint.
    `working` are the spans in which it may be given a new place; sorted and disjoint.
    `closed` are spans that may take no new place (the manager's meeting-free days).
    `load_days` are working days whose load and focus count: each a span of working time, cut into cells of
    `CELL_MINUTES`; empty for a resource that nobody looks at. `lunches` are windows within load days in which
    `Weights.lunch_minutes` in a row are wanted free. `seats` is how many a room holds, None for a person. `visits` are
    the hard busy times that are spent at a location.
    """

    id: str
    hard_busy: tuple[Span, ...] = ()
    working: tuple[Span, ...] = ()
    closed: tuple[Span, ...] = ()
    load_days: tuple[Span, ...] = ()
    lunches: tuple[Span, ...] = ()
    seats: int | None = None
    visits: tuple[Visit, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """One start for each occurrence of a task, with what it costs in each tier by itself (`TIERS` order).

    What depends on other tasks (clashes, load, focus) is not part of `costs`. `resources` are what the place takes
    beside those that its task requires: its room. `location` is where it is, 0 for nowhere (online, unknown).
    """

    spans: tuple[Span, ...]
    costs: tuple[int, int, int, int, int, int] = (0, 0, 0, 0, 0, 0)
    resources: tuple[int, ...] = ()
    location: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """A meeting that gets one of its places.

    `stay` is today's place, always allowed whatever it breaks; None for a task that does not exist yet, which may
    be left unplaced at `unplaced_cost` in the first tier. `places` are the new places it may get: none if pinned.
    No occurrence of a new place may start before `earliest`. `mailed` are resources that get a mail if the task moves;
    `clashes` says that today's place is in a clash, and so moving it is free of the budget. A task that `keeps_days`
    has new places on its own days only, so that closed time does not bind it. A room that a new place takes holds
    `seats` people or more.
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
    seats: int = 0

    def takes(self, place: Place) -> tuple[int, ...]:
        """The resources that a place of the task takes: those that the task requires, and the place's own."""
        return self.required + place.resources if place.resources else self.required

    @property
    def options(self) -> tuple[Place, ...]:
        """All places, today's first if there is one; a solution's choice is an index into this."""
        return (self.stay, *self.places) if self.stay else self.places


@dataclass(frozen=True, slots=True)
class Relation:
    """A hard rule between the places of two tasks, that binds as soon as one of the two is new.

    `order`: each occurrence of the first task ends before that of the second starts; if one has more occurrences than
    the other, this is asked of the first ones only. `not_same_day`: no two of their occurrences start on the same day
    of `ProblemData.day_starts`.
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

    In tier `people`, on each load day: `slack_minutes` are wanted free, `ceiling_minutes` of meetings and
    `ceiling_meetings` of them are enough, and `run_minutes` of meetings in a row; each minute short or over costs
    `slack`, `ceiling` and `breaks`, each meeting over `meeting`. A lunch window without `lunch_minutes` free in a row
    costs `lunch`. A minute in which an optional attendee of a task is in another one too costs `optional`. In tier
    `focus` a cell of working time outside free runs of `FOCUS_CELLS` cells costs `fragment`.
    """

    slack_minutes: int = 30
    slack: int = 1
    ceiling_minutes: int = 360
    ceiling: int = 1
    fragment: int = CELL_MINUTES
    lunch_minutes: int = 30
    lunch: int = 30
    run_minutes: int = 120
    breaks: int = 1
    ceiling_meetings: int = 8
    meeting: int = 15
    optional: int = 1


@dataclass(frozen=True)
class ProblemData:
    """The whole problem. Raises `InvalidProblemError` that lists everything wrong with it.

    `day_starts` are the starts of the days on the axis, ascending. Clashes count for spans that start before
    `counted_until` (the planned week); freedom of new places is demanded on the whole axis. `travel[a][b]` are the
    minutes from location `a` to `b`: nobody who is required is given a new place nearer than that.
    """

    resources: tuple[Resource, ...]
    tasks: tuple[Task, ...]
    relations: tuple[Relation, ...] = ()
    budget: Budget | None = None
    weights: Weights = Weights()
    day_starts: tuple[int, ...] = ()
    counted_until: int = 7 * 24 * 60
    travel: tuple[tuple[int, ...], ...] = ()

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
    locations = max(1, len(data.travel))
    for resource in data.resources:
        yield from _resource_problems(resource, locations)
    for task in data.tasks:
        yield from _task_problems(task, len(data.resources), locations)
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
    yield from _travel_problems(data.travel)
    for part in (data.weights, data.budget):
        for field in fields(part) if part else ():
            if getattr(part, field.name) < 0:
                yield f"{type(part).__name__.lower()}: {field.name} must not be below 0"


def _travel_problems(travel: tuple[tuple[int, ...], ...]) -> Iterator[str]:
    if any(len(row) != len(travel) for row in travel):
        yield "travel must have as many columns as rows"
        return
    if any(minutes < 0 for row in travel for minutes in row):
        yield "travel must not be below 0"
    nowhere = (*travel[:1], tuple(row[0] for row in travel), tuple(row[n] for n, row in enumerate(travel)))
    if any(any(minutes) for minutes in nowhere):
        yield "travel must be 0 from location 0, to it, and from each location to itself"


def _resource_problems(resource: Resource, locations: int) -> Iterator[str]:
    for name in ("hard_busy", "working", "closed", "load_days", "lunches"):
        spans: tuple[Span, ...] = getattr(resource, name)
        if any(s.end <= s.start for s in spans) or any(a.end > b.start for a, b in pairwise(spans)):
            yield f"resource {resource.id}: {name} must be sorted, disjoint and not empty"
    if not all(any(d.start <= s.start and s.end <= d.end for d in resource.load_days) for s in resource.lunches):
        yield f"resource {resource.id}: each of lunches must lie inside a load day"
    if resource.seats is not None and resource.seats < 0:
        yield f"resource {resource.id}: seats must not be below 0"
    if any(not 0 <= visit.location < locations for visit in resource.visits):
        yield f"resource {resource.id}: visits a location that is not there"
    if not all(
        any(b.start <= v.span.start and v.span.end <= b.end for b in resource.hard_busy) for v in resource.visits
    ):
        yield f"resource {resource.id}: each of visits must lie inside hard_busy"


def _task_problems(task: Task, resources: int, locations: int) -> Iterator[str]:
    people = (*task.required, *task.optional)
    if any(not 0 <= r < resources for r in (*people, *task.mailed)):
        yield f"task {task.id}: names a resource that is not there"
    if len(set(people)) < len(people):
        yield f"task {task.id}: names a resource twice"
    for place in task.options:
        yield from _place_problems(task, place, resources, locations)
    if len(set(task.mailed)) < len(task.mailed):
        yield f"task {task.id}: mails a resource twice"
    if task.seats < 0:
        yield f"task {task.id}: seats must not be below 0"
    if task.stay is None and not 0 < task.unplaced_cost <= COST_LIMIT:
        yield f"task {task.id}: a new task needs an unplaced_cost above 0, and at most {COST_LIMIT}"


def _place_problems(task: Task, place: Place, resources: int, locations: int) -> Iterator[str]:
    if not place.spans or any(s.end <= s.start for s in place.spans):
        yield f"task {task.id}: a place needs occurrences that last"
    if any(abs(cost) > COST_LIMIT for cost in place.costs):
        yield f"task {task.id}: a cost lies beyond {COST_LIMIT}"
    if any(not 0 <= r < resources for r in place.resources):
        yield f"task {task.id}: a place takes a resource that is not there"
    if len({*task.required, *task.optional, *place.resources}) < len(task.required + task.optional + place.resources):
        yield f"task {task.id}: a place takes a resource twice"
    if not 0 <= place.location < locations:
        yield f"task {task.id}: a place has a location that is not there"
