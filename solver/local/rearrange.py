"""A few tasks of one person arranged anew as well as can be, by a search that is cut after so many steps."""

from __future__ import annotations

from collections.abc import Sequence

from solver.local.board import Board
from solver.local.offers import Offer, Ranked

STEPS = 300


def rearranged(board: Board, tasks: Sequence[int], most: int) -> tuple[dict[int, Offer], int]:
    """The cheapest offers for tasks off the board that all take one person, and the steps that it took to find them.

    Only what offers cost by themselves counts, which is to be `most` or less; no offers if that was not found.
    """
    free = {task: _free(board, task) for task in tasks}
    if not all(free.values()):
        return {}, 0
    room = most - sum(ranked[0][0] for ranked in free.values())
    for task, ranked in free.items():
        free[task] = [one for one in ranked if one[0] - ranked[0][0] <= room]
    search = _Search(sorted(free.items(), key=lambda pair: len(pair[1])), most)
    if room >= 0:
        search.go(0, 0, 0)
    return search.best, search.steps


def _free(board: Board, task: int) -> Ranked:
    """The offers of a task that take nobody who is taken, the cheapest first."""
    taken = fresh = 0
    for resource in board.required[task]:
        taken |= board.taken[resource]
        fresh |= board.fresh[resource]
    free = [one for one in board.new[task] if not one[1] & taken] if board.tally.allows(task) else []
    first = board.first[task]
    if not first.mask & (taken if first.is_new else fresh):
        free.append((first.own, first.mask, first))
        free.sort(key=_own)
    return free


def _own(ranked: tuple[int, int, Offer]) -> int:
    return ranked[0]


class _Search:
    """Branch and bound: the tasks in their order, the offers of each from the cheapest on, no minute taken twice."""

    def __init__(self, free: Sequence[tuple[int, Ranked]], most: int) -> None:
        self.free = free
        self.most = most
        self.steps = 0
        self.best: dict[int, Offer] = {}
        self.chosen: dict[int, Offer] = {}
        self.least = [0]
        for _, ranked in reversed(free):
            self.least.append(self.least[-1] + ranked[0][0])
        self.least.reverse()

    def go(self, position: int, used: int, cost: int) -> None:
        """Give the tasks from a position on their offers."""
        if position == len(self.free):
            self.best, self.most = dict(self.chosen), cost - 1
            return
        self.steps += 1
        task, ranked = self.free[position]
        most = self.most - cost - self.least[position + 1]
        for own, mask, offer in ranked:
            if own > most or self.steps > STEPS:
                break
            if not mask & used:
                self.chosen[task] = offer
                self.go(position + 1, used | mask, cost + own)
                most = self.most - cost - self.least[position + 1]
