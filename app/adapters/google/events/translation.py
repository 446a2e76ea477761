"""An event of the Calendar API as iCalendar text (RFC 5545), so that one reader serves every back end.

Names on the left are those of https://developers.google.com/workspace/calendar/api/v3/reference/events. What RFC 5545
has no word for goes into X- properties: the type of an event, whether its guests may change it, and whether guests are
left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

import icalendar
from icalendar.parser import Contentline
from icalendar.prop import vInline

from app.adapters.ics.zone_names import zone_by_name
from app.domain.calendar.connected import CalendarObject
from app.domain.calendar.event import MAX_DESCRIPTION

FIELDS = (
    "id,status,etag,iCalUID,recurringEventId,originalStartTime,start,end,recurrence,summary,location,sequence,updated,created,"
    "transparency,visibility,eventType,organizer(email,displayName),attendeesOmitted,guestsCanModify,"
    "attendees(email,displayName,optional,resource,responseStatus,additionalGuests),"
    "description,attachments(fileUrl,mimeType)"
)
"""The fields of an event that are read here, as the API's `fields` parameter wants them."""

MAX_ATTACHMENT = 500
"""Characters that are kept of an attachment's address."""
MAX_PEOPLE = 20_000
"""Guests whose lines are remembered: the same few are in most events."""

_BEGIN = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Clearweek//Google Calendar//EN\r\nBEGIN:VEVENT"
_END = "END:VEVENT\r\nEND:VCALENDAR\r\n"
_FOLDED_FROM = 75
_PARTSTATS = {
    "needsAction": "NEEDS-ACTION",
    "declined": "DECLINED",
    "tentative": "TENTATIVE",
    "accepted": "ACCEPTED",
}
_MARKS = {
    "status": {"tentative": "STATUS:TENTATIVE", "cancelled": "STATUS:CANCELLED"},
    "transparency": {"transparent": "TRANSP:TRANSPARENT"},
    "visibility": {name: f"CLASS:{name.upper()}" for name in ("public", "private", "confidential")},
}
_OF_A_CANCELLED_ONE = ("status", "recurringEventId", "originalStartTime")
_RECURRENCE = ("RRULE", "EXRULE", "RDATE", "EXDATE")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def calendar_object(event: Mapping[str, Any], uid: str) -> CalendarObject:
    """An event (a single one, a master or an override) as its server keeps it; `uid` is that of its series.

    An event whose times cannot be read is translated without them, so that whoever reads the text reports it. Of a
    cancelled occurrence only what the API always says is taken, so that it is the same whichever list it comes from.
    """
    said = event if event.get("status") != "cancelled" else {name: event.get(name) for name in _OF_A_CANCELLED_ONE}
    lines = [_BEGIN, _written("UID", icalendar.vText(_line(uid))), *_lines(said), _END]
    return CalendarObject(str(event["id"]), uid, "\r\n".join(lines), event.get("etag"))


def is_meeting_of(text: str, calendar: str) -> bool:
    """Whether a translated event is a meeting that a calendar itself organizes; if in doubt, it is not."""
    lines = text.replace("\r\n ", "").split("\r\n")
    organizer = next((line.rpartition("mailto:")[2] for line in lines if line.startswith("ORGANIZER")), "")
    typed = any(line.startswith("X-GOOGLE-EVENT-TYPE") for line in lines)
    return not typed and unquote(organizer).lower() == calendar.lower()


def is_deleted(event: Mapping[str, Any]) -> bool:
    """Whether an event was deleted; a cancelled occurrence of a series stays, as an override that says so."""
    return event.get("status") == "cancelled" and not event.get("recurringEventId")


def _lines(event: Mapping[str, Any]) -> Iterator[str]:
    yield from _times(event)
    yield from _versions(event)
    yield from _texts(event)
    if event.get("visibility") not in ("private", "confidential"):
        yield from _content(event)
    yield from _marks(event)
    yield from _people(event)


def _written(name: str, value: Any, parameters: icalendar.Parameters | None = None) -> str:
    """A property as a line, escaped, quoted and folded (RFC 5545 §3.1)."""
    line: Any = Contentline.from_parts(name, parameters or icalendar.Parameters(), value)
    if line.isascii() and len(line) < _FOLDED_FROM:
        return str(line)
    return str(line.to_ical().decode())


def _times(event: Mapping[str, Any]) -> Iterator[str]:
    recurs = bool(event.get("recurrence"))
    original = event.get("originalStartTime") if event.get("recurringEventId") else None
    # A cancelled occurrence may say no more than when it would have been.
    start = event.get("start") or original
    for name, given in (("DTSTART", start), ("DTEND", event.get("end")), ("RECURRENCE-ID", original)):
        moment = _moment(given, recurs=recurs) if given else None
        if moment is not None:
            yield name + moment
    for line in event.get("recurrence") or ():
        yield _recurrence(line)


