"""Making one tier of an answer smaller where no model would be built in time: simulated annealing, round after round.

Some short rounds begin anew, and the best of them is warmed up again until that no longer helps. What is large hardly
moves any more once it lies: where it lies is left to the first rounds, all that is small to the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from solver.data import CELL_MINUTES
from solver.local.board import NOTHING, Board
from solver.local.columns import is_free
from solver.local.construction import construct, repair
from solver.local.offers import Offer
from solver.local.search import Effort, LocalSearch, Phase, Problem
from solver.solution import Solution
from solver.stopping import StoppedError, polling

HOT, WARM, COLD = 6 * CELL_MINUTES, 2.5 * CELL_MINUTES, 0.3 * CELL_MINUTES
"""Mean slacks in minutes: where a round begins anew, where it begins with the best answer, and in the end."""
PER_NEW, PER_WARM, NEW = 500, 800, 150_000
"""Insertions in a round anew and in a warm one, for each task that can move; in all rounds anew before warm ones."""
PATIENCE = 3
"""So many warm rounds in vain, and it begins anew."""
SWAPS, PUSHES = 0.4, 0.4
MOST_EJECTED, LONGER = 8, 2


class Annealing(LocalSearch):
    """Tasks take any place or change places, and what is in their way looks for another one."""

    def __init__(self, board: Board, random: Random, effort: Effort) -> None:
        super().__init__(board, random, effort)
        self.alike = _alike(board, [task for task in self.tasks if board.columns[task]])
        self.most_ejected = MOST_EJECTED
        self.swapping = list(self.alike)
        self.costs_nothing_less = all(offer.own >= 0 for offer in board.first) and all(
            new[0][0] >= 0 for new in board.new if new
        )

    def _change(self, allowed: int) -> bool:
        """Change something; False if that came to no whole answer, or to one that costs more than allowed."""
        if self.costs_nothing_less:
            self.most = self.board.value + allowed
        drawn = self.random.random()
        if drawn < SWAPS and self.alike:
            return self._swap()
        return self._push() if drawn < SWAPS + PUSHES else self._ruin()

    def _other_place(self, task: int) -> Offer:
        """Any place that is as good in the tiers before, in a free room if there is one; or a cheaper one."""
        offer = super()._other_place(task)
        columns = self.board.columns[task]
        return self._in_a_room(task, columns.at(offer)) if columns and offer is not NOTHING else offer

    def _in_a_room(self, task: int, offers: Sequence[Offer]) -> Offer:
        """Of offers at one time the first one that is free, else that with the fewest in the way."""
        free = (offer for offer in offers if is_free(offer, self.board.taken))
        return next(free, None) or min(offers, key=lambda offer: len(list(self.board.guards.forbid(task, offer))))

    def _swap(self) -> bool:
        """Let two tasks of about the same length begin when the other one does."""
        one = self.random.choice(self.swapping)
        other = self.random.choice(self.alike[one])
        here, there = self.board.at[one], self.board.at[other]
        starts = self._starting(one, there), self._starting(other, here)
        if not all(starts) or here.pieces[:1] == there.pieces[:1]:
            return False
        self._take(one)
        self._take(other)
        self.effort.insertions -= 2
        leaving: dict[int, None] = {}
        for task, offers in zip((one, other), starts, strict=True):
            offer = self._in_a_room(task, offers)
            others = self.board.blockers(task, offer)
            if one in others or not self._take_all(others, MOST_EJECTED - len(leaving)):
                return False
            if not self.board.tally.allows(task):
                return False
            self.board.put(task, offer)
            if self.board.value > self.most:
                return False
            leaving |= others
        return self._put_back(leaving)

    def _starting(self, task: int, there: Offer) -> list[Offer]:
        """The offers of a task that begin when an offer of another one does."""
        columns = self.board.columns[task]
        return columns.starting_with(there) if columns and there.pieces else []


def deepen(problem: Problem, answer: Solution, tier: int, seed: int, effort: Effort) -> Solution:
    """Make a tier of an answer smaller, and none before it larger: in rounds, until the effort is over."""
    try:
        board = Board(problem.data, problem.candidates, problem.own, problem.order, poll=polling(effort.stopped))
    except StoppedError:
        return answer
    repair(board, answer)
    board.look_at_days()
    rounds = _Rounds(board, Random(seed), effort, tier)  # noqa: S311 - the same seed gives the same answer
    least = board.value
    while any(board.new) and not effort.over():
        rounds.cycle()
        if rounds.value < least:
            least, answer = rounds.value, rounds.solution()
    return answer


class _Rounds:
    """Rounds of annealing on one board, and the best offers since some of them began anew."""

    def __init__(self, board: Board, random: Random, effort: Effort, tier: int) -> None:
        self.board = board
        self.random = random
        self.effort = effort
        self.tier = tier
        self.tasks = sum(map(bool, board.new))
        self.best = list(board.at)
        self.value = board.value

    def cycle(self) -> None:
        """Begin anew some times, and go on from the best for as long as that helps."""
        self.value = self.run(HOT, PER_NEW)
        self.best = list(self.board.at)
        for _ in range(NEW // (PER_NEW * self.tasks)):
            self.clear()
            construct(self.board, self.random, self.effort.stopped)
            self.keep(self.run(HOT, PER_NEW))
        in_vain = 0
        while in_vain < PATIENCE and not self.effort.over():
            self.go_back()
            in_vain = 0 if self.keep(self.run(WARM, PER_WARM)) else in_vain + 1
        self.clear()
        construct(self.board, self.random, self.effort.stopped)

    def run(self, slack: float, per_task: int) -> int:
        """One round; the value of the best answer in it, which is on the board then."""
        search = Annealing(self.board, self.random, self.effort)
        search.run(Phase(1.0, self.tier, slack, COLD / slack), per_task * self.tasks)
        return self.board.value

    def keep(self, value: int) -> bool:
        """Remember what is on the board, if it is better."""
        if value < self.value:
            self.value, self.best = value, list(self.board.at)
            return True
        return False

    def go_back(self) -> None:
        """Put the best offers on the board."""
        self.clear()
        for task, offer in enumerate(self.best):
            self.board.put(task, offer)

    def clear(self) -> None:
        """Take everything off the board."""
        for task in range(len(self.board.at)):
            self.board.remove(task)

    def solution(self) -> Solution:
        """The best answer."""
        return Solution(tuple(offer.choice for offer in self.best))


def _alike(board: Board, tasks: Sequence[int]) -> dict[int, list[int]]:
    """For each task some others of about the same length."""
    by_length: dict[int, list[int]] = {}
    for task in tasks:
        first, last = board.new[task][0][2].spans[0]
        by_length.setdefault(last - first, []).append(task)
    near = {
        length: [
            task
            for other, own in by_length.items()
            if max(length, other) <= LONGER * min(length, other)
            for task in own
        ]
        for length in by_length
    }
    return {task: near[length] for length, own in by_length.items() for task in own if len(near[length]) > 1}
