"""What is sent to Google to change an event: never more than an edit names.

Names are those of https://developers.google.com/workspace/calendar/api/v3/reference/events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.domain.calendar.writing import MASTER, Insert, RecurrenceKey, RoomChange
from app.errors import RefusedError

Json = Mapping[str, Any]

MARK = "clearweekMove"
"""The private property of an event that we inserted; its value is the key of the move."""
CONFERENCE = ("conferenceId", "conferenceSolution", "entryPoints", "notes", "parameters", "signature")
_TEXTS = ("summary", "description", "location", "colorId", "transparency", "visibility", "status")
_COPIED = (
    *_TEXTS,
    "reminders",
    "guestsCanInviteOthers",
    "guestsCanModify",
    "guestsCanSeeOtherGuests",
    "anyoneCanAddSelf",
    "attachments",
    "source",
)
"""What a new series takes over from the one that it goes on from, as it is."""
_KEPT_OF_A_GUEST = ("email", "displayName", "optional", "resource")
_RRULE = re.compile(r"RRULE[:;]", re.IGNORECASE)
_EXDATE = re.compile(r"EXDATE[:;]", re.IGNORECASE)


def times(start: datetime, end: datetime, event: Json) -> dict[str, Any]:
    """Another start and end; a patch leaves the zones of both as they are."""
    if "date" in whole(event)["start"]:
        return {"start": {"date": start.date().isoformat()}, "end": {"date": end.date().isoformat()}}
    return {name: {"dateTime": _rfc3339(moment)} for name, moment in (("start", start), ("end", end))}


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def whole(event: Json) -> Json:
    """An event with a start and an end, as a cancelled occurrence may have none but its original one."""
    original = event.get("originalStartTime")
    return {"start": original, "end": original, **event} if original else event


def span(event: Json) -> tuple[str, str]:
    """Start and end of an event, so that they can be compared."""
    return instant(event["start"]), instant(event["end"])


def instant(given: Json) -> RecurrenceKey:
    """A date or a moment of the API, as a key."""
    if given.get("date"):
        return date.fromisoformat(given["date"]).isoformat()
    return datetime.fromisoformat(given["dateTime"]).astimezone(UTC).isoformat()


def key_of(event: Json) -> RecurrenceKey:
    """Which component of its UID an event is, by its original start."""
    original = event.get("originalStartTime") if event.get("recurringEventId") else None
    return instant(original) if original else MASTER


def is_like(event: Json, wanted: Json) -> bool:
    """Whether an event takes place and has all that is wanted already."""
    if event.get("status") == "cancelled":
        return False
    return all(_comparable(name, event.get(name)) == _comparable(name, value) for name, value in wanted.items())


def _comparable(name: str, value: Any) -> Any:
    if name == "attendees":
        return sorted(line["email"] for line in value or ())
    return instant(value) if name in ("start", "end") else value


def is_marked(event: Json) -> bool:
    """Whether an event is a series that was inserted for a move."""
    return bool((event.get("extendedProperties") or {}).get("private", {}).get(MARK) == event["id"])


def with_rooms(event: Json, change: RoomChange | None) -> dict[str, Any]:
    """The guest list with other rooms; nothing if no room changes, as a list that is sent replaces the one that is.

    Everyone else stays with all that is said of them, answers and comments among it. Raises `RefusedError` if Google
    does not show all guests.
    """
    if change is None or not (change.gone or change.added):
        return {}
    if event.get("attendeesOmitted"):
        raise RefusedError("the rooms of an event with hidden guests cannot be changed; do it in Google Calendar")
    kept = [line for line in event.get("attendees") or () if line["email"].lower() not in change.gone]
    there = {line["email"].lower() for line in kept}
    added = [{"email": room, "resource": True} for room in change.added if room not in there]
    return {"attendees": [*kept, *added]}


def with_rule(lines: Sequence[str], rrule: str) -> list[str]:
    """The lines of a recurrence with another rule; exceptions and more dates stay. Raises `RefusedError`."""
    if sum(bool(_RRULE.match(line)) for line in lines) != 1:
        raise RefusedError("a series with several rules, or with none, cannot be moved; do it in Google Calendar")
    return [f"RRULE:{rrule}" if _RRULE.match(line) else line for line in lines]


def without_exdates(lines: Iterable[str]) -> list[str]:
    """The lines of a recurrence that do not leave out occurrences."""
    return [line for line in lines if not _EXDATE.match(line)]


def exdates(originals: Iterable[datetime], event: Json) -> Iterator[str]:
    """The lines that leave out occurrences of an event with such times."""
    for original in sorted(originals):
        if "date" in event["start"]:
            yield f"EXDATE;VALUE=DATE:{original:%Y%m%d}"
        else:
            yield f"EXDATE:{original.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def copied(source: Json, edit: Insert, key: str) -> dict[str, Any]:
    """A new series that is like another one, with its guests invited anew. Raises `RefusedError`.

    What belongs to a type of event is left out, as only meetings are moved; the mark is private to this calendar.
    """
    body = {name: source[name] for name in _COPIED if name in source}
    for name, when in times(edit.start, edit.end, source).items():
        zone = source[name].get("timeZone")
        body[name] = when | ({"timeZone": zone} if zone else {})
    left_out = [one.original for one in edit.overrides if one.to is None]
    body["recurrence"] = [f"RRULE:{edit.rrule}", *exdates(left_out, source)]
    body["extendedProperties"] = _marked(source.get("extendedProperties") or {}, key)
    if source.get("conferenceData"):
        body["conferenceData"] = {
            name: source["conferenceData"][name] for name in CONFERENCE & source["conferenceData"].keys()
        }
    return {"id": key, **body, **_invited(source, edit.rooms)}


def _marked(properties: Json, key: str) -> dict[str, Any]:
    return {**properties, "private": {**properties.get("private", {}), MARK: key}}


def _invited(source: Json, rooms: RoomChange | None) -> dict[str, Any]:
    if source.get("attendeesOmitted"):
        raise RefusedError("a series with hidden guests cannot be split; do it in Google Calendar")
    lines = with_rooms(source, rooms).get("attendees", source.get("attendees"))
    return {"attendees": [_invited_anew(line) for line in lines]} if lines else {}


def _invited_anew(line: Json) -> dict[str, Any]:
    """Somebody on the guest list who has not answered yet, unless it is their own calendar."""
    own = bool(line.get("self") or line.get("organizer"))
    answer = str(line.get("responseStatus") or "needsAction") if own else "needsAction"
    return {name: line[name] for name in _KEPT_OF_A_GUEST if name in line} | {"responseStatus": answer}


def anew(own: Json) -> dict[str, Any]:
    """What an occurrence has of its own, for a new series: nobody has answered there."""
    return {**own} | ({"attendees": [_invited_anew(line) for line in own["attendees"]]} if "attendees" in own else {})


def differences(override: Json, master: Json, rooms: RoomChange | None = None) -> dict[str, Any]:
    """What an occurrence has of its own beside its time: texts, marks and, if others are invited, its guests.

    These have other rooms if those of its series change with it.
    """
    own = {name: override.get(name) for name in _TEXTS if override.get(name) != master.get(name)}
    guests, usual = ({line["email"] for line in one.get("attendees") or ()} for one in (override, master))
    hidden = override.get("attendeesOmitted") or master.get("attendeesOmitted")
    if hidden or guests == usual:
        return own
    return own | {"attendees": override.get("attendees") or []} | with_rooms(override, rooms)


def following(override: Json, master: Json, rooms: RoomChange | None) -> dict[str, Any]:
    """What an occurrence has of its own once its series is elsewhere; one at its usual time follows that."""
    if instant(override["start"]) == key_of(override) and length(override) == length(master):
        return differences(override, master, rooms)
    return differences(override, master) | {"start": override["start"], "end": override["end"]}


def usual(series: Json, key: RecurrenceKey) -> dict[str, Any]:
    """What an occurrence without anything of its own is."""
    start = datetime.fromisoformat(key)
    return {name: series.get(name) for name in _TEXTS} | times(start, start + length(series), series)


def length(event: Json) -> timedelta:
    """How long an event with a time lasts."""
    start, end = (datetime.fromisoformat(one) for one in span(event))
    return end - start


def merged(event: Json, body: Json) -> dict[str, Any]:
    """An event after a patch: objects merge, everything else is replaced."""
    both = {name: {**event.get(name, {}), **value} for name, value in body.items() if isinstance(value, Mapping)}
    return {**event, **body, **both}
