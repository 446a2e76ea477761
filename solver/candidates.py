"""Which options a task can still get: what breaks no rule by itself, and what cannot be part of a better answer."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Literal

from solver.data import CONFLICTS, Place, ProblemData, Resource, Span, Task, Visit
from solver.remembered import Remembered

Choice = int | None
"""An index into `Task.options`, or None: a new task without a place."""

Candidates = tuple[tuple[Choice, ...], ...]
"""For each task the choices that it can get; today's place, or None for a new task, comes first."""

Costs = tuple[int, ...]
"""What each option of a task costs; of a new task the last one is what being left out costs, so `price` reads them."""

OwnCosts = tuple[Costs, ...]
"""For each task what its choices cost by themselves in one tier."""

Rule = Literal["earliest", "seats", "closed", "working", "busy", "travel"]


@dataclass(frozen=True, slots=True)
class Dropped:
    """Why an option is no candidate: the rule, and the resources that it protects."""

    rule: Rule
    resources: tuple[int, ...]


def feasible_places(data: ProblemData) -> Candidates:
    """The options that break no rule by themselves; `dropped_by` says why another one is not among them."""
    free = _FreeTime(data)
    different = {id(task.places): task.places for task in data.tasks}
    groups = {each: _GROUPS.of(places) for each, places in different.items()}
    return tuple(_feasible(data, task, groups[id(task.places)], free) for task in data.tasks)


def dropped_by(data: ProblemData, task: Task, place: Place) -> Dropped | None:
    """The first rule that forbids a new place by itself, or None."""
    if min(place.spans).start < task.earliest:
        return Dropped("earliest", ())
    takes, spans, resources = task.takes(place), place.spans, data.resources
    rules: tuple[tuple[Rule, Sequence[int], Callable[[Resource], bool]], ...] = (
        ("seats", takes, lambda one: _is_too_small(one, task)),
        ("closed", () if task.keeps_days else takes, lambda one: touch(one.closed, spans)),
        ("working", takes, lambda one: not _inside(one.working, spans)),
        ("busy", takes, lambda one: touch(one.hard_busy, spans)),
        ("travel", task.required, lambda one: touch(_nearby(data, one.visits, place.location), spans)),
    )
    for rule, asked, forbids in rules:
        protected = tuple(r for r in asked if forbids(resources[r]))
        if protected:
            return Dropped(rule, protected)
    return None


def beside_fixed(data: ProblemData, candidates: Candidates) -> Candidates:
    """Without the new places that meet a task which can only stay."""
    fixed = _Fixed(data)
    for task, choices in zip(data.tasks, candidates, strict=True):
        if task.stay and choices == (0,):
            fixed.add(task, task.stay)
    if not fixed.visits:
        return candidates
    return tuple(fixed.without(*pair) for pair in zip(data.tasks, candidates, strict=True))


def price(costs: Costs, choice: Choice) -> int:
    """What a choice costs."""
    return costs[-1 if choice is None else choice]


def own_costs(data: ProblemData, tier: int) -> OwnCosts:
    """What each choice costs by itself in a tier: its place, today's clashes with hard busy time, being left out."""
    known: dict[tuple[int, ...], Costs] = {}
    return tuple(_own_costs(data, task, tier, known) for task in data.tasks)


def least(own: OwnCosts, candidates: Candidates) -> int:
    """The sum of the cheapest choices: a lower bound of a tier, as what joins tasks costs nothing or more."""
    known: dict[tuple[int, int], int] = {}
    for costs, choices in zip(own, candidates, strict=True):
        key = id(costs), id(choices)
        if key not in known:
            known[key] = _cheapest(costs, choices)
    return sum(known[id(costs), id(choices)] for costs, choices in zip(own, candidates, strict=True))


