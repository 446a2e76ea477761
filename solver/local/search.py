"""A good answer fast, in plain Python: a first one, then some tasks off the board and back on again, many times.

What is accepted grows stricter phase by phase: first an answer may get worse in all tiers but the first ones, so that
these come down, and in the end in none.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from math import inf
from random import Random

from solver.candidates import Candidates, OwnCosts
from solver.data import CELL_MINUTES, DISRUPTION, FOCUS, PATTERN, PEOPLE, TIERS, ProblemData
from solver.local.board import NOTHING, Board
from solver.local.construction import construct, repair
from solver.local.offers import Offer
from solver.local.rearrange import rearranged
from solver.solution import Solution, stay_all
from solver.stopping import StoppedError, polling

INSERTIONS_PER_WORK = 20_000
"""So many insertions are a unit of work: about what a core does in a second."""
AT_LEAST, PER_TASK, PER_CHOICE = 1_400, 40, 10
"""Insertions in all and for each task that can move, but no more than so many for each new place."""
BLINK = 0.02
REARRANGED, PUSHES, PUSHES_BY_DAY, PUSHES_AMONG_MANY, ANYWHERE = 0.4, 0.3, 0.15, 0.5, 0.8
STEPS_PER_INSERTION = 10
MOST_EJECTED, MOST_RUINED, MOST_REARRANGED = 4, 5, 6
PARTS = 1 << 10
POLL = 32


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the search: its share of the work, and how much worse an answer may get on average, by tier.

    Worse by less than one means worse in the tiers after it only. If the slack is `cooled` it shrinks by and by.
    """

    share: float
    tier: int
    slack: float
    cooled: float = 1.0

    def slack_at(self, share: float) -> float:
        """The slack when a share of the phase is over."""
        return self.slack * float(self.cooled**share)


PHASES = (
    Phase(0.3, PATTERN, 0.5),
    Phase(0.1, DISRUPTION, 0.5),
    Phase(0.1, PEOPLE, 0.5),
    Phase(0.2, FOCUS, 2 * CELL_MINUTES),
    Phase(0.2, FOCUS, CELL_MINUTES / 2),
)
LAST = Phase(0.1, FOCUS, 0.0)
ALL = range(len(TIERS))


@dataclass(slots=True)
class Effort:
    """Insertions that a search may do, and whether it has to stop at once.

    `late` says whether the clock is past a share of the time for what follows the first answer.
    """

    insertions: int
    stopped: Callable[[], bool]
    late: Callable[[float], bool] = lambda _share: False

    def over(self) -> bool:
        """Whether nothing more may be done."""
        return self.insertions <= 0 or self.stopped()


@dataclass(frozen=True, slots=True)
class Problem:
    """What a search is about: the choices of the tasks, what they cost by themselves, and the order of the tiers."""

    data: ProblemData
    candidates: Candidates
    own: Sequence[OwnCosts]
    order: Sequence[int]


