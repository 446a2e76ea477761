"""`freebusy.query`: when calendars are busy, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.google_double.errors import ApiError, Json
from tests.google_double.recurrence import instances, is_cancelled
from tests.google_double.routes import Call, answers
from tests.google_double.times import instant, rfc3339, span, zone_named
from tests.google_double.world import Calendar, World

MOST_CALENDARS = 50
Span = tuple[datetime, datetime]


@answers("calendar.freebusy.query")
def query(call: Call) -> Json:
    """Merged busy times of each calendar; one that cannot be read has an error in its place."""
    body = call.request.json()
    start, end = _window(call.world, body)
    zone = zone_named(body["timeZone"]) if body.get("timeZone") else UTC
    most = min(int(body.get("calendarExpansionMax", MOST_CALENDARS)), MOST_CALENDARS)
    found: Json = {}
    for index, item in enumerate(body.get("items", ())):
        calendar = _readable(call.world, call.viewer, item["id"])
        if index >= most:
            found[item["id"]] = _failed("tooManyCalendarsRequested")
        elif calendar is None:
            found[item["id"]] = _failed("notFound")
        else:
            spans = [(max(a, start), min(b, end)) for a, b in merged(busy_spans(calendar, start, end))]
            told = [{"start": rfc3339(a.astimezone(zone)), "end": rfc3339(b.astimezone(zone))} for a, b in spans]
            found[item["id"]] = {"busy": told}
    return {"kind": "calendar#freeBusy", "timeMin": rfc3339(start), "timeMax": rfc3339(end), "calendars": found}


def _window(world: World, body: Json) -> Span:
    for name in ("timeMin", "timeMax"):
        if not body.get(name):
            raise ApiError("required", f"Missing {name} parameter.", location=name)
    start, end = instant(body["timeMin"], "timeMin"), instant(body["timeMax"], "timeMax")
    if end <= start:
        raise ApiError("timeRangeEmpty")
    if end - start > timedelta(days=world.free_busy_days):
        raise ApiError("timeRangeTooLong")
    return start, end


def _failed(reason: str) -> Json:
    return {"errors": [{"domain": "global", "reason": reason}], "busy": []}


def _readable(world: World, viewer: str, name: str) -> Calendar | None:
    calendar = world.calendars.get(viewer if name == "primary" else name)
    if calendar is None:
        return None
    user = world.users.get(calendar.owner)
    within = calendar.room or (calendar.primary and user is not None and user.free_busy)
    shared = world.role(viewer, calendar) != "none"
    return calendar if shared or (within and _domain(viewer) == _domain(calendar.id)) else None


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def busy_spans(calendar: Calendar, start: datetime, end: datetime, *, accepted_only: bool = False) -> list[Span]:
    """When events block a calendar in a window, as they come."""
    spans = []
    for stored in calendar.events.values():
        event = stored.event
        if is_cancelled(event) or ("recurringEventId" in event and event["recurringEventId"] in calendar.events):
            continue
        each = instances(calendar, event, start, end) if "recurrence" in event else iter([event])
        spans += [span(one, calendar.zone) for one in each if _blocks(one, calendar, accepted_only=accepted_only)]
    return sorted((a, b) for a, b in spans if a < end and b > start)


def _blocks(event: Json, calendar: Calendar, *, accepted_only: bool) -> bool:
    if event.get("transparency") == "transparent" or event.get("eventType") == "workingLocation":
        return False
    own = next((line["responseStatus"] for line in event.get("attendees", ()) if line["email"] == calendar.id), None)
    return own == "accepted" if accepted_only else own != "declined"


def merged(spans: list[Span]) -> list[Span]:
    """Sorted spans with those that touch or overlap made one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
