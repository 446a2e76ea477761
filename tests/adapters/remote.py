"""The other side of a `CalendarStore` under test: a server with one calendar, what people do there, and its faults."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum

from app.adapters.ics.calendar import IcsCalendar
from app.domain.calendar.connected import CalendarObject, Page
from app.domain.calendar.event import Attendee, Event
from app.domain.calendar.timespan import Timespan
from app.ports import CalendarStore, CalendarWriter
from tests.adapters.text import OWNER, VIENNA, calendar, vtimezone, window

MONDAY = date(2036, 11, 24)
"""Far ahead, so that nothing in these tests is ever past."""
RETRY_AFTER_S = 7


class Fault(Enum):
    """How a server answers every request while it is out of order."""

    SILENCE = "says nothing until the client gives up"
    RESET = "closes the connection without a word"
    ERROR = "HTTP 500"
    BUSY = f"HTTP 503 with Retry-After: {RETRY_AFTER_S}"
    TOO_MANY = f"HTTP 429 with Retry-After: {RETRY_AFTER_S}"
    CUT_OFF = "the right answer, but only its first half, as if that were all"


@dataclass(frozen=True)
class Given:
    """An event, or a series with its exceptions, as people keep it; times are wall clock of `tzid`.

    `moved` has new starts by original ones, `dropped` the starts of occurrences that were deleted. With `day`, the
    event lasts all of it, and `start` is None.
    """

    uid: str
    title: str
    start: datetime | None
    minutes: int = 30
    tzid: str = "Europe/Vienna"
    rrule: str | None = None
    organizer: str | None = None
    attendees: tuple[Attendee, ...] = ()
    moved: tuple[tuple[datetime, datetime], ...] = ()
    dropped: tuple[datetime, ...] = ()
    day: date | None = None
    sequence: int = 0

    def text(self) -> str:
        """The same as one CalDAV resource."""
        offsets = {"Europe/Vienna": ("+0100", "+0200"), "Asia/Tokyo": ("+0900", None)}[self.tzid]
        lines = [] if self.day else vtimezone(self.tzid, *offsets, since="1970")
        lines += self._component(self.start)
        for original, new in self.moved:
            lines += replace(self, rrule=None, dropped=())._component(new, original)
        return calendar("PRODID:-//Example//Example//EN", *lines).decode()

    def _component(self, start: datetime | None, original: datetime | None = None) -> list[str]:
        lines = ["BEGIN:VEVENT", f"UID:{self.uid}", "DTSTAMP:20261101T000000Z", f"SEQUENCE:{self.sequence}"]
        if start:
            lines += [f"DTSTART{self._local(start)}", f"DTEND{self._local(start + timedelta(minutes=self.minutes))}"]
        elif self.day:
            lines += [f"DTSTART;VALUE=DATE:{self.day:%Y%m%d}"]
        lines += [f"RECURRENCE-ID{self._local(original)}"] if original else []
        lines += [f"RRULE:{self.rrule}"] if self.rrule else []
        lines += [f"EXDATE{self._local(one)}" for one in self.dropped]
        lines += [f"SUMMARY:{self.title}"]
        lines += [f"ORGANIZER:mailto:{self.organizer}"] if self.organizer else []
        return [*lines, *map(_attendee_line, self.attendees), "END:VEVENT"]

    def _local(self, moment: datetime) -> str:
        return f";TZID={self.tzid}:{moment:%Y%m%dT%H%M%S}"


def _attendee_line(one: Attendee) -> str:
    role = "REQ-PARTICIPANT" if one.required else "OPT-PARTICIPANT"
    name = f'CN="{one.name}";' if one.name else ""
    return f"ATTENDEE;{name}CUTYPE={one.cutype};ROLE={role};PARTSTAT={one.partstat}:mailto:{one.email}"


class Remote(ABC):
    """A server with one calendar on it, the people who change that, and a hand on the server's switches."""

    href: str
    """The name of the calendar there."""
    missing_calendar: str
    """A name of the same form that no calendar has."""
    missing_object: str
    """A name of the form of objects' names, in the calendar, that nothing has."""
    requests_when_unchanged: int = 1
    """How many requests it may take to learn that nothing has changed."""

    @abstractmethod
    def store(self, *, right_login: bool = True) -> CalendarStore:
        """The back end under test, newly made."""

    @abstractmethod
    def put(self, given: Given) -> None:
        """Keep an event or a series there, in place of what has its UID."""

    @abstractmethod
    def delete(self, uid: str) -> None:
        """Remove an event or a series with all its exceptions."""

    @abstractmethod
    def requests(self) -> int:
        """How many requests of stores have come so far."""

    @abstractmethod
    def failing(self, fault: Fault, after: int = 0) -> AbstractContextManager[object]:
        """Answer stores in this way, from the next request on or after some that still go well.

        While the server is silent, stores give up within a second.
        """

    def writer(self, *, right_login: bool = True) -> CalendarWriter:
        """The back end under test, newly made, as it writes."""
        raise NotImplementedError

    def unanswered(self) -> AbstractContextManager[object]:
        """Do what stores ask for, and close the connection without a word."""
        raise NotImplementedError

    def refusing(self) -> AbstractContextManager[object]:
        """Let nothing be written by this login, and say so."""
        raise NotImplementedError

    def forget_tokens(self) -> None:
        """Know no token any more that was given so far."""
        raise NotImplementedError

    def remove_calendar(self) -> None:
        """Remove the whole calendar."""
        raise NotImplementedError


