"""Who would be in two tasks at once: for each task and piece of time, kept up to date.

That somebody is required in both forbids a new place; that somebody is optional in one of them costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from solver.local.offers import Axis, Offer

FORBIDDEN = 1 << 40
"""What a minute with somebody who is required twice counts: more than any place costs."""

Costs = NDArray[np.int64]
Row = tuple[NDArray[np.intp] | None, Costs, Costs]
"""Some columns or all; what a minute counts in them, and what it does where optional people do not count."""


class Attendance:
    """What each minute would cost some tasks beside all others that are there, and who is in their way.

    `company` says for each task what a minute together with each other one costs. Spans that begin at `until` or later
    do not cost anything.
    """

    def __init__(
        self,
        tasks: Sequence[int],
        required: Sequence[Sequence[int]],
        company: Sequence[Mapping[int, int]],
        axis: Axis,
        until: int,
    ) -> None:
        self.column = {task: number for number, task in enumerate(tasks)}
        self.in_the_way = _in_the_way(tasks, required)
        ends = np.array(axis.ends, dtype=np.int64)
        self.until = int(np.searchsorted(ends, until))
        self.minutes: Costs = ends[1:] - ends[:-1]
        self.price = np.zeros((len(self.minutes), len(tasks)), dtype=np.int64)
        self.up_to = np.zeros(len(ends), dtype=np.int64)
        self.there = [0] * len(ends)
        self.rows = self._rows(company)

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
        column, total = self.column[task], 0
        for first, last in offer.pieces:
            if first < self.until:
                prices = self.price[first:last, column] & FORBIDDEN - 1
                total += int(prices.dot(self.minutes[first:last]))
        return total

    def costs(self, task: int, first: NDArray[np.intp], last: NDArray[np.intp]) -> Costs:
        """The same of many places at once, each of one span; `FORBIDDEN` or more where somebody required is missing."""
        (self.price[:, self.column[task]] * self.minutes).cumsum(out=self.up_to[1:])
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

    def _rows(self, company: Sequence[Mapping[int, int]]) -> dict[int, Row]:
        """What each task counts in the columns of the others."""
        beside: dict[int, dict[int, tuple[int, int]]] = {}
        for task, number in self.column.items():
            for other in _bits(self.in_the_way[task]):
                beside.setdefault(other, {})[number] = FORBIDDEN, FORBIDDEN
            for other, cost in company[task].items():
                counted, uncounted = beside.setdefault(other, {}).get(number, (0, 0))
                beside[other][number] = counted + cost, uncounted
        return {task: self._row(costs) for task, costs in beside.items()}

    def _row(self, costs: Mapping[int, tuple[int, int]]) -> Row:
        """All columns where most of them count, else some."""
        numbers = np.array(list(costs), dtype=np.intp)
        counted, uncounted = np.array(list(costs.values()), dtype=np.int64).T.copy()
        if 2 * len(costs) <= len(self.column):
            return numbers, counted, uncounted
        whole = np.zeros((2, len(self.column)), dtype=np.int64)
        whole[:, numbers] = counted, uncounted
        return None, whole[0], whole[1]


def _in_the_way(tasks: Sequence[int], required: Sequence[Sequence[int]]) -> dict[int, int]:
    """For some tasks all others that require one of their people, a bit each."""
    by_person: dict[int, int] = {}
    for task, people in enumerate(required):
        for person in people:
            by_person[person] = by_person.get(person, 0) | 1 << task
    found = {}
    for task in tasks:
        others = 0
        for person in required[task]:
            others |= by_person[person]
        found[task] = others & ~(1 << task)
    return found


def _bits(number: int) -> Iterator[int]:
    """The places of the bits of a number that are set."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
