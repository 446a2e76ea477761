"""Whole answers on a board: from nothing, and from a hint that need not fit any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random

from solver.local.board import NOTHING, Board
from solver.local.offers import Offer
from solver.solution import Solution

TRIES = 4
"""So many times each task may be in the way of another one before all that is left stays where it is."""
LOOKED_AT = 8
"""Offers of a task that are looked at when none is free."""
POLL = 32

Stopped = Callable[[], bool]


def construct(board: Board, random: Random, stopped: Stopped) -> None:
    """Give each task its cheapest free place, those with the least choice first.

    A task that finds none takes the offer that is in the way of the fewest, and these look again.
    """
    queue = sorted(range(len(board.at)), key=_by_choice(board), reverse=True)
    ejected = [0] * len(queue)
    for turn in range(TRIES * len(queue)):
        if not queue or (turn % POLL == 0 and stopped()):
            break
        task = queue.pop()
        _, offer = board.cheapest(task, random)
        if offer is NOTHING:
            offer, others = _least_in_the_way(board, task, random, ejected)
            ejected[task] += 1
            for other in others:
                board.remove(other)
            queue += others
        board.put(task, offer)
    settle(board, queue)


def repair(board: Board, hint: Solution) -> None:
    """Take over from a hint what still fits; what does not goes to its cheapest free place, or stays."""
    wanted = _offers(board, hint)
    later = []
    for task in sorted(range(len(wanted)), key=lambda task: _gain(board, task, wanted[task])):
        offer = wanted[task]
        free = offer is not NOTHING and not board.blockers(task, offer)
        if free and (not offer.is_new or board.tally.allows(task)):
            board.put(task, offer)
        else:
            later.append(task)
    left = []
    for task in later:
        _, offer = board.cheapest(task, Random(0))  # noqa: S311 - nothing is overlooked, so nothing is drawn
        if offer is NOTHING:
            left.append(task)
        else:
            board.put(task, offer)
    settle(board, left)


def settle(board: Board, tasks: Iterable[int]) -> None:
    """Let the tasks have their first choice, and what is in their way, too: what stands may stay."""
    waiting = list(tasks)
    while waiting:
        task = waiting.pop()
        for other in board.blockers(task, board.first[task]):
            board.remove(other)
            waiting.append(other)
        board.put(task, board.first[task])


def _by_choice(board: Board) -> Callable[[int], tuple[int, int]]:
    """Who chooses first: who gains most where moves are counted, else who has the fewest places, with more people."""
    if board.data.budget:
        return lambda task: (_gain(board, task, board.new[task][0][2]) if board.new[task] else 0, 0)
    if board.attendance:
        return lambda task: (-_size(board, task), 0)
    return lambda task: (len(board.new[task]), -len(board.required[task]))


def _size(board: Board, task: int) -> int:
    """The time of people that a task takes, those included who may be missing."""
    one = board.data.tasks[task]
    people = len(one.required) + len(one.optional)
    return people * sum(span.end - span.start for offer in board.new[task][:1] for span in offer[2].spans)


def _gain(board: Board, task: int, offer: Offer) -> int:
    """What an offer costs more than the first choice, by itself."""
    return offer.own - board.first[task].own


def _offers(board: Board, hint: Solution) -> list[Offer]:
    """The offers that a hint means, `NOTHING` where a choice is no candidate."""
    known = []
    for task, choice in enumerate(hint.choices[: len(board.at)]):
        offers = (board.first[task], *(offer for _, _, offer in board.new[task]))
        known.append(next((offer for offer in offers if offer.choice == choice), NOTHING))
    return known + [NOTHING] * (len(board.at) - len(known))


def _least_in_the_way(board: Board, task: int, random: Random, ejected: Sequence[int]) -> tuple[Offer, dict[int, None]]:
    """Of some offers the one whose blockers have had to leave least often, and these."""
    new = board.new[task] if board.tally.allows(task) else []
    offers = [board.first[task], *(offer for _, _, offer in random.sample(new, min(LOOKED_AT, len(new))))]
    blocked = [(offer, board.blockers(task, offer)) for offer in offers]
    return min(blocked, key=lambda pair: sum(1 + ejected[other] for other in pair[1]))
