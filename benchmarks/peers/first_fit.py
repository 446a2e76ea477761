"""The peer that calendar assistants are: one meeting after the other to its first free place in its own block.

A meeting that stands where it wants to be, and in nobody's way, stays. The others go in the order of their priority:
those in a clash first, then those out of their block or on a meeting-free day, the longer and larger first. Each takes
the earliest place that costs nothing in the tiers of the pattern beyond its move and is free for all who are required;
if there is none, the earliest of the cheapest free places that is better than today's, and else it stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from solver.candidates import Choice, feasible_places
from solver.data import CONFLICTS, PATTERN, Place, ProblemData, Span, Task
from solver.solution import Solution

Cost = tuple[int, ...]


class Taken(NamedTuple):
    """A span that a task takes from a resource."""

    span: Span
    task: int


def first_fit(data: ProblemData, _seconds: float = 0.0, _seed: int = 1) -> Solution:
    """One answer, at once: no second thoughts, so time makes it no better."""
    return _Calendar(data).packed()


class _Calendar:
    """Who is taken when, and where each meeting is so far."""

    def __init__(self, data: ProblemData) -> None:
        self.data = data
        self.candidates = feasible_places(data)
        self.choices: list[Choice] = [choices[0] for choices in self.candidates]
        self.taken: list[list[Taken]] = [[] for _ in data.resources]
        for task in range(len(data.tasks)):
            self._take(task)

    def packed(self) -> Solution:
        """Every meeting in its turn."""
        for task in sorted(range(len(self.data.tasks)), key=self._priority):
            if self._restless(task):
                self._move(task)
        return Solution(tuple(self.choices))

    def _priority(self, task: int) -> tuple[bool, int, int]:
        meeting = self.data.tasks[task]
        length = max((span.end - span.start for place in meeting.options[:1] for span in place.spans), default=0)
        return not meeting.clashes, -length * len(meeting.required), task

    def _restless(self, task: int) -> bool:
        place = self._place(task)
        return place is None or self._clash(task, place) > 0 or any(place.costs[: PATTERN + 1])

    def _move(self, task: int) -> None:
        options = self.data.tasks[task].options
        today = self._place(task)
        new = [
            (self._cost(task, options[c]), options[c].spans[0].start, c)
            for c in self.candidates[task][1:]
            if c is not None
        ]
        for cost, _, choice in sorted(new):
            if today and cost >= self._cost(task, today):
                return
            if self._is_free(task, options[choice]):
                self._release(task)
                self.choices[task] = choice
                self._take(task)
                return

    def _cost(self, task: int, place: Place) -> Cost:
        """What counts to an assistant: clashes, the meeting-free days, the own block."""
        clash = self._clash(task, place) if place is self.data.tasks[task].stay else 0
        return (place.costs[CONFLICTS] + clash, *place.costs[CONFLICTS + 1 : PATTERN + 1])

    def _clash(self, task: int, place: Place) -> int:
        """Minutes of required people in two places where the task stays."""
        required = self.data.tasks[task].required
        busy = sum(
            span.overlap(other) for r in required for other in self.data.resources[r].hard_busy for span in place.spans
        )
        return busy + sum(
            span.overlap(t.span) for r in required for t in self.taken[r] if t.task != task for span in place.spans
        )

    def _is_free(self, task: int, place: Place) -> bool:
        needed = _needed(self.data.tasks[task], place)
        taken = (t for r in needed for t in self.taken[r] if t.task != task)
        return not any(t.span.overlap(span) for t in taken for span in place.spans) and self._related(task, place)

    def _related(self, task: int, place: Place) -> bool:
        """Whether the relations of the task hold with it there."""
        for relation in self.data.relations:
            if task in (relation.first, relation.second):
                other = self._place(relation.second if task == relation.first else relation.first)
                pair = (place, other) if task == relation.first else (other, place)
                if other and not self._holds(relation.kind, pair):
                    return False
        return True

    def _holds(self, kind: str, pair: Sequence[Place | None]) -> bool:
        first, second = (place.spans[0] for place in pair if place)
        if kind == "order":
            return first.end <= second.start
        return self._day(first) != self._day(second)

    def _day(self, span: Span) -> int:
        return sum(start <= span.start for start in self.data.day_starts)

    def _place(self, task: int) -> Place | None:
        choice = self.choices[task]
        return None if choice is None else self.data.tasks[task].options[choice]

    def _take(self, task: int) -> None:
        if place := self._place(task):
            for resource in _needed(self.data.tasks[task], place):
                self.taken[resource] += [Taken(span, task) for span in place.spans]

    def _release(self, task: int) -> None:
        if place := self._place(task):
            for resource in _needed(self.data.tasks[task], place):
                self.taken[resource] = [taken for taken in self.taken[resource] if taken.task != task]


def _needed(task: Task, place: Place) -> tuple[int, ...]:
    return (*task.required, *place.resources)