def _moment(given: Mapping[str, Any], *, recurs: bool) -> str | None:
    """A date or a time, with its parameters; None if it is neither."""
    try:
        if given.get("date"):
            return f";VALUE=DATE:{date.fromisoformat(given['date']):%Y%m%d}"
        when = datetime.fromisoformat(given["dateTime"])
        return _local(when, str(given.get("timeZone") or ""), recurs=recurs)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _local(when: datetime, name: str, *, recurs: bool) -> str:
    """A time on the wall clock of its zone; in UTC if that clock shows it twice, or if its zone is not known.

    A series needs its own clock: under a name that is not known it is left for the reader to refuse. Without a name its
    digits are those of the calendar's zone (the response's `timeZone`), which is what a floating time means.
    """
    zone = _zone(name, when.year)
    if zone is not None:
        local = when.astimezone(zone) if when.tzinfo else when.replace(tzinfo=zone)
        is_first = local.fold == 0 or local.replace(fold=0).utcoffset() == local.utcoffset()
        return f";TZID={zone.key}:{_digits(local)}" if recurs or is_first else _in_utc(local)
    if when.tzinfo and not recurs:
        return _in_utc(when)
    return f"{_tzid(name)}:{_digits(when)}"


_zone = lru_cache(maxsize=1_000)(zone_by_name)


def _in_utc(when: datetime) -> str:
    return f":{_digits(when.astimezone(UTC))}Z"


def _digits(when: datetime) -> str:
    return f"{when.year:04}{when:%m%dT%H%M%S}"


def _tzid(name: str) -> str:
    return ";" + icalendar.Parameters(TZID=_line(name)).to_ical().decode() if name else ""


def _recurrence(line: Any) -> str:
    """One line of `recurrence` as it is; what is none is left for the reader to refuse."""
    text = _line(line)
    try:
        name, params, value = Contentline(text).parts()  # type: ignore[no-untyped-call]
    except ValueError:
        name, params, value = "", icalendar.Parameters(), ""
    if name.upper() not in _RECURRENCE:
        return _written("RRULE", vInline(f"?{text}"))
    return _written(name.upper(), vInline(value), params)


def _versions(event: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(event.get("sequence"), int):
        yield f"SEQUENCE:{event['sequence']}"
    created, updated = _instant(event.get("created")), _instant(event.get("updated"))
    if created:
        yield "CREATED" + created
    if updated:
        yield "DTSTAMP" + updated
        yield "LAST-MODIFIED" + updated


def _instant(text: Any) -> str | None:
    try:
        return _in_utc(datetime.fromisoformat(text))
    except (TypeError, ValueError, OverflowError):
        return None


def _texts(event: Mapping[str, Any]) -> Iterator[str]:
    for name, key in (("SUMMARY", "summary"), ("LOCATION", "location")):
        if event.get(key):
            yield _written(name, icalendar.vText(_clean(event[key])))


def _content(event: Mapping[str, Any]) -> Iterator[str]:
    """What the event is about."""
    if event.get("description"):
        yield _written("DESCRIPTION", icalendar.vText(_clean(event["description"])[:MAX_DESCRIPTION]))
    for one in event.get("attachments") or ():
        kind = _line(one.get("mimeType") or "")
        parameters = icalendar.Parameters({"FMTTYPE": kind} if kind else {})
        yield _written("ATTACH", vInline(_line(one.get("fileUrl") or "")[:MAX_ATTACHMENT]), parameters)


def _marks(event: Mapping[str, Any]) -> Iterator[str]:
    for name, lines in _MARKS.items():
        line = lines.get(str(event.get(name)))
        if line:
            yield line
    if event.get("eventType", "default") != "default":
        yield _written("X-GOOGLE-EVENT-TYPE", icalendar.vText(_line(event["eventType"])))
    if event.get("guestsCanModify"):
        yield "X-CLEARWEEK-GUESTS-CAN-MODIFY:TRUE"
    if event.get("attendeesOmitted"):
        yield "X-CLEARWEEK-ATTENDEES-OMITTED:TRUE"


def _people(event: Mapping[str, Any]) -> Iterator[str]:
    organizer = event.get("organizer") or {}
    if organizer.get("email"):
        yield _person("ORGANIZER", str(organizer["email"]), _name(organizer))
    for one in event.get("attendees") or ():
        if one.get("email"):
            yield _attendee(
                str(one["email"]),
                _name(one),
                str(one.get("responseStatus")),
                str(one.get("additionalGuests") or ""),
                is_optional=bool(one.get("optional")),
                is_room=bool(one.get("resource")),
            )


def _name(person: Mapping[str, Any]) -> str:
    return str(person.get("displayName") or "")


@lru_cache(maxsize=MAX_PEOPLE)
def _attendee(email: str, name: str, answer: str, guests: str, *, is_optional: bool, is_room: bool) -> str:
    more = {"PARTSTAT": _PARTSTATS.get(answer, "NEEDS-ACTION")}
    if is_optional:
        more["ROLE"] = "OPT-PARTICIPANT"
    if is_room:
        more["CUTYPE"] = "ROOM"
    if guests:
        more["X-NUM-GUESTS"] = _line(guests)
    return _person("ATTENDEE", email, name, **more)


def _person(property_: str, email: str, name: str, **more: str) -> str:
    named = {"CN": _line(name)} if name else {}
    address = vInline("mailto:" + quote(_line(email), safe="@!$&'*+/=?^_`{|}~.-"))
    return _written(property_, address, icalendar.Parameters(named | more))


def _clean(text: Any) -> str:
    """Text without what no database and no line of iCalendar can hold: control characters and halves of characters."""
    return _CONTROL.sub("", str(text).encode("utf-8", "replace").decode())


def _line(text: Any) -> str:
    """Text on one line."""
    return " ".join(_clean(text).split())
