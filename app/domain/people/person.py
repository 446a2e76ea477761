"""The people that a manager works with, as the team file describes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from app.domain.configuration.pattern import WEEKDAYS, Weekday, check_clock
from app.domain.people.rooms import Distance, Premises, Room, Site

Level = Literal["junior", "solid", "lead", "manager"]
Relation = Literal["report", "skip", "peer", "manager"]


class Cadence(StrEnum):
    """How often a report has a 1:1."""

    TWICE_WEEKLY = "twice_weekly"
    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    MONTHLY = "monthly"
    NONE = "none"


@dataclass(frozen=True)
class WorkingHours:
    """Hours of the wall clock on some weekdays; several make up a working week."""

    days: tuple[Weekday, ...] = WEEKDAYS[:5]
    start: time = time(9, 0)
    end: time = time(17, 30)

    def __post_init__(self) -> None:
        check_clock("a stretch of working hours", self.start, self.end)


@dataclass(frozen=True)
class Absence:
    """Days on which a person is away, first and last included; why is nobody's business."""

    from_: date
    to: date

    def __post_init__(self) -> None:
        if self.to < self.from_:
            raise ValueError(f"an absence must not end ({self.to}) before it starts ({self.from_})")


@dataclass(frozen=True)
class Travel:
    """Days that a person spends in another time zone, first and last included."""

    from_: date
    to: date
    timezone: ZoneInfo


@dataclass(frozen=True)
class Person:
    """Someone who takes part in meetings; what is None is not known and is never guessed silently.

    An empty `manager` says that the person reports to nobody in the file, whatever the rest of their team does.
    """

    email: str
    name: str | None = None
    manager: str | None = None
    team: str | None = None
    timezone: ZoneInfo | None = None
    working_hours: tuple[WorkingHours, ...] = (WorkingHours(),)
    level: Level | None = None
    one_on_one: Cadence | None = None
    country: str | None = None
    aliases: tuple[str, ...] = ()
    away: tuple[Absence, ...] = ()
    travel: tuple[Travel, ...] = ()
    preferred_hours: tuple[WorkingHours, ...] = ()
    meeting_free_days: tuple[Weekday, ...] = ()
    starts: date | None = None
    ends: date | None = None

    def zone_on(self, day: date, default: ZoneInfo) -> ZoneInfo:
        """The zone whose wall clock the person lives by on a day."""
        for trip in self.travel:
            if trip.from_ <= day <= trip.to:
                return trip.timezone
        return self.timezone or default

    def is_away(self, day: date) -> bool:
        """Whether the team file says that the person is not there on a day."""
        before = self.starts is not None and day < self.starts
        after = self.ends is not None and day > self.ends
        return before or after or any(a.from_ <= day <= a.to for a in self.away)

    def hours_on(self, day: date) -> tuple[tuple[time, time], ...]:
        """The person's working hours on a day, in their wall clock, in order and disjoint; none on a day off."""
        weekday = WEEKDAYS[day.weekday()]
        joined: list[tuple[time, time]] = []
        for start, end in sorted((h.start, h.end) for h in self.working_hours if weekday in h.days):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            else:
                joined.append((start, end))
        return tuple(joined)


@dataclass(frozen=True)
class Carried:
    """Minutes at bad hours that a person carried in past weeks, for the sake of people of other time zones."""

    email: str
    minutes: int

    def __post_init__(self) -> None:
        if self.minutes < 0:
            raise ValueError(f"the minutes that {self.email} carried must not be below 0, and are {self.minutes}")


