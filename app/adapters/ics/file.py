"""A whole iCalendar text as its components, each with its very bytes: some are exchanged, all else stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.adapters.ics.text import scan
from app.errors import ParseError

EMPTY = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Clearweek//clearweek//EN\r\nEND:VCALENDAR\r\n"

_LINE = re.compile(r"[^\r\n]*(?:\r+\n|\r|\n)|[^\r\n]+\Z")
_EVENT, _TIMEZONE = "VEVENT", "VTIMEZONE"


@dataclass(frozen=True)
class _Part:
    """A component within the VCALENDAR, or lines of this itself (`kind` is ""); `name` is a UID or a TZID."""

    kind: str
    name: str
    text: str

    def is_event_of(self, uid: str) -> bool:
        """Whether it is an event with this UID."""
        return self.kind == _EVENT and self.name == uid


class IcsFile:
    """One VCALENDAR. Raises `ParseError` for a text that is none, or more than one."""

    def __init__(self, name: str, text: str) -> None:
        scanned = scan(name, text.encode())
        if len(scanned.calendars) != 1:
            raise ParseError(
                f"{name} has {len(scanned.calendars)} calendars in one file; only one can be changed in it"
            )
        self._name = name
        self._parts = tuple(_parts(text))

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(part.text for part in self._parts)

    def object(self, uid: str) -> str | None:
        """The calendar without the events of other UIDs; None if it has none of this one."""
        if not any(part.is_event_of(uid) for part in self._parts):
            return None
        return "".join(part.text for part in self._parts if part.kind != _EVENT or part.is_event_of(uid))

    def with_object(self, uid: str, text: str) -> IcsFile:
        """The same with the events of a UID as another text has them: where they were, or else after all others.

        Time zones that they name and that are not here come with them.
        """
        new = [part for part in IcsFile(self._name, text)._parts if part.is_event_of(uid)]  # noqa: SLF001 - same class
        own = [n for n, part in enumerate(self._parts) if part.is_event_of(uid)]
        if not own:
            return self.beside(text)
        parts: list[_Part] = [*self._parts[: own[0]], *self._new_zones(text)]
        for number, part in enumerate(self._parts[own[0] :], start=own[0]):
            if number not in own:
                parts.append(part)
            elif new:
                parts.append(new.pop(0))
            if number == own[-1]:
                parts += new
        return self._made(parts)

    def beside(self, text: str) -> IcsFile:
        """The same with the events of another text, and the time zones that they name, after its own."""
        events = [part for part in IcsFile(self._name, text)._parts if part.kind == _EVENT]  # noqa: SLF001 - same class
        there = [n for n, part in enumerate(self._parts) if part.kind == _EVENT]
        place = there[-1] + 1 if there else len(self._parts) - 1
        return self._made([*self._parts[:place], *self._new_zones(text), *events, *self._parts[place:]])

    def without(self, uid: str) -> IcsFile:
        """The same without the events of a UID."""
        return self._made([part for part in self._parts if not part.is_event_of(uid)])

    def _new_zones(self, text: str) -> list[_Part]:
        known = {part.name for part in self._parts if part.kind == _TIMEZONE}
        brought = IcsFile(self._name, text)._parts  # noqa: SLF001 - same class
        return [part for part in brought if part.kind == _TIMEZONE and part.name not in known]

    def _made(self, parts: Sequence[_Part]) -> IcsFile:
        return IcsFile(self._name, "".join(part.text for part in parts))


def _parts(text: str) -> Iterator[_Part]:
    """The components of a calendar in their order, and each of its own lines; END:VCALENDAR comes last."""
    lines: list[str] = []
    opened: list[str] = []
    for line in _LINE.findall(text):
        begins, kind = _border(line)
        opened += [kind] if begins else []
        lines.append(line)
        if len(opened) < 2:
            yield _Part("", "", "".join(lines))
            lines = []
        if kind in opened and not begins:
            del opened[len(opened) - 1 - opened[::-1].index(kind) :]
            if len(opened) == 1 and lines:
                yield _component("".join(lines))
                lines = []
    if lines:
        yield _Part("", "", "".join(lines))


def _border(line: str) -> tuple[bool, str]:
    """Whether a line begins a component, and the kind of one that it begins or ends; "" for any other line."""
    word, _, kind = line.rstrip("\r\n").partition(":")
    is_border = word.upper() in ("BEGIN", "END")
    return word.upper() == "BEGIN", kind.strip().upper() if is_border else ""


def _component(text: str) -> _Part:
    kind = text.partition("\n")[0].strip().upper().removeprefix("BEGIN:")
    if kind not in (_EVENT, _TIMEZONE):
        return _Part(kind, "", text)
    scanned = scan("component", f"BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n".encode())
    names = [raw.name for raw in scanned.events] if kind == _EVENT else [*scanned.calendars[0].timezones]
    return _Part(kind, next(iter(names), ""), text)
