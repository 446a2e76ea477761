"""What the double knows: users, calendars, events, and what has been sent."""

from __future__ import annotations

import copy
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.google_double.errors import ApiError, Json
from tests.google_double.snapshots import Snapshots
from tests.google_double.times import stamp

KEPT = ("now", "calendars", "mails", "revision")
"""What a picture of the world has."""
ROLES = ("none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")


@dataclass(slots=True)
class Stored:
    """An event on a calendar; the JSON is replaced on change, never changed in place.

    A `dropped` one was an exception of a series that has no such instance any more.
    """

    event: Json
    revision: int
    dropped: bool = False


@dataclass
class Calendar:
    """A calendar: a person's primary one, a secondary one, or a room's."""

    id: str
    summary: str
    zone: ZoneInfo
    owner: str
    primary: bool = False
    room: bool = False
    capacity: int = 0
    roles: dict[str, str] = field(default_factory=dict)
    events: dict[str, Stored] = field(default_factory=dict)
    changes: list[tuple[int, str]] = field(default_factory=list)
    exceptions: dict[str, set[str]] = field(default_factory=dict)
    revision: int = 0
    forgotten: int = -1
    listed_at: int = 0

    def changed_since(self, revision: int) -> Iterator[Stored]:
        """What was stored after a revision, in order of change, each event once."""
        begin = bisect_right(self.changes, revision, key=lambda change: change[0])
        for since, event_id in self.changes[begin:]:
            stored = self.events.get(event_id)
            if stored is not None and stored.revision == since:
                yield stored

    def exceptions_of(self, master: str) -> list[Stored]:
        """The stored instances of a series, changed or cancelled."""
        return [self.events[key] for key in sorted(self.exceptions.get(master, ()))]


@dataclass(frozen=True)
class User:
    """Somebody of the domain, with a primary calendar of the same name."""

    email: str
    name: str
    free_busy: bool = True
    manager: str | None = None
    department: str | None = None
    aliases: tuple[str, ...] = ()
    suspended: bool = False


@dataclass(frozen=True)
class Mail:
    """A mail that Google would have sent: `kind` is invitation, update, cancellation or reply."""

    to: str
    kind: str
    calendar: str
    event: str


class World:
    """All state, behind one lock; whatever touches it does so inside `open()`."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.users: dict[str, User] = {}
        self.calendars: dict[str, Calendar] = {}
        self.mails: list[Mail] = []
        self.snapshots = Snapshots()
        self.revision = 0
        self.silent_exceptions = False
        self.keeps_exceptions = False
        self.free_busy_days = 60
        self.on_close: list[Callable[[set[str]], None]] = []
        self._lock = threading.RLock()
        self._depth = 0
        self._touched: set[str] = set()

    @contextmanager
    def open(self) -> Iterator[World]:
        """Alone with the state; when the outermost block ends, who watches a touched calendar is told."""
        with self._lock:
            self._depth += 1
            try:
                yield self
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._tell()

    def picture(self) -> dict[str, Any]:
        """The calendars and mails as they are, for `go_back`."""
        return copy.deepcopy({name: value for name, value in vars(self).items() if name in KEPT})

    def go_back(self, picture: Mapping[str, Any]) -> None:
        """Be as in a picture again, however often."""
        vars(self).update(copy.deepcopy(dict(picture)))

    def _tell(self) -> None:
        touched, self._touched = self._touched, set()
        for told in self.on_close:
            if touched:
                told(touched)

    def tick(self) -> int:
        """A new revision, one second after the one before it."""
        self.revision += 1
        self.now += timedelta(seconds=1)
        return self.revision

    def put(self, calendar: Calendar, event: Json, *, dropped: bool = False) -> Json:
        """Store a new version of an event, with a tag and a time of its own."""
        revision = self.tick()
        version = {**event, "kind": "calendar#event", "etag": f'"{revision:016d}"', "updated": stamp(self.now)}
        calendar.events[event["id"]] = Stored(version, revision, dropped)
        master = event.get("recurringEventId")
        if master:
            calendar.exceptions.setdefault(master, set()).add(event["id"])
        calendar.changes.append((revision, event["id"]))
        calendar.revision = revision
        self._touched.add(calendar.id)
        return version

    def calendar(self, viewer: str, name: str, least: str = "freeBusyReader") -> Calendar:
        """The calendar of a name, `primary` for one's own, if the viewer's role there is at least so high."""
        calendar = self.calendars.get(viewer if name == "primary" else name)
        role = self.role(viewer, calendar) if calendar else "none"
        if calendar is None or role == "none":
            raise ApiError("notFound")
        if ROLES.index(role) < ROLES.index(least):
            raise ApiError("requiredAccessLevel" if least == "writer" else "forbidden")
        return calendar

    def role(self, viewer: str, calendar: Calendar) -> str:
        """What somebody may do with a calendar."""
        return "owner" if calendar.owner == viewer else calendar.roles.get(viewer, "none")

    def primary_calendar(self, email: str) -> Calendar | None:
        """The calendar that invitations to an address appear on: a person's or a room's, if it is known here."""
        calendar = self.calendars.get(email)
        return calendar if calendar is not None and (calendar.primary or calendar.room) else None


def beginning() -> datetime:
    """When a double's clock begins, unless a test says otherwise: a Monday morning."""
    return datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
