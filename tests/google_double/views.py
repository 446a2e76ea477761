"""An event as a reader may see it, and in the zone that they ask for."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

from tests.google_double.errors import Json
from tests.google_double.fields import Mask, masked
from tests.google_double.routes import Call
from tests.google_double.times import read, write, zone_named
from tests.google_double.world import Calendar

_BUSY = ("kind", "etag", "id", "status", "created", "updated", "iCalUID", "start", "end", "transparency", "recurrence")
_OF_A_SERIES = ("recurringEventId", "originalStartTime", "eventType", "sequence")
_HIDING = ("private", "confidential")


def hidden(event: Json, role: str) -> bool:
    """Whether a role sees only the times of an event."""
    if role == "freeBusyReader":
        return True
    return role in ("reader", "writerWithoutPrivateAccess") and event.get("visibility") in _HIDING


def seen(event: Json, role: str) -> Json:
    """What somebody with a role sees of an event."""
    if not hidden(event, role):
        return event
    kept = {name: event[name] for name in _BUSY + _OF_A_SERIES if name in event}
    return kept | {"visibility": "private"}


def wished(call: Call) -> tuple[ZoneInfo | None, int | None]:
    """The zone and the most attendees that a call asks for."""
    name, most = call.text("timeZone"), call.text("maxAttendees")
    return zone_named(name) if name else None, call.number("maxAttendees", 1, 10_000) if most else None


def shown(event: Json, calendar: Calendar, role: str, zone: ZoneInfo | None, attendees: int | None) -> Json:
    """An event as an answer has it; `attendees` is the most that may be listed, else only one's own line is."""
    event = seen(event, role)
    if zone is not None:
        times = {name: event[name] for name in ("start", "end", "originalStartTime") if name in event}
        event = event | {n: write(read(t, calendar.zone), zone, t.get("timeZone")) for n, t in times.items()}
    if attendees is not None and len(event.get("attendees", ())) > attendees:
        own = [line for line in event["attendees"] if line.get("self")]
        event = event | {"attendees": own, "attendeesOmitted": True}
    return event


def encoded(event: Json, mask: Mask | None) -> bytes:
    """An event's JSON."""
    return json.dumps(masked(event, mask), separators=(",", ":")).encode()
