"""Changes of a calendar as data: what an event was when it was approved, and the edits that make one move.

An edit is one request to a server. It is decided before anything is sent, and can be told apart afterwards: done, still
to do, or in the way of somebody else's change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

RecurrenceKey = str
"""Which component of a UID: "" for the master or a lone event, else the RECURRENCE-ID as `Event.ref` has it, in ISO
form: the original start in UTC, or a date."""

MASTER: RecurrenceKey = ""

THIS_AND_FUTURE = "RANGE:THISANDFUTURE"
"""In `Fingerprint.recurrence`: an override of more than one occurrence (RFC 5545 §3.2.13)."""

CANCELLED = "CANCELLED"
"""The status of an event that does not take place (RFC 5545 §3.8.1.11)."""


class Notify(StrEnum):
    """Who gets mail about a change from a server that sends it (Google's `sendUpdates`)."""

    ALL = "all"
    EXTERNAL_ONLY = "external_only"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What an approval covers of one VEVENT: as long as it is equal, the event is the one that was approved.

    `start` and `end` are moments in UTC (midnight of a day if all-day) and `tzid` is the IANA name of the zone whose
    wall clock the start is written in: "UTC" for UTC, that of the calendar if floating, "" if all-day. `recurrence` are
    the RRULE, RDATE and EXDATE lines in a canonical form, in order, with moments in UTC; of an override that changes
    what follows it, `THIS_AND_FUTURE`. `addresses` are those of the guest list, rooms among them, sorted; answers are
    not part of it.
    """

    start: datetime
    end: datetime
    tzid: str
    recurrence: tuple[str, ...]
    status: str
    organizer: str | None
    addresses: tuple[str, ...]
    location: str
    sequence: int


Versions: TypeAlias = Mapping[RecurrenceKey, Fingerprint]
"""Every component of a UID as it is at one moment; an occurrence without an override has no entry."""


@dataclass(frozen=True, slots=True)
class RoomChange:
    """Rooms, by address, that an event no longer has, and those that it gets instead.

    `names` are pairs of an address and a name, of those that have one.
    """

    gone: tuple[str, ...]
    added: tuple[str, ...]
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Retime:
    """Another time for a lone event (`MASTER`), or for one occurrence, which gets an override if it has none.

    Times are aware; they are written on the wall clock of the zone that the event has already.
    """

    recurrence: RecurrenceKey
    start: datetime
    end: datetime
    rooms: RoomChange | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """An occurrence of a series that is elsewhere: by its original start there; `to` None leaves it out (EXDATE).

    `was` is the override that it is like, as it is named before the edit; without one it is like its master. `status`
    is the one that it gets; None leaves it as it is.
    """

    original: datetime
    to: tuple[datetime, datetime] | None
    was: RecurrenceKey | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Rebase:
    """Another time for a whole series: its first start and end, its rule, and its overrides and exceptions with it.

    `rrule` is the value of the RRULE. `moved` gives overrides and EXDATEs by their old and new original starts; an
    override at another time than its rule's, or of another length, keeps its time, any other follows its series.
    `overrides` are new ones, or have times of their own besides. `dropped` are original starts, as they are before,
    whose EXDATE, or else whose override, goes.
    """

    start: datetime
    end: datetime
    rrule: str
    moved: tuple[tuple[datetime, datetime], ...] = ()
    overrides: tuple[Override, ...] = ()
    dropped: tuple[datetime, ...] = ()
    rooms: RoomChange | None = None


@dataclass(frozen=True, slots=True)
class Insert:
    """A new series that is like the one it is split from, under a UID of its own; its guests are invited anew.

    `uid` is derived from the move, so that the same insert is never made twice. Overrides that the old series has after
    the split come with it, by `overrides`.
    """

    uid: str
    start: datetime
    end: datetime
    rrule: str
    overrides: tuple[Override, ...] = ()
    rooms: RoomChange | None = None


@dataclass(frozen=True, slots=True)
class SetRule:
    """Another rule for the master, such as one that ends with an UNTIL; the value of its RRULE.

    `ended` are the original starts of overrides that end with it: they do not take place any more (STATUS:CANCELLED),
    where the server has not dropped them. `overrides` are what occurrences are again for which the rule did not last.
    """

    rrule: str
    ended: tuple[datetime, ...] = ()
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class Restore:
    """An occurrence without its override again; `start` and `end` are those of its rule."""

    recurrence: RecurrenceKey
    start: datetime
    end: datetime
    rooms: RoomChange | None = None


@dataclass(frozen=True, slots=True)
class Remove:
    """The end of a series that was inserted by us."""

    uid: str


@dataclass(frozen=True, slots=True)
class Message:
    """What some guests are sent about an edit: an iCalendar text with a METHOD (iTIP, RFC 5546)."""

    guests: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Counter:
    """Another time that a guest proposes for a component of a UID, in UTC; `sequence` is that of what they answer."""

    guest: str
    uid: str
    recurrence: RecurrenceKey
    start: datetime
    end: datetime
    sequence: int


Edit: TypeAlias = Retime | Rebase | Insert | SetRule | Restore | Remove
