"""What was worked out of units in one setting, so that planning them again does not work it out anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from app.services.packing.units.costing import Costing
from app.services.packing.units.places import Setting, Spans, Spot
from app.services.packing.units.units import Unit
from solver.data import Resource, Task

MOST_SETTINGS = 4
"""So many weeks are remembered at once, of whoever was decided for last."""
Key = tuple[str, str]
Framed = tuple[Sequence[Spot], Sequence[str], int]


@dataclass
class Workings:
    """New places, costs and tasks of units; of a unit that is changed in any way that matters to them they are anew.

    All is of one setting, which is not changed while this is used.
    """

    places: dict[Key, tuple[Unit, tuple[Spans, ...]]] = field(default_factory=dict)
    elsewhere: dict[Key, tuple[Unit, tuple[Spans, ...]]] = field(default_factory=dict)
    costings: dict[Key, tuple[Unit, Costing]] = field(default_factory=dict)
    tasks: dict[Key, tuple[Unit, Framed, Task]] = field(default_factory=dict)
    people: dict[str, Resource] = field(default_factory=dict)

    def places_of(self, unit: Unit, find: Callable[[], Iterable[Spans]]) -> tuple[Spans, ...]:
        """The new places of a unit, found once."""
        return _found(self.places, unit, find)

    def places_elsewhere(self, unit: Unit, find: Callable[[], Iterable[Spans]]) -> tuple[Spans, ...]:
        """The places that a unit would have if nothing kept it, and at which its people are there, found once."""
        return _found(self.elsewhere, unit, find)

    def costing(self, unit: Unit, setting: Setting) -> Costing:
        """What the places of a unit cost, each looked at once."""
        known = self.costings.get(_key(unit))
        if known is None or not _is_same(known[0], unit):
            known = self.costings[_key(unit)] = unit, Costing(unit, setting)
        return known[1]

    def person(self, email: str, make: Callable[[], Resource]) -> Resource:
        """When somebody works and has lunch, on the axis, without what they do: worked out once."""
        if email not in self.people:
            self.people[email] = make()
        return self.people[email]

    def task(self, unit: Unit, framed: Framed, make: Callable[[], Task]) -> Task:
        """The task of a unit, made once for the same spots, people and rooms, and earliest minute."""
        known = self.tasks.get(_key(unit))
        if known is None or known[1] != framed or not _is_same(known[0], unit):
            known = self.tasks[_key(unit)] = unit, framed, make()
        return known[2]


def _found(
    kept: dict[Key, tuple[Unit, tuple[Spans, ...]]], unit: Unit, find: Callable[[], Iterable[Spans]]
) -> tuple[Spans, ...]:
    known = kept.get(_key(unit))
    if known is None or not _is_same(known[0], unit):
        known = kept[_key(unit)] = unit, tuple(find())
    return known[1]


def _key(unit: Unit) -> Key:
    return unit.id, unit.scope


def _is_same(known: Unit, unit: Unit) -> bool:
    """Whether two units are the same but for what only the search and the words of a plan use."""
    return known is unit or known == replace(unit, likely=known.likely, unpin=known.unpin)


class RecentWorkings:
    """The workings of the last settings, for whoever plans the same weeks again and again."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[Setting, Workings], ...] = ()

    def of(self, setting: Setting) -> Workings:
        """The workings of a setting in which all places are, and cost, the same; new ones if there is none."""
        workings = next((each for known, each in self._kept if _is_alike(known, setting)), Workings())
        others = (pair for pair in self._kept if pair[1] is not workings)
        self._kept = ((setting, workings), *others)[:MOST_SETTINGS]
        return workings


def _is_alike(known: Setting, setting: Setting) -> bool:
    """Whether two settings are the same but for the moment: the freeze is no part of places and what they cost."""
    return known == replace(setting, now=known.now, day_off=known.day_off, as_of=known.as_of)
