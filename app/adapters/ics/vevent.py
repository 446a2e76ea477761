"""One VEVENT into the domain's words: when it is (`timing`), what it is (`details`), and both as an `Event`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import icalendar
from icalendar.parser import unescape_backslash
from icalendar.prop import vBroken

from app.adapters.ics.recurrence import Found, Timing, mended_rule
from app.adapters.ics.text import DETAILS, RawEvent, is_private, tzid_of, value_of
from app.adapters.ics.timezones import ZoneTable
from app.domain.calendar.event import MAX_DESCRIPTION, Attendee, Cutype, Event, EventRef, EventType, Partstat
from app.domain.calendar.timespan import Timespan

MAX_PEOPLE = 20_000
"""Distinct lines of people that are remembered while one source is read."""

_RANGE = re.compile(r";RANGE=\"?THISANDFUTURE\"?", re.IGNORECASE)
_LOCAL_TIME = re.compile(r"T\d{4,6}(?![0-9Z])", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
_DEFAULTS = frozenset({"STATUS:CONFIRMED", "TRANSP:OPAQUE", "CLASS:PUBLIC", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY"})
"""Lines that say no more than their absence."""
_TYPES = {
    "OOF": EventType.OUT_OF_OFFICE,
    "OUTOFOFFICE": EventType.OUT_OF_OFFICE,
    "WORKINGELSEWHERE": EventType.WORKING_LOCATION,
    "WORKINGLOCATION": EventType.WORKING_LOCATION,
    "FOCUSTIME": EventType.FOCUS,
}
_NO_PEOPLE = ("@group.calendar.google.com", "@import.calendar.google.com", "unknownorganizer@calendar.google.com")
_ROOMS = "@resource.calendar.google.com"
_FMTTYPE = re.compile(r";FMTTYPE=\"?([^;:\"]+)", re.IGNORECASE)
_NO_DOCUMENTS = ("image/", "audio/", "video/", "text/calendar", "application/ms-tnef", "application/pkcs7")


class BadEventError(ValueError):
    """A VEVENT that says something that cannot be; the text says what."""


@dataclass(frozen=True, slots=True)
class Details:
    """What an event is, the same for all occurrences of one VEVENT."""

    title: str
    organizer: str | None
    attendees: tuple[Attendee, ...]
    cancelled: bool
    transparent: bool
    private: bool
    tentative: bool
    event_type: EventType
    categories: tuple[str, ...]
    kind: str | None
    location: str
    description: str = ""
    attachments: int = 0
    created: datetime | None = None
    changed: datetime | None = None


def timing(raw: RawEvent, zones: ZoneTable, floating: ZoneInfo) -> Timing:
    """Parse when an event is; times without a zone are taken in the calendar's own, else in `floating`.

    Raises `UnknownZoneError` for a TZID that means nothing, `BadEventError` for times that cannot be, and whatever
    `icalendar` raises (`BROKEN`).
    """
    if raw.fault:
        raise BadEventError(raw.fault)
    if "DTSTART" not in raw.lines:
        raise BadEventError("it has no DTSTART")
    lines = _TimeLines(raw, zones, floating)
    component = _parsed(lines.all())
    if component.errors:
        name, why = component.errors[0]
        raise BadEventError(f"its {name} cannot be read: {why}" if name else why)
    _refuse_backwards(component)
    return Timing(component, raw, lines.rule)


class _TimeLines:
    """The lines of one VEVENT that say when it is, with every TZID replaced by the IANA name that it stands for."""

    def __init__(self, raw: RawEvent, zones: ZoneTable, floating: ZoneInfo) -> None:
        self._raw = raw
        self._zones = zones
        start = raw.lines["DTSTART"][0]
        self._start = start.rpartition(":")[2].strip().upper()
        self._is_date = "T" not in self._start
        self._default = ZoneInfo("UTC")
        if not self._start.endswith("Z") and not self._is_date:
            given = self._given_zone(start)
            self._default = given or zones.own_zone(raw.calendar) or floating
        self.rule: str | None = "" if "RDATE" in raw.lines else None

    def all(self) -> list[str]:
        """The lines, ready for `icalendar`."""
        lines: list[str] = []
        for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
            lines += [self._moment(name, line) for line in self._raw.lines.get(name, ())[:1]]
        if "DTEND" not in self._raw.lines and "DURATION" in self._raw.lines:
            lines.append(f"DURATION:{self._raw.value('DURATION').strip().upper()}")
        for name in ("RDATE", "EXDATE"):
            lines += [self._moment(name, line) for line in self._raw.lines.get(name, ())]
        return lines + self._rules()

    def _rules(self) -> list[str]:
        zone = None if self._is_date else self._default
        rules = [mended_rule(value_of(line), self._start, zone) for line in self._raw.lines.get("RRULE", ())]
        if rules:
            self.rule = "\n".join(rules)
        return [f"RRULE:{rule}" for rule in rules]

    def _moment(self, name: str, line: str) -> str:
        head, _, value = line.rpartition(":")
        value = value.strip().upper().rstrip(",;")
        kind = ""
        if "/" in value:
            kind = ";VALUE=PERIOD"
        elif "T" not in value:
            kind = ";VALUE=DATE"
        range_ = ";RANGE=THISANDFUTURE" if _RANGE.search(head) else ""
        zone = ""
        if _LOCAL_TIME.search(value):
            zone = f";TZID={(self._given_zone(line) or self._default).key}"
        return f"{name}{kind}{range_}{zone}:{value}"

    def _given_zone(self, line: str) -> ZoneInfo | None:
        tzid = tzid_of(line)
        return self._zones.resolve(self._raw.calendar, tzid) if tzid else None


def _refuse_backwards(component: Any) -> None:
    start = component["DTSTART"].dt
    end = component["DTEND"].dt if "DTEND" in component else start
    if not isinstance(start, date) or not isinstance(end, date):
        raise BadEventError("its DTSTART is no date" if not isinstance(start, date) else "its DTEND is no date")
    if "DURATION" in component and component["DURATION"].dt < timedelta(0):
        raise BadEventError("its DURATION is negative")
    if isinstance(start, datetime) != isinstance(end, datetime):
        raise BadEventError("only one of its DTSTART and DTEND is a date without a time")
    if end < start:
        raise BadEventError(f"it ends ({end}) before it starts ({start})")
    if "DTEND" in component and end == start and not isinstance(start, datetime):
        del component["DTEND"]  # then it lasts that day (RFC 5545 §3.6.1)


def _parsed(lines: list[str]) -> Any:
    return icalendar.Event.from_ical("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""]))


class DetailsReader:
    """Parses what events are, in any thread.

    Each person's line is parsed once: the same few people are in most of a calendar.
    """

    def __init__(self) -> None:
        self._people: dict[str, tuple[Attendee | None]] = {}

    def read(self, raw: RawEvent) -> Details:
        """What one VEVENT is. Raises whatever `icalendar` raises for text that it cannot use (`BROKEN`)."""
        lines = [line for name in DETAILS for line in raw.lines.get(name, ()) if line not in _DEFAULTS]
        organizer = self._organizer(raw)
        return _details(raw, _parsed(lines), organizer, self._attendees(raw, organizer))

    def _person(self, line: str, parse: Callable[[Any], Attendee | None]) -> Attendee | None:
        known = self._people.get(line)
        if known is None:
            if len(self._people) >= MAX_PEOPLE:
                self._people.clear()
            found = _all(_parsed([line]), line.partition(":")[0].partition(";")[0])
            known = self._people[line] = (parse(found[0]) if found else None,)
        return known[0]

    def _organizer(self, raw: RawEvent) -> Attendee | None:
        lines = raw.lines.get("ORGANIZER")
        return self._person(lines[0], _organizer) if lines else None

    def _attendees(self, raw: RawEvent, organizer: Attendee | None) -> tuple[Attendee, ...]:
        """The guest list, each address once; the organizer takes part even if not listed, unless it is no person."""
        found: dict[str, Attendee] = {}
        for line in raw.lines.get("ATTENDEE", ()):
            one = self._person(line, _attendee)
            if one is not None:
                found.setdefault(one.email, one)
        if organizer and organizer.email not in found and not organizer.email.endswith((*_NO_PEOPLE, _ROOMS)):
            found[organizer.email] = organizer
        return tuple(found.values())


def _details(raw: RawEvent, component: Any, organizer: Attendee | None, attendees: tuple[Attendee, ...]) -> Details:
    status = _word(component, "STATUS")
    busy = _word(component, "X-MICROSOFT-CDO-BUSYSTATUS")
    private = is_private(raw)
    return Details(
        title=_text(component, "SUMMARY"),
        organizer=organizer.email if organizer else None,
        attendees=attendees,
        cancelled=status == "CANCELLED" or raw.calendar.properties.get("METHOD", "").upper() == "CANCEL",
        transparent=_word(component, "TRANSP") == "TRANSPARENT" or busy == "FREE",
        private=private,
        tentative=status == "TENTATIVE" or busy == "TENTATIVE",
        event_type=_TYPES.get(_word(component, "X-GOOGLE-EVENT-TYPE")) or _TYPES.get(busy, EventType.DEFAULT),
        categories=_categories(component),
        kind=_text(component, "X-CLEARWEEK-KIND").strip().lower() or None,
        location=_text(component, "LOCATION"),
        description="" if private else _description(raw),
        attachments=0 if private else sum(map(_is_document, raw.lines.get("ATTACH", ()))),
        created=_written_at(raw, "CREATED"),
        changed=_written_at(raw, "LAST-MODIFIED"),
    )


def _description(raw: RawEvent) -> str:
    text: str = unescape_backslash(raw.value("DESCRIPTION"))
    return text.strip()[:MAX_DESCRIPTION]


def _is_document(line: str) -> bool:
    """Whether an attachment is something to read, and no picture of a signature, recording or invitation."""
    found = _FMTTYPE.search(line)
    return found is None or not found[1].lower().startswith(_NO_DOCUMENTS)


def _written_at(raw: RawEvent, name: str) -> datetime | None:
    """A moment in UTC, as RFC 5545 §3.8.7 asks for; None for anything else."""
    try:
        when = datetime.fromisoformat(raw.value(name).strip())
    except ValueError:
        return None
    return when if when.tzinfo is UTC else None


def _first(component: Any, name: str) -> Any:
    return next(iter(_all(component, name)), None)


def _text(component: Any, name: str) -> str:
    return str(_first(component, name) or "").strip()


def _word(component: Any, name: str) -> str:
    return _text(component, name).upper().replace("_", "").replace("-", "")


def _all(component: Any, name: str) -> list[Any]:
    """The values of a property, without those that `icalendar` could not read."""
    found = component.get(name, [])
    return [one for one in (found if isinstance(found, list) else [found]) if not isinstance(one, vBroken)]


def _categories(component: Any) -> tuple[str, ...]:
    found = (str(c).strip() for one in _all(component, "CATEGORIES") for c in getattr(one, "cats", [one]))
    return tuple(dict.fromkeys(c for c in found if c))


def _email(address: Any) -> str | None:
    """The address of a calendar user in lower case, None if there is none (RFC 5545 §3.3.3; iCloud's EMAIL=)."""
    text = str(address)
    text = unquote(text[7:]) if text[:7].lower() == "mailto:" else text
    for candidate in (text, str(address.params.get("EMAIL", ""))):
        match = _EMAIL.search(candidate)
        if match and "://" not in candidate and not candidate.lower().startswith(("urn:", "invalid:")):
            return match[0].lower().removeprefix("mailto:")
    return None


def _param(address: Any, name: str, default: str) -> str:
    value = address.params.get(name, default)
    return str(value[0] if isinstance(value, list) else value).strip().upper()


def _name(address: Any) -> str | None:
    return str(address.params.get("CN", "")).strip().strip("\"'") or None


def _organizer(address: Any) -> Attendee | None:
    email = _email(address)
    return Attendee(email, _name(address), partstat=Partstat.ACCEPTED) if email else None


def _attendee(address: Any) -> Attendee | None:
    email = _email(address)
    if email is None:
        return None
    cutype = _param(address, "CUTYPE", "INDIVIDUAL")
    partstat = _param(address, "PARTSTAT", "NEEDS-ACTION")
    role = _param(address, "ROLE", "REQ-PARTICIPANT")
    known = Cutype(cutype) if cutype in list(Cutype) else Cutype.UNKNOWN
    return Attendee(
        email,
        _name(address),
        required=role not in ("OPT-PARTICIPANT", "NON-PARTICIPANT"),
        partstat=Partstat(partstat) if partstat in list(Partstat) else Partstat.NEEDS_ACTION,
        cutype=Cutype.ROOM if email.endswith(_ROOMS) else known,
        informed=role == "NON-PARTICIPANT",
    )


def span_of(found: Found, zone: ZoneInfo) -> Timespan:
    """When an occurrence is; days run from midnight to midnight in `zone`, and so do one-offs written in UTC.

    Where the clock is set forward within it, so that its end would come before its start, it keeps its length.
    """
    start, end = _moment(found.start, zone), _moment(found.end, zone)
    if end < start:
        end = start + max(timedelta(0), found.end - found.start)
    own = getattr(found.start, "tzinfo", None)
    is_wall_clock = own is not ZoneInfo("UTC") or found.original is not None
    return Timespan(start, end, own if isinstance(own, ZoneInfo) and is_wall_clock else zone)


def _moment(when: date, zone: ZoneInfo) -> datetime:
    if not isinstance(when, datetime):
        when = datetime.combine(when, time.min)
    return (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC)


def event_of(
    found: Found, span: Timespan, what: Details, master: Timing | None, calendar_id: str, uid: str, zone: ZoneInfo
) -> Event:
    """An occurrence in the domain's words; `master` is the VEVENT with the rule, if the source has it."""
    original = _recurrence_id(found, master, zone)
    rule = None
    if original is not None:
        rule = master.rule or "" if master else ""
    return Event(
        ref=EventRef(calendar_id, uid, original),
        span=span,
        title=what.title,
        organizer=what.organizer,
        attendees=what.attendees,
        all_day=not isinstance(found.start, datetime),
        cancelled=what.cancelled,
        transparent=what.transparent,
        private=what.private,
        tentative=what.tentative,
        event_type=what.event_type,
        rrule=rule,
        overridden=_has_own_time(found, master),
        categories=what.categories,
        kind=what.kind,
        location=what.location,
        description=what.description,
        attachments=what.attachments,
        created=what.created,
        changed=what.changed,
        sequence=found.timing.raw.version[0],
    )


def _recurrence_id(found: Found, master: Timing | None, zone: ZoneInfo) -> date | None:
    original = found.original
    if original is None:
        return None
    dates = master.is_date if master else not isinstance(original, datetime)
    if dates:
        return original.date() if isinstance(original, datetime) else original
    return _moment(original, zone)


def _has_own_time(found: Found, master: Timing | None) -> bool:
    """Whether somebody moved this one occurrence; THISANDFUTURE changes the series instead."""
    if not found.timing.raw.is_override or found.timing.this_and_future or found.original is None:
        return False
    if isinstance(found.start, datetime) != isinstance(found.original, datetime):
        return True
    return found.start != found.original or (master is not None and found.timing.length != master.length)