class LocalSearch:
    """A board and the way to make it better."""

    def __init__(self, board: Board, random: Random, effort: Effort) -> None:
        self.board = board
        self.random = random
        self.effort = effort
        self.movable = [bool(new) for new in board.new]
        self.tasks = [task for task, movable in enumerate(self.movable) if movable]
        self.tier = FOCUS
        self.most: float = inf
        self.most_ejected = MOST_EJECTED
        self.best = board.value
        self.since_best: dict[int, Offer] = {}
        self.before: dict[int, Offer] = {}

    def run(self, phase: Phase, insertions: int, share: float = 1.0) -> None:
        """Search for a better answer; the best that was seen is on the board in the end.

        `share` is that of the time in which it is to end.
        """
        effort = self.effort
        left = effort.insertions - insertions
        self.tier, turn, slack = phase.tier, 0, 0
        while effort.insertions > left and not (turn % POLL == 0 and (effort.over() or effort.late(share))):
            if turn % POLL == 0:
                parts = int(PARTS * phase.slack_at(1 - (effort.insertions - left) / insertions))
                slack = self.board.scale.units[phase.tier] * parts // PARTS
            turn += 1
            self._try(slack)
        self.board.restore(self.since_best, self.best)
        self.since_best = {}

    def look_at_days(self) -> None:
        """Count the load days from now on."""
        self.board.look_at_days()
        self.best = self.board.value

    def _try(self, slack: int) -> None:
        value = self.board.value
        self.before = {}
        self.effort.insertions -= 1
        allowed = slack * int(self.random.expovariate(1) * PARTS) // PARTS if slack else 0
        if not self._change(allowed) or self.board.value > value + allowed:
            self.board.restore(self.before, value)
            return
        for task, offer in self.before.items():
            self.since_best.setdefault(task, offer)
        if self.board.value < self.best:
            self.best = self.board.value
            self.since_best = {}

    def _change(self, allowed: int) -> bool:
        """Change something; False if that came to no whole answer."""
        drawn = self.random.random()
        if self.board.looks_at_days:
            pushes = PUSHES_AMONG_MANY if self.board.attendance else PUSHES_BY_DAY
            return self._push() if drawn < pushes else self._ruin()
        if drawn < REARRANGED:
            return self._rearrange(allowed)
        return self._push() if drawn < REARRANGED + PUSHES else self._ruin()

    def _push(self) -> bool:
        """Give a task another place, and those that are in the way another one."""
        task = self.random.choice(self.tasks)
        offer = self._other_place(task)
        if offer is NOTHING:
            return False
        self._take(task)
        others = self.board.blockers(task, offer)
        others |= self._in_budget(task, others)
        if not self._take_all(others, self.most_ejected) or not self.board.tally.allows(task):
            return False
        self.board.put(task, offer)
        return self._put_back(others)

    def _other_place(self, task: int) -> Offer:
        """A cheaper place; or, where it counts who else is there, any that is as good in the tiers before."""
        board, random, now = self.board, self.random, self.board.at[task].own
        new = board.new[task]
        if board.attendance and board.company[task] and random.random() < ANYWHERE:
            count = bisect_left(new, board.scale.worse_before(self.tier, now), key=_own)
            return new[random.randrange(count)][2] if count else NOTHING
        better = bisect_left(new, now, key=_own)
        return new[int(random.random() ** 2 * better)][2] if better else NOTHING

    def _rearrange(self, allowed: int) -> bool:
        """Arrange what is around a cheaper place of a task as well as can be, if it costs no more than allowed."""
        task = self.random.choice(self.tasks)
        offer = self._other_place(task)
        if offer is NOTHING or not self.board.required[task]:
            return False
        person = self.random.choice(self.board.loaded[task] or self.board.required[task])
        self._take(task)
        others = list(self.board.guards.meeting(task, offer, person))
        near = sorted(self._near(person), key=lambda other: _distance(self.board.at[other].mask, offer.mask))
        around = dict.fromkeys((*others, *near[: self.random.randint(2, MOST_REARRANGED - 1)]))
        if not self._take_all(around, MOST_REARRANGED):
            return False
        most = sum(before.own for before in self.before.values()) + allowed
        found, steps = rearranged(self.board, list(self.before), most)
        self.effort.insertions -= len(self.before) + steps // STEPS_PER_INSERTION
        return bool(found) and self._put_all(found)

    def _put_all(self, offers: dict[int, Offer]) -> bool:
        """Put offers on the board that are free of each other; False if another rule forbids one."""
        for task, offer in offers.items():
            if self.board.guards.bind[task] and self.board.is_forbidden(task, offer):
                return False
            if offer.is_new and not self.board.tally.allows(task):
                return False
            self.board.put(task, offer)
        return True

    def _near(self, person: int) -> list[int]:
        """The tasks of a person that can move, in random order."""
        near = [task for task in self.board.present[person] if self.movable[task]]
        self.random.shuffle(near)
        return near

    def _take_all(self, tasks: Iterable[int], most: int) -> bool:
        """Take tasks off the board, if all can move and are no more than so many."""
        leaving = list(tasks)
        if len(leaving) > most or not all(self.movable[task] for task in leaving):
            return False
        for task in leaving:
            self._take(task)
        return True

    def _in_budget(self, task: int, leaving: dict[int, None]) -> dict[int, None]:
        """Moves that could be given up for that of a task."""
        tally = self.board.tally
        given_up: dict[int, None] = {}
        while not tally.fits(task, (*leaving, *given_up)) and len(given_up) < MOST_EJECTED:
            others = [move for move in tally.moves if move not in leaving and move not in given_up]
            if not others:
                break
            given_up[self.random.choice(others)] = None
        return given_up

    def _ruin(self) -> bool:
        """Put some tasks of one person back on the board: at random, or those next to each other in time."""
        task = self.random.choice(self.tasks)
        people = self.board.loaded[task] or self.board.required[task]
        near = self._near(self.random.choice(people)) if people else [task]
        if self.random.random() < 0.5:
            mask = self.board.at[task].mask
            near.sort(key=lambda other: (self.board.at[other].mask ^ mask).bit_length())
        tasks = near[: self.random.randint(1, MOST_RUINED)]
        for one in tasks:
            self._take(one)
        return self._put_back(tasks)

    def _put_back(self, tasks: Iterable[int]) -> bool:
        """Give each task its cheapest free place, in any order; False if one finds none, or it costs too much."""
        waiting = list(tasks)
        self.random.shuffle(waiting)
        self.effort.insertions -= len(waiting)
        for task in waiting:
            added, offer = self.board.cheapest(task, self.random, BLINK)
            if offer is NOTHING or self.board.value + added > self.most:
                return False
            self.board.put(task, offer)
        return True

    def _take(self, task: int) -> None:
        self.before[task] = self.board.remove(task)


