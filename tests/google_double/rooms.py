"""Rooms: attendees that answer by themselves, some time later."""

from __future__ import annotations

from tests.google_double.errors import Json
from tests.google_double.freebusy import busy_spans
from tests.google_double.guests import reply
from tests.google_double.recurrence import is_cancelled
from tests.google_double.times import span
from tests.google_double.world import Calendar, World


def answer_invitations(world: World) -> None:
    """Have every room accept what it is free for and decline the rest, first come, first served."""
    for calendar in [calendar for calendar in world.calendars.values() if calendar.room]:
        waiting = [s for s in calendar.events.values() if _own_answer(s.event, calendar) == "needsAction"]
        for stored in sorted(waiting, key=lambda stored: stored.revision):
            status = "accepted" if _free(calendar, stored.event) else "declined"
            _answer(world, calendar, stored.event, status)


def _own_answer(event: Json, calendar: Calendar) -> str | None:
    if is_cancelled(event):
        return None
    return next((line["responseStatus"] for line in event.get("attendees", ()) if line["email"] == calendar.id), None)


def _free(calendar: Calendar, event: Json) -> bool:
    """Whether nothing that the room accepted overlaps; of a series its first instance counts."""
    start, end = span(event, calendar.zone)
    return not busy_spans(calendar, start, end, accepted_only=True)


def _answer(world: World, calendar: Calendar, event: Json, status: str) -> None:
    lines = [line | {"responseStatus": status} if line["email"] == calendar.id else line for line in event["attendees"]]
    version = world.put(calendar, event | {"attendees": lines})
    reply(world, calendar, version, {"email": calendar.id, "responseStatus": status})
