"""What the use cases need from outside, as protocols; each method says what it raises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol
from zoneinfo import ZoneInfo

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
