"""What the use cases need from outside, as protocols; each method says what it raises."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from app.domain.connected import CalendarObject, Page, RemoteCalendar
from app.domain.event import Calendar
from app.domain.timespan import Timespan


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


class HolidayCalendar(Protocol):
    """Public holidays by country and region."""

    def names(self, country: str, days: Sequence[date]) -> Mapping[date, str]:
        """The holidays among some days, for a country such as `DE` or with its region, `DE-BE`.

        Raises `ConfigError` if the country or the region is not known.
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
    does not answer, answers with a fault or asks to wait; then trying again later may help.
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
