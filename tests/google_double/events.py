"""Single events: read, made, changed, deleted, moved (`calendar.events.*`)."""

from __future__ import annotations

from tests.google_double.bodies import finished, new_event, patched, replaced
from tests.google_double.errors import ApiError, Json
from tests.google_double.exceptions import cancelled, drop_all, is_deleted, settle
from tests.google_double.guests import (
    PRIVATE,
    mail,
    organizers_copy,
    reply,
    reset_answers,
    spread,
    with_roles,
)
from tests.google_double.messages import Answer
from tests.google_double.recurrence import has_start, instance, is_cancelled, original_start
from tests.google_double.routes import Call, answers
from tests.google_double.times import read
from tests.google_double.views import shown, wished
from tests.google_double.world import Calendar, Mail, World

_GUESTS_OWN = (*PRIVATE, "attendees", "extendedProperties", "kind", "sequence")


def event_at(calendar: Calendar, event_id: str) -> Json:
    """An event, deleted ones as well; an instance that was never changed as its rule has it. 404 if there is none."""
    stored = calendar.events.get(event_id)
    if stored is not None:
        return stored.event
    named = original_start(calendar, event_id)
    if named is None or is_cancelled(named[0].event) or not has_start(named[0].event, named[1], calendar.zone):
        raise ApiError("notFound")
    return instance(named[0].event, named[1], calendar.zone)


@answers("calendar.events.get")
def get(call: Call) -> Answer:
    """One event; 304 if it is still the version that the caller has."""
    calendar = call.world.calendar(call.viewer, call.path["calendarId"])
    event = event_at(calendar, call.path["eventId"])
    if call.header("if-none-match") == event["etag"]:
        return Answer(304, b"", {"ETag": event["etag"]})
    return _told(call, calendar, event)


def _told(call: Call, calendar: Calendar, event: Json) -> Answer:
    return Answer.of(shown(event, calendar, call.world.role(call.viewer, calendar), *wished(call)))


def _writable(call: Call) -> Calendar:
    return call.world.calendar(call.viewer, call.path["calendarId"], "writer")


def _send_updates(call: Call) -> str | None:
    if call.text("sendUpdates") is None and call.flag("sendNotifications"):
        return "all"
    return call.text("sendUpdates")


@answers("calendar.events.insert")
def insert(call: Call) -> Answer:
    """A new event; 409 if its id was ever used."""
    calendar = _writable(call)
    event = add(call.world, calendar, call.viewer, call.request.json(), _send_updates(call))
    return _told(call, calendar, event)


def add(world: World, calendar: Calendar, viewer: str, body: Json, send_updates: str | None = None) -> Json:
    """Put a new event on a calendar and invite its attendees."""
    event = with_roles(new_event(world, calendar, viewer, body), calendar)
    if event["id"] in calendar.events:
        raise ApiError("duplicate")
    version = world.put(calendar, event)
    spread(world, calendar, version, None)
    mail(world, calendar, version, None, send_updates)
    return version


@answers("calendar.events.import")
def import_event(call: Call) -> Answer:
    """A private copy of an event from elsewhere; one of the same UID is replaced. Nobody is invited or mailed."""
    calendar, body = _writable(call), call.request.json()
    if not body.get("iCalUID"):
        raise ApiError("required", "Missing iCalUID.")
    if body.get("eventType", "default") != "default":
        raise ApiError("invalid", "Only default events can be imported.")
    old = [s.event for s in calendar.events.values() if s.event.get("iCalUID") == body["iCalUID"]]
    known = {"id": old[0]["id"]} if old else {}
    event = new_event(call.world, calendar, call.viewer, body | known)
    event |= {"organizer": body.get("organizer") or event["organizer"], "privateCopy": True}
    return _told(call, calendar, call.world.put(calendar, with_roles(event, calendar)))


@answers("calendar.events.patch")
def patch(call: Call) -> Answer:
    """Change what is in the body, and only that."""
    return _written(call, partial=True)


@answers("calendar.events.update")
def update(call: Call) -> Answer:
    """Replace an event by the body."""
    return _written(call, partial=False)


def _written(call: Call, *, partial: bool) -> Answer:
    calendar = _writable(call)
    old = event_at(calendar, call.path["eventId"])
    _check_match(call, old)
    event = change(call.world, calendar, call.viewer, old, call.request.json(), _send_updates(call), partial=partial)
    return _told(call, calendar, event)


def _check_match(call: Call, event: Json) -> None:
    wanted = call.header("if-match")
    if wanted not in (None, "*", event["etag"]):
        raise ApiError("conditionNotMet")


def change(
    world: World,
    calendar: Calendar,
    viewer: str,
    old: Json,
    body: Json,
    send_updates: str | None = None,
    *,
    partial: bool = True,
) -> Json:
    """Write a new version of an event, as its organizer or as a guest."""
    base = _revivable(calendar, old, body)
    new = finished(world, calendar, (patched if partial else replaced)(base, body))
    if new.get("status") == "cancelled":
        delete_event(world, calendar, viewer, old, send_updates)
        return calendar.events[old["id"]].event
    if new["organizer"].get("self") or new.get("privateCopy"):
        return _change_as_organizer(world, calendar, base, new, send_updates)
    return _change_as_guest(world, calendar, base, new, send_updates)


def _revivable(calendar: Calendar, old: Json, body: Json) -> Json:
    """What a write begins from; a deleted event only if the write revives it."""
    if not is_cancelled(old):
        return old
    if body.get("status") not in ("confirmed", "tentative"):
        raise ApiError("deleted")
    named = original_start(calendar, old["id"]) if "recurringEventId" in old else None
    return old if named is None else instance(named[0].event, named[1], calendar.zone)


