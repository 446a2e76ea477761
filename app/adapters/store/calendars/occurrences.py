"""Events as rows: what the occurrences of one VEVENT share is stored once, as JSON, beside when each takes place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert

from app.adapters.store.calendars.generations import end, seen
from app.adapters.store.schema import component, occurrence, read_warning
from app.domain.calendar.connected import Claim, Expansion
from app.domain.calendar.event import Attendee, Cutype, Event, EventRef, EventType, Partstat
from app.domain.calendar.timespan import Timespan

_DEFAULTS: dict[str, Any] = {
    "title": "",
    "organizer": None,
    "all_day": False,
    "transparent": False,
    "private": False,
    "tentative": False,
    "rrule": None,
    "kind": None,
    "location": "",
    "sequence": 0,
    "description": "",
    "attachments": 0,
}
"""Fields of an event that JSON can hold as they are; what is as usual is left out."""
_plain = attrgetter(*_DEFAULTS)
_MOMENTS = ("created", "changed")
_moments = attrgetter(*_MOMENTS)

_OF_TIMES = frozenset({"ref", "span", "overridden"})
"""Fields in which the occurrences of one VEVENT differ."""

Shared = tuple[str, dict[str, Any]]
"""The UID of the occurrences of one VEVENT, and the fields of `Event` in which they are equal."""


def expand(connection: Connection, claim: Claim, expansions: Sequence[Expansion]) -> None:
    """Replace what is stored of some UIDs by what they were expanded to."""
    for table in (component, read_warning):
        mine = seen(table, claim.calendar.id, claim.next) & table.c.uid.in_([one.uid for one in expansions])
        end(connection, table, mine, claim.next)
    common = {"calendar_id": claim.calendar.id, "since": claim.next}
    groups = [(one.uid, events) for one in expansions for events in _by_component(one.events)]
    if groups:
        rows = [common | {"uid": uid, "details": encoded(uid, events[0])} for uid, events in groups]
        ids = connection.scalars(insert(component).returning(component.c.id, sort_by_parameter_order=True), rows).all()
        times = [
            row
            for component_id, (_, events) in zip(ids, groups, strict=True)
            for row in _times(component_id, claim.calendar.id, events)
        ]
        connection.execute(insert(occurrence), times)
    warnings = [common | {"uid": one.uid, "code": w.code, "text": w.text} for one in expansions for w in one.warnings]
    if warnings:
        connection.execute(insert(read_warning), warnings)


def _by_component(events: Iterable[Event]) -> Iterable[list[Event]]:
    """The events of one UID, those together that differ in their time only."""
    groups: dict[object, list[Event]] = {}
    for event in events:
        groups.setdefault(_shared(event), []).append(event)
    return groups.values()


def _shared(event: Event) -> tuple[object, ...]:
    return (event.ref.uid, _plain(event), event.attendees, event.event_type, event.categories, _moments(event))


def _times(component_id: int, calendar_id: str, events: Iterable[Event]) -> Iterable[dict[str, object]]:
    for event in events:
        original = event.ref.recurrence_id
        yield {
            "component_id": component_id,
            "calendar_id": calendar_id,
            "recurrence_id": None if original is None else original.isoformat(),
            "start": int(event.span.start.timestamp()),
            "end": int(event.span.end.timestamp()),
            "zone": event.span.zone.key,
            "overridden": event.overridden,
        }


def encoded(uid: str, event: Event) -> str:
    """What an event shares with the other occurrences of its VEVENT; `uid` is the one that its row has."""
    found = {name: value for name, usual in _DEFAULTS.items() if (value := getattr(event, name)) != usual}
    if event.ref.uid != uid:
        found["uid"] = event.ref.uid
    if event.event_type != EventType.DEFAULT:
        found["event_type"] = event.event_type
    for name, moment in zip(_MOMENTS, _moments(event), strict=True):
        if moment is not None:
            found[name] = int(moment.timestamp())
    if event.categories:
        found["categories"] = event.categories
    if event.attendees:
        found["attendees"] = [_line(attendee) for attendee in event.attendees]
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _line(a: Attendee) -> list[str | bool | None]:
    told = [a.email, a.name, a.required, a.partstat, a.cutype]
    return [*told, True] if a.informed else told


def decoded(uid: str, text: str) -> Shared:
    """What `encoded` wrote: the UID of the events, and their other fields."""
    found: dict[str, Any] = {"title": ""} | json.loads(text)
    if "attendees" in found:
        found["attendees"] = tuple(_attendee(*line) for line in found["attendees"])
    if "categories" in found:
        found["categories"] = tuple(found["categories"])
    for name in _MOMENTS & found.keys():
        found[name] = datetime.fromtimestamp(found[name], UTC)
    if "event_type" in found:
        found["event_type"] = EventType(found["event_type"])
    return found.pop("uid", uid), found


@lru_cache(maxsize=10_000)
def _attendee(
    email: str, name: str | None, required: bool, partstat: str, cutype: str, informed: bool = False
) -> Attendee:
    return Attendee(email, name, required, Partstat(partstat), Cutype(cutype), informed)


def shared_by(event: Event) -> Shared:
    """What an event shares with the other occurrences of its VEVENT."""
    return event.ref.uid, {one.name: getattr(event, one.name) for one in fields(event) if one.name not in _OF_TIMES}


def event_at(row: Any, shared: Shared) -> Event:
    """An event from a row of `occurrence` and what it shares with others."""
    uid, others = shared
    span = Timespan(datetime.fromtimestamp(row.start, UTC), datetime.fromtimestamp(row.end, UTC), ZoneInfo(row.zone))
    ref = EventRef(row.calendar_id, uid, _original(row.recurrence_id))
    return Event(ref=ref, span=span, overridden=row.overridden, **others)


def _original(text: str | None) -> date | None:
    if text is None:
        return None
    return date.fromisoformat(text) if len(text) == len("2026-11-23") else datetime.fromisoformat(text).astimezone(UTC)
