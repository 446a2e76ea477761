"""What was worked out of units in one setting, so that planning them again does not work it out anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from app.services.costing import Costing
from app.services.places import Setting, Spans
from app.services.units import Unit


@dataclass
class Workings:
    """New places and costs, by the unit itself: one that is changed in any way is another one.

    All is of one setting, which is not changed while this is used.
    """

    places: dict[int, tuple[Unit, tuple[Spans, ...]]] = field(default_factory=dict)
    costings: dict[int, tuple[Unit, Costing]] = field(default_factory=dict)

    def places_of(self, unit: Unit, find: Callable[[], Iterable[Spans]]) -> tuple[Spans, ...]:
        """The new places of a unit, found once."""
        if id(unit) not in self.places:
            self.places[id(unit)] = unit, tuple(find())
        return self.places[id(unit)][1]

    def costing(self, unit: Unit, setting: Setting) -> Costing:
        """What the places of a unit cost, each looked at once."""
        if id(unit) not in self.costings:
            self.costings[id(unit)] = unit, Costing(unit, setting)
        return self.costings[id(unit)][1]
