"""An event of the Calendar API as iCalendar text (RFC 5545), so that one reader serves every back end.

Names on the left are those of https://developers.google.com/workspace/calendar/api/v3/reference/events. What RFC 5545
has no word for goes into X- properties: the type of an event, whether its guests may change it, and whether guests are
left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

import icalendar
from icalendar.parser import Contentline
from icalendar.prop import vInline

from app.adapters.zone_names import zone_by_name
from app.domain.connected import CalendarObject

FIELDS = (
    "id,status,etag,iCalUID,recurringEventId,originalStartTime,start,end,recurrence,summary,location,sequence,updated,"
    "transparency,visibility,eventType,organizer(email,displayName),attendeesOmitted,guestsCanModify,"
    "attendees(email,displayName,optional,resource,responseStatus,additionalGuests)"
)
"""The fields of an event that are read here, as the API's `fields` parameter wants them."""

_PARTSTATS = {
    "needsAction": "NEEDS-ACTION",
    "declined": "DECLINED",
    "tentative": "TENTATIVE",
    "accepted": "ACCEPTED",
}
_CLASSES = {"public": "PUBLIC", "private": "PRIVATE", "confidential": "CONFIDENTIAL"}
_RECURRENCE = ("RRULE", "EXRULE", "RDATE", "EXDATE")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def calendar_object(event: Mapping[str, Any], uid: str) -> CalendarObject:
    """An event (a single one, a master or an override) as its server keeps it; `uid` is that of its series.

    An event whose times cannot be read is translated without them, so that whoever reads the text reports it.
    """
    component = icalendar.Event()
    component.add("UID", _line(uid))
    for name, value in _properties(event):
        component.add(name, value, encode=False)
    whole = icalendar.Calendar()
    whole.add("VERSION", "2.0")
    whole.add("PRODID", "-//Clearweek//Google Calendar//EN")
    whole.add_component(component)
    return CalendarObject(str(event["id"]), uid, whole.to_ical().decode(), event.get("etag"))


def is_deleted(event: Mapping[str, Any]) -> bool:
    """Whether an event was deleted; a cancelled occurrence of a series stays, as an override that says so."""
    return event.get("status") == "cancelled" and not event.get("recurringEventId")


def _properties(event: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from _times(event)
    yield from _versions(event)
    yield from _texts(event)
    yield from _marks(event)
    yield from _people(event)


def _times(event: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    recurs = bool(event.get("recurrence"))
    original = event.get("originalStartTime") if event.get("recurringEventId") else None
    # A cancelled occurrence may say no more than when it would have been.
    start = event.get("start") or original
    for name, given in (("DTSTART", start), ("DTEND", event.get("end")), ("RECURRENCE-ID", original)):
        moment = _moment(given, recurs=recurs) if given else None
        if moment is not None:
            yield name, moment
    for line in event.get("recurrence") or ():
        yield _recurrence(line)


def _moment(given: Mapping[str, Any], *, recurs: bool) -> icalendar.vDDDTypes | None:
    """A date or a time; None if it is neither."""
    try:
        if given.get("date"):
            return icalendar.vDDDTypes(date.fromisoformat(given["date"]))
        when = datetime.fromisoformat(given["dateTime"])
        return _local(when, str(given.get("timeZone") or ""), recurs=recurs)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _local(when: datetime, name: str, *, recurs: bool) -> icalendar.vDDDTypes:
    """A time on the wall clock of its zone; in UTC if that clock shows it twice, or if its zone is not known.

    A series needs its own clock: under a name that is not known it is left for the reader to refuse. Without a name its
    digits are those of the calendar's zone (the response's `timeZone`), which is what a floating time means.
    """
    zone = zone_by_name(name, when.year)
    if zone is not None:
        local = when.astimezone(zone) if when.tzinfo else when.replace(tzinfo=zone)
        is_first = local.replace(fold=0).astimezone(UTC) == local.astimezone(UTC)
        return icalendar.vDDDTypes(local if recurs or is_first else local.astimezone(UTC))
    if when.tzinfo and not recurs:
        return icalendar.vDDDTypes(when.astimezone(UTC))
    floating = icalendar.vDDDTypes(when.replace(tzinfo=None))
    if name:
        floating.params["TZID"] = _line(name)
    return floating


def _recurrence(line: Any) -> tuple[str, vInline]:
    """One line of `recurrence` as it is; what is none is left for the reader to refuse."""
    text = _line(line)
    try:
        name, params, value = Contentline(text).parts()  # type: ignore[no-untyped-call]
    except ValueError:
        name, params, value = "", icalendar.Parameters(), ""
    if name.upper() not in _RECURRENCE:
        return "RRULE", vInline(f"?{text}")
    return name.upper(), vInline(value, params=params)


def _versions(event: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(event.get("sequence"), int):
        yield "SEQUENCE", icalendar.vInt(event["sequence"])
    try:
        updated = datetime.fromisoformat(event["updated"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError, OverflowError):
        return
    yield "DTSTAMP", icalendar.vDatetime(updated)
    yield "LAST-MODIFIED", icalendar.vDatetime(updated)


def _texts(event: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, key in (("SUMMARY", "summary"), ("LOCATION", "location")):
        if event.get(key):
            yield name, icalendar.vText(_clean(event[key]))


def _marks(event: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if event.get("status") in ("tentative", "cancelled"):
        yield "STATUS", vInline(event["status"].upper())
    if event.get("transparency") == "transparent":
        yield "TRANSP", vInline("TRANSPARENT")
    if event.get("visibility") in _CLASSES:
        yield "CLASS", vInline(_CLASSES[event["visibility"]])
    if event.get("eventType", "default") != "default":
        yield "X-GOOGLE-EVENT-TYPE", icalendar.vText(_line(event["eventType"]))
    if event.get("guestsCanModify"):
        yield "X-CLEARWEEK-GUESTS-CAN-MODIFY", vInline("TRUE")
    if event.get("attendeesOmitted"):
        yield "X-CLEARWEEK-ATTENDEES-OMITTED", vInline("TRUE")


def _people(event: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    organizer = event.get("organizer") or {}
    if organizer.get("email"):
        yield "ORGANIZER", _address(organizer)
    for attendee in event.get("attendees") or ():
        if attendee.get("email"):
            yield "ATTENDEE", _attendee(attendee)


def _attendee(attendee: Mapping[str, Any]) -> icalendar.vCalAddress:
    line = _address(attendee)
    line.params["PARTSTAT"] = _PARTSTATS.get(attendee.get("responseStatus", ""), "NEEDS-ACTION")
    if attendee.get("optional"):
        line.params["ROLE"] = "OPT-PARTICIPANT"
    if attendee.get("resource"):
        line.params["CUTYPE"] = "ROOM"
    if attendee.get("additionalGuests"):
        line.params["X-NUM-GUESTS"] = _line(attendee["additionalGuests"])
    return line


def _address(person: Mapping[str, Any]) -> icalendar.vCalAddress:
    line = icalendar.vCalAddress("mailto:" + quote(_line(person["email"]), safe="@!$&'*+/=?^_`{|}~.-"))
    if person.get("displayName"):
        line.params["CN"] = _line(person["displayName"])
    return line


def _clean(text: Any) -> str:
    """Text without what no database and no line of iCalendar can hold: control characters and halves of characters."""
    return _CONTROL.sub("", str(text).encode("utf-8", "replace").decode())


def _line(text: Any) -> str:
    """Text on one line."""
    return " ".join(_clean(text).split())
