"""What each task can get, as the local search reads it: time as bits of a number, costs of all tiers as one number."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from random import Random
from typing import NamedTuple

from solver.candidates import Candidates, Choice, OwnCosts, price
from solver.data import TIERS, Place, ProblemData, Span, Task
from solver.stopping import Poll

TIER_BITS = 64
HALF = 1 << (TIER_BITS - 1)
CODE_BITS = 60

Values = tuple[int, ...]
"""A value for each tier, in the order of `TIERS`."""


class Scale:
    """Values of all tiers as one number, so that a smaller number is the better answer in the order of the tiers."""

    def __init__(self, order: Sequence[int]) -> None:
        self.order = order
        self.units = [1 << TIER_BITS * (len(TIERS) - 1 - order.index(tier)) for tier in range(len(TIERS))]
        self.known: dict[Values, int] = {}

    def total(self, values: Values) -> int:
        """One number for the values of all tiers."""
        found = self.known.get(values)
        if found is None:
            found = self.known[values] = sum(value * unit for value, unit in zip(values, self.units, strict=True))
        return found

    def worse_before(self, tier: int, total: int) -> int:
        """The least number that is worse in a tier before this one."""
        bits = TIER_BITS * (len(TIERS) - self.order.index(tier))
        return (((total + (1 << bits - 1)) >> bits) + 1 << bits) - (1 << bits - 1)

    def values(self, total: int) -> Values:
        """The values of the tiers that a number stands for."""
        values = [0] * len(TIERS)
        for tier in reversed(self.order):
            values[tier] = (total + HALF) % (2 * HALF) - HALF
            total = (total - values[tier]) >> TIER_BITS
        return tuple(values)


class Share(NamedTuple):
    """What a place takes from one load day: the number of the day, the spans, and a code that stands for these."""

    day: int
    code: int
    spans: tuple[Span, ...]


class Offer(NamedTuple):
    """A choice of a task: what it costs by itself, when it is, and what it takes.

    `pieces` are its spans as the numbers of the first piece of time and of that after the last one.
    """

    own: int
    mask: int
    choice: Choice
    is_new: bool = False
    shares: tuple[Share, ...] = ()
    spans: tuple[Span, ...] = ()
    extra: tuple[int, ...] = ()
    location: int = 0
    pieces: tuple[tuple[int, int], ...] = ()


Ranked = list[tuple[int, int, Offer]]
"""Offers with their own cost and mask in front, the cheapest first."""


class Axis:
    """Time cut wherever one of some places begins or ends, a bit for each piece; and the load days of all resources."""

    def __init__(self, data: ProblemData, places: Iterable[Place]) -> None:
        found = {place.spans for place in places}
        ends = sorted({minute for spans in found for span in spans for minute in span})
        position = {minute: index for index, minute in enumerate(ends)}
        self.ends = ends
        self.pieces = {spans: tuple((position[start], position[end]) for start, end in spans) for spans in found}
        self.masks = {spans: _mask(pieces) for spans, pieces in self.pieces.items()}
        self.days = sorted({day for resource in data.resources for day in resource.load_days})
        self.day_numbers = {day: number for number, day in enumerate(self.days)}
        self.longest = max((day.end - day.start for day in self.days), default=0)
        self.random = Random(0)  # noqa: S311 - codes of spans, no secrets
        self.codes: dict[Span, int] = {}
        self.shares = {spans: tuple(self._shares(spans)) for spans in found}

    def reach(self, start: int, end: int) -> int:
        """The bits of all pieces that lie in some part between two minutes."""
        first, last = max(0, bisect_left(self.ends, start + 1) - 1), bisect_left(self.ends, end)
        return (1 << max(first, last)) - (1 << first)

    def _shares(self, spans: Sequence[Span]) -> Iterator[Share]:
        by_day: dict[int, list[Span]] = {}
        for span in spans:
            for number in range(bisect_left(self.days, (span.start - self.longest,)), len(self.days)):
                if self.days[number].start >= span.end:
                    break
                if self.days[number].end > span.start:
                    by_day.setdefault(number, []).append(span)
        for number, taken in by_day.items():
            yield Share(number, sum(map(self._code, taken)), tuple(taken))

    def _code(self, span: Span) -> int:
        if span not in self.codes:
            self.codes[span] = self.random.getrandbits(CODE_BITS)
        return self.codes[span]


def _mask(pieces: Iterable[tuple[int, int]]) -> int:
    mask = 0
    for first, last in pieces:
        mask |= (1 << last) - (1 << first)
    return mask


Places = tuple[int, bool]
"""Which new places a task has, and whether today's comes before them: tasks share them."""