@dataclass(frozen=True)
class Group:
    """An address that stands for its members."""

    email: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Team:
    """The content of a team file. Addresses are compared in lower case; an alias is its person."""

    person: tuple[Person, ...] = ()
    group: tuple[Group, ...] = ()
    internal_domains: tuple[str, ...] = ()
    okr_dashboard: str | None = None
    room: tuple[Room, ...] = ()
    site: tuple[Site, ...] = ()
    distance: tuple[Distance, ...] = ()
    ledger: tuple[Carried, ...] = ()
    decision_log: str | None = None

    def __post_init__(self) -> None:
        Premises(self.room, self.site, self.distance)

    @cached_property
    def premises(self) -> Premises:
        """The rooms and sites, and the ways between them."""
        return Premises(self.room, self.site, self.distance)

    @cached_property
    def carried(self) -> dict[str, int]:
        """The minutes at bad hours that each person carried, by their main address; those named twice, in all."""
        found: dict[str, int] = {}
        for line in self.ledger:
            found[self.canonical(line.email)] = found.get(self.canonical(line.email), 0) + line.minutes
        return found

    @cached_property
    def _people(self) -> dict[str, Person]:
        return {address.lower(): p for p in self.person for address in (p.email, *p.aliases)}

    @cached_property
    def _groups(self) -> dict[str, tuple[str, ...]]:
        return {g.email.lower(): tuple(m.lower() for m in g.members) for g in self.group}

    @cached_property
    def _assumed_managers(self) -> dict[str, str]:
        """Whom people without a stated manager report to: the one that all others of their team or group do."""
        teams = [tuple(p.email.lower() for p in self.person if p.team == name) for name in self._team_names]
        groups = [tuple(self.canonical(m) for m in members) for members in self._groups.values()]
        assumed: dict[str, str] = {}
        for circle in (*teams, *groups):
            boss = self._boss_of_all(circle)
            for email in circle:
                if boss and email != boss and self.find(email).manager is None:
                    assumed.setdefault(email, boss)
        return assumed

    @cached_property
    def _team_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(p.team for p in self.person if p.team))

    def _boss_of_all(self, circle: tuple[str, ...]) -> str | None:
        """The one whom all of a circle with a stated manager report to, the boss's own manager left out."""
        stated = {email: self.canonical(m) for email in circle if (m := self.find(email).manager) is not None}
        bosses = set(stated.values())
        fitting = [b for b in bosses if b and all(m == b for email, m in stated.items() if email != b)]
        return fitting[0] if len(fitting) == 1 else None

    def canonical(self, email: str) -> str:
        """The main address of whoever an address belongs to, in lower case."""
        person = self._people.get(email.lower())
        return person.email.lower() if person else email.lower()

    def find(self, email: str) -> Person:
        """The person with an address or alias; someone unknown is a bare `Person` with just that address."""
        return self._people.get(email.lower()) or Person(email.lower())

    def knows(self, email: str) -> bool:
        """Whether the team file lists the address as a person."""
        return email.lower() in self._people

    def members_of(self, email: str) -> tuple[str, ...] | None:
        """The members' main addresses if the address is a group, else None."""
        members = self._groups.get(email.lower())
        return None if members is None else tuple(self.canonical(m) for m in members)

    def is_internal(self, email: str) -> bool:
        """Whether an address belongs to the company: by domain, or because the team file lists it."""
        domain = email.lower().rpartition("@")[2]
        internal = any(domain == d.lower() or domain.endswith("." + d.lower()) for d in self.internal_domains)
        return internal or email.lower() in self._people or email.lower() in self._groups

    def manager_of(self, email: str) -> str | None:
        """The main address of whom a person reports to.

        As the team file says; where it says nothing, the one whom everyone else in their team or group reports to.
        """
        stated = self.find(email).manager
        if stated is None:
            return self._assumed_managers.get(self.canonical(email))
        return self.canonical(stated) or None

    def chain_above(self, email: str) -> tuple[str, ...]:
        """Everyone above a person, nearest first; a circle in the file ends the chain."""
        chain: list[str] = []
        boss = self.manager_of(email)
        while boss and boss not in chain:
            chain.append(boss)
            boss = self.manager_of(boss)
        return tuple(chain)

    def relation(self, manager: str, other: str) -> Relation:
        """What `other` is to the manager: their report, their own manager, a skip level either way, else a peer."""
        below, above = self.chain_above(other), self.chain_above(manager)
        if below[:1] == (self.canonical(manager),):
            return "report"
        if above[:1] == (self.canonical(other),):
            return "manager"
        return "skip" if self.canonical(manager) in below or self.canonical(other) in above else "peer"

    def is_own(self, manager: str, email: str) -> bool:
        """Whether a person is in one of the manager's own teams.

        They report to the manager or to someone below; or nobody's manager is known to be theirs, and they are in the
        team of one of the manager's reports.
        """
        if self.canonical(manager) in self.chain_above(email):
            return True
        loose = self.manager_of(email) is None and self.canonical(email) not in self._leaders(manager)
        return loose and self.find(email).team in self.teams_led_by(manager)

    def _leaders(self, manager: str) -> tuple[str, ...]:
        return self.canonical(manager), *self.chain_above(manager)

    def reports_of(self, manager: str) -> tuple[Person, ...]:
        """The people who report to the manager directly."""
        boss = self.canonical(manager)
        return tuple(p for p in self.person if self.manager_of(p.email) == boss)

    def teams_led_by(self, manager: str) -> frozenset[str]:
        """The names of the teams that the manager's reports are in."""
        return frozenset(p.team for p in self.reports_of(manager) if p.team)
