"""Who would be in two tasks at once: for each task and piece of time, kept up to date.

That somebody is required in both forbids a new place; that somebody is optional in one of them costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from solver.offers import Axis, Offer

FORBIDDEN = 1 << 40
"""What a minute with somebody who is required twice counts: more than any place costs."""

Costs = NDArray[np.int64]
Row = tuple[NDArray[np.intp] | None, Costs, Costs]
"""Some columns or all; what a minute counts in them, and what it does where optional people do not count."""


class Attendance:
    """What each minute would cost each task beside the others that are there, and who is in its way.

    `company` says for each task what a minute together with each other one costs. Spans that begin at `until` or later
    do not cost anything.
    """

    def __init__(
        self, required: Sequence[Sequence[int]], company: Sequence[Mapping[int, int]], axis: Axis, until: int
    ) -> None:
        self.in_the_way = _in_the_way(required)
        both = [
            {**dict.fromkeys(_bits(way), 0), **others} for way, others in zip(self.in_the_way, company, strict=True)
        ]
        found = [task for task, others in enumerate(both) if others]
        self.column = {task: number for number, task in enumerate(found)}
        self.rows = {task: self._row(both[task], self.in_the_way[task]) for task in found}
        ends = np.array(axis.ends, dtype=np.int64)
        self.until = int(np.searchsorted(ends, until))
        self.minutes: Costs = ends[1:] - ends[:-1]
        self.price = np.zeros((len(self.minutes), len(found)), dtype=np.int64)
        self.up_to = np.zeros(len(ends), dtype=np.int64)
        self.there = [0] * len(ends)

    def add(self, task: int, offer: Offer) -> None:
        """Count a task as being there."""
        self._change(task, offer, np.add)

    def remove(self, task: int, offer: Offer) -> None:
        """Count a task as being there no longer."""
        self._change(task, offer, np.subtract)

    def _change(self, task: int, offer: Offer, change: np.ufunc) -> None:
        row, bit, there = self.rows.get(task), 1 << task, self.there
        for first, last in offer.pieces:
            for piece in range(first, last):
                there[piece] ^= bit
            if row is None:
                continue
            columns, counted, uncounted = row
            costs = counted if first < self.until else uncounted
            prices = self.price[first:last]
            if columns is None:
                change(prices, costs, out=prices)
            else:
                prices[:, columns] = change(prices[:, columns], costs)

    def cost(self, task: int, offer: Offer) -> int:
        """What an offer of a task costs beside all others that are there."""
        column = self.column.get(task)
        if column is None:
            return 0
        total = 0
        for first, last in offer.pieces:
            if first < self.until:
                prices = self.price[first:last, column] & FORBIDDEN - 1
                total += int(prices.dot(self.minutes[first:last]))
        return total

    def costs(self, task: int, first: NDArray[np.intp], last: NDArray[np.intp]) -> Costs:
        """The same of many places at once, each of one span; `FORBIDDEN` or more where somebody required is missing."""
        column = self.column.get(task)
        if column is None:
            return np.zeros(len(first), dtype=np.int64)
        (self.price[:, column] * self.minutes).cumsum(out=self.up_to[1:])
        costs: Costs = self.up_to.take(last) - self.up_to.take(first)
        if self.until < len(self.minutes):
            costs[first >= self.until] &= -FORBIDDEN
        return costs

    def meeting(self, task: int, offer: Offer) -> Iterator[int]:
        """The tasks that are there at the time of an offer and require somebody whom its task requires, too."""
        found = 0
        for first, last in offer.pieces:
            for piece in range(first, last):
                found |= self.there[piece]
        return _bits(found & self.in_the_way[task])

    def _row(self, others: Mapping[int, int], in_the_way: int) -> Row:
        """The columns of the other tasks, and what a minute with each counts; all columns where most of them do."""
        numbers = [self.column[other] for other in others]
        forbidden = [FORBIDDEN if in_the_way >> other & 1 else 0 for other in others]
        costs = np.zeros((2, len(self.column)), dtype=np.int64)
        costs[:, numbers] = forbidden
        costs[0, numbers] += np.array(list(others.values()), dtype=np.int64)
        if 2 * len(others) > len(self.column):
            return None, costs[0], costs[1]
        columns = np.array(numbers, dtype=np.intp)
        return columns, costs[0, columns], costs[1, columns]


def _in_the_way(required: Sequence[Sequence[int]]) -> list[int]:
    """For each task the others that require one of its people, a bit each."""
    by_person: dict[int, int] = {}
    for task, people in enumerate(required):
        for person in people:
            by_person[person] = by_person.get(person, 0) | 1 << task
    found = []
    for task, people in enumerate(required):
        others = 0
        for person in people:
            others |= by_person[person]
        found.append(others & ~(1 << task))
    return found


def _bits(number: int) -> Iterator[int]:
    """The places of the bits of a number that are set."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
