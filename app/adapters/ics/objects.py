"""A calendar's text taken apart: one object per UID, each of which can be read alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from app.adapters.ics.text import CONTENT, FAULT, TIMES, RawCalendar, RawEvent, Scan, clean_tzid, is_private, tzid_of
from app.domain.calendar.connected import CalendarObject

FORM = 2
"""The form of the objects; to be raised when the same calendar gives other ones than before."""

_NO_CHANGE = ("DTSTAMP", "CREATED", "LAST-MODIFIED")
_KEPT = ("CALSCALE", "METHOD", "X-WR-TIMEZONE")


def objects(scanned: Scan) -> Iterator[CalendarObject]:
    """The events of each UID as a VCALENDAR, with the VTIMEZONEs that they name; the href is the UID.

    Only the properties that are used are kept, and of private events not what they are about. The etag tells whether
    they changed: a new DTSTAMP, which many servers write at each request (against RFC 5545 §3.8.7.2), changes nothing,
    nor does a new CREATED or LAST-MODIFIED alone.
    """
    groups: dict[str, list[RawEvent]] = {}
    for raw in scanned.events:
        groups.setdefault(raw.name, []).append(raw)
    for uid, raws in groups.items():
        raws.sort(key=lambda raw: raw.version, reverse=True)
        raws.sort(key=lambda raw: raw.value("RECURRENCE-ID"))
        lines = [line for part in _by_calendar(raws) for line in _calendar_lines(part, scanned.calendars)]
        text = "\r\n".join([*(line for _, line in lines), ""])
        same = "\n".join(line for name, line in lines if name not in _NO_CHANGE)
        yield CalendarObject(uid, uid, text, hashlib.sha256(same.encode()).hexdigest()[:32])


def _by_calendar(raws: list[RawEvent]) -> list[list[RawEvent]]:
    """The events of one UID by the VCALENDAR in which they stand: a feed may hold several."""
    parts: dict[RawCalendar, list[RawEvent]] = {}
    for raw in raws:
        parts.setdefault(raw.calendar, []).append(raw)
    return list(parts.values())


def _calendar_lines(raws: list[RawEvent], calendars: list[RawCalendar]) -> Iterator[tuple[str, str]]:
    """The lines of a VCALENDAR, each with its property's name."""
    calendar = raws[0].calendar
    yield "BEGIN", "BEGIN:VCALENDAR"
    yield from ((name, f"{name}:{calendar.properties[name]}") for name in _KEPT if name in calendar.properties)
    for tzid in _tzids(raws):
        found = next((one.timezones[tzid] for one in (calendar, *calendars) if tzid in one.timezones), ())
        yield from (("VTIMEZONE", line) for line in found)
    for raw in raws:
        yield from _event_lines(raw)
    yield "END", "END:VCALENDAR"


def _tzids(raws: list[RawEvent]) -> list[str]:
    """The TZIDs that the events and their calendar name, in alphabetical order."""
    own = clean_tzid(raws[0].calendar.properties.get("X-WR-TIMEZONE", ""))
    named = {tzid_of(line) for raw in raws for name in TIMES & raw.lines.keys() for line in raw.lines[name]}
    return sorted(tzid for tzid in {own, *named} if tzid)


def _event_lines(raw: RawEvent) -> Iterator[tuple[str, str]]:
    yield "BEGIN", "BEGIN:VEVENT"
    hidden = CONTENT if is_private(raw) else frozenset()
    for name in sorted(raw.lines.keys() - hidden):
        yield from ((name, line) for line in raw.lines[name])
    if raw.fault:
        yield FAULT, f"{FAULT}:{raw.fault}"
    yield "END", "END:VEVENT"
