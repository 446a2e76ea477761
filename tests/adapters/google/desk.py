"""Dana's calendar as she and others change it, and a store that changes it for her."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.adapters.google.credentials import WRITING_SCOPES
from app.domain.calendar.connected import CalendarObject
from app.domain.calendar.writing import MASTER, Edit, Notify, Retime
from tests.adapters.google.given_events import Json
from tests.adapters.google.remote import DANA, WRITES, store_at
from tests.google_double.double import GoogleDouble
from tests.google_double.recurrence import instances

ANA, BEN, OUTSIDE = "ana@example.com", "ben@example.com", "ext@example.org"
BLUE, RED = "blue@resource.calendar.google.com", "red@resource.calendar.google.com"
VIENNA = ZoneInfo("Europe/Vienna")
ID = "event0"


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A time in Vienna, in November 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=VIENNA)


def utc(when: datetime) -> str:
    """A time as the key of an occurrence."""
    return when.astimezone(UTC).isoformat()


def body(start: datetime, hours: int = 1, **more: Any) -> Json:
    """An event with an id, as `events.insert` takes it."""
    times = {"start": start, "end": start.replace(hour=start.hour + hours)}
    written = {name: {"dateTime": when.isoformat(), "timeZone": "Europe/Vienna"} for name, when in times.items()}
    return {"id": ID, "summary": "Planning", **written, **more}


def weekly(start: datetime, **more: Any) -> Json:
    """A series of six."""
    return body(start, **{"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=6"], **more})


def invited(*emails: str, **more: Any) -> list[Json]:
    """Guests who have said yes."""
    return [{"email": email, "responseStatus": "accepted", **more} for email in emails]


def hour_at(start: datetime, recurrence: str = MASTER, **more: Any) -> Retime:
    """An edit to an hour from then."""
    return Retime(recurrence, start, start.replace(hour=start.hour + 1), **more)


class Desk:
    """A store that may write, and what Dana's calendar is."""

    def __init__(self, double: GoogleDouble, calendar: str = DANA, user: str = DANA, **more: Any) -> None:
        self.double = double
        self.calendar = calendar
        self.store = store_at(double, user, **{"scopes": WRITING_SCOPES, **more})

    def seen(self, name: str = ID) -> Sequence[CalendarObject]:
        """What an edit begins from."""
        return self.store.current(self.calendar, f"{name}@google.com", name)

    def write(self, edit: Edit, seen: Sequence[CalendarObject] | None = None, notify: Notify = Notify.NONE) -> None:
        """Make an edit of the event."""
        self.store.write(self.calendar, edit, self.seen() if seen is None else seen, notify)

    def event(self, name: str = ID) -> Json:
        """The event as it is there now."""
        return self.double.event(self.calendar, name)

    def starts(self, name: str = ID) -> list[str]:
        """When each occurrence of a series takes place, in Vienna."""
        calendar = self.double.world.calendars[self.calendar]
        found = instances(calendar, calendar.events[name].event, None, None)
        starts = (datetime.fromisoformat(one["start"]["dateTime"]) for one in found)
        return [f"{start.astimezone(VIENNA):%m-%d %H:%M}" for start in sorted(starts)]

    def answers(self, name: str = ID) -> dict[str, str]:
        """Who has said what."""
        return {line["email"]: line["responseStatus"] for line in self.event(name)["attendees"]}

    def writes(self) -> list[str]:
        """The requests so far that could change something."""
        return [request.name for request in self.double.requests if request.name in WRITES]

    def sent(self) -> list[Json]:
        """The bodies of these."""
        return [json.loads(request.body or b"{}") for request in self.double.requests if request.name in WRITES]