def _change_as_organizer(world: World, calendar: Calendar, old: Json, new: Json, send_updates: str | None) -> Json:
    if _moved(old, new, calendar):
        new = reset_answers(new, calendar.id) | {"sequence": max(new["sequence"], old["sequence"] + 1)}
    version = world.put(calendar, with_roles(new, calendar))
    settle(world, calendar, version)
    spread(world, calendar, version, old)
    mail(world, calendar, version, old, send_updates)
    return version


def _moved(old: Json, new: Json, calendar: Calendar) -> bool:
    """Whether a change is one of time: start, end, their zone, or the rule."""
    if old.get("recurrence") != new.get("recurrence"):
        return True
    return any(_time(old, name, calendar) != _time(new, name, calendar) for name in ("start", "end"))


def _time(event: Json, name: str, calendar: Calendar) -> tuple[object, object]:
    return read(event[name], calendar.zone), event[name].get("timeZone")


def _change_as_guest(world: World, calendar: Calendar, old: Json, new: Json, send_updates: str | None) -> Json:
    new = with_roles(new, calendar)
    before, after = (_own_line(event, calendar) for event in (old, new))
    if _shared(new, calendar) != _shared(old, calendar):
        home = organizers_copy(world, old)
        if not old.get("guestsCanModify") or home is None:
            raise ApiError("forbiddenForNonOrganizer")
        organizer, own = home
        shared = {name: value for name, value in new.items() if name not in (*_GUESTS_OWN, "organizer")}
        lines = {"attendees": new["attendees"]} if "attendees" in new else {}
        _change_as_organizer(world, organizer, own, finished(world, organizer, own | shared | lines), send_updates)
    world.put(calendar, _own_version(calendar, old, new))
    if after is not None and before != after:
        reply(world, calendar, new, after)
        if send_updates == "all":
            world.mails.append(Mail(old["organizer"]["email"], "reply", calendar.id, old["id"]))
    return calendar.events[old["id"]].event


def _own_version(calendar: Calendar, old: Json, new: Json) -> Json:
    """The guest's copy after their change: what the organizer's change made of it, with what is the guest's own."""
    spread_copy = calendar.events.get(old["id"])
    if spread_copy is None:
        return new
    mine = {name: new[name] for name in (*PRIVATE, "extendedProperties") if name in new and name != "etag"}
    line = _own_line(new, calendar)
    lines = [line if line and other.get("self") else other for other in spread_copy.event.get("attendees", ())]
    return spread_copy.event | mine | ({"attendees": lines} if lines else {})


def _own_line(event: Json, calendar: Calendar) -> Json | None:
    return next((line for line in event.get("attendees", ()) if line["email"] == calendar.id), None)


def _shared(event: Json, calendar: Calendar) -> Json:
    """What belongs to the organizer: all but a guest's own fields, answer and private properties."""
    shared = {name: value for name, value in event.items() if name not in _GUESTS_OWN}
    others = sorted((line for line in event.get("attendees", ()) if line["email"] != calendar.id), key=_address)
    properties = event.get("extendedProperties", {}).get("shared", {})
    return shared | {"attendees": [{**line, "displayName": ""} for line in others], "extendedProperties": properties}


def _address(line: Json) -> str:
    return str(line["email"])


@answers("calendar.events.delete")
def delete(call: Call) -> Answer:
    """Delete an event, or take an instance out of its series; 410 if that was done before."""
    calendar = _writable(call)
    old = event_at(calendar, call.path["eventId"])
    _check_match(call, old)
    delete_event(call.world, calendar, call.viewer, old, _send_updates(call))
    return Answer(204)


def delete_event(world: World, calendar: Calendar, viewer: str, old: Json, send_updates: str | None = None) -> None:
    """Delete an event: for all if the calendar organizes it, else the own copy, which declines."""
    stored = calendar.events.get(old["id"])
    if is_cancelled(old) or (stored is not None and is_deleted(stored)):
        raise ApiError("deleted")
    line = None if old["organizer"].get("self") else _own_line(old, calendar)
    gone = cancelled(old, calendar) if "recurringEventId" in old else old | {"status": "cancelled"}
    version = world.put(calendar, gone)
    if "recurrence" in old:
        drop_all(world, calendar, old["id"])
    if line is not None:
        reply(world, calendar, old, line | {"responseStatus": "declined"})
        world.put(calendar, gone)
    elif old["organizer"].get("self"):
        spread(world, calendar, version, old)
        mail(world, calendar, version, old, send_updates)


@answers("calendar.events.move")
def move(call: Call) -> Answer:
    """Give an event to another calendar, its new organizer."""
    calendar = _writable(call)
    target = call.world.calendar(call.viewer, call.text("destination") or "", "writer")
    old = event_at(calendar, call.path["eventId"])
    if is_cancelled(old) or "recurringEventId" in old or old["eventType"] != "default":
        raise ApiError("invalid", "Only whole events of type default can be moved.")
    if not old["organizer"].get("self"):
        raise ApiError("forbiddenForNonOrganizer")
    call.world.put(calendar, old | {"status": "cancelled"})
    organizer = {"email": target.id, "displayName": target.summary}
    event = finished(call.world, target, old | {"organizer": organizer})
    version = call.world.put(target, with_roles(event, target))
    spread(call.world, target, version, None)
    return _told(call, target, version)
