"""iCalendar text of which nothing is kept but when its events are, and how busy they make their owner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from app.adapters.ics.text import TIMES, RawCalendar, RawEvent, scan, tzid_of, value_of
from app.adapters.ics.timezones import BROKEN, ZoneTable
from app.adapters.ics.vevent import Details, DetailsReader, timing
from app.domain.calendar.connected import StoredCalendar
from app.domain.calendar.event import Event, EventRef, EventType
from app.domain.calendar.timespan import Timespan
from app.domain.meetings.busy import BusyRules
from app.domain.meetings.redaction import reduced

_OF_ZONES = frozenset({"BEGIN", "END", "TZID", "DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO"})
_KEPT = ("METHOD", "CALSCALE", "X-WR-TIMEZONE")
_PARAMETERS = re.compile(r";((?:VALUE|RANGE)=[A-Z-]+)", re.IGNORECASE)
_TYPES = {
    EventType.OUT_OF_OFFICE: "outOfOffice",
    EventType.FOCUS: "focusTime",
    EventType.WORKING_LOCATION: "workingLocation",
}
_TIME = re.compile(r"[0-9TZPWDHMS,/+-]*", re.IGNORECASE)
_RULE = re.compile(r"[A-Z0-9=;,+-]*", re.IGNORECASE)
_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def reduced_text(text: str, calendar: StoredCalendar, rules: BusyRules) -> str:
    """An object's text without titles, places and other people, and without all that Clearweek does not read.

    Raises `ParseError` if it is no iCalendar text.
    """
    scanned = scan(calendar.id, text.encode())
    reducer = _Reducer(scanned.calendars, calendar, rules)
    return "\r\n".join(line for one in scanned.calendars for line in reducer.calendar(one, scanned.events)) + "\r\n"


class _Reducer:
    def __init__(self, calendars: list[RawCalendar], calendar: StoredCalendar, rules: BusyRules) -> None:
        self._calendar = calendar
        self._rules = rules
        self._calendars = calendars
        self._reader = DetailsReader()

    def calendar(self, one: RawCalendar, events: list[RawEvent]) -> Iterator[str]:
        yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Clearweek//reduced//EN")
        yield from (f"{name}:{one.properties[name]}" for name in _KEPT if name in one.properties)
        for lines in one.timezones.values():
            yield from (line for line in lines if re.split("[:;]", line, maxsplit=1)[0].upper() in _OF_ZONES)
        for raw in events:
            if raw.calendar is one:
                yield from self._event(raw)
        yield "END:VCALENDAR"

    def _event(self, raw: RawEvent) -> Iterator[str]:
        yield "BEGIN:VEVENT"
        for name in ("UID", "DTSTAMP", *sorted(TIMES)):
            yield from (_bare(name, line) for line in raw.lines.get(name, ()))
        yield "CLASS:PRIVATE"
        try:
            yield from self._busy(raw)
        except BROKEN:
            yield from ()  # its times are kept as they are, and say again what is wrong
        yield "END:VEVENT"

    def _busy(self, raw: RawEvent) -> Iterator[str]:
        """The lines that say how busy it makes its owner."""
        event = self._sample(raw, self._reader.read(raw))
        line = event.attendee(self._calendar.owner)
        bare = reduced(event, line, self._rules)
        if bare.cancelled or bare.tentative:
            yield "STATUS:CANCELLED" if bare.cancelled else "STATUS:TENTATIVE"
        if bare.transparent:
            yield "TRANSP:TRANSPARENT"
        if bare.event_type != EventType.DEFAULT:
            yield f"X-GOOGLE-EVENT-TYPE:{_TYPES[bare.event_type]}"
        for own in bare.attendees:
            role = "REQ-PARTICIPANT" if own.required else "OPT-PARTICIPANT"
            yield f"ATTENDEE;ROLE={role};PARTSTAT={own.partstat};CUTYPE={own.cutype}:mailto:{own.email}"

    def _sample(self, raw: RawEvent, what: Details) -> Event:
        """What counts of an event, on any day."""
        year = raw.days[0].year if raw.days else _DAY.year
        when = timing(raw, ZoneTable(self._calendars, year, year), self._calendar.zone)
        return Event(
            EventRef(self._calendar.id, raw.uid),
            Timespan(_DAY, _DAY + when.length, self._calendar.zone),
            what.title,
            attendees=what.attendees,
            all_day=when.is_date,
            cancelled=what.cancelled,
            transparent=what.transparent,
            tentative=what.tentative,
            event_type=what.event_type,
        )


def _bare(name: str, line: str) -> str:
    """A line without any parameter but those that say what its value is; what is no time is not kept."""
    if name == "UID":
        return f"UID:{value_of(line)}"
    head, _, value = line.rpartition(":")
    if not (_RULE if name == "RRULE" else _TIME).fullmatch(value.strip()):
        value = "unreadable"
    tzid = tzid_of(line)
    zone = "" if tzid is None else f';TZID="{tzid}"'
    kind = "".join(f";{found}" for found in _PARAMETERS.findall(head))
    return f"{name}{kind}{zone}:{value}"
