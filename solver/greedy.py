"""A first answer in plain Python: one task after the other goes to the cheapest place that is free."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence

from solver.candidates import Candidates, Choice, OwnCosts, price
from solver.check import JOINT_RULES
from solver.data import Place, ProblemData, Span
from solver.solution import Solution

PASSES = 4

Price = list[int]
"""What a choice costs in each tier, the first tier first."""


def improve(
    data: ProblemData, candidates: Candidates, start: Solution, own: Sequence[OwnCosts], order: Sequence[int]
) -> Solution:
    """Move tasks one at a time, as long as one finds a cheaper place; a valid start stays valid.

    Only what places cost by themselves counts here, so the caller compares the whole objective.
    """
    prices: list[dict[Choice, Price]] = [
        {choice: [price(own[tier][task], choice) for tier in order] for choice in choices}
        for task, choices in enumerate(candidates)
    ]
    state = _State(data, start)
    ranked = [sorted(choices, key=price.__getitem__) for choices, price in zip(candidates, prices, strict=True)]
    for _ in range(PASSES):
        before = list(state.choices)
        for task in sorted(range(len(ranked)), key=lambda task: len(ranked[task])):
            current = state.choices[task]
            cheaper = (choice for choice in ranked[task] if prices[task][choice] < prices[task][current])
            state.move_to_first(task, cheaper)
        if state.choices == before:
            break
    return Solution(tuple(state.choices))


class _State:
    """The choices so far, and for each resource what takes it when."""

    def __init__(self, data: ProblemData, start: Solution) -> None:
        self.data = data
        self.choices = list(start.choices)
        self.taken: list[list[Span]] = [[] for _ in data.resources]
        self.longest = max((s.end - s.start for t in data.tasks for p in t.options for s in p.spans), default=0)
        for task in range(len(data.tasks)):
            self._take(task)

    def move_to_first(self, task: int, choices: Iterator[Choice]) -> None:
        """Give a task the first of the choices that breaks no rule, if there is one."""
        options = self.data.tasks[task].options
        before = self.choices[task]
        self._release(task)
        for choice in choices:
            self.choices[task] = choice
            if (choice is None or self._is_free(task, options[choice])) and self._keeps_joint_rules():
                break
        else:
            self.choices[task] = before
        self._take(task)

    def _is_free(self, task: int, place: Place) -> bool:
        """Whether no other task takes a required resource; today's place is free whatever others stay there."""
        return not any(self._is_taken(r, span) for r in self.data.tasks[task].takes(place) for span in place.spans)

    def _is_taken(self, resource: int, span: Span) -> bool:
        taken = self.taken[resource]
        first, last = bisect_left(taken, (span.start - self.longest,)), bisect_left(taken, (span.end,))
        return any(other.end > span.start for other in taken[first:last])

    def _keeps_joint_rules(self) -> bool:
        solution = Solution(tuple(self.choices))
        return not any(True for rule in JOINT_RULES for _ in rule(self.data, solution))

    def _take(self, task: int) -> None:
        for resource, span in self._spans(task):
            insort(self.taken[resource], span)

    def _release(self, task: int) -> None:
        for resource, span in self._spans(task):
            self.taken[resource].remove(span)

    def _spans(self, task: int) -> Iterator[tuple[int, Span]]:
        choice = self.choices[task]
        place = None if choice is None else self.data.tasks[task].options[choice]
        for resource in self.data.tasks[task].takes(place) if place else ():
            for span in place.spans if place else ():
                yield resource, span
