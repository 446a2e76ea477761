"""What attendees are sent about an edited object (iTIP, RFC 5546 §3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from app.adapters.ics_edit.component import Component
from app.adapters.ics_edit.edits import EventText
from app.adapters.ics_edit.lines import Line
from app.adapters.ics_edit.people import ask_anew, guests_of
from app.domain.calendar.writing import (
    CANCELLED,
    MASTER,
    Edit,
    Message,
    Rebase,
    RecurrenceKey,
    Remove,
    Restore,
    Retime,
    SetRule,
)

_END = "\r\n"

Keys: TypeAlias = frozenset[RecurrenceKey]
Components: TypeAlias = Mapping[RecurrenceKey, Component]
_NONE: Keys = frozenset()


def messages(text: str, edit: Edit, floating: ZoneInfo) -> list[Message]:
    """What the guests are sent about an edited object, each of what they are in and of nothing else (RFC 5546 §3.2.2).

    A REQUEST with the components that the edit concerned, answers asked for anew. A CANCEL of what does not take place
    any more, or not under its name, for whom no REQUEST says that. Reminders are the organizer's own and stay out of
    both. Raises `ParseError`.
    """
    event = EventText(text, floating)
    concerned = _of_guests(_concerned(event, edit))
    told = {guest: keys for guest, keys in concerned.items() if not keys.isdisjoint(_news(edit, keys))}
    over = {guest: _left(keys, told.get(guest, _NONE)) for guest, keys in _of_guests(_over(event, edit)).items()}
    return [
        *(Message(guests, _request(text, edit, floating, keys)) for keys, guests in _alike(told)),
        *(Message(guests, _cancel(text, edit, floating, keys)) for keys, guests in _alike(over)),
    ]


def _request(text: str, edit: Edit, floating: ZoneInfo, keys: Keys) -> str:
    """A REQUEST of some components; a series leaves out the occurrences that its guest is not in (RFC 6638 §3.2.6)."""
    event = EventText(text, floating)
    concerned = _concerned(event, edit)
    if MASTER in keys:
        for key in sorted(concerned.keys() - keys):
            event.master.exclude(datetime.fromisoformat(key))
    chosen = [concerned[key] for key in sorted(keys)]
    for component in chosen:
        ask_anew(component, in_message=True)
    return _message(event, "REQUEST", chosen)


def _cancel(text: str, edit: Edit, floating: ZoneInfo, keys: Keys) -> str:
    event = EventText(text, floating)
    over = _over(event, edit)
    return _message(event, "CANCEL", [over[key] for key in sorted(keys)])


def _of_guests(components: Components) -> dict[str, Keys]:
    """The components that each guest is in."""
    found: dict[str, Keys] = {}
    for key, component in components.items():
        found |= {guest: found.get(guest, _NONE) | {key} for guest in guests_of(component)}
    return found


def _alike(guests: Mapping[str, Keys]) -> list[tuple[Keys, tuple[str, ...]]]:
    """The guests by what they are in, those of a series first; who is in nothing is left out."""
    by_keys: dict[Keys, list[str]] = {}
    for guest, keys in sorted(guests.items()):
        by_keys.setdefault(keys, []).append(guest)
    return [(keys, tuple(by_keys[keys])) for keys in sorted(by_keys, key=sorted) if keys]


def _left(over: Keys, told: Keys) -> Keys:
    """What is over that a guest was not told of: a series ends with all that is in it, and its REQUEST says all."""
    if MASTER in told:
        return _NONE
    return frozenset({MASTER}) if MASTER in over else over - told


def _concerned(event: EventText, edit: Edit) -> Components:
    """What an edit has to say something about."""
    if isinstance(edit, Remove):
        return {}
    if isinstance(edit, Retime):
        return {edit.recurrence: event.component(edit.recurrence)}
    if isinstance(edit, Restore):
        return {edit.recurrence: _of_rule(event, edit)}
    off = {key for key, component in event.components.items() if _is_off(component)}
    for key in sorted(off - {MASTER} - _ended(edit)):
        event.master.exclude(datetime.fromisoformat(key))
    return {key: component for key, component in sorted(event.components.items()) if key not in off}


def _news(edit: Edit, keys: Keys) -> Keys:
    """Which of these components are not what they were: an end of a series changes none that came before it."""
    if not isinstance(edit, SetRule):
        return keys
    return keys & {MASTER, *(override.original.isoformat() for override in edit.overrides)}


def _over(event: EventText, edit: Edit) -> Components:
    """What does not take place any more, or has another name since an edit."""
    if isinstance(edit, Rebase):
        named = ((old, event.components.get(new.isoformat())) for old, new in edit.moved if old != new)
        over = {
            old.isoformat(): _named(component, old) for old, component in named if component and not _is_off(component)
        }
    else:
        keys = event.components.keys() if isinstance(edit, Remove) else _ended(edit) & event.components.keys()
        over = {key: event.components[key] for key in keys}
    for component in over.values():
        if isinstance(edit, Remove):
            component.set_sequence(component.sequence + 1)
        component.set_line(f"STATUS:{CANCELLED}")
    return over


def _ended(edit: Edit) -> set[RecurrenceKey]:
    return {original.isoformat() for original in edit.ended} if isinstance(edit, SetRule) else set()


def _named(component: Component, original: datetime) -> Component:
    """A copy of an override under another name."""
    twin = component.override()
    twin.name_after(original)
    return twin


def _is_off(component: Component) -> bool:
    """Whether a component says that it does not take place, for which a REQUEST has no word (RFC 5546 §3.2.2)."""
    status = component.line("STATUS")
    return status is not None and status.value.upper() == CANCELLED


def _of_rule(event: EventText, edit: Restore) -> Component:
    """An occurrence as its master has it, by itself: only so is an override of it replaced."""
    component = event.master.override()
    component.set_times(edit.start, edit.end)
    component.name_after(edit.start)
    return component


def _message(event: EventText, method: str, components: list[Component]) -> str:
    lines = ["BEGIN:VCALENDAR", "PRODID:-//Clearweek//clearweek//EN", "VERSION:2.0", "CALSCALE:GREGORIAN"]
    written = [Line.of(text, _END) for text in (*lines, f"METHOD:{method}")]
    for block in event.document.blocks:
        written += block.lines if block.kind == "VTIMEZONE" else []
    for component in components:
        written += component.block.without_inner().lines
    written.append(Line.of("END:VCALENDAR", _END))
    return "".join(line.raw.rstrip("\r\n").replace("\r\n", "\n").replace("\n", _END) + _END for line in written)
