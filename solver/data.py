"""What the solver is given: tasks, their places, resources, relations and the budget.

The axis is absolute: whole minutes since a Monday 00:00 UTC that the caller chooses. Costs are whole numbers, and
smaller is better. Everything is validated when a `ProblemData` is made, and every problem found is listed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Literal, NamedTuple

from solver.remembered import Remembered

CONFLICTS, FREE_DAYS, PATTERN, DISRUPTION, PEOPLE, FOCUS = range(6)
TIERS = ("conflicts", "free_days", "pattern", "disruption", "people", "focus")
CELL_MINUTES = 15
FOCUS_CELLS = 8
COST_LIMIT = 1_000_000_000

WEEK = 7 * 24 * 60
MOST_WEEKS = 60
MOST: dict[str, int] = {
    "tasks": 50_000,
    "resources": 50_000,
    "relations": 100_000,
    "places": 10_000_000,
    "locations": 200,
}
"""Sizes of the whole problem: some three times the largest company that is measured, and what fits into memory."""
MOST_SPANS, MOST_ATTENDEES, MOST_PLACES, MOST_OCCURRENCES = 10_000, 400, 20_000, 7 * MOST_WEEKS
MOST_WAY, MOST_WEIGHT = 24 * 60, 1_000_000
"""Spans of a resource, people and places of a task, occurrences, minutes on the way, a weight: beyond what is real."""


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
    `seats` people or more. Its move is part of a `proposal`: the budget holds for each of them alone. `spent` says
    that a move to where it stands was decided before, and counts against the budget; such a task has no new places.
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
    proposal: int = 0
    spent: bool = False

    def takes(self, place: Place) -> tuple[int, ...]:
        """The resources that a place of the task takes: those that the task requires, and the place's own."""
        return self.required + place.resources if place.resources else self.required

    @property
    def options(self) -> tuple[Place, ...]:
        """All places, today's first if there is one; a solution's choice is an index into this."""
        return (self.stay, *self.places) if self.stay else self.places

    def option(self, choice: int) -> Place:
        """One of the options, without a list of all of them."""
        if self.stay is None:
            return self.places[choice]
        return self.places[choice - 1] if choice else self.stay


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
    """Most moves, moves for one person and people mailed in a proposal; a move of a task that clashes today is free."""

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
    counted_until: int = WEEK
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
    """Every fault of the data, in words that name the culprit; of data that are too large only that."""
    too_large = list(_size_problems(data))
    if too_large:
        yield from too_large
        return
    locations = max(1, len(data.travel))
    spans = _KnownSpans()
    for resource in data.resources:
        yield from _resource_problems(resource, locations, spans)
    different = {id(task.places): task.places for task in data.tasks}
    looked = {each: _LOOKED.of(places) for each, places in different.items()}
    for task in data.tasks:
        found = _task_problems(task, looked[id(task.places)], len(data.resources), locations)
        yield from (f"task {task.id}: {problem}" for problem in found)
    for relation in data.relations:
        if not (0 <= relation.first < len(data.tasks) and 0 <= relation.second < len(data.tasks)):
            yield f"relation {relation.kind}: names a task that is not there"
        elif relation.first == relation.second:
            yield f"relation {relation.kind}: joins task {data.tasks[relation.first].id} with itself"
    yield from _whole_problems(data)


def _size_problems(data: ProblemData) -> Iterator[str]:
    sizes = {"tasks": len(data.tasks), "resources": len(data.resources), "relations": len(data.relations)}
    sizes |= {"places": sum(len(task.places) for task in data.tasks), "locations": len(data.travel)}
    for name, size in sizes.items():
        if size > MOST[name]:
            yield f"{size} {name}, and the limit is {MOST[name]}"


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
            if not 0 <= getattr(part, field.name) <= MOST_WEIGHT:
                yield f"{type(part).__name__.lower()}: {field.name} must be from 0 to {MOST_WEIGHT}"


def _travel_problems(travel: tuple[tuple[int, ...], ...]) -> Iterator[str]:
    if any(len(row) != len(travel) for row in travel):
        yield "travel must have as many columns as rows"
        return
    if any(not 0 <= minutes <= MOST_WAY for row in travel for minutes in row):
        yield f"travel must be from 0 to {MOST_WAY} minutes"
    nowhere = (*travel[:1], tuple(row[0] for row in travel), tuple(row[n] for n, row in enumerate(travel)))
    if any(any(minutes) for minutes in nowhere):
        yield "travel must be 0 from location 0, to it, and from each location to itself"


