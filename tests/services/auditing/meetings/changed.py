"""Changing what an office has, for the tests of the rules about meetings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.domain.calendar.event import Event, Partstat
from tests.services.weeks import Office

Change = Callable[[Event], Event]


def change(it: Office, uid: str, to: Change) -> None:
    """Change every copy of every occurrence of a series, or of a meeting."""
    for owner, events in it.events.items():
        it.events[owner] = [to(event) if event.ref.uid == uid else event for event in events]


def say(it: Office, uid: str, **fields: object) -> None:
    """Give a series other fields."""
    change(it, uid, lambda event: replace(event, **fields))  # type: ignore[arg-type]


def answer(it: Office, uid: str, email: str, said: Partstat, *, past: bool = False) -> None:
    """Have somebody answer a series, or only its occurrences that are over."""

    def answered(event: Event) -> Event:
        if past and event.span.end > it.now:
            return event
        lines = (replace(line, partstat=said) if line.email == email else line for line in event.attendees)
        return replace(event, attendees=tuple(lines))

    change(it, uid, answered)
