"""The guest list of a VEVENT as lines: rooms that change, and answers that are asked for anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from urllib.parse import unquote

import icalendar
from icalendar.parser import Contentline
from icalendar.prop import vInline, vText

from app.adapters.ics_edit.component import Component
from app.adapters.ics_edit.lines import Line
from app.domain.calendar.writing import RoomChange

_OF_ONE_MAIL = ("SCHEDULE-STATUS", "SCHEDULE-FORCE-SEND")
"""Parameters about a mail that a server sent, or shall send (RFC 6638 §7.2, §7.3)."""
_OF_SERVERS = ("SCHEDULE-AGENT", *_OF_ONE_MAIL)
"""Parameters that are between a client and its server, and in no message (RFC 6638 §7)."""


def change_rooms(component: Component, rooms: RoomChange | None) -> None:
    """Take rooms from the guest list, put others in their place, and name them where the LOCATION named the old."""
    if rooms is None:
        return
    names = dict(rooms.names)
    gone = [line for line in component.lines("ATTENDEE") if _address(line) in rooms.gone]
    known = {_address(line) for line in component.lines("ATTENDEE")}
    is_renamed = _rename(component, rooms, {*rooms.gone, *map(_name, gone), *(names.get(r, "") for r in rooms.gone)})
    if gone or not is_renamed:
        added = [_room(room, names.get(room)) for room in rooms.added if room not in known]
        component.set_lines("ATTENDEE", _replaced([*component.lines("ATTENDEE")], gone, added))


def follow_to_room(component: Component, rooms: RoomChange | None) -> None:
    """Change the rooms of an override that follows its series, if it has those of its series."""
    if rooms and any(_address(line) in rooms.gone for line in component.lines("ATTENDEE")):
        change_rooms(component, rooms)


def _replaced(lines: list[Line], gone: list[Line], added: list[str]) -> Iterator[str]:
    """The lines with the new ones where the first that goes stood, else after all."""
    first = lines.index(gone[0]) if gone else len(lines)
    yield from (line.text for line in lines[:first])
    yield from added
    yield from (line.text for line in lines[first:] if line not in gone)


def _rename(component: Component, rooms: RoomChange, old: set[str]) -> bool:
    """Whether the LOCATION was the name or address of a room that goes; then it is that of the first that comes."""
    line = component.line("LOCATION")
    if line is None or not rooms.gone or _plain(Contentline(line.text).parts()[2]) not in {*map(_plain, old)} - {""}:  # type: ignore[no-untyped-call]
        return False
    if rooms.added:
        name = dict(rooms.names).get(rooms.added[0], rooms.added[0])
        component.set_line(f"LOCATION:{vText(_one_line(name)).to_ical().decode()}")
    else:
        component.drop(["LOCATION"])
    return True


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _room(address: str, name: str | None) -> str:
    named = {"CN": _one_line(name)} if name else {}
    asked = {"CUTYPE": "ROOM", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
    return _written("ATTENDEE", icalendar.Parameters(named | asked), f"mailto:{address}")


def guests_of(component: Component) -> set[str]:
    """The addresses of its guest list, in lower case."""
    return {_address(line) for line in component.lines("ATTENDEE")} - {""}


def ask_anew(component: Component, *, in_message: bool) -> None:
    """Take the answers back of everyone but the organizer (RFC 5546 §3.2.2), and what a server noted of its mails.

    Whom the server is to leave alone is said in what is kept there, and not in a message.
    """
    dropped = _OF_SERVERS if in_message else _OF_ONE_MAIL
    organizer = component.line("ORGANIZER")
    own = _address(organizer) if organizer else None
    guests = [_asked(line, dropped, is_organizer=_address(line) == own) for line in component.lines("ATTENDEE")]
    component.set_lines("ATTENDEE", guests)
    if organizer:
        component.set_line(_asked(organizer, dropped, is_organizer=True))


def _asked(line: Line, dropped: Collection[str], *, is_organizer: bool) -> str:
    parts = _parts(line)
    if parts is None:
        return line.text
    name, parameters, value = parts
    kept = {key: each for key, each in parameters.items() if key.upper() not in dropped}
    if not is_organizer:
        kept |= {"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
    return line.text if kept == dict(parameters) else _written(name, icalendar.Parameters(kept), value)


def _parts(line: Line) -> tuple[str, icalendar.Parameters, str] | None:
    """A line of a person, taken apart; None if it cannot be, so that it stays as it is."""
    try:
        return Contentline(line.text).raw_parts()  # type: ignore[no-untyped-call]
    except ValueError:
        return None


def _written(name: str, parameters: icalendar.Parameters, value: str) -> str:
    return str(Contentline.from_parts(name, parameters, vInline(value), sorted=False))


def _address(line: Line) -> str:
    """The address of a line, in lower case; iCloud gives it as EMAIL."""
    parts = _parts(line)
    if parts is None:
        return ""
    _, parameters, value = parts
    text = value.strip().lower()
    if not text.startswith("mailto:"):
        return str(parameters.get("EMAIL", text)).lower()
    return unquote(text.removeprefix("mailto:")).strip()


def _name(line: Line) -> str:
    parts = _parts(line)
    return str(parts[1].get("CN", "")) if parts else ""
