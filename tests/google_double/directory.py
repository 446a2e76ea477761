"""The directory of the domain: its people and rooms."""

from __future__ import annotations

from tests.google_double.calendars import page
from tests.google_double.errors import ApiError, Json
from tests.google_double.routes import Call, answers
from tests.google_double.world import Calendar, User


@answers("directory.users.list")
def list_users(call: Call) -> Json:
    """The people of a customer or of a domain, by address."""
    if not (call.text("customer") or call.text("domain")):
        raise ApiError("invalid", "Bad Request")
    domain = call.text("domain")
    people = sorted(
        (u for u in call.world.users.values() if domain is None or u.email.endswith(f"@{domain}")), key=_key
    )
    shown, rest = page(people, call, 100, 500)
    answer: Json = {"kind": "admin#directory#users", "etag": '"users"', "users": [_entry(user) for user in shown]}
    return answer | ({"nextPageToken": rest} if rest else {})


@answers("directory.users.get")
def get_user(call: Call) -> Json:
    """One of the people."""
    user = call.world.users.get(call.path["userKey"])
    if user is None:
        raise ApiError("notFound", "Resource Not Found: userKey")
    return _entry(user)


@answers("directory.resources.calendars.list")
def list_rooms(call: Call) -> Json:
    """The rooms, by address."""
    rooms = sorted((c for c in call.world.calendars.values() if c.room), key=lambda calendar: calendar.id)
    shown, rest = page(rooms, call, 100, 500)
    answer: Json = {
        "kind": "admin#directory#resources#calendars#calendarResourcesList",
        "items": [_room(calendar) for calendar in shown],
    }
    return answer | ({"nextPageToken": rest} if rest else {})


def _room(calendar: Calendar) -> Json:
    return {
        "kind": "admin#directory#resources#calendars#CalendarResource",
        "resourceId": f"id-{calendar.id}",
        "resourceName": calendar.summary,
        "resourceEmail": calendar.id,
        "resourceCategory": "CONFERENCE_ROOM",
        "capacity": calendar.capacity,
    }


def _key(user: User) -> str:
    return user.email


def _entry(user: User) -> Json:
    given, _, family = user.name.partition(" ")
    entry: Json = {
        "kind": "admin#directory#user",
        "id": f"id-{user.email}",
        "primaryEmail": user.email,
        "name": {"givenName": given, "familyName": family, "fullName": user.name},
        "suspended": user.suspended,
        "aliases": list(user.aliases),
    }
    if user.manager:
        entry["relations"] = [{"value": user.manager, "type": "manager"}]
    if user.department:
        entry["organizations"] = [{"department": user.department, "primary": True}]
    return entry
