"""Rooms, the sites that they and other locations are at, and how long it takes from one site to another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Room:
    """A room that meetings book by its address; its name is also looked for in LOCATION."""

    email: str
    name: str | None = None
    seats: int | None = None
    site: str | None = None

    def __post_init__(self) -> None:
        if self.seats is not None and self.seats < 1:
            raise ValueError(f"room {self.email} must have at least one seat, not {self.seats}")


@dataclass(frozen=True)
class Site:
    """A place that people have to go to; `words` are found in LOCATION, whole, whatever their case."""

    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Distance:
    """Minutes from one site to another, and back."""

    between: tuple[str, str]
    minutes: int

    def __post_init__(self) -> None:
        if not 0 <= self.minutes <= 24 * 60:
            one, other = self.between
            raise ValueError(f"from {one} to {other} must be 0 to 1440 minutes, not {self.minutes}")


@dataclass(frozen=True)
class Premises:
    """All rooms, sites and ways of a team file. Raises `ValueError` for a site that none of its tables describes."""

    rooms: tuple[Room, ...] = ()
    sites: tuple[Site, ...] = ()
    distances: tuple[Distance, ...] = ()

    def __post_init__(self) -> None:
        known = {site.name for site in self.sites}
        named = {n for d in self.distances for n in d.between} | {r.site for r in self.rooms if r.site}
        if unknown := sorted(named - known):
            raise ValueError(f"there is no [[site]] with the name {unknown[0]!r}")

    @cached_property
    def by_email(self) -> dict[str, Room]:
        """Each room by its address, in lower case."""
        return {room.email.lower(): room for room in self.rooms}

    def at(self, location: str) -> tuple[str, ...]:
        """The addresses of the rooms whose name is in a LOCATION."""
        return tuple(room.email.lower() for room in self.rooms if room.name and _found([room.name], location))

    def site(self, location: str, rooms: Sequence[str]) -> str:
        """The site of a meeting: that of its rooms, else the one that its LOCATION names; empty if it has none."""
        own = (self.by_email[room].site for room in rooms if room in self.by_email)
        named = (site.name for site in self.sites if _found((site.name, *site.words), location))
        return next((site for site in own if site), None) or next(named, "")

    def minutes(self, one: str, other: str) -> int:
        """The minutes from a site to another; none where the file says nothing, or one of the two is no site."""
        return next((d.minutes for d in self.distances if {*d.between} == {one, other} and one != other), 0)


def _found(words: Sequence[str], text: str) -> bool:
    pattern = "|".join(re.escape(word.casefold()) for word in words)
    return re.search(rf"(?<!\w)(?:{pattern})(?!\w)", text.casefold()) is not None
