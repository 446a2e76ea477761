"""Which rooms a meeting can have at a new place: that of today, or others of the same site that are large enough."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from app.domain.calendar.timespan import Timespan, union
from app.domain.people.rooms import Premises, Room
from app.services.packing.units.places import Spot
from app.services.packing.units.units import Unit

MOST_OTHERS = 3
"""So many other rooms are tried at each time, the smallest first."""


class Taken:
    """Times that are taken, to be asked often."""

    def __init__(self, spans: Iterable[Timespan]) -> None:
        self.spans = union(span for span in spans if span.start < span.end)
        self.starts = [span.start for span in self.spans]

    def meets(self, span: Timespan) -> bool:
        """Whether a span overlaps one of them."""
        index = bisect_right(self.starts, span.start)
        before = index > 0 and self.spans[index - 1].end > span.start
        return before or (index < len(self.starts) and self.starts[index] < span.end)


class RoomChoice:
    """The rooms of a team file, and when they are taken by what does not move."""

    def __init__(self, units: Sequence[Unit], fixed: Mapping[str, Sequence[Timespan]], premises: Premises) -> None:
        self.premises = premises
        self.users = Counter(room for unit in units for room in unit.rooms)
        addresses = {*self.users, *premises.by_email}
        self.taken = {address: Taken(fixed.get(address, ())) for address in addresses}

    def variants(self, unit: Unit, spot: Spot) -> Iterator[Spot]:
        """A new place with the same rooms, unless only others are free; and with others where that may be of use.

        That is where the own room is taken, or another unit has it too.
        """
        spot = Spot(spot.spans, spot.left_out, unit.rooms, unit.lead.site)
        own = self._own(unit) if unit.rooms else None
        same_is_free = all(self._is_free(room, spot) for room in unit.rooms)
        if own is None or (same_is_free and self.users[own.email.lower()] == 1):
            yield spot
            return
        others = [room for room in self._others(unit, own) if self._is_free(room.email.lower(), spot)][:MOST_OTHERS]
        if same_is_free or not others:
            yield spot
        for other in others:
            rooms = (other.email.lower() if room == own.email.lower() else room for room in unit.rooms)
            yield replace(spot, rooms=tuple(rooms))

    def _own(self, unit: Unit) -> Room | None:
        """The room of a unit that can be another one: the only one that the team file describes."""
        known = [self.premises.by_email[room] for room in unit.rooms if room in self.premises.by_email]
        return known[0] if len(known) == 1 else None

    def _others(self, unit: Unit, own: Room) -> list[Room]:
        """Rooms of the same site with seats enough, the smallest first."""
        fitting = (
            room
            for room in self.premises.rooms
            if room.site == own.site and room != own and (room.seats or 0) >= seats_wanted(unit, self.premises)
        )
        return sorted(fitting, key=lambda room: (room.seats or 0, room.email))

    def _is_free(self, address: str, spot: Spot) -> bool:
        taken = self.taken[address]
        return not any(taken.meets(span) for span in spot.spans)


def seats_wanted(unit: Unit, premises: Premises) -> int:
    """The people who may come; if today's room is smaller, a room of that size will do."""
    people = len(unit.required) + len(unit.optional)
    seats = (room.seats for room in (premises.by_email.get(address) for address in unit.rooms) if room)
    return min([people, *(s for s in seats if s is not None)])
