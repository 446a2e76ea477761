"""Short words to write down the smallest problems: one person who works ten hours, and tasks of half an hour."""

from __future__ import annotations

from typing import Any

from solver.data import TIERS, Place, ProblemData, Resource, Span, Task, Weights
from solver.solution import Solution

HORIZON = 600
ALL_DAY = (Span(0, HORIZON),)


def at(*starts: int, length: int = 30, **costs: int) -> Place:
    """A place that starts at the given minutes, with its costs by the name of the tier."""
    spans = tuple(Span(start, start + length) for start in starts)
    return Place(spans, tuple(costs.get(tier, 0) for tier in TIERS))  # type: ignore[arg-type]


def person(name: str = "ana", **fields: Any) -> Resource:
    """Somebody who works all day, and whose load nobody looks at."""
    return Resource(name, **{"working": ALL_DAY, **fields})


def task(name: str, stay: Place | None, *places: Place, **fields: Any) -> Task:
    """A task of the first person, who gets the mail if it moves."""
    return Task(name, **{"required": (0,), "mailed": (0,), "unplaced_cost": 9, **fields}, stay=stay, places=places)


def problem(*tasks: Task, people: tuple[Resource, ...] = (), **fields: Any) -> ProblemData:
    """A problem of one person, if none is given."""
    return ProblemData(people or (person(),), tasks, **fields)


def only(**weights: int) -> Weights:
    """The weights as given, and nothing else costs anything."""
    free = {"slack": 0, "ceiling": 0, "fragment": 0, "lunch": 0, "breaks": 0, "meeting": 0, "optional": 0}
    return Weights(**{**free, **weights})


def chosen(*choices: int | None) -> Solution:
    return Solution(choices)
