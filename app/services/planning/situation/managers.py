"""Which managers are planned together, and whose each of their meetings is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.people.person import Team
from app.domain.plans.asked import PlanScope
from app.errors import InputError
from app.services.packing.units.units import Unit
from app.services.planning.situation.situation import Situation

Key = frozenset[tuple[str, str]]
"""What a unit is to all who have it: the keys of its meetings in the planned week."""


def managers_of(team: Team | None, manager: str, scope: PlanScope) -> tuple[str, ...]:
    """The manager first, then those of their reports who manage someone, or everyone who does.

    Raises `InputError` without a team file: who manages whom is never guessed.
    """
    if scope == "manager":
        return (manager,)
    if team is None:
        raise InputError(f"who is managed by whom is not known: scope {scope} needs a team file", "team")
    asked = team.canonical(manager)
    people = team.reports_of(asked) if scope == "team" else team.person
    others = sorted({e for p in people if (e := team.canonical(p.email)) != asked and team.reports_of(e)})
    return (asked, *others)


@dataclass(frozen=True)
class Owned:
    """A unit in the situation of the manager whose it is, under a name of its own among all."""

    manager: str
    unit: Unit

    @property
    def key(self) -> Key:
        """What it is to all who have it."""
        return key_of(self.unit)


def key_of(unit: Unit) -> Key:
    """What a unit is to all who have it."""
    return frozenset(m.key for m in unit.meetings)


def owned_units(situations: Mapping[str, Situation], team: Team) -> tuple[Owned, ...]:
    """Every unit once: its organizer's if that is one of the managers, else of the first who may move it, or has it.

    Two managers may group the same occurrences differently; what shares an occurrence with a unit that has been given
    away is the same meeting, and is left out.
    """
    holders: dict[Key, list[Owned]] = {}
    for manager, situation in situations.items():
        for unit in situation.units:
            holders.setdefault(key_of(unit), []).append(Owned(manager, unit))
    found: list[Owned] = []
    taken: set[tuple[str, str]] = set()
    for owners in holders.values():
        owner = _owner(owners, team)
        if not taken.intersection(owner.key):
            found.append(owner)
            taken |= owner.key
    return tuple(found)


def _owner(holders: Sequence[Owned], team: Team) -> Owned:
    organizer = team.canonical(holders[0].unit.lead.event.organizer or "")
    movable = [each for each in holders if each.unit.movable]
    return next((each for each in holders if each.manager == organizer), (*movable, *holders)[0])
