"""Calendars that Clearweek reads by itself: where they are, what a server says of them, and how their sync stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.domain.calendar.event import Event, ReadWarning
from app.domain.calendar.timespan import Timespan


class Backend(StrEnum):
    """What speaks for a calendar."""

    GOOGLE = "google"
    CALDAV = "caldav"
    FEED = "feed"


class Access(StrEnum):
    """What of a calendar somebody may see: times and how busy they are, or all that an event says."""

    BUSY = "busy"
    DETAILS = "details"


class SyncState(StrEnum):
    """How the sync of a calendar stands.

    `NEW` was never synced. `SYNCED` is as it should be. `RETRYING` could not be reached and is tried again by itself.
    `CONFIRM` waits for somebody to say whether a calendar that became empty is to be believed, and is tried again, too:
    it may come back. `GONE` waits for somebody to disconnect what no longer exists, and is tried again, rarely.
    `RECONNECT` waits for somebody to log in again, and is not tried before.
    """

    NEW = "new"
    SYNCED = "synced"
    RETRYING = "retrying"
    RECONNECT = "reconnect"
    CONFIRM = "confirm"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Connection:
    """A login at a server, or a feed; its secret is kept elsewhere.

    `person` is whose calendars it brings by default, `account` what to log in as, `url` where (empty for Google).
    """

    id: str
    backend: Backend
    person: str
    account: str
    url: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RemoteCalendar:
    """A calendar as its server lists it; `href` names it there, whatever the form of names is.

    `owner` and `zone` are None where the server does not say. `schedules` tells that the server itself sends
    invitations (RFC 6638).
    """

    href: str
    name: str
    owner: str | None = None
    zone: ZoneInfo | None = None
    access: Access = Access.DETAILS
    writable: bool = False
    primary: bool = False
    schedules: bool = False


@dataclass(frozen=True, slots=True)
class StoredCalendar:
    """A calendar that is kept in the store.

    `zone` is the wall clock of its floating and all-day times. `generation` counts the syncs that became visible; 0 is
    none. `token` is the server's word for the state that is stored; None asks for everything.
    """

    id: str
    connection_id: str
    backend: Backend
    href: str
    name: str
    owner: str
    zone: ZoneInfo
    access: Access
    writable: bool
    schedules: bool
    generation: int = 0
    token: str | None = None

    @property
    def takes_moves(self) -> bool:
        """Whether a move is written into it; of another calendar, files are made."""
        return self.backend is not Backend.FEED and self.writable


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """How a calendar's sync stands, for people: `problem` says what is wrong, `remedy` what to do about it.

    `claimed_until` is how long a sync that has begun has the calendar for itself without a sign of life; None once it
    has ended.
    """

    state: SyncState
    events: int = 0
    last_success_at: datetime | None = None
    last_try_at: datetime | None = None
    next_try_at: datetime | None = None
    problem: str | None = None
    remedy: str | None = None
    claimed_until: datetime | None = field(default=None, compare=False)

    def is_syncing(self, now: datetime) -> bool:
        """Whether a sync is running, since `last_try_at`; one that was killed is not known to be for some minutes."""
        return self.claimed_until is not None and self.claimed_until > now

    def is_interrupted(self, now: datetime) -> bool:
        """Whether the last sync neither ended nor goes on, and what it read is not seen."""
        if self.claimed_until is None or self.is_syncing(now):
            return False
        return self.last_success_at is None or self.last_try_at is None or self.last_success_at < self.last_try_at

    def lag(self, now: datetime) -> timedelta | None:
        """How old what is stored is; None if there is nothing."""
        return None if self.last_success_at is None else now - self.last_success_at


@dataclass(frozen=True, slots=True)
class SyncStanding:
    """A calendar as it stands just now: whether a sync is `due` or running, and how many objects that has `written`."""

    calendar: StoredCalendar
    status: SyncStatus
    due: bool
    syncing: bool
    written: int = 0

    @property
    def pending(self) -> bool:
        """Whether it will change by itself soon."""
        return self.due or self.syncing


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was kept of a connection that is no more."""

    calendars: int
    objects: int


@dataclass(frozen=True, slots=True)
class CalendarObject:
    """One thing that a server keeps under one name: the VEVENTs of one UID, or one of them (Google).

    `text` is a whole VCALENDAR (RFC 5545), with the VTIMEZONEs that it needs; an event of another form comes
    translated. `href` and `etag` are the server's, `schedule_tag` as in RFC 6638 §3.2.10.
    """

    href: str
    uid: str
    text: str
    etag: str | None = None
    schedule_tag: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of an answer to "what has changed?".

    `removed` are hrefs that are no more. `token` comes with the last page and only with it; `total` is how many objects
    there are in all, where the server says so early, and `zone` the calendar's, where the server says it here.
    """

    changed: tuple[CalendarObject, ...] = ()
    removed: tuple[str, ...] = ()
    token: str | None = None
    total: int | None = None
    zone: ZoneInfo | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A calendar as it was when one sync took it for itself.

    `fence` is what every write of that sync has to show; a later claim makes it invalid. `window` is what all its
    series are expanded for, by the version `reader` of the code that reads them; None before the first sync.
    `accepts_empty` says that somebody expects the calendar to be empty.
    """

    calendar: StoredCalendar
    fence: str
    events: int = 0
    failures: int = 0
    window: Timespan | None = None
    reader: int | None = None
    accepts_empty: bool = False

    @property
    def next(self) -> int:
        """The generation that the sync works at; it is seen once the sync has switched to it."""
        return self.calendar.generation + 1


@dataclass(frozen=True, slots=True)
class Changes:
    """What one page changed in the store: the UIDs to be expanded anew, and how many objects came or went."""

    uids: frozenset[str] = frozenset()
    changed: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Expansion:
    """All occurrences of one UID within a window, and what of it could not be read."""

    uid: str
    events: tuple[Event, ...]
    warnings: tuple[ReadWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a sync says at its end: how the calendar stands now, and when it is to be tried again by itself."""

    state: SyncState
    next_try_at: datetime | None
    problem: str | None = None
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class PushChannel:
    """A channel by which a server says that a calendar changed; `digest` is of the token that each message brings.

    One without a `resource_id` was refused: until it expires, the server is not asked again.
    """

    id: str
    calendar_id: str
    resource_id: str
    digest: str
    expires_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Watched:
    """A calendar whose server can say that it changed, with the channels that there are for it."""

    calendar: StoredCalendar
    channels: tuple[PushChannel, ...]


@dataclass(frozen=True, slots=True)
class PushMessage:
    """What came in over a channel, from whoever: `state` is `sync` for the first message, `exists` for a change."""

    channel_id: str
    token: str
    state: str
