"""`events.list` and `events.instances`: filters, pages, and what has changed since a sync token."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from tests.google_double.errors import ApiError, Json
from tests.google_double.exceptions import tombstone
from tests.google_double.messages import Answer
from tests.google_double.pages import answer_page
from tests.google_double.recurrence import has_start, instance, instances, is_cancelled, overlaps, read_zone
from tests.google_double.routes import Call, answers
from tests.google_double.snapshots import Snapshot
from tests.google_double.times import instant, span, stamp
from tests.google_double.views import shown, wished
from tests.google_double.world import Calendar

NOT_WITH_A_TOKEN = (
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMin",
    "timeMax",
    "updatedMin",
)
# These make an answer that is no state to go on from; a bound in time does not (as in the sync guide's sample).
_WITHOUT_NEXT_TOKEN = tuple(name for name in NOT_WITH_A_TOKEN if name not in ("timeMin", "timeMax"))
EVENT_TYPES = ("birthday", "default", "focusTime", "fromGmail", "outOfOffice", "workingLocation")


@answers("calendar.events.list")
def list_events(call: Call) -> Answer:
    """A page of a calendar's events."""
    calendar = call.world.calendar(call.viewer, call.path["calendarId"])
    _check(call)
    return answer_page(call, calendar, lambda: _listed(call, calendar))


@answers("calendar.events.instances")
def list_instances(call: Call) -> Answer:
    """A page of a series' instances."""
    calendar = call.world.calendar(call.viewer, call.path["calendarId"])
    master = calendar.events.get(call.path["eventId"])
    if master is None or "recurrence" not in master.event:
        raise ApiError("notFound")
    return answer_page(
        call, calendar, lambda: _snapshot(call, calendar, _instances(call, calendar, master.event), None)
    )


def _check(call: Call) -> None:
    token, order = call.text("syncToken"), call.text("orderBy")
    if token is not None and (any(call.text(name) for name in NOT_WITH_A_TOKEN) or call.flag("showDeleted") is False):
        raise ApiError("syncTokenWithRequestRestrictions")
    if order not in (None, "startTime", "updated"):
        raise ApiError("invalid", f"Invalid value '{order}'.", location="orderBy")
    if order == "startTime" and not call.flag("singleEvents"):
        raise ApiError("orderBySpecifiedForUnsupported")
    for kind in call.texts("eventTypes"):
        if kind not in EVENT_TYPES:
            raise ApiError("invalid", f"Invalid value '{kind}'.", location="eventTypes")


def _listed(call: Call, calendar: Calendar) -> Snapshot:
    since = _revision_of_token(call, calendar)
    chosen = _since(call, calendar, since) if since is not None else _all(call, calendar)
    kinds = call.texts("eventTypes")
    if kinds:
        chosen = (event for event in chosen if is_cancelled(event) or event.get("eventType", "default") in kinds)
    token = None if any(call.text(name) for name in _WITHOUT_NEXT_TOKEN) else _sync_token(call, calendar)
    return _snapshot(call, calendar, chosen, token)


def _snapshot(call: Call, calendar: Calendar, events: Iterable[Json], sync_token: str | None) -> Snapshot:
    role = call.world.role(call.viewer, calendar)
    zone, most = wished(call)
    plain = role in ("owner", "writer") and zone is None and most is None
    head = {
        "kind": "calendar#events",
        "etag": f'"{calendar.revision:016d}"',
        "summary": calendar.summary,
        "updated": stamp(call.world.now),
        "timeZone": (zone or calendar.zone).key,
        "accessRole": role,
        "defaultReminders": [],
    }
    items = list(events) if plain else [shown(event, calendar, role, zone, most) for event in events]
    return Snapshot(head, items, sync_token)


# Sync tokens.


def _sync_token(call: Call, calendar: Calendar) -> str:
    state = [calendar.id, calendar.revision, bool(call.flag("singleEvents")), sorted(call.texts("eventTypes"))]
    return base64.urlsafe_b64encode(json.dumps(state).encode()).decode()


def _revision_of_token(call: Call, calendar: Calendar) -> int | None:
    """The revision that a token stands for; 410 if it is not one of this calendar, or is forgotten."""
    token = call.text("syncToken")
    if token is None:
        return None
    try:
        name, revision, single, kinds = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, TypeError):
        raise ApiError("fullSyncRequired") from None
    if name != calendar.id or revision <= calendar.forgotten:
        raise ApiError("fullSyncRequired")
    if single != bool(call.flag("singleEvents")) or kinds != sorted(call.texts("eventTypes")):
        raise ApiError("invalid", "Sync token was made by a list with other parameters.", location="syncToken")
    return int(revision)


def _since(call: Call, calendar: Calendar, revision: int) -> Iterator[Json]:
    """What has changed, in order of change; with single events, all instances of a changed series."""
    for stored in calendar.changed_since(revision):
        if is_cancelled(stored.event):
            yield stored.event if call.flag("showDeleted") else tombstone(stored.event)
        elif call.flag("singleEvents") and "recurrence" in stored.event:
            yield from instances(calendar, stored.event, None, None)
        else:
            yield stored.event


