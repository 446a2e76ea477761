"""What attendees are sent about an edited object (iTIP, RFC 5546 §3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from app.adapters.ics_edit.component import Component
from app.adapters.ics_edit.edits import EventText
from app.adapters.ics_edit.lines import Line
from app.adapters.ics_edit.people import ask_anew
from app.domain.calendar.writing import CANCELLED, Edit, Remove, Restore, Retime, SetRule

_END = "\r\n"


def request(text: str, edit: Edit, floating: ZoneInfo) -> str:
    """A REQUEST with the components that an edit concerned, answers asked for anew; a CANCEL for a `Remove`.

    Reminders are the organizer's own and stay out of it. Raises `ParseError`.
    """
    event = EventText(text, floating)
    if isinstance(edit, Remove):
        event.master.set_sequence(event.master.sequence + 1)
        event.master.set_line(f"STATUS:{CANCELLED}")
        return _message(event, "CANCEL", [event.master])
    concerned = [*_concerned(event, edit)]
    for component in concerned:
        ask_anew(component, in_message=True)
    return _message(event, "REQUEST", concerned)


def _concerned(event: EventText, edit: Edit) -> Iterator[Component]:
    if isinstance(edit, Retime):
        yield event.component(edit.recurrence)
    elif isinstance(edit, Restore):
        yield _of_rule(event, edit)
    else:
        ended = {original.isoformat() for original in edit.ended} if isinstance(edit, SetRule) else set()
        off = [key for key, component in sorted(event.components.items()) if _is_off(component)]
        for key in off:
            if key and key not in ended:
                event.master.exclude(datetime.fromisoformat(key))
        yield from (component for key, component in sorted(event.components.items()) if key not in off)


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
