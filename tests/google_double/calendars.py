"""Lists of calendars, and calendars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from tests.google_double.errors import ApiError, Json
from tests.google_double.routes import Call, answers
from tests.google_double.world import ROLES, Calendar, World

T = TypeVar("T")


def page(items: Sequence[T], call: Call, usual: int, most: int) -> tuple[Sequence[T], str | None]:
    """The part of a list that was asked for, and the token of the next."""
    size = call.number("maxResults", usual, most)
    token = call.text("pageToken") or "0"
    if not token.isdecimal():
        raise ApiError("invalid", "Invalid page token value.", location="pageToken")
    begin = int(token)
    rest = str(begin + size) if begin + size < len(items) else None
    return items[begin : begin + size], rest


def _entry(world: World, viewer: str, calendar: Calendar) -> Json:
    entry: Json = {
        "kind": "calendar#calendarListEntry",
        "etag": f'"{calendar.listed_at:016d}"',
        "id": calendar.id,
        "summary": calendar.summary,
        "timeZone": calendar.zone.key,
        "accessRole": world.role(viewer, calendar),
        "selected": True,
        "defaultReminders": [],
    }
    if calendar.primary and calendar.owner == viewer:
        entry["primary"] = True
    if not calendar.primary and not calendar.room:
        entry["dataOwner"] = calendar.owner
    if calendar.room:
        entry["autoAcceptInvitations"] = True
    return entry


@answers("calendar.calendarList.list")
def list_calendars(call: Call) -> Json:
    """The calendars of somebody's list: what they own and what is shared with them."""
    world = call.world
    least = ROLES.index(call.text("minAccessRole") or "freeBusyReader")
    seen = [c for c in world.calendars.values() if ROLES.index(world.role(call.viewer, c)) >= least]
    since = _revision(call)
    entries = [_entry(world, call.viewer, c) for c in seen if c.listed_at > since]
    shown, rest = page(entries, call, 100, 250)
    answer: Json = {"kind": "calendar#calendarList", "etag": f'"{world.revision}"', "items": list(shown)}
    token = {"nextPageToken": rest} if rest else {"nextSyncToken": f"list-{world.revision}"}
    return answer | token


def _revision(call: Call) -> int:
    token = call.text("syncToken")
    if token is None:
        return -1
    if call.text("minAccessRole"):
        raise ApiError("syncTokenWithRequestRestrictions")
    if not token.startswith("list-") or not token[5:].isdecimal():
        raise ApiError("fullSyncRequired")
    return int(token[5:])


@answers("calendar.calendarList.get")
def get_entry(call: Call) -> Json:
    """One calendar of somebody's list."""
    return _entry(call.world, call.viewer, call.world.calendar(call.viewer, call.path["calendarId"]))


@answers("calendar.calendars.get")
def get_calendar(call: Call) -> Json:
    """What is the same for all who see a calendar."""
    calendar = call.world.calendar(call.viewer, call.path["calendarId"])
    return {
        "kind": "calendar#calendar",
        "etag": f'"{calendar.listed_at:016d}"',
        "id": calendar.id,
        "summary": calendar.summary,
        "timeZone": calendar.zone.key,
    }


@answers("calendar.settings.get")
def get_setting(call: Call) -> Json:
    """A setting of the user: of all there are, the time zone."""
    if call.path["setting"] != "timezone":
        raise ApiError("notFound")
    zone = call.world.calendars[call.viewer].zone.key
    return {"kind": "calendar#setting", "etag": '"0"', "id": "timezone", "value": zone}