# A list without a token.


def _all(call: Call, calendar: Calendar) -> Iterator[Json]:
    events = _single(call, calendar) if call.flag("singleEvents") else _series(call, calendar)
    matching = _matching(call, calendar, events)
    order = call.text("orderBy")
    if order == "startTime":
        return iter(sorted(matching, key=lambda event: span(event, calendar.zone)[0]))
    if order == "updated":
        return iter(sorted(matching, key=lambda event: str(event["updated"])))
    return matching


def _series(call: Call, calendar: Calendar) -> Iterator[Json]:
    """Masters, single events and exceptions; cancelled exceptions belong to them, deleted events only if wanted."""
    start, end = bounds(call)
    for stored in calendar.events.values():
        event = stored.event
        if is_cancelled(event):
            exception = "recurringEventId" in event and not stored.dropped
            if exception or _wants_deleted(call):
                yield event
        elif _within(calendar, event, start, end):
            yield event


def _within(calendar: Calendar, event: Json, start: datetime | None, end: datetime | None) -> bool:
    if start is None and end is None:
        return True
    if "recurrence" in event:
        return next(instances(calendar, event, start, end), None) is not None
    return overlaps(event, calendar.zone, start, end)


def _single(call: Call, calendar: Calendar) -> Iterator[Json]:
    start, end = bounds(call)
    deleted = _wants_deleted(call)
    for stored in list(calendar.events.values()):
        event = stored.event
        if "recurrence" in event:
            if not is_cancelled(event):
                yield from instances(calendar, event, start, end, deleted=deleted)
        elif is_cancelled(event):
            if deleted and (stored.dropped or "recurringEventId" not in event):
                yield event
        elif not _has_series(calendar, event) and overlaps(event, calendar.zone, start, end):
            yield event


def _has_series(calendar: Calendar, event: Json) -> bool:
    """Whether an event comes with its series; who is invited to one instance alone has none."""
    return event.get("recurringEventId") in calendar.events


def _instances(call: Call, calendar: Calendar, master: Json) -> Iterator[Json]:
    start, end = bounds(call)
    wanted = call.text("originalStart")
    deleted = bool(call.flag("showDeleted"))
    if wanted is None:
        yield from instances(calendar, master, start, end, deleted=deleted)
        return
    for event in _original(calendar, master, wanted):
        if deleted if is_cancelled(event) else overlaps(event, calendar.zone, start, end):
            yield event


def _original(calendar: Calendar, master: Json, wanted: str) -> Iterator[Json]:
    """The instance with an original start: an exception, or as the rule has it."""
    exceptions = [stored.event for stored in calendar.exceptions_of(master["id"]) if not stored.dropped]
    found = [event for event in exceptions if _begins(event, wanted)]
    yield from found
    if not found:
        all_day = "date" in master["start"]
        start = date.fromisoformat(wanted) if all_day else instant(wanted, "originalStart")
        zone = read_zone(master, calendar.zone)
        first = start if not isinstance(start, datetime) else start.astimezone(zone)
        if has_start(master, first, calendar.zone):
            yield instance(master, first, calendar.zone)


def _begins(event: Json, wanted: str) -> bool:
    original = event["originalStartTime"]
    if "date" in original:
        return bool(original["date"] == wanted)
    return datetime.fromisoformat(original["dateTime"]).astimezone(UTC) == instant(wanted, "originalStart")


def bounds(call: Call) -> tuple[datetime | None, datetime | None]:
    """The window of a query; an empty one is refused."""
    least, most = call.text("timeMin"), call.text("timeMax")
    start = instant(least, "timeMin") if least else None
    end = instant(most, "timeMax") if most else None
    if start is not None and end is not None and end <= start:
        raise ApiError("timeRangeEmpty")
    return start, end


def _wants_deleted(call: Call) -> bool:
    return bool(call.flag("showDeleted")) or call.text("updatedMin") is not None


def _matching(call: Call, calendar: Calendar, events: Iterator[Json]) -> Iterator[Json]:
    uid, words, updated = call.text("iCalUID"), call.text("q"), call.text("updatedMin")
    if updated is not None:
        instant(updated, "updatedMin")
    for event in events:
        if uid is not None and event.get("iCalUID") != uid:
            continue
        if updated is not None and datetime.fromisoformat(event["updated"]) < instant(updated, "updatedMin"):
            continue
        if words is not None and not _mentions(event, words):
            continue
        if _has_properties(event, "private", call.texts("privateExtendedProperty")) and _has_properties(
            event, "shared", call.texts("sharedExtendedProperty")
        ):
            yield event


def _mentions(event: Json, words: str) -> bool:
    people = [event.get("organizer", {}), *event.get("attendees", ())]
    texts = [event.get(name, "") for name in ("summary", "description", "location")]
    texts += [person.get(name, "") for person in people for name in ("email", "displayName")]
    return all(any(word in text.lower() for text in texts) for word in words.lower().split())


def _has_properties(event: Json, side: str, wanted: list[str]) -> bool:
    own = event.get("extendedProperties", {}).get(side, {})
    return all(own.get(name) == value for name, _, value in (text.partition("=") for text in wanted))
