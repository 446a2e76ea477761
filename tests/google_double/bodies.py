"""The body of a write: what may be in it, and what it makes of an event."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

from tests.google_double.errors import ApiError, Json
from tests.google_double.recurrence import rule_of
from tests.google_double.times import in_utc, read, stamp, write
from tests.google_double.world import Calendar, World

READ_ONLY = (
    "kind",
    "etag",
    "created",
    "updated",
    "creator",
    "organizer",
    "htmlLink",
    "hangoutLink",
    "recurringEventId",
    "originalStartTime",
    "locked",
    "privateCopy",
)
_IMMUTABLE = ("id", "iCalUID", "eventType")
_STATUS_EVENTS = ("focusTime", "outOfOffice", "workingLocation")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


def new_event(world: World, calendar: Calendar, viewer: str, body: Json) -> Json:
    """A new event of a calendar, its organizer."""
    event = {name: value for name, value in body.items() if name not in READ_ONLY and value is not None}
    event_id = event.setdefault("id", uuid.uuid4().hex)
    if not re.fullmatch(r"[a-v0-9]{5,1024}", event_id):
        raise ApiError("invalid", "Invalid resource id value.")
    defaults = {
        "status": "confirmed",
        "htmlLink": f"https://www.google.com/calendar/event?eid={event_id}",
        "created": stamp(world.now),
        "creator": {"email": viewer},
        "organizer": {"email": calendar.id, "displayName": calendar.summary},
        "iCalUID": f"{event_id}@google.com",
        "sequence": 0,
        "eventType": "default",
        "reminders": {"useDefault": True},
    }
    return finished(world, calendar, defaults | event)


def patched(old: Json, body: Json) -> Json:
    """An event after a patch: objects merge, null removes, arrays are replaced."""
    _check_immutable(old, body)
    return _merged(old, {name: value for name, value in body.items() if name not in READ_ONLY})


def _merged(old: Json, body: Json) -> Json:
    new = dict(old)
    for name, value in body.items():
        if value is None:
            new.pop(name, None)
        elif isinstance(value, dict):
            new[name] = _merged(new.get(name, {}), value)
        else:
            new[name] = value
    return new


def replaced(old: Json, body: Json) -> Json:
    """An event after an update: nothing of the old but what cannot be written."""
    _check_immutable(old, body)
    kept = {name: old[name] for name in (*READ_ONLY, *_IMMUTABLE, "sequence") if name in old}
    new = {name: value for name, value in body.items() if name not in READ_ONLY and value is not None}
    return {"status": "confirmed", **kept, **new}


def _check_immutable(old: Json, body: Json) -> None:
    for name in _IMMUTABLE:
        if name in body and body[name] != old.get(name):
            raise ApiError("invalid", f"Invalid value: {name} cannot be changed.")
    if body.get("sequence", old.get("sequence", 0)) < old.get("sequence", 0):
        text = "Invalid sequence value. The specified sequence number is below the current sequence number of the"
        raise ApiError("invalid", f"{text} resource. Re-fetch the resource and use its sequence number.")


def finished(world: World, calendar: Calendar, event: Json) -> Json:
    """An event with its times in the form of answers and rooms known as such; what cannot be is refused."""
    event = event | {name: _time(event, name, calendar) for name in ("start", "end")}
    _check_times(event, calendar)
    if "recurrence" in event:
        _check_recurrence(event, calendar)
    if "attendees" in event:
        event["attendees"] = [_attendee(world, line) for line in event["attendees"]]
    _check_type(event, calendar)
    return event


def _time(event: Json, name: str, calendar: Calendar) -> Json:
    value = event.get(name)
    if not value or not (value.get("date") or value.get("dateTime")):
        raise ApiError("required", f"Missing {name} time.")
    if value.get("date") and value.get("dateTime"):
        raise ApiError("invalid", "Invalid start or end time: date and dateTime exclude each other.")
    return write(read(value, calendar.zone), calendar.zone, value.get("timeZone"))


def _check_times(event: Json, calendar: Calendar) -> None:
    start, end = (read(event[name], calendar.zone) for name in ("start", "end"))
    if isinstance(start, datetime) != isinstance(end, datetime):
        raise ApiError("invalid", "Start and end times must either both be date or both be dateTime.")
    begun, ended = in_utc(start, calendar.zone), in_utc(end, calendar.zone)
    if ended < begun or (ended == begun and not isinstance(start, datetime)):
        raise ApiError("timeRangeEmpty")


def _check_recurrence(event: Json, calendar: Calendar) -> None:
    if not event["recurrence"]:
        del event["recurrence"]
        return
    if next(iter(rule_of(event, calendar.zone)), None) is None:
        raise ApiError("invalid", "Invalid recurrence rule: it has no instance.")


def _attendee(world: World, line: Json) -> Json:
    if not _ADDRESS.fullmatch(str(line.get("email", ""))):
        raise ApiError("required" if not line.get("email") else "invalid", "Invalid attendee email.")
    room = world.calendars.get(line["email"])
    return line | {"resource": True} if room is not None and room.room else dict(line)


def _check_type(event: Json, calendar: Calendar) -> None:
    """The rules of focus time, absence and working location (guide "Manage focus time, out of office, …")."""
    kind = event["eventType"]
    if kind in ("default", "fromGmail", "birthday"):
        return
    if kind not in _STATUS_EVENTS:
        raise ApiError("invalid", f"Invalid event type {kind}.")
    _demand(calendar.primary, "Status events are only on primary calendars.")
    _demand(not event.get("attendees"), "Status events have no attendees.")
    all_day = "date" in event["start"]
    if kind == "workingLocation":
        _demand("workingLocationProperties" in event, "Working location properties are missing.")
        _demand(event.get("visibility") == "public", "A working location is public.")
        _demand(event.get("transparency") == "transparent", "A working location is transparent.")
        _demand(not all_day or _days(event) == timedelta(days=1), "An all-day working location spans one day.")
    else:
        _demand(not all_day, f"A {kind} event is timed.")


def _days(event: Json) -> timedelta:
    return datetime.fromisoformat(event["end"]["date"]) - datetime.fromisoformat(event["start"]["date"])


def _demand(holds: Any, message: str) -> None:
    if not holds:
        raise ApiError("invalid", message)