def good_answer(
    problem: Problem,
    hint: Solution | None,
    seed: int,
    effort: Effort,
    tell: Callable[[Solution], None],
    tiers: Collection[int] = ALL,
) -> Solution:
    """Find a good answer, from a hint if there is one; `tell` hears of the first one and of that of each phase.

    Only the `tiers` asked for get a phase of their own.
    """
    try:
        board = Board(problem.data, problem.candidates, problem.own, problem.order, poll=polling(effort.stopped))
    except StoppedError:
        return stay_all(problem.data)
    random = Random(seed)  # noqa: S311 - the same seed gives the same answer
    if hint is None:
        construct(board, random, effort.stopped)
    else:
        repair(board, hint)
        board.look_at_days()
    tell(board.solution())
    search = LocalSearch(board, random, effort)
    worth = min(AT_LEAST + PER_TASK * len(search.tasks), PER_CHOICE * sum(map(len, board.new)))
    total = min(effort.insertions, worth)
    share = 0.0
    phases = [phase for phase in _in_order(problem.order) if phase.tier in tiers]
    for phase in phases if search.tasks else ():
        if effort.over():
            break
        share += phase.share
        if not board.looks_at_days and _reaches_days(problem.order, phase):
            search.look_at_days()
        search.run(phase, int(phase.share * total), share)
        tell(board.solution())
    return board.solution()


def _distance(one: int, other: int) -> int:
    """How far two times lie apart, roughly."""
    return min(abs(one.bit_length() - _first(other)), abs(_first(one) - other.bit_length()))


def _first(mask: int) -> int:
    return (mask & -mask).bit_length()


def _in_order(order: Sequence[int]) -> list[Phase]:
    """The phases in the order of the tiers."""
    return [*sorted(PHASES, key=lambda phase: order.index(phase.tier)), LAST]


def _reaches_days(order: Sequence[int], phase: Phase) -> bool:
    """Whether a phase looks at a tier to which load days count."""
    return phase is LAST or order.index(phase.tier) >= min(order.index(PEOPLE), order.index(FOCUS))


def _own(ranked: tuple[int, int, Offer]) -> int:
    return ranked[0]
