"""What the plan says of a meeting, whatever becomes of it: what it is, who is in it, where and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.domain.calendar.timespan import Timespan
from app.domain.meetings.meeting import Classified, Meeting
from app.domain.people.grid import working_spans
from app.domain.plans.plan import PlanAttendee, Rooms, When
from app.services.packing.units.places import Setting


def identity(meeting: Meeting, kind: Classified, identifier: str, rooms: Sequence[str]) -> dict[str, Any]:
    """What a meeting is, whatever becomes of it, with its rooms after."""
    event = meeting.event
    recurrence_id = event.ref.recurrence_id
    return {
        "id": identifier,
        "calendar_id": event.ref.calendar_id,
        "uid": event.ref.uid,
        "recurrence_id": recurrence_id.isoformat() if recurrence_id else None,
        "etag": event.etag,
        "title": "busy" if event.private else event.title,
        "organizer": event.organizer,
        "recurring": event.recurring,
        "private": event.private,
        "kind": kind.kind,
        "with_": kind.relation,
        "kind_reason": kind.reason.text,
        "rooms": Rooms(meeting.rooms, tuple(rooms)),
    }


def attendees_at(meeting: Meeting, span: Timespan, setting: Setting) -> Iterator[PlanAttendee]:
    """The people of a meeting, each with the hour that it is for them."""
    for person in meeting.people:
        time = setting.time.get(person.email)
        zone = time.zone if time else setting.zone
        who = setting.person(person.email)
        local = span.in_zone(who.zone_on(span.start.astimezone(zone).date(), zone))
        hours = working_spans(who, [local.local_start.date()], zone)
        inside = any(h.start <= span.start and span.end <= h.end for h in hours)
        inside = inside and not (time and time.is_away(span))
        yield PlanAttendee(
            person.email,
            person.required,
            person.partstat.value,
            time.availability if time else "unknown",
            local.local_start,
            not inside,
        )


def when_of(span: Timespan, setting: Setting) -> When:
    """A span on the manager's wall clock."""
    local = span.in_zone(setting.zone)
    return When(local.local_start, local.local_end)
