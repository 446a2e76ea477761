"""Attendees: their copies of an event, their answers, and the mails that tell them."""

from __future__ import annotations

from collections.abc import Iterable

from tests.google_double.errors import Json
from tests.google_double.exceptions import cancelled, drop_all, settle
from tests.google_double.recurrence import is_cancelled
from tests.google_double.times import read, write
from tests.google_double.world import Calendar, Mail, World

# What each copy has of its own; everything else is the organizer's.
PRIVATE = ("reminders", "colorId", "transparency", "visibility", "etag", "updated", "created")
_READ_ONLY_OF_ATTENDEE = ("self", "organizer")


def with_roles(event: Json, calendar: Calendar) -> Json:
    """An event with `self` and `organizer` said as they are on a calendar."""
    organizer = {key: value for key, value in event["organizer"].items() if key != "self"}
    own = organizer["email"] == calendar.id
    told = event | {"organizer": organizer | ({"self": True} if own else {})}
    if "attendees" in event:
        told["attendees"] = [_line(line, calendar, organizer["email"]) for line in event["attendees"]]
    return told


def _line(line: Json, calendar: Calendar, organizer: str) -> Json:
    kept = {key: value for key, value in line.items() if key not in _READ_ONLY_OF_ATTENDEE}
    kept.setdefault("responseStatus", "needsAction")
    if kept["email"] == organizer:
        kept["organizer"] = True
    if kept["email"] == calendar.id:
        kept["self"] = True
    return kept


def addresses(event: Json) -> list[str]:
    """Who is invited."""
    return [line["email"] for line in event.get("attendees", ())]


def reset_answers(event: Json, keeping: str) -> Json:
    """All answers open again, but those of the organizer and of one address."""
    if "attendees" not in event:
        return event
    kept = (keeping, event["organizer"]["email"])
    lines = [line if line["email"] in kept else line | {"responseStatus": "needsAction"} for line in event["attendees"]]
    return event | {"attendees": lines}


def spread(world: World, source: Calendar, event: Json, before: Json | None) -> None:
    """Bring an organizer's event to the calendars of its attendees, and take it from those who are none any more."""
    if event.get("privateCopy"):
        return
    now = [] if is_cancelled(event) else addresses(event)
    former = [] if before is None else addresses(before)
    for address in {*now, *former}:
        calendar = world.primary_calendar(address)
        if calendar is None or calendar is source:
            continue
        if address in now:
            put_copy(world, calendar, source, event)
        else:
            withdraw(world, calendar, before or event)


def put_copy(world: World, calendar: Calendar, source: Calendar, event: Json) -> None:
    """Write an attendee's copy: the organizer's event with what was private to the copy."""
    old = calendar.events.get(event["id"])
    shared = {key: value for key, value in event.items() if key not in PRIVATE}
    own = {} if old is None else {key: old.event[key] for key in PRIVATE if key in old.event}
    copy = with_roles(shared | own, calendar)
    copy["extendedProperties"] = _properties(event, {} if old is None else old.event)
    if not copy["extendedProperties"]:
        del copy["extendedProperties"]
    for name in ("start", "end", "originalStartTime"):
        if name in copy:
            copy[name] = write(read(copy[name], source.zone), calendar.zone, copy[name].get("timeZone"))
    version = world.put(calendar, {"created": event["created"], **copy})
    settle(world, calendar, version)


def _properties(event: Json, old: Json) -> Json:
    both = {
        "shared": event.get("extendedProperties", {}).get("shared"),
        "private": old.get("extendedProperties", {}).get("private"),
    }
    return {side: value for side, value in both.items() if value}


def withdraw(world: World, calendar: Calendar, event: Json) -> None:
    """Take an event off an attendee's calendar, or an instance out of their series."""
    old = calendar.events.get(event["id"])
    if old is not None and is_cancelled(old.event):
        return
    if event.get("recurringEventId") in calendar.events:
        world.put(calendar, cancelled(event, calendar))
    elif old is not None:
        world.put(calendar, old.event | {"status": "cancelled"})
        drop_all(world, calendar, event["id"])


def organizers_copy(world: World, event: Json) -> tuple[Calendar, Json] | None:
    """The organizer's own copy of an event; None if the organizer is somewhere else."""
    calendar = world.calendars.get(event["organizer"]["email"])
    stored = None if calendar is None else calendar.events.get(event["id"])
    if calendar is None or stored is None or is_cancelled(stored.event):
        return None
    return calendar, stored.event


def reply(world: World, calendar: Calendar, event: Json, line: Json) -> None:
    """Carry an attendee's answer to the organizer's copy, and from there to all."""
    home = organizers_copy(world, event)
    if home is None:
        return
    organizer, own = home
    lines = [_answered(other, line) if other["email"] == line["email"] else other for other in own["attendees"]]
    version = world.put(organizer, with_roles(own | {"attendees": lines}, organizer))
    spread(world, organizer, version, own)


def _answered(line: Json, answer: Json) -> Json:
    told: Json = {key: answer[key] for key in ("responseStatus", "comment", "additionalGuests") if key in answer}
    return {**line, **told}


def mail(world: World, calendar: Calendar, event: Json, before: Json | None, send_updates: str | None) -> None:
    """Record the mails of a change: `all`, `externalOnly` (who is no user here), or `none`, which is the default."""
    now = [] if is_cancelled(event) else addresses(event)
    former = [] if before is None or is_cancelled(before) else addresses(before)
    kinds = [("invitation", [a for a in now if a not in former]), ("update", [a for a in now if a in former])]
    kinds.append(("cancellation", [a for a in former if a not in now]))
    for kind, guests in kinds:
        for address in _told(world, calendar, guests, send_updates):
            world.mails.append(Mail(address, kind, calendar.id, event["id"]))


def _told(world: World, calendar: Calendar, guests: Iterable[str], send_updates: str | None) -> list[str]:
    if send_updates not in ("all", "externalOnly"):
        return []
    people = [a for a in guests if a != calendar.id and not (a in world.calendars and world.calendars[a].room)]
    return people if send_updates == "all" else [address for address in people if address not in world.users]