def within(candidates: Candidates, bounds: Sequence[tuple[OwnCosts, int]]) -> Candidates:
    """Without the choices that are in no answer within the bounds on the values of some tiers.

    Such a choice costs more above the cheapest of its task than the bound lies above `least`.
    """
    while True:
        before = candidates
        for own, bound in bounds:
            room = bound - least(own, candidates)
            candidates = tuple(_affordable(*pair, room) for pair in zip(own, candidates, strict=True))
        if candidates == before:
            return candidates


def _cheapest(costs: Costs, choices: tuple[Choice, ...]) -> int:
    return min([costs[-1 if choice is None else choice] for choice in choices])


def _affordable(costs: Costs, choices: tuple[Choice, ...], room: int) -> tuple[Choice, ...]:
    if max(costs) - min(costs) <= room:
        return choices
    most = _cheapest(costs, choices) + room
    return tuple([choice for choice in choices if costs[-1 if choice is None else choice] <= most])


def _own_costs(data: ProblemData, task: Task, tier: int, known: dict[tuple[int, ...], Costs]) -> Costs:
    """The costs of a task; tasks that share their places share them, where nothing else counts."""
    left_out = (task.unplaced_cost if tier == CONFLICTS else 0,) if task.stay is None else ()
    key = (id(task.stay), id(task.places), *left_out)
    if key not in known:
        known[key] = (*[place.costs[tier] for place in task.options], *left_out)
    own = known[key]
    if task.stay is None:
        return own
    busy = _busy_minutes(data, task, task.stay) if tier == CONFLICTS else 0
    return (own[0] + busy, *own[1:]) if busy else own


@dataclass(frozen=True, slots=True)
class _Group:
    """New places of a task that take the same resources at one location.

    `columns` are the starts and ends of the occurrences, a pair of lists each; `ascend` says that they all do.
    """

    resources: tuple[int, ...]
    location: int
    numbers: Sequence[int]
    columns: tuple[tuple[list[int], list[int]], ...]
    ascend: bool


def _groups(places: tuple[Place, ...]) -> list[_Group]:
    numbers: dict[tuple[tuple[int, ...], int, int], list[int]] = {}
    for number, place in enumerate(places):
        numbers.setdefault((place.resources, place.location, len(place.spans)), []).append(number)
    return [_group(*key, [places[n].spans for n in found], found) for key, found in numbers.items()]


_GROUPS = Remembered(_groups)


def _group(
    resources: tuple[int, ...], location: int, length: int, spans: list[tuple[Span, ...]], numbers: Sequence[int]
) -> _Group:
    columns = tuple(([s[n].start for s in spans], [s[n].end for s in spans]) for n in range(length))
    ascend = all(a <= b for column in columns for ends in column for a, b in pairwise(ends))
    return _Group(resources, location, numbers, columns, ascend)


class _FreeTime:
    """Where resources can take a new place, each looked up once."""

    def __init__(self, data: ProblemData) -> None:
        self.data = data
        self.windows: dict[tuple[int, bool, int], list[Span]] = {}
        self.common: dict[tuple[tuple[int, ...], tuple[int, ...], bool, int], list[Span] | None] = {}
        self.shared: dict[frozenset[int], list[Span] | None] = {}
        self.equal: dict[tuple[Span, ...], list[Span]] = {}
        self.choices: dict[tuple[object, ...], tuple[Choice, ...]] = {}

    def of_all(self, task: Task, resources: tuple[int, ...], location: int) -> list[Span] | None:
        """The windows that what a task requires and some more resources share; None if there are none to ask."""
        key = (task.required, resources, task.keeps_days, location)
        if key not in self.common:
            windows = [self.of(r, task.keeps_days, location) for r in task.required]
            self.common[key] = self._common([*windows, *(self.of(r, task.keeps_days, 0) for r in resources)])
        return self.common[key]

    def _common(self, windows: Sequence[list[Span]]) -> list[Span] | None:
        """The windows that all share; people with the same windows count once, and equal results are one list."""
        different = {id(one): one for one in windows}
        key = frozenset(different)
        if key not in self.shared:
            common = _common(list(different.values()))
            self.shared[key] = None if common is None else self._one(common)
        return self.shared[key]

    def _one(self, windows: list[Span]) -> list[Span]:
        """The same list for equal windows."""
        return self.equal.setdefault(tuple(windows), windows)

    def of(self, resource: int, keeps_days: bool, location: int) -> list[Span]:
        """The windows of one resource for a place at a location."""
        one = self.data.resources[resource]
        key = (resource, keeps_days and bool(one.closed), location if one.visits else 0)
        if key not in self.windows:
            closed = () if keeps_days else one.closed
            self.windows[key] = self._one(_windows(one, [*closed, *_nearby(self.data, one.visits, key[2])]))
        return self.windows[key]