def _places(task: Task) -> Places:
    return id(task.places), task.stay is not None


def _in_use(tasks: Iterable[tuple[Task, tuple[Choice, ...]]], poll: Poll) -> dict[Places, dict[int, Place]]:
    """The new places that some task can get, by their choice."""
    found: dict[Places, dict[int, Place]] = {}
    seen: set[tuple[Places, int]] = set()
    for task, choices in tasks:
        poll()
        places = _places(task)
        if (places, id(choices)) in seen:
            continue
        seen.add((places, id(choices)))
        shift = int(task.stay is not None)
        new = ((choice, task.places[choice - shift]) for choice in choices[1:] if choice is not None)
        found.setdefault(places, {}).update(new)
    return found


class Offers:
    """For each task its first choice, that which no rule ever forbids by itself, and its new places by their cost."""

    def __init__(
        self, data: ProblemData, candidates: Candidates, own: Sequence[OwnCosts], scale: Scale, poll: Poll
    ) -> None:
        tasks = list(zip(data.tasks, candidates, strict=True))
        self.places = _in_use(tasks, poll)
        stays = (task.options[first] for task, (first, *_) in tasks if first is not None)
        self.axis = Axis(data, chain(stays, *(found.values() for found in self.places.values())))
        self.scale = scale
        self.first: list[Offer] = []
        self.new: list[Ranked] = []
        self._ranked: dict[Places, Ranked] = {}
        self._chosen: dict[tuple[Places, int], Ranked] = {}
        for index, (task, choices) in enumerate(tasks):
            poll()
            choice = choices[0]
            costs = tuple(price(own[tier][index], choice) for tier in range(len(TIERS)))
            place = None if choice is None else task.options[choice]
            self.first.append(self._offer(place, choice, costs, is_new=task.stay is None and place is not None))
            self.new.append(self._allowed(_places(task), choices) if len(choices) > 1 else [])

    def _allowed(self, places: Places, choices: tuple[Choice, ...]) -> Ranked:
        """The new places among these choices; tasks that share their choices share the list."""
        key = (places, id(choices))
        if key not in self._chosen:
            allowed = set(choices[1:])
            self._chosen[key] = [one for one in self._rank(places) if one[2].choice in allowed]
        return self._chosen[key]

    def _rank(self, places: Places) -> Ranked:
        """All places in use of a task by their cost; tasks that share their places share the list."""
        if places not in self._ranked:
            found = sorted(self.places[places].items())
            offers = [self._offer(place, choice, place.costs, is_new=True) for choice, place in found]
            self._ranked[places] = sorted(((offer.own, offer.mask, offer) for offer in offers), key=_own)
        return self._ranked[places]

    def _offer(self, place: Place | None, choice: Choice, values: Values, *, is_new: bool) -> Offer:
        own = self.scale.total(values)
        if place is None:
            return Offer(own, 0, choice)
        axis, spans = self.axis, place.spans
        mask, shares, pieces = axis.masks[spans], axis.shares[spans], axis.pieces[spans]
        return Offer(own, mask, choice, is_new, shares, spans, place.resources, place.location, pieces)


def _own(ranked: tuple[int, int, Offer]) -> int:
    return ranked[0]
