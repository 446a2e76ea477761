"""Calendars of people, as they are read, written and looked up."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from app.domain.calendar.connected import (
    CalendarObject,
    Expansion,
    Page,
    RemoteCalendar,
    StoredCalendar,
)
from app.domain.calendar.event import Calendar
from app.domain.calendar.timespan import Timespan
from app.domain.calendar.writing import Edit, Message, Notify, Versions


class CalendarSource(Protocol):
    """A calendar that was read, from which the events of any weeks can be taken."""

    @property
    def source(self) -> str:
        """Where it came from, fit for messages; the id of its events' calendar."""
        ...

    @property
    def owner_hint(self) -> str | None:
        """The address that the source itself says it belongs to, in lower case."""
        ...

    @property
    def zone_hint(self) -> ZoneInfo | None:
        """The zone that the calendar says of itself, or the one zone of all its timed series."""
        ...

    def events(self, window: Timespan, owner: str, zone: ZoneInfo) -> Calendar:
        """The events that overlap the window, in order of time.

        Floating and all-day times are taken on the wall clock of `zone`. What cannot be read becomes a warning.
        Raises `ParseError` if a limit is exceeded.
        """
        ...


class Known(Protocol):
    """What is stored of a calendar before a sync; looked up only when a back end asks."""

    def etags(self) -> Mapping[str, str | None]:
        """The etag of every object, by its href."""
        ...

    def uid_of(self, href: str) -> str | None:
        """The UID of an object; None if it is not stored."""
        ...

    def past(self, moment: datetime) -> Collection[str]:
        """The hrefs of objects of which nothing takes place at or after a moment."""
        ...


class CalendarStore(Protocol):
    """The calendars behind one login at a server, or one feed.

    Every method raises `ReconnectError` if the login is not accepted (any more), and `UnavailableError` if the server
    does not answer, answers with a fault or asks to wait; then trying again later may help. `InputError` is for what is
    at the address, and is no calendar.
    """

    def calendars(self) -> Sequence[RemoteCalendar]:
        """All calendars that the login can see, the person's own first.

        Raises `NotFoundError` if there is nothing of the kind at the address.
        """
        ...

    def changes(self, calendar: str, token: str | None, known: Known) -> Iterator[Page]:
        """What has changed since a token in the calendar of that href; everything if it is None.

        Without a token, what is not listed is no more. The last page, and only that, brings the next token; an
        iteration that ends in an error has said nothing. Raises `StaleTokenError` if the server does not know the token
        any more, `NotFoundError` if the calendar is gone.
        """
        ...

    def read(self, calendar: str, href: str) -> CalendarObject:
        """One object as it is now. Raises `NotFoundError` if it is gone."""
        ...


class CalendarWriter(Protocol):
    """The calendars behind one login, as they are changed. They also raise as those of `CalendarStore` do."""

    def current(self, calendar: str, uid: str, href: str | None) -> Sequence[CalendarObject]:
        """All objects of a UID as they are now: one of a CalDAV server, at Google the master and each override.

        `href` is where it was last seen; without one it is looked for. Empty if it is gone.
        """
        ...

    def new_uid(self, key: str) -> str:
        """The UID that an `Insert` gets for a key of 32 hexadecimal digits."""
        ...

    def write(self, calendar: str, edit: Edit, seen: Sequence[CalendarObject], notify: Notify) -> None:
        """Make one edit of what `current` gave, if it still is as it was then (If-Match, RFC 6638 §3.2.10).

        Only what the edit names is changed. Raises `ChangedError` if it is not as seen any more, `RefusedError` if it
        may not be written, `UnansweredError` if a request was sent and no answer came.
        """
        ...


@runtime_checkable
class Inbox(Protocol):
    """Where messages to a person lie at a server until somebody looks at them (RFC 6638 §2.2)."""

    def messages(self) -> Sequence[str]:
        """Their iCalendar texts; none if there is no such place. Raises as a `CalendarStore` does."""
        ...


class EventReader(Protocol):
    """Makes events of iCalendar text."""

    @property
    def version(self) -> int:
        """Raised whenever the same text is read differently, so that what is stored is expanded anew."""
        ...

    def expand(
        self, texts: Mapping[str, Sequence[str]], window: Timespan, calendar: StoredCalendar
    ) -> Sequence[Expansion]:
        """The occurrences of each UID that overlap a window, from the texts that a calendar has of it."""
        ...

    def recur(self, text: str, moment: datetime, calendar: StoredCalendar) -> bool:
        """Whether anything of an object takes place at or after a moment; True when in doubt."""
        ...

    def reduced(self, item: CalendarObject, calendar: StoredCalendar) -> CalendarObject:
        """An object without anything but its times and how busy they are."""
        ...


class EventEditor(Protocol):
    """Reads and edits the iCalendar text of objects, for a write: nothing is lost that is not named by an edit."""

    def versions(self, texts: Sequence[str]) -> Versions:
        """The fingerprint of every component in the objects of one UID. Raises `ParseError`."""
        ...

    def edited(self, text: str, edit: Edit, now: datetime) -> str:
        """The text of an object after an edit of it; for an `Insert`, that of the new object.

        Only DTSTART, DTEND or DURATION, RRULE, EXDATE, SEQUENCE, DTSTAMP, LAST-MODIFIED and rooms of the component that
        is meant change, and of overrides whose series is elsewhere or ends, RECURRENCE-ID and STATUS; all else stays
        byte by byte. Raises `ParseError`, and `InputError` for what is all-day.
        """
        ...

    def messages(self, text: str, edit: Edit) -> Sequence[Message]:
        """What the guests are sent about an edited object, each of what they are in: METHOD:REQUEST or CANCEL.

        `text` is that from before for a `Remove`. RFC 5546 §3.2. Raises `ParseError`.
        """
        ...


class PushServer(Protocol):
    """A server of calendars that says by itself that something changed (Google's push notifications).

    Both methods raise `ReconnectError`, `NotFoundError` or `UnavailableError`.
    """

    def watch(self, calendar: str, channel_id: str, token: str, address: str) -> tuple[str, datetime]:
        """Have messages with a token posted to an HTTPS address; the channel's resource id, and when it ends."""
        ...

    def stop(self, channel_id: str, resource_id: str) -> None:
        """End a channel; one that is not there is ended."""
        ...