class Mirror:
    """A copy of the calendar, kept by what a store says has changed; also what is `Known` to the store."""

    def __init__(self, remote: Remote, store: CalendarStore | None = None) -> None:
        self.remote = remote
        self.store = store or remote.store()
        self.objects: dict[str, CalendarObject] = {}
        self.token: str | None = None

    def etags(self) -> Mapping[str, str | None]:
        return {href: one.etag for href, one in self.objects.items()}

    def uid_of(self, href: str) -> str | None:
        return self.objects[href].uid if href in self.objects else None

    def past(self, moment: datetime) -> Collection[str]:
        ahead = Timespan.between(moment.astimezone(VIENNA), moment.astimezone(VIENNA) + timedelta(days=365))
        return [href for href, one in self.objects.items() if not _events([one], ahead)]

    def sync(self) -> list[Page]:
        """Ask for what has changed, and take it over; the pages."""
        pages = list(self.store.changes(self.remote.href, self.token, self))
        assert pages
        assert [page.token is not None for page in pages] == [False] * (len(pages) - 1) + [True]
        self.objects = {} if self.token is None else self.objects
        for page in pages:
            for href in page.removed:
                self.objects.pop(href, None)
            self.objects |= {one.href: one for one in page.changed}
        self.token = pages[-1].token
        return pages

    def changed(self) -> set[str]:
        """Sync; the UIDs of what came."""
        return {one.uid for page in self.sync() for one in page.changed}

    def of(self, uid: str) -> list[CalendarObject]:
        """The objects with a UID, in order of their names."""
        return [one for _, one in sorted(self.objects.items()) if one.uid == uid]

    def events(self, uid: str | None = None) -> list[Event]:
        """The events of two weeks, of one UID or of all."""
        chosen = self.of(uid) if uid else list(self.objects.values())
        return _events(chosen, window(MONDAY, 14)) if chosen else []


def _events(objects: Iterable[CalendarObject], span: Timespan) -> list[Event]:
    text = "".join(one.text for one in objects)
    found = IcsCalendar.read("remote", text.encode()).events(span, OWNER, VIENNA)
    assert not found.warnings, found.warnings
    return list(found.events)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time on the n-th day from the Monday of these tests."""
    return datetime.combine(MONDAY + timedelta(days=day), datetime.min.time()).replace(hour=hour, minute=minute)