class _Fixed:
    """The places of tasks which can only stay, by the resource that they take."""

    def __init__(self, data: ProblemData) -> None:
        self.data = data
        self.visits: dict[int, list[Visit]] = {}
        self.spans: dict[tuple[int, int], list[Span]] = {}

    def add(self, task: Task, place: Place) -> None:
        """Take the resources of a place for good."""
        for resource in task.takes(place):
            self.visits.setdefault(resource, []).extend(Visit(span, place.location) for span in place.spans)

    def without(self, task: Task, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        """The first choice of a task, which is no new place, and those that meet nothing fixed."""
        own = [resource for resource in task.required if resource in self.visits]
        options, (first, *others) = task.options, choices
        return (first, *(c for c in others if c is None or not self._meets(own, options[c])))

    def _meets(self, own: Sequence[int], place: Place) -> bool:
        rooms = (r for r in place.resources if r in self.visits)
        return any(touch(self._taken(r, place.location), place.spans) for r in own) or any(
            touch(self._taken(r, 0), place.spans) for r in rooms
        )

    def _taken(self, resource: int, location: int) -> list[Span]:
        if (resource, location) not in self.spans:
            self.spans[resource, location] = _nearby(self.data, self.visits[resource], location)
        return self.spans[resource, location]


def _feasible(data: ProblemData, task: Task, groups: Sequence[_Group], free: _FreeTime) -> tuple[Choice, ...]:
    """The choices of a task that lie in its windows, today's place or none at all first."""
    fits = [g for g in groups if not any(_is_too_small(data.resources[r], task) for r in task.required + g.resources)]
    asked = [(group, free.of_all(task, group.resources, group.location)) for group in fits]
    key = (task.stay is None, task.earliest, *((id(group), id(windows)) for group, windows in asked))
    if key not in free.choices:
        free.choices[key] = tuple(_choices(task, asked))
    return free.choices[key]


def _choices(task: Task, asked: Sequence[tuple[_Group, Sequence[Span] | None]]) -> Iterator[Choice]:
    """Today's place or none at all, and then the places of some groups that lie in their windows."""
    shift = 1 if task.stay else 0
    yield 0 if task.stay else None
    found = [_positions(group, windows, task.earliest) for group, windows in asked]
    numbers = [[group.numbers[n] + shift for n in own] for (group, _), own in zip(asked, found, strict=True)]
    yield from numbers[0] if len(numbers) == 1 else sorted(chain.from_iterable(numbers))


def _positions(group: _Group, windows: Sequence[Span] | None, earliest: int) -> Iterable[int]:
    """Which places of a group have each occurrence in one of the windows; None stands for everywhere."""
    find = _in_windows if group.ascend else _in_windows_one_by_one
    first, *others = (find(*column, windows, earliest) for column in group.columns)
    if not others:
        return first
    return sorted(set(first).intersection(*others))


def _in_windows(
    starts: Sequence[int], ends: Sequence[int], windows: Sequence[Span] | None, earliest: int
) -> Iterator[int]:
    """The numbers of the ascending spans that lie inside one of the sorted, disjoint windows."""
    if windows is None:
        return iter(range(bisect_left(starts, earliest), len(starts)))
    return chain.from_iterable(
        range(bisect_left(starts, max(earliest, start)), bisect_right(ends, end)) for start, end in windows
    )


def _in_windows_one_by_one(
    starts: Sequence[int], ends: Sequence[int], windows: Sequence[Span] | None, earliest: int
) -> Iterator[int]:
    """The same for spans in any order."""
    for number, span in enumerate(map(Span, starts, ends)):
        if span.start >= earliest and (windows is None or _holds(windows, span)):
            yield number


def _is_too_small(resource: Resource, task: Task) -> bool:
    return resource.seats is not None and resource.seats < task.seats


def _nearby(data: ProblemData, visits: Sequence[Visit], location: int) -> list[Span]:
    """The time of visits, with the way to them from a location and back."""
    way = data.travel
    if not (way and location):
        return union(visit.span for visit in visits)
    return union(Span(s.start - way[location][at], s.end + way[at][location]) for s, at in visits)


def _holds(windows: Sequence[Span], span: Span) -> bool:
    """Whether a span lies inside one of the sorted, disjoint windows."""
    index = bisect_left(windows, (span.start + 1,)) - 1
    return index >= 0 and span.end <= windows[index].end


def _windows(resource: Resource, closed: Iterable[Span]) -> list[Span]:
    """Where a resource can take a new place: its working spans without what is busy or closed."""
    blocked = union([*resource.hard_busy, *closed])
    windows = []
    at = 0
    for start, end in resource.working:
        while at < len(blocked) and blocked[at].end <= start:
            at += 1
        free_from = start
        for busy in blocked[at:]:
            if busy.start >= end:
                break
            if busy.start > free_from:
                windows.append(Span(free_from, busy.start))
            free_from = busy.end
        if free_from < end:
            windows.append(Span(free_from, end))
    return windows


def _common(windows: Sequence[list[Span]]) -> list[Span] | None:
    """The windows that all share; None if there are none to ask."""
    common: list[Span] | None = None
    for found in windows:
        common = found if common is None else _intersection(common, found)
    return common


def _intersection(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """What lies in a window of both; windows that only touch stay apart."""
    found = []
    i = j = 0
    while i < len(one) and j < len(other):
        start, end = max(one[i].start, other[j].start), min(one[i].end, other[j].end)
        if start < end:
            found.append(Span(start, end))
        if one[i].end < other[j].end:
            i += 1
        else:
            j += 1
    return found


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time as sorted, disjoint spans."""
    union: list[Span] = []
    for span in sorted(spans):
        if union and span.start <= union[-1].end:
            union[-1] = Span(union[-1].start, max(union[-1].end, span.end))
        else:
            union.append(span)
    return union


def touch(busy: Sequence[Span], spans: Iterable[Span]) -> bool:
    """Whether one of the spans overlaps one of the sorted, disjoint busy spans: the last that begins before its end."""
    for start, end in spans:
        before = bisect_left(busy, (end,))
        if before and busy[before - 1].end > start:
            return True
    return False


def _touched(busy: Sequence[Span], span: Span) -> Sequence[Span]:
    """Those of the sorted, disjoint busy spans that a span overlaps."""
    return busy[bisect_right(busy, span.start, key=_end) : bisect_left(busy, (span.end,))]


def _end(span: Span) -> int:
    return span.end


def _inside(working: Sequence[Span], spans: Iterable[Span]) -> bool:
    return all(_holds(working, span) for span in spans)


def _busy_minutes(data: ProblemData, task: Task, stay: Place) -> int:
    """Counted minutes of today's place in hard busy time of what it takes."""
    return sum(
        span.overlap(busy)
        for span in stay.spans
        if span.start < data.counted_until
        for resource in task.takes(stay)
        for busy in _touched(data.resources[resource].hard_busy, span)
    )
