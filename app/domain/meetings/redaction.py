"""An event as somebody sees it who may know only when its owner is busy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.domain.calendar.event import Attendee, Event, EventType
from app.domain.meetings.busy import BusyRules, strength

SPEAKS_FOR_NOBODY = -1
"""The SEQUENCE of a reduced copy: any other copy of its meeting says better what the meeting is."""


def reduced(event: Event, line: Attendee | None, rules: BusyRules) -> Event:
    """The event without title, texts, place, category and people; `line` is its owner's on the guest list, and stays.

    It keeps its owner from a meeting as strongly as before: what its title said about that becomes its type.
    """
    before = strength(event, line, rules)
    own = None if line is None else replace(line, name=None)
    bare = replace(
        event,
        title="",
        organizer=None,
        attendees=() if own is None else (own,),
        private=True,
        categories=(),
        kind=None,
        location="",
        sequence=SPEAKS_FOR_NOBODY,
        etag=None,
        description="",
        attachments=0,
        created=None,
        changed=None,
    )
    return next(one for one in _typed(bare) if strength(one, own, rules) == before)


def _typed(bare: Event) -> Iterator[Event]:
    """The event as it is, and as each type that could say what its title said."""
    yield bare
    yield replace(bare, event_type=EventType.OUT_OF_OFFICE)
    yield replace(bare, event_type=EventType.FOCUS, transparent=False)
    yield replace(bare, event_type=EventType.DEFAULT, transparent=False)