def _resource_problems(resource: Resource, locations: int, known: _KnownSpans) -> Iterator[str]:
    for name in ("hard_busy", "working", "closed", "load_days", "lunches"):
        spans: tuple[Span, ...] = getattr(resource, name)
        if len(spans) > MOST_SPANS:
            yield f"resource {resource.id}: {len(spans)} spans in {name}, and the limit is {MOST_SPANS}"
        yield from (f"resource {resource.id}: {name} must {problem}" for problem in known.problems(spans))
    if not all(_is_inside(span, resource.load_days) for span in resource.lunches):
        yield f"resource {resource.id}: each of lunches must lie inside a load day"
    if resource.seats is not None and resource.seats < 0:
        yield f"resource {resource.id}: seats must not be below 0"
    if any(not 0 <= visit.location < locations for visit in resource.visits):
        yield f"resource {resource.id}: visits a location that is not there"
    if not all(
        any(b.start <= v.span.start and v.span.end <= b.end for b in resource.hard_busy) for v in resource.visits
    ):
        yield f"resource {resource.id}: each of visits must lie inside hard_busy"


def _task_problems(task: Task, places: _Looked, resources: int, locations: int) -> Iterator[str]:
    people = (*task.required, *task.optional)
    if len(people) > MOST_ATTENDEES:
        yield f"{len(people)} people, and the limit is {MOST_ATTENDEES}"
    if len(task.places) > MOST_PLACES:
        yield f"{len(task.places)} places, and the limit is {MOST_PLACES}"
    if any(not 0 <= r < resources for r in (*people, *task.mailed)):
        yield "names a resource that is not there"
    if len(set(people)) < len(people):
        yield "names a resource twice"
    looked = [*([_looked((task.stay,))] if task.stay else ()), places]
    yield from dict.fromkeys(problem for each in looked for problem in each.problems(resources, locations))
    if not all(each.resources.isdisjoint(people) for each in looked):
        yield "a place takes a resource that the task has"
    if len(set(task.mailed)) < len(task.mailed):
        yield "mails a resource twice"
    if task.seats < 0:
        yield "seats must not be below 0"
    if task.spent and (task.places or task.stay is None):
        yield "spent, and so it must stand, and have no new places"
    if task.stay is None and not 0 < task.unplaced_cost <= COST_LIMIT:
        yield f"a new task needs an unplaced_cost above 0, and at most {COST_LIMIT}"


class _KnownSpans:
    """What is wrong with spans; looked at once, where several share them."""

    def __init__(self) -> None:
        self.found: dict[int, list[str]] = {}

    def problems(self, spans: tuple[Span, ...]) -> list[str]:
        """The faults of spans that should be sorted, and lie on the axis."""
        if id(spans) not in self.found:
            self.found[id(spans)] = list(_span_problems(spans))
        return self.found[id(spans)]


@dataclass(frozen=True, slots=True)
class _Looked:
    """What places say that is wrong by itself, and the resources and locations that they name."""

    faults: tuple[str, ...]
    resources: frozenset[int]
    locations: frozenset[int]

    def problems(self, resources: int, locations: int) -> Iterator[str]:
        """The faults of the places among so many resources and locations, each said once."""
        yield from self.faults
        if any(not 0 <= r < resources for r in self.resources):
            yield "a place takes a resource that is not there"
        if any(not 0 <= at < locations for at in self.locations):
            yield "a place has a location that is not there"


def _looked(places: tuple[Place, ...]) -> _Looked:
    spans = _KnownSpans()
    faults = dict.fromkeys(fault for place in places for fault in _place_faults(place, spans))
    resources = frozenset(r for place in places for r in place.resources)
    return _Looked(tuple(faults), resources, frozenset(place.location for place in places))


def _place_faults(place: Place, spans: _KnownSpans) -> Iterator[str]:
    if not place.spans:
        yield "a place needs occurrences"
    if len(place.spans) > MOST_OCCURRENCES:
        yield f"{len(place.spans)} occurrences of a place, and the limit is {MOST_OCCURRENCES}"
    for problem in spans.problems(place.spans):
        yield f"occurrences must {problem}"
    if max(place.costs) > COST_LIMIT or min(place.costs) < -COST_LIMIT:
        yield f"a cost lies beyond {COST_LIMIT}"
    if len(set(place.resources)) < len(place.resources):
        yield "a place takes a resource twice"


_LOOKED = Remembered(_looked)
"""Problems that are made from each other, or again and again, share most of their places."""


def _is_inside(span: Span, others: tuple[Span, ...]) -> bool:
    """Whether one of the sorted spans holds a span."""
    before = bisect_right(others, (span.start, MOST_WEEKS * WEEK)) - 1
    return before >= 0 and span.end <= others[before].end


def _span_problems(spans: tuple[Span, ...]) -> Iterator[str]:
    if any(s.end <= s.start for s in spans) or any(a.end > b.start for a, b in pairwise(spans)):
        yield "be sorted, disjoint and not empty"
    elif spans and (spans[0].start < -MOST_WEEKS * WEEK or spans[-1].end > MOST_WEEKS * WEEK):
        yield f"lie within {MOST_WEEKS} weeks of the start of the axis"
