"""Events as the Calendar API answers them, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from app.adapters.google.events.translation import calendar_object
from app.domain.calendar.event import Calendar, Event
from tests.adapters.text import VIENNA, only, read

UID = "4h2b3c@google.com"
Json = dict[str, Any]


def timed(start: str, end: str, zone: str | None = "Europe/Vienna", **more: Any) -> Json:
    """A single event at two RFC 3339 times."""
    own = {"timeZone": zone} if zone else {}
    return {
        "id": "4h2b3c",
        "etag": '"3588424600000000"',
        "status": "confirmed",
        "iCalUID": UID,
        "start": {"dateTime": start, **own},
        "end": {"dateTime": end, **own},
        "sequence": 0,
        "updated": "2026-11-10T09:08:07.000Z",
        "eventType": "default",
        **more,
    }


def monday(**more: Any) -> Json:
    """A single event on Monday, 2026-11-23 at 10:00 in Vienna, for an hour."""
    return timed("2026-11-23T10:00:00+01:00", "2026-11-23T11:00:00+01:00", **more)


def days(start: str, end: str, **more: Any) -> Json:
    """An all-day event; the end is exclusive."""
    return {"id": "4h2b3c", "iCalUID": UID, "start": {"date": start}, "end": {"date": end}, **more}


def read_all(
    *events: Mapping[str, Any], first: date = date(2026, 11, 23), span: int = 7, zone: ZoneInfo = VIENNA
) -> Calendar:
    """What the one reader of all back ends makes of these events of one series."""
    return read("".join(calendar_object(event, UID).text for event in events).encode(), first, span, zone)


def read_one(event: Mapping[str, Any], **more: Any) -> Event:
    """The same for one event without any warning."""
    return only(read_all(event, **more))
