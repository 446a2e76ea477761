"""What it costs that somebody is in two tasks at once, optional in one of them: for each task and piece of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from solver.offers import Axis, Offer

Costs = NDArray[np.int64]


class Attendance:
    """What each piece of time would cost each task beside the others that are there, kept up to date.

    `company` says for each task what a minute together with each other one costs. Spans that begin at `until` or later
    do not count.
    """

    def __init__(self, company: Sequence[Mapping[int, int]], axis: Axis, until: int) -> None:
        found = [task for task, others in enumerate(company) if others]
        self.column = {task: number for number, task in enumerate(found)}
        self.others = [self._row(company[task]) for task in found]
        ends = np.array(axis.ends, dtype=np.int64)
        self.until = int(np.searchsorted(ends, until))
        self.minutes: Costs = (ends[1:] - ends[:-1])[:, None]
        self.price = np.zeros((len(self.minutes), len(found)), dtype=np.int64)

    def change(self, task: int, offer: Offer, by: int) -> None:
        """Count a task as being there (by 1), or no longer (by -1)."""
        if task in self.column:
            others, costs = self.others[self.column[task]]
            for first, last in self._counted(offer):
                self.price[first:last, others] += np.int64(by) * costs * self.minutes[first:last]

    def cost(self, task: int, offer: Offer) -> int:
        """What an offer of a task costs beside all others that are there."""
        column = self.column.get(task)
        if column is None:
            return 0
        return sum(int(self.price[first:last, column].sum()) for first, last in self._counted(offer))

    def costs(self, task: int, first: NDArray[np.intp], last: NDArray[np.intp]) -> Costs:
        """The same of many places at once, each of one span."""
        if task not in self.column:
            return np.zeros(len(first), dtype=np.int64)
        up_to = np.zeros(len(self.minutes) + 1, dtype=np.int64)
        np.cumsum(self.price[:, self.column[task]], out=up_to[1:])
        costs: Costs = (up_to[last] - up_to[first]) * (first < self.until)
        return costs

    def _counted(self, offer: Offer) -> Iterator[tuple[int, int]]:
        return ((first, last) for first, last in offer.pieces if first < self.until)

    def _row(self, others: Mapping[int, int]) -> tuple[slice | NDArray[np.intp], Costs]:
        """The columns of the other tasks, and what a minute with each costs; all columns where most of them count."""
        if 2 * len(others) <= len(self.column):
            columns = np.array([self.column[other] for other in others], dtype=np.intp)
            return columns, np.array(list(others.values()), dtype=np.int64)
        costs = np.zeros(len(self.column), dtype=np.int64)
        for other, cost in others.items():
            costs[self.column[other]] = cost
        return slice(None), costs
