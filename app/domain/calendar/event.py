"""What a calendar says: concrete occurrences in one calendar, in the words of RFC 5545."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.domain.calendar.timespan import Timespan

_ENDS = re.compile(r"(?:^|;)(?:COUNT|UNTIL)=")


MAX_DESCRIPTION = 4_000
"""Characters that are kept of a description; what is as long may have gone on."""


class Partstat(StrEnum):
    """An attendee's answer (RFC 5545 §3.2.12)."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    TENTATIVE = "TENTATIVE"
    DECLINED = "DECLINED"
    DELEGATED = "DELEGATED"


class Cutype(StrEnum):
    """What kind of calendar user an attendee is (RFC 5545 §3.2.3)."""

    INDIVIDUAL = "INDIVIDUAL"
    GROUP = "GROUP"
    RESOURCE = "RESOURCE"
    ROOM = "ROOM"
    UNKNOWN = "UNKNOWN"


class EventType(StrEnum):
    """What the calendar itself says the entry is for; only `DEFAULT` can be a meeting."""

    DEFAULT = "default"
    FOCUS = "focus"
    OUT_OF_OFFICE = "out_of_office"
    WORKING_LOCATION = "working_location"


@dataclass(frozen=True, slots=True)
class Attendee:
    """One line of the guest list; `email` is lower case, without `mailto:`.

    `informed` is who got it for information only, and takes no part (ROLE=NON-PARTICIPANT, RFC 5545 §3.2.16).
    """

    email: str
    name: str | None = None
    required: bool = True
    partstat: Partstat = Partstat.NEEDS_ACTION
    cutype: Cutype = Cutype.INDIVIDUAL
    informed: bool = False

    @property
    def is_room(self) -> bool:
        """Whether this is a room or other equipment rather than a person."""
        return self.cutype in (Cutype.ROOM, Cutype.RESOURCE)


@dataclass(frozen=True, slots=True)
class EventRef:
    """Names one copy of an occurrence: never by title or time.

    `recurrence_id` is the original start in UTC (a date if all-day), None for an event that does not recur.
    """

    calendar_id: str
    uid: str
    recurrence_id: datetime | date | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One concrete occurrence in one calendar.

    `rrule` is the text of the series' rule ("" for one made of RDATEs only), None if the event does not recur.
    `overridden` says that the occurrence has an own time, different from what its rule says.
    An all-day event spans its days from midnight to midnight in `span.zone`.
    Of the `description`, plain or HTML, the first `MAX_DESCRIPTION` characters are kept; a private event has none.
    `attachments` counts documents. `created` and `changed` are CREATED and LAST-MODIFIED (RFC 5545 §3.8.7), in UTC.
    """

    ref: EventRef
    span: Timespan
    title: str
    organizer: str | None = None
    attendees: tuple[Attendee, ...] = ()
    all_day: bool = False
    cancelled: bool = False
    transparent: bool = False
    private: bool = False
    tentative: bool = False
    event_type: EventType = EventType.DEFAULT
    rrule: str | None = None
    overridden: bool = False
    categories: tuple[str, ...] = ()
    kind: str | None = None
    location: str = ""
    sequence: int = 0
    etag: str | None = None
    description: str = ""
    attachments: int = 0
    created: datetime | None = None
    changed: datetime | None = None

    @property
    def recurring(self) -> bool:
        """Whether the event is an occurrence of a series."""
        return self.rrule is not None

    @property
    def endless(self) -> bool:
        """Whether the event is an occurrence of a series whose rule has neither COUNT nor UNTIL."""
        rules = (self.rrule or "").upper().split("\n")
        return any(rule and not _ENDS.search(rule) for rule in rules)

    def attendee(self, email: str) -> Attendee | None:
        """The line of the guest list with this address, if there is one."""
        return next((a for a in self.attendees if a.email == email), None)


@dataclass(frozen=True, slots=True)
class ReadWarning:
    """Something in a source that could not be used as it stands.

    `code` is a stable word: `unreadable_event`, `unknown_timezone`, `cut_off`, `no_timezone`, …;
    `line` counts from 1 in the source text, None where it is not known.
    """

    code: str
    text: str
    source: str
    uid: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """One person's events in the weeks that were asked for, with what could not be read.

    `zone` is what the calendar says of itself (X-WR-TIMEZONE, or the one TZID of all its timed series), if anything.
    """

    id: str
    owner: str
    events: tuple[Event, ...]
    zone: ZoneInfo | None = None
    warnings: tuple[ReadWarning, ...] = field(default=())
