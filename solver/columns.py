"""The new places of a task as columns of numbers: which of thousands is free and cheapest, found at one stroke."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

from solver.attendance import Costs
from solver.data import PEOPLE
from solver.offers import Offer, Ranked, Scale, Values

MANY = 100
"""Places of a task from which on columns are faster than one place after the other."""
PEOPLE_BITS, BELOW_BITS = 32, 14
NEVER = 1 << 62

Bits = NDArray[np.intp]


class Rooms:
    """What is taken of the resources that places take beside those which tasks require; the last row is of none."""

    def __init__(self, new: Sequence[Ranked], pieces: int) -> None:
        distinct = {id(ranked): ranked for ranked in new}.values()
        found = sorted({room for ranked in distinct for *_, offer in ranked for room in offer.extra})
        self.row = {room: number for number, room in enumerate(found)}
        self.pieces = pieces
        self.taken = np.zeros((len(found) + 1, pieces + 1), dtype=np.int32)

    def change(self, offer: Offer, by: int) -> None:
        """Take the resources of an offer (by 1), or free them (by -1)."""
        for row in [self.row[room] for room in offer.extra if room in self.row]:
            for first, last in offer.pieces:
                self.taken[row, first + 1 : last + 1] += by

    def up_to(self) -> NDArray[np.int32]:
        """How much is taken of each from the first piece up to each end, one row after the other."""
        return self.taken.cumsum(axis=1, dtype=np.int32).ravel()

    def start_of(self, offer: Offer) -> int:
        """Where the row of the room of an offer starts in `up_to`."""
        row = self.row[offer.extra[0]] if offer.extra else len(self.row)
        return row * (self.pieces + 1)


class Columns:
    """Where each place begins and ends, in people's time and its room's, and how cheap it is by itself."""

    def __init__(self, ranked: Ranked, scale: Scale, rooms: Rooms) -> None:
        self.rooms = rooms
        self.unit = scale.units[PEOPLE]
        self.offers = [offer for *_, offer in ranked]
        self.first = np.array([offer.pieces[0][0] for offer in self.offers], dtype=np.intp)
        self.last = np.array([offer.pieces[0][1] for offer in self.offers], dtype=np.intp)
        row = np.array([rooms.start_of(offer) for offer in self.offers], dtype=np.intp)
        self.room_first, self.room_last = row + self.first, row + self.last
        self.rank = _ranks([scale.values(own) for own, *_ in ranked], scale.order)

    def cheapest_first(self, taken: int, shared: Costs, random: Random) -> Iterator[tuple[int, Offer]]:
        """The free offers with what they cost by themselves and by what each shares with others; ties at random.

        Of places at one time the room that costs least by itself comes first.
        """
        ranks = np.where(self._free(taken), self.rank + (shared << BELOW_BITS), NEVER)
        position = self._best(ranks, random)
        while ranks[position] < NEVER:
            yield self.offers[position].own + int(shared[position]) * self.unit, self.offers[position]
            ranks[position] = NEVER
            position = int(ranks.argmin())

    def _best(self, ranks: Costs, random: Random) -> int:
        ties = np.flatnonzero(ranks >> BELOW_BITS == ranks.min() >> BELOW_BITS)
        start = self.first[ties[random.randrange(len(ties))]]
        together = ties[self.first[ties] == start]
        return int(together[ranks[together].argmin()])

    def _free(self, taken: int) -> NDArray[np.bool_]:
        people, rooms = _up_to(taken, self.rooms.pieces), self.rooms.up_to()
        free: NDArray[np.bool_] = people[self.last] == people[self.first]
        free &= rooms[self.room_last] == rooms[self.room_first]
        return free


def columns_of(new: Sequence[Ranked], scale: Scale, rooms: Rooms, many: int) -> list[Columns | None]:
    """For each task the columns of its new places, if they are many and simple; tasks that share places share them."""
    known: dict[int, Columns | None] = {}
    for ranked in new:
        if id(ranked) not in known:
            fits = len(ranked) >= many and all(_is_simple(offer) for *_, offer in ranked)
            known[id(ranked)] = Columns(ranked, scale, rooms) if fits else None
    return [known[id(ranked)] for ranked in new]


def _is_simple(offer: Offer) -> bool:
    return len(offer.pieces) == 1 and len(offer.extra) <= 1


def _up_to(taken: int, pieces: int) -> NDArray[np.int32]:
    """How many pieces are taken from the first one up to each end."""
    bits = np.unpackbits(np.frombuffer(taken.to_bytes(pieces // 8 + 1, "little"), np.uint8), bitorder="little")
    found = np.zeros(pieces + 1, dtype=np.int32)
    np.cumsum(bits[:pieces], out=found[1:])
    return found


def _ranks(values: Sequence[Values], order: Sequence[int]) -> Costs:
    """Whole numbers in the order of the costs, tier `people` as it is: what is added to it keeps the order right."""
    place = order.index(PEOPLE)
    above, below = ([tuple(v[t] for t in tiers) for v in values] for tiers in (order[:place], order[place + 1 :]))
    high, low = _numbered(above), _numbered(below)
    least = min(v[PEOPLE] for v in values)
    ranks = [
        ((high[a] << PEOPLE_BITS) + v[PEOPLE] - least << BELOW_BITS) + low[b]
        for a, v, b in zip(above, values, below, strict=True)
    ]
    return np.array(ranks, dtype=np.int64)


def _numbered(keys: Sequence[Values]) -> dict[Values, int]:
    return {key: number for number, key in enumerate(sorted(set(keys)))}
