"""Changed and cancelled instances of a series, and what becomes of them with it."""

from __future__ import annotations

from collections.abc import Callable

from tests.google_double.errors import Json
from tests.google_double.recurrence import has_start, is_cancelled
from tests.google_double.times import read, write
from tests.google_double.world import Calendar, Stored, World


def cancelled(event: Json, calendar: Calendar) -> Json:
    """An instance that was taken out: the few fields that are promised of one."""
    original = event["originalStartTime"]
    return {
        "id": event["id"],
        "status": "cancelled",
        "recurringEventId": event["recurringEventId"],
        "originalStartTime": write(read(original, calendar.zone), calendar.zone, original.get("timeZone")),
    }


def tombstone(event: Json) -> Json:
    """What an incremental list says of a deleted event: that it is."""
    names = ("kind", "etag", "id", "status", "recurringEventId", "originalStartTime")
    return {name: event[name] for name in names if name in event}


def drop_outside(world: World, calendar: Calendar, master: Json) -> None:
    """Drop the exceptions that a changed rule has no place for any more."""
    _drop(world, calendar, master["id"], lambda event: not _belongs(event, master, calendar))


def drop_all(world: World, calendar: Calendar, master_id: str) -> None:
    """Drop the exceptions of a series that was deleted."""
    _drop(world, calendar, master_id, lambda _event: True)


def _belongs(event: Json, master: Json, calendar: Calendar) -> bool:
    return has_start(master, read(event["originalStartTime"], calendar.zone), calendar.zone)


def _drop(world: World, calendar: Calendar, master_id: str, lost: Callable[[Json], bool]) -> None:
    for stored in calendar.exceptions_of(master_id):
        if not stored.dropped and lost(stored.event):
            if world.silent_exceptions:
                del calendar.events[stored.event["id"]]
                calendar.exceptions[master_id].discard(stored.event["id"])
            else:
                world.put(calendar, cancelled(stored.event, calendar), dropped=True)


def is_exception(stored: Stored) -> bool:
    """Whether a stored event still is an instance of a series, changed or cancelled."""
    return "recurringEventId" in stored.event and not stored.dropped


def is_deleted(stored: Stored) -> bool:
    """Whether a stored event is gone for good: cancelled, and no cancelled instance."""
    return is_cancelled(stored.event) and not is_exception(stored)
