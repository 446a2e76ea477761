"""The new places of a task as columns of numbers: which of thousands is free and cheapest, found at one stroke."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import numpy as np

from solver.data import PEOPLE
from solver.local.attendance import FORBIDDEN, Costs
from solver.local.offers import Offer, Ranked, Scale, Values
from solver.stopping import Poll

MANY = 100
"""Places of a task from which on columns are faster than one place after the other."""
PEOPLE_BITS, BELOW_BITS = 32, 14
NEVER = 1 << 62
DRAWS = 1 << 10

Taken = Sequence[int]
"""The time that is taken of each resource, as bits."""


class Columns:
    """At which times a task can be and how cheap that is by itself; at each time in one room or another."""

    def __init__(self, ranked: Ranked, scale: Scale) -> None:
        self.unit = scale.units[PEOPLE]
        values = {own: scale.values(own) for own in {own for own, *_ in ranked}}
        ranks, self.draws = _ranks([values[own] for own, *_ in ranked], scale.order)
        self.number: dict[tuple[int, int], int] = {}
        self.together: list[list[tuple[int, Offer]]] = []
        for rank, (*_, offer) in sorted(zip(ranks, ranked, strict=True), key=_rank):
            number = self.number.setdefault(offer.pieces[0], len(self.number))
            if number == len(self.together):
                self.together.append([])
            self.together[number].append((rank, offer))
        self.first, self.last = (np.array([time[end] for time in self.number], dtype=np.intp) for end in (0, 1))
        self.rank = np.array([offers[0][0] for offers in self.together], dtype=np.int64)
        self.noise = np.random.default_rng(0).integers(self.draws, size=len(self.number) + DRAWS, dtype=np.int64)
        self.starting = {first: number for (first, _), number in self.number.items()}

    def cheapest_first(self, shared: Costs, taken: Taken, random: Random) -> Iterator[tuple[int, Offer]]:
        """The free offers with what they cost by themselves and by what each shares with others; ties at random.

        Of places at one time the room that costs least by itself comes first.
        """
        start = int(random.random() * DRAWS)
        ranks = (shared << BELOW_BITS) + self.rank
        ranks += self.noise[start : start + len(ranks)]
        np.putmask(ranks, shared >= FORBIDDEN, NEVER)
        waiting: dict[int, list[tuple[int, Offer]]] = {}
        number = int(ranks.argmin())
        while ranks[number] < NEVER:
            if number in waiting:
                offers = waiting[number]
                rank = offers[-1][0]
            else:
                offers = waiting[number] = [one for one in reversed(self.together[number]) if is_free(one[1], taken)]
                rank = int(self.rank[number])
            if offers and offers[-1][0] == rank:
                offer = offers.pop()[1]
                yield offer.own + int(shared[number]) * self.unit, offer
            ranks[number] = ranks[number] + (offers[-1][0] - rank) if offers else NEVER
            number = int(ranks.argmin())

    def at(self, offer: Offer) -> list[Offer]:
        """The offers at the time of one, the cheapest first."""
        return [other for _, other in self.together[self.number[offer.pieces[0]]]]

    def starting_with(self, offer: Offer) -> list[Offer]:
        """The offers that begin when an offer of another task does."""
        number = self.starting.get(offer.pieces[0][0])
        return [] if number is None else [other for _, other in self.together[number]]


def is_free(offer: Offer, taken: Taken) -> bool:
    """Whether the resources of an offer beside those which its task requires are free."""
    return not any(taken[room] & offer.mask for room in offer.extra)


def columns_of(new: Sequence[Ranked], scale: Scale, many: int, poll: Poll) -> list[Columns | None]:
    """For each task the columns of its new places, if they are many and simple; tasks that share places share them."""
    known: dict[int, Columns | None] = {}
    for ranked in new:
        if id(ranked) not in known:
            poll()
            fits = len(ranked) >= many and all(len(offer.pieces) == 1 for *_, offer in ranked)
            known[id(ranked)] = Columns(ranked, scale) if fits else None
    return [known[id(ranked)] for ranked in new]


def _rank(pair: tuple[int, tuple[int, int, Offer]]) -> int:
    return pair[0]


def _ranks(values: Sequence[Values], order: Sequence[int]) -> tuple[list[int], int]:
    """Whole numbers in the order of the costs, tier `people` as it is: what is added to it keeps the order right.

    And how many numbers lie between two of them, for ties to be drawn.
    """
    place = order.index(PEOPLE)
    above, below = ([tuple(v[t] for t in tiers) for v in values] for tiers in (order[:place], order[place + 1 :]))
    high, low = _numbered(above), _numbered(below)
    least = min(v[PEOPLE] for v in values)
    draws = max(0, BELOW_BITS - (len(low) - 1).bit_length())
    ranks = [
        ((high[a] << PEOPLE_BITS) + v[PEOPLE] - least << BELOW_BITS) + (low[b] << draws)
        for a, v, b in zip(above, values, below, strict=True)
    ]
    return ranks, 1 << draws


def _numbered(keys: Sequence[Values]) -> dict[Values, int]:
    return {key: number for number, key in enumerate(sorted(set(keys)))}
