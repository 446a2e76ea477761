"""Which candidates share a minute of a required resource: found once, for every model of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from solver.candidates import Candidates, Choice
from solver.data import ProblemData

Chosen = tuple[int, Choice]
"""A task and one of its choices."""

Overlaps = tuple[tuple[Chosen, ...], ...]
"""Sets of choices of which an answer has at most one: new places with at most one place that stays."""


def overlaps(data: ProblemData, candidates: Candidates) -> Overlaps:
    """The sets that keep new places apart from each other and from what stays.

    Two tasks that stay may overlap, so what stays is paired with the new places one by one.
    """
    found: dict[frozenset[Chosen], None] = {}
    for resource in _widest_resources(data):
        for together in dict.fromkeys(_largest_sets(data, candidates, resource)):
            stays = [chosen for chosen in together if _is_stay(data, chosen)]
            new = together.difference(stays)
            for row in [new.union([stay]) for stay in stays] or [new]:
                if new and len({task for task, _ in row}) > 1:
                    found[row] = None
    return tuple(tuple(sorted(row, key=_by_number)) for row in found)


def crowds(data: ProblemData, candidates: Candidates) -> Overlaps:
    """The largest sets with two or more places that stay, and new ones: at most one more of them than pairs clash."""
    found: dict[frozenset[Chosen], None] = {}
    for resource in _widest_resources(data):
        for together in _largest_sets(data, candidates, resource):
            stays = sum(_is_stay(data, chosen) for chosen in together)
            if 1 < stays < len(together):
                found[together] = None
    return tuple(tuple(sorted(row, key=_by_number)) for row in found)


def _widest_resources(data: ProblemData) -> Iterator[int]:
    """The resources whose tasks do not all require another one too: the rows of the others follow from theirs."""
    tasks = [
        frozenset(i for i, task in enumerate(data.tasks) if r in task.required) for r in range(len(data.resources))
    ]
    for resource, own in enumerate(tasks):
        wider = (own < other or (own == other and index < resource) for index, other in enumerate(tasks))
        if len(own) > 1 and not any(wider):
            yield resource


def _largest_sets(data: ProblemData, candidates: Candidates, resource: int) -> Iterator[frozenset[Chosen]]:
    """What is under way at the minutes just before something ends after something began: no other set is larger."""
    events = []
    keys: list[Chosen] = []
    for task, choice, start, end in _spans(data, candidates, resource):
        events.append((start, True, len(keys)))
        events.append((end, False, len(keys)))
        keys.append((task, choice))
    active: dict[int, Chosen] = {}
    grown = False
    for _, starts, i in sorted(events):
        if starts:
            active[i] = keys[i]
        else:
            if grown:
                yield frozenset(active.values())
            del active[i]
        grown = starts


def _spans(data: ProblemData, candidates: Candidates, resource: int) -> Iterator[tuple[int, Choice, int, int]]:
    for index, task in enumerate(data.tasks):
        if resource in task.required:
            options = task.options
            for choice in candidates[index]:
                for start, end in options[choice].spans if choice is not None else ():
                    yield index, choice, start, end


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
