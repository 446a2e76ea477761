"""The hard rules between the offers of a board, one task at a time: rooms, relations, travel."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from solver.data import Place, ProblemData, Relation, Span
from solver.local.offers import Axis, Offer


class Guards:
    """What the offers of the other tasks forbid beside the time of required people; `at` and `present` are the board's.

    `bind` says for each task whether anything here can forbid one of its offers, `is_strict` whether anything but what
    its places take can.
    """

    def __init__(self, data: ProblemData, axis: Axis, at: Sequence[Offer], present: Sequence[dict[int, None]]) -> None:
        self.data = data
        self.axis = axis
        self.at = at
        self.present = present
        self.relations: list[list[Relation]] = [[] for _ in data.tasks]
        for relation in data.relations:
            self.relations[relation.first].append(relation)
            self.relations[relation.second].append(relation)
        self.travels = any(any(row) for row in data.travel)
        guarded = {id(task.places): self._is_guarded(task.places) for task in data.tasks}
        self.bind = [
            bool(own) or guarded[id(task.places)] or (task.stay is not None and self._is_guarded((task.stay,)))
            for own, task in zip(self.relations, data.tasks, strict=True)
        ]
        self.is_strict = [bool(own) or self.travels for own in self.relations]
        self.reach: dict[tuple[tuple[Span, ...], int, int], int] = {}
        self.days: dict[tuple[Span, ...], int] = {}

    def forbid(self, task: int, offer: Offer) -> Iterator[int]:
        """The tasks whose offers forbid this one."""
        for resource in offer.extra:
            yield from self.meeting(task, offer, resource)
        for relation in self.relations[task]:
            if not self._keeps(task, offer, relation):
                yield relation.second if relation.first == task else relation.first
        if self.travels and offer.location:
            yield from self._too_far(task, offer)

    def meeting(self, task: int, offer: Offer, resource: int) -> Iterator[int]:
        """The other tasks that take a resource at the same time, unless both stay."""
        for other in self.present[resource]:
            there = self.at[other]
            if there.mask & offer.mask and other != task and (offer.is_new or there.is_new):
                yield other

    def _keeps(self, task: int, offer: Offer, relation: Relation) -> bool:
        """Whether a relation holds with this offer; it does between two that stay, or if one has no place."""
        is_first = relation.first == task
        other = self.at[relation.second if is_first else relation.first]
        if not (offer.spans and other.spans and (offer.is_new or other.is_new)):
            return True
        if relation.kind == "not_same_day":
            return not self._days(offer.spans) & self._days(other.spans)
        first, second = (offer.spans, other.spans) if is_first else (other.spans, offer.spans)
        pairs = list(zip(first, second, strict=False))
        return all(one.end <= after.start for one, after in (pairs if len(first) == len(second) else pairs[:1]))

    def _days(self, spans: tuple[Span, ...]) -> int:
        """The days that some spans start on, a bit each."""
        if spans not in self.days:
            numbers = {bisect_right(self.data.day_starts, span.start) for span in spans}
            self.days[spans] = sum(1 << number for number in numbers)
        return self.days[spans]

    def _too_far(self, task: int, offer: Offer) -> Iterator[int]:
        """The other tasks of required people that leave no time for the way between, unless both stay."""
        travel, here = self.data.travel, offer.location
        for other in dict.fromkeys(o for r in self.data.tasks[task].required for o in self.present[r]):
            there = self.at[other]
            if there.location and other != task and (offer.is_new or there.is_new):
                around = self._around(offer.spans, travel[there.location][here], travel[here][there.location])
                if around & there.mask and set(self.data.tasks[task].required) & set(self.data.tasks[other].required):
                    yield other

    def _around(self, spans: tuple[Span, ...], before: int, after: int) -> int:
        """The time of some spans, with so many minutes before and after each."""
        key = (spans, before, after)
        if key not in self.reach:
            self.reach[key] = 0
            for start, end in spans:
                self.reach[key] |= self.axis.reach(start - before, end + after)
        return self.reach[key]

    def _is_guarded(self, places: Sequence[Place]) -> bool:
        return any(place.resources or (self.travels and place.location) for place in places)
