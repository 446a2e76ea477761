"""Changed and cancelled instances of a series, and what becomes of them with it."""

from __future__ import annotations

from tests.google_double.errors import Json
from tests.google_double.recurrence import has_start, instance, is_cancelled
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


def settle(world: World, calendar: Calendar, master: Json) -> None:
    """Drop the exceptions that a changed rule has no place for, and undo what was dropped where it has one again.

    With `world.keeps_exceptions`, none is dropped.
    """
    if world.keeps_exceptions:
        return
    for stored in calendar.exceptions_of(master["id"]):
        start = read(stored.event["originalStartTime"], calendar.zone)
        belongs = "recurrence" in master and has_start(master, start, calendar.zone)
        if stored.dropped and belongs:
            world.put(calendar, instance(master, start, calendar.zone))
        elif not stored.dropped and not belongs:
            world.put(calendar, cancelled(stored.event, calendar), dropped=True)


def drop_all(world: World, calendar: Calendar, master_id: str) -> None:
    """Drop the exceptions of a series that was deleted; they are told as deleted, or vanish without a word."""
    for stored in calendar.exceptions_of(master_id):
        if world.silent_exceptions:
            del calendar.events[stored.event["id"]]
            calendar.exceptions[master_id].discard(stored.event["id"])
        elif not stored.dropped:
            world.put(calendar, cancelled(stored.event, calendar), dropped=True)


def is_exception(stored: Stored) -> bool:
    """Whether a stored event still is an instance of a series, changed or cancelled."""
    return "recurringEventId" in stored.event and not stored.dropped


def is_deleted(stored: Stored) -> bool:
    """Whether a stored event is gone for good: cancelled, and no cancelled instance."""
    return is_cancelled(stored.event) and not is_exception(stored)
