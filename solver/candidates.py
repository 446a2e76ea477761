"""Which options a task can still get: what breaks no rule by itself, and what cannot be part of a better answer."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from solver.data import CONFLICTS, Place, ProblemData, Resource, Span, Task

Choice = int | None
"""An index into `Task.options`, or None: a new task without a place."""

Candidates = tuple[tuple[Choice, ...], ...]
"""For each task the choices that it can get; today's place, or None for a new task, comes first."""

OwnCosts = tuple[dict[Choice, int], ...]
"""For each task what each of its choices costs by itself in one tier."""

Rule = Literal["earliest", "closed", "working", "busy"]


@dataclass(frozen=True, slots=True)
class Dropped:
    """Why an option is no candidate: the rule, and the resources that it protects."""

    rule: Rule
    resources: tuple[int, ...]


def feasible_places(data: ProblemData) -> Candidates:
    """The options that break no rule by themselves; `dropped_by` says why another one is not among them."""
    open_time = [_windows(resource, resource.closed) for resource in data.resources]
    any_day = [_windows(resource, ()) if resource.closed else open_time[i] for i, resource in enumerate(data.resources)]
    return tuple(_feasible(t, _common(any_day if t.keeps_days else open_time, t.required)) for t in data.tasks)


def dropped_by(data: ProblemData, task: Task, place: Place) -> Dropped | None:
    """The first rule that forbids a new place by itself, or None."""
    if min(place.spans).start < task.earliest:
        return Dropped("earliest", ())
    rules: tuple[tuple[Rule, list[int]], ...] = (
        ("closed", [r for r in task.required if not task.keeps_days and touch(data.resources[r].closed, place.spans)]),
        ("working", [r for r in task.required if not _inside(data.resources[r].working, place.spans)]),
        ("busy", [r for r in task.required if touch(data.resources[r].hard_busy, place.spans)]),
    )
    return next((Dropped(rule, tuple(resources)) for rule, resources in rules if resources), None)


def beside_fixed(data: ProblemData, candidates: Candidates) -> Candidates:
    """Without the new places that meet a task which can only stay."""
    fixed: dict[int, list[Span]] = {}
    for task, choices in zip(data.tasks, candidates, strict=True):
        if task.stay and choices == (0,):
            for resource in task.required:
                fixed.setdefault(resource, []).extend(task.stay.spans)
    taken = {resource: union(spans) for resource, spans in fixed.items()}
    return tuple(_beside(task, choices, taken) for task, choices in zip(data.tasks, candidates, strict=True))


def own_costs(data: ProblemData, tier: int) -> OwnCosts:
    """What each choice costs by itself in a tier: its place, today's clashes with hard busy time, being left out."""
    return tuple(_own_costs(data, task, tier) for task in data.tasks)


def least(own: OwnCosts, candidates: Candidates) -> int:
    """The sum of the cheapest choices: a lower bound of a tier, as what joins tasks costs nothing or more."""
    return sum(min(costs[c] for c in choices) for costs, choices in zip(own, candidates, strict=True))


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


def _affordable(costs: dict[Choice, int], choices: tuple[Choice, ...], room: int) -> tuple[Choice, ...]:
    most = min(costs[choice] for choice in choices) + room
    return tuple(choice for choice in choices if costs[choice] <= most)


def _own_costs(data: ProblemData, task: Task, tier: int) -> dict[Choice, int]:
    own: dict[Choice, int] = {option: place.costs[tier] for option, place in enumerate(task.options)}
    if task.stay is None:
        own[None] = task.unplaced_cost if tier == CONFLICTS else 0
    elif tier == CONFLICTS:
        own[0] += _busy_minutes(data, task, task.stay)
    return own


def _feasible(task: Task, windows: list[Span] | None) -> tuple[Choice, ...]:
    """The choices of a task that lie in its windows; None stands for everywhere."""
    starts = [window.start for window in windows or ()]
    found: list[Choice] = [0 if task.stay else None]
    for option, place in enumerate(task.places, start=1 if task.stay else 0):
        free = windows is None or all(_holds(windows, starts, span) for span in place.spans)
        if free and all(span.start >= task.earliest for span in place.spans):
            found.append(option)
    return tuple(found)


def _beside(task: Task, choices: tuple[Choice, ...], taken: dict[int, list[Span]]) -> tuple[Choice, ...]:
    options = task.options
    first, *others = choices
    busy = [taken[resource] for resource in task.required if resource in taken]
    free = (c for c in others if c is None or not any(touch(spans, options[c].spans) for spans in busy))
    return (first, *free)


def _holds(windows: Sequence[Span], starts: Sequence[int], span: Span) -> bool:
    """Whether a span lies inside one of the sorted, disjoint windows."""
    index = bisect_right(starts, span.start) - 1
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


def _common(windows: Sequence[list[Span]], required: Iterable[int]) -> list[Span] | None:
    """The windows that all required resources share; None if there are none to ask."""
    common: list[Span] | None = None
    for resource in required:
        common = windows[resource] if common is None else _intersection(common, windows[resource])
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
    """Whether one of the spans overlaps one of the sorted, disjoint busy spans."""
    for span in spans:
        index = bisect_right(busy, span.start, key=_end)
        if index < len(busy) and busy[index].start < span.end:
            return True
    return False


def _end(span: Span) -> int:
    return span.end


def _inside(working: Sequence[Span], spans: Iterable[Span]) -> bool:
    starts = [work.start for work in working]
    return all(_holds(working, starts, span) for span in spans)


def _busy_minutes(data: ProblemData, task: Task, stay: Place) -> int:
    """Counted minutes of today's place in hard busy time of required resources."""
    return sum(
        span.overlap(busy)
        for span in stay.spans
        if span.start < data.counted_until
        for resource in task.required
        for busy in data.resources[resource].hard_busy
    )
