"""Small calendars as text, and the week that most tests look at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.adapters.ics.calendar import IcsCalendar
from app.domain.calendar.event import Calendar, Event
from app.domain.calendar.timespan import Timespan

VIENNA = ZoneInfo("Europe/Vienna")
OWNER = "dana@example.com"


def calendar(*lines: str, end: str = "\r\n") -> bytes:
    """A VCALENDAR with these lines in it."""
    return (end.join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR"]) + end).encode()


def vevent(*lines: str, uid: str = "a@example.com") -> list[str]:
    """A VEVENT with these lines in it."""
    return ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"]


def at(start: str, *lines: str, uid: str = "a@example.com", tzid: str = "Europe/Vienna") -> list[str]:
    """A VEVENT of half an hour at a local time."""
    return vevent(f"DTSTART;TZID={tzid}:{start}", "DURATION:PT30M", *lines, uid=uid)


def window(first: date, days: int = 7, zone: ZoneInfo = VIENNA) -> Timespan:
    """Whole days of a zone's wall clock."""
    start = datetime.combine(first, datetime.min.time(), zone)
    return Timespan.between(start, start + timedelta(days=days))


def read(
    data: bytes, first: date = date(2026, 11, 23), days: int = 7, zone: ZoneInfo = VIENNA, name: str = "dana.ics"
) -> Calendar:
    """The events of some days, a week of November 2026 unless told otherwise."""
    return IcsCalendar.read(name, data).events(window(first, days, zone), OWNER, zone)


def only(found: Calendar) -> Event:
    """The one event that was found, without any warning."""
    assert not found.warnings, found.warnings
    assert len(found.events) == 1, found.events
    return found.events[0]


def starts(events: Iterable[Event]) -> list[str]:
    """Starts in UTC, like `11-23T09:00`."""
    return [f"{event.span.start:%m-%dT%H:%M}" for event in events]


def utc(*parts: int) -> datetime:
    """A moment in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def vtimezone(tzid: str, standard: str, daylight: str | None = None, since: str = "1601") -> list[str]:
    """A VTIMEZONE with fixed offset, or with the European change of the clock, as Outlook writes it."""
    lines = ["BEGIN:VTIMEZONE", f"TZID:{tzid}", "BEGIN:STANDARD", f"DTSTART:{since}0101T030000"]
    lines += [f"TZOFFSETFROM:{daylight or standard}", f"TZOFFSETTO:{standard}"]
    if daylight:
        lines += ["RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=10;BYDAY=-1SU", "END:STANDARD", "BEGIN:DAYLIGHT"]
        lines += [f"DTSTART:{since}0101T020000", f"TZOFFSETFROM:{standard}", f"TZOFFSETTO:{daylight}"]
        lines += ["RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=3;BYDAY=-1SU", "END:DAYLIGHT"]
    else:
        lines.append("END:STANDARD")
    return [*lines, "END:VTIMEZONE"]
