"""Which candidates share a minute of a resource that both take: found once, for every model of a run."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import TypeVar

from solver.candidates import Candidates, Choice
from solver.data import CELL_MINUTES, Place, ProblemData, Span, Task
from solver.model.travel import too_near
from solver.stopping import Poll, go_on

Chosen = tuple[int, Choice]
"""A task and one of its choices."""

Taker = tuple[int, Choice, Place]
"""A task and one of its choices, with the place."""

DENSE, DENSE_TASK = 1_000_000, 10_000
"""Literals in the rows of a model, together and a task on average, above which a problem is dense."""

Overlaps = tuple[tuple[Chosen, ...], ...]
"""Sets of choices of which an answer has at most one: new places with at most one place that stays."""


def overlaps(data: ProblemData, candidates: Candidates, poll: Poll = go_on) -> Overlaps:
    """The sets that keep new places apart from each other and from what stays, and as far as the way is long.

    Two tasks that stay may overlap, so what stays is paired with the new places one by one.
    """
    found: dict[frozenset[Chosen], None] = {}
    by_resource = takers(data, candidates)
    for resource in _widest_resources(data, by_resource):
        poll()
        own = by_resource[resource]
        for together in dict.fromkeys(chain(largest_sets(_spans(own)), too_near(data, resource, own))):
            stays = [chosen for chosen in together if _is_stay(data, chosen)]
            new = together.difference(stays)
            for row in [new.union([stay]) for stay in stays] or [new]:
                if new and len({task for task, _ in row}) > 1:
                    found[row] = None
    return tuple(tuple(sorted(row, key=_by_number)) for row in found)


def is_dense(data: ProblemData, candidates: Candidates) -> bool:
    """Whether no model would be built and relaxed in time: too many choices share too much time of too many people."""
    total = sum(_rows(*pair) for pair in zip(data.tasks, candidates, strict=True))
    return total > max(DENSE, DENSE_TASK * len(data.tasks))


def _rows(task: Task, choices: tuple[Choice, ...]) -> int:
    """About how often the choices of a task stand in a row: for each person and cell of time once."""
    place = next((task.options[choice] for choice in choices[1:] if choice is not None), None)
    if place is None:
        return 0
    people = len(task.required) + len(task.optional) + len(place.resources)
    return len(choices) * people * sum(span.end - span.start for span in place.spans) // CELL_MINUTES


def crowds(data: ProblemData, candidates: Candidates, poll: Poll = go_on) -> Overlaps:
    """The largest sets with two or more places that stay, and new ones: at most one more of them than pairs clash."""
    found: dict[frozenset[Chosen], None] = {}
    by_resource = takers(data, candidates)
    for resource in _widest_resources(data, by_resource):
        poll()
        for together in largest_sets(_spans(by_resource[resource])):
            stays = sum(_is_stay(data, chosen) for chosen in together)
            if 1 < stays < len(together):
                found[together] = None
    return tuple(tuple(sorted(row, key=_by_number)) for row in found)


def takers(data: ProblemData, candidates: Candidates) -> list[list[Taker]]:
    """For each resource the choices that take it."""
    found: list[list[Taker]] = [[] for _ in data.resources]
    for index, (task, choices) in enumerate(zip(data.tasks, candidates, strict=True)):
        options = task.options
        for choice in choices:
            if choice is not None:
                taker = (index, choice, options[choice])
                for resource in task.takes(options[choice]):
                    found[resource].append(taker)
    return found


def _widest_resources(data: ProblemData, found: Sequence[Sequence[Taker]]) -> Iterator[int]:
    """The resources whose tasks do not all require another one too: the rows of the others follow from theirs."""
    tasks = [{task for task, _, _ in own} for own in found]
    for resource, own in enumerate(tasks):
        if len(own) > 1:
            others = set.intersection(*(set(data.tasks[task].required) for task in own)) - {resource}
            if not any(len(own) < len(tasks[other]) or other < resource for other in others):
                yield resource


def _spans(takers: Iterable[Taker]) -> Iterator[tuple[Chosen, Span]]:
    return (((task, choice), span) for task, choice, place in takers for span in place.spans)


Key = TypeVar("Key", bound=Hashable)


def largest_sets(spans: Iterable[tuple[Key, Span]]) -> Iterator[frozenset[Key]]:
    """What is under way at the minutes just before something ends after something began: no other set is larger."""
    events = []
    keys: list[Key] = []
    for key, (start, end) in spans:
        events.append((start, True, len(keys)))
        events.append((end, False, len(keys)))
        keys.append(key)
    active: dict[int, Key] = {}
    grown = False
    for _, starts, i in sorted(events):
        if starts:
            active[i] = keys[i]
        else:
            if grown:
                yield frozenset(active.values())
            del active[i]
        grown = starts


def elementary(spans: Iterable[tuple[Key, Span]]) -> Iterator[tuple[frozenset[Key], Span]]:
    """What is under way between each two minutes at which something begins or ends."""
    changes: dict[int, list[tuple[Key, int]]] = {}
    for key, (start, end) in spans:
        changes.setdefault(start, []).append((key, 1))
        changes.setdefault(end, []).append((key, -1))
    active: dict[Key, int] = {}
    for minute, until in pairwise(sorted(changes)):
        for key, change in changes[minute]:
            active[key] = active.get(key, 0) + change
            if not active[key]:
                del active[key]
        yield frozenset(active), Span(minute, until)


def _is_stay(data: ProblemData, chosen: Chosen) -> bool:
    task, choice = chosen
    return choice == 0 and data.tasks[task].stay is not None


def _by_number(chosen: Chosen) -> tuple[int, int]:
    task, choice = chosen
    return task, -1 if choice is None else choice


def among(found: Overlaps, candidates: Candidates) -> Iterable[tuple[Chosen, ...]]:
    """The sets that are left of some candidates, each once."""
    allowed = [frozenset(choices) for choices in candidates]
    left = (tuple(c for c in row if c[1] in allowed[c[0]]) for row in found)
    return dict.fromkeys(row for row in left if len(row) > 1)
