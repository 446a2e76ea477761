"""The text of an iCalendar source: decoded, unfolded and split into numbered components (RFC 5545 §3.1).

Nothing is interpreted here beyond what it takes to know which components can matter in a window of time; whatever is
used afterwards is parsed by `icalendar`.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from app.domain.calendar.event import MAX_DESCRIPTION, ReadWarning
from app.errors import ParseError

MAX_LINES = 1_500_000
"""Physical lines in one source."""
MAX_COMPONENTS = 100_000
"""VEVENTs in one source."""
MAX_TIMEZONES = 200
"""VTIMEZONEs in one source."""
MAX_TIMEZONE_LINES = 2_000
"""Lines within one VTIMEZONE."""
MAX_DEPTH = 20
"""Components within components."""
MAX_PROPERTY = 200_000
"""Characters of one unfolded property that is used; longer ones that nobody needs (attachments) do no harm."""
MAX_UID = 500
"""Characters of a UID; RFC 7986 §5.3 asks for less than 255 bytes."""
MAX_ATTENDEES = 1_000
"""Guests of one event."""
MAX_TEXT = 2 * MAX_DESCRIPTION
"""Characters of a description as it is written, where each may be escaped."""
MAX_ATTACHMENT = 1_000
"""Characters of an attachment's line; it may hold the whole document."""
MAX_CONTENTS = 50
"""Descriptions and attachments of one event."""
MAX_REPEATED = 2_000
"""Lines with one name in one event, other than guests."""

TIMES = frozenset({"DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RRULE", "RDATE", "EXDATE"})
"""The properties that say when an event is."""
DETAILS = frozenset(
    {"SUMMARY", "LOCATION", "STATUS", "TRANSP", "CLASS", "CATEGORIES"}
    | {"X-MICROSOFT-CDO-BUSYSTATUS", "X-GOOGLE-EVENT-TYPE", "X-CLEARWEEK-KIND"}
)
"""The properties that say what an event is, other than its people."""
CONTENT = frozenset({"DESCRIPTION", "ATTACH"})
"""The properties that tell what an event is about; they may be as long as they like, and are cut."""
_OF_VERSIONS = frozenset({"SEQUENCE", "DTSTAMP", "CREATED", "LAST-MODIFIED"})
_USED = TIMES | DETAILS | CONTENT | _OF_VERSIONS | {"UID", "ORGANIZER", "ATTENDEE"}
FAULT = "X-CLEARWEEK-FAULT"
"""Why an event that is written anew, line by line, could not be used as it was."""
_OF_CALENDAR = frozenset({"X-WR-CALNAME", "X-WR-TIMEZONE", "METHOD", "CALSCALE"})

_LINE_END = re.compile(r"\r+\n|\r")
_SPLIT_LETTER = re.compile(rb"([\xc2-\xf4][\x80-\xbf]{0,2})(\r?\n[ \t])([\x80-\xbf]{1,3})")
_DAY = re.compile(r"\d{8}(?!\d)")
_UNTIL_DAY = re.compile(r"(?:^|[;:])UNTIL=(\d{8})", re.IGNORECASE)
_TZID = re.compile(r';TZID=("[^"]*"|[^;"]*)', re.IGNORECASE)
_LENGTH = re.compile(r"(\d{1,6})([WDHMS])")
_DAYS_OF = {"W": 7.0, "D": 1.0, "H": 1 / 24, "M": 1 / 1440, "S": 1 / 86400}


@dataclass(eq=False)
class RawCalendar:
    """One VCALENDAR: its own properties by name, and its VTIMEZONEs as lines by TZID."""

    properties: dict[str, str] = field(default_factory=dict)
    timezones: dict[str, list[str]] = field(default_factory=dict)


@dataclass(eq=False)
class RawEvent:
    """One VEVENT as unfolded lines of the properties that are used; `line` is where it begins.

    `fault` says why it cannot be used, if the text alone shows that.
    """

    line: int
    calendar: RawCalendar
    lines: dict[str, list[str]] = field(default_factory=dict)
    fault: str | None = None

    def value(self, name: str) -> str:
        """The value of the first property with this name, "" if there is none."""
        found = self.lines.get(name)
        return value_of(found[0]) if found else ""

    @cached_property
    def uid(self) -> str:
        """The UID; "" if the event has none, though RFC 5545 §3.8.4.7 asks for it."""
        return self.value("UID").strip()

    @cached_property
    def name(self) -> str:
        """The UID, else a name made of what the event says."""
        return self.uid or _own_name(self)

    @cached_property
    def version(self) -> tuple[int, str]:
        """SEQUENCE and DTSTAMP: of two descriptions of one event the greater is the newer (RFC 5546 §2.1.5)."""
        sequence = self.value("SEQUENCE").strip()
        return (int(sequence) if sequence.isdecimal() and len(sequence) < 10 else 0, self.value("DTSTAMP").strip())

    @property
    def is_override(self) -> bool:
        """Whether this describes one occurrence of a series."""
        return "RECURRENCE-ID" in self.lines

    @property
    def is_recurring(self) -> bool:
        """Whether this is the master of a series."""
        return "RRULE" in self.lines or "RDATE" in self.lines

    @cached_property
    def days(self) -> tuple[date, date] | None:
        """First and last day, give or take two days for zones; None if the text does not show them plainly."""
        first = _day_in(self.value("DTSTART"))
        if first is None:
            return None
        last = _day_in(self.value("DTEND")) or first
        if "DURATION" in self.lines:
            last = first + timedelta(days=_days_in(self.value("DURATION")))
        return first - timedelta(days=2), max(first, last) + timedelta(days=2)

    def can_occur(self, first: date, last: date) -> bool:
        """Whether the event can have a part between two days; True when in doubt."""
        if self.days is None or self.fault:
            return True
        start, end = self.days
        if not self.is_recurring:
            return start <= last and first <= end
        if "RDATE" in self.lines:
            return True
        return start <= last and all(_can_reach(rule, first, end - start) for rule in self.lines["RRULE"])


def is_private(raw: RawEvent) -> bool:
    """Whether an event is for some eyes only (RFC 5545 §3.8.1.3)."""
    return raw.value("CLASS").strip().upper() in ("PRIVATE", "CONFIDENTIAL")


def _own_name(raw: RawEvent) -> str:
    text = "\n".join(line for name in ("DTSTART", "SUMMARY", "RRULE") for line in raw.lines.get(name, ()))
    return "no-uid-" + hashlib.sha256(text.encode()).hexdigest()[:16]


def _can_reach(rule: str, first: date, length: timedelta) -> bool:
    until = _UNTIL_DAY.search(rule)
    last = _day_in(until[1]) if until else None
    return last is None or last + length >= first


def _day_in(text: str) -> date | None:
    match = _DAY.match(text.strip())
    try:
        day = date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None
    return day if day is not None and 1000 < day.year < 9000 else None


def _days_in(duration: str) -> int:
    total = sum(float(number) * _DAYS_OF[unit] for number, unit in _LENGTH.findall(duration.upper()))
    return min(int(total) + 1, 100_000)


def value_of(line: str) -> str:
    """What follows the first colon that is not within quotes; "" for a line without one."""
    if '"' not in line:
        return line.partition(":")[2]
    quoted = False
    for position, letter in enumerate(line):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            return line[position + 1 :]
    return ""


@dataclass
class Scan:
    """All components of a source, in the order of the text, and what was odd about the text itself."""

    calendars: list[RawCalendar] = field(default_factory=list)
    events: list[RawEvent] = field(default_factory=list)
    warnings: list[ReadWarning] = field(default_factory=list)


def decode(source: str, data: bytes) -> tuple[str, ReadWarning | None]:
    """Turn bytes into text: UTF-8, or UTF-16 by its mark; lines that are neither are taken for Windows-1252.

    Raises `ParseError` for a source without any text.
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise ParseError(f"{source} is empty; expected an iCalendar (.ics) file")
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"B\x00", "utf-16-le")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), None
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError:
        data = _SPLIT_LETTER.sub(rb"\1\3\2", data)  # RFC 5545 §3.1 warns of folds within a letter
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        line = max(data.count(b"\n", 0, error.start), data.count(b"\r", 0, error.start)) + 1
    text = f"{source} is not UTF-8; other bytes, first in line {line}, were taken for Windows-1252 (latin-1)"
    return data.decode("utf-8", errors=_WINDOWS), ReadWarning("encoding", text, source, line=line)


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101 - registered for decoding only
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


_WINDOWS = "clearweek-windows-1252"
codecs.register_error(_WINDOWS, _as_windows)


def unfolded(text: str) -> Iterator[tuple[int, str, bool]]:
    """The logical lines of a text, each with its number, and whether it was cut at `MAX_PROPERTY` (RFC 5545 §3.1)."""
    number, start, size = 0, 0, 0
    parts: list[str] = []
    for physical in text.split("\n"):
        number += 1
        if physical[:1] in (" ", "\t") and parts:
            size += len(physical)
            if size <= MAX_PROPERTY:
                parts.append(physical[1:])
            continue
        if parts:
            yield start, parts[0] if len(parts) == 1 else "".join(parts), size > MAX_PROPERTY
        parts, start, size = [physical], number, len(physical)
    if parts:
        yield start, "".join(parts), size > MAX_PROPERTY


def scan(source: str, data: bytes) -> Scan:
    """Split a source into its VCALENDARs, VTIMEZONEs and VEVENTs.

    Raises `ParseError`, one line that names the source, if it is empty, no iCalendar at all, too large, nested too
    deeply or of another calendar system than the Gregorian.
    """
    if max(data.count(b"\n"), data.count(b"\r")) > MAX_LINES:
        raise ParseError(f"{source} has more than {MAX_LINES:,} lines; export fewer years")
    text, warning = decode(source, data)
    text = _LINE_END.sub("\n", text.lstrip("\ufeff").replace("\x00", ""))
    scanner = _Scanner(source)
    if warning:
        scanner.result.warnings.append(warning)
    for number, line, cut in unfolded(text):
        scanner.feed(number, line, cut=cut)
    scanner.close()
    if not scanner.result.calendars and not scanner.result.events:
        kind = "a web page" if "<html" in text[:2000].lower() else "no iCalendar (.ics) file"
        raise ParseError(f"{source} is {kind}: it has no line BEGIN:VCALENDAR")
    for calendar in scanner.result.calendars:
        system = calendar.properties.get("CALSCALE", "GREGORIAN")
        if system.upper() != "GREGORIAN":
            raise ParseError(f"{source} counts days by CALSCALE {system[:40]!r}; only GREGORIAN can be read")
    return scanner.result


class _Scanner:
    """Takes the logical lines of one source in their order."""

    def __init__(self, source: str) -> None:
        self.result = Scan()
        self._source = source
        self._stack: list[str] = []
        self._calendar = RawCalendar()
        self._event: RawEvent | None = None
        self._event_depth = 0
        self._timezone: list[str] | None = None
        self._last_line = 0

    def feed(self, number: int, line: str, *, cut: bool) -> None:
        name = line.partition(":")[0].partition(";")[0].upper()
        if name == "BEGIN":
            self._begin(number, line)
        elif name == "END":
            self._end(line)
        elif self._timezone is not None:
            self._timezone.append(line)
        elif self._event is not None:
            if (name in _USED or name == FAULT) and len(self._stack) == self._event_depth:
                self._property(name, line, cut=cut)
        elif name in _OF_CALENDAR and self._stack == ["VCALENDAR"]:
            self._calendar.properties.setdefault(name, value_of(line).strip())
        if line:
            self._last_line = number

    def close(self) -> None:
        """End the text: whatever is still open was cut off."""
        if self._event is not None:
            self._event.fault = "the file ends in the middle of it"
        if self._stack:
            text = f"{self._source} ends in the middle of {self._stack[-1]}; what follows is missing"
            self.result.warnings.append(ReadWarning("cut_off", text, self._source, line=self._last_line))

    def _begin(self, number: int, line: str) -> None:
        kind = line[6:].strip().upper()
        if kind in ("VEVENT", "VCALENDAR") and self._event is not None:
            self._event.fault = "it has no END:VEVENT"
            self._event = None
            del self._stack[self._event_depth - 1 :]
        if len(self._stack) >= MAX_DEPTH:
            raise ParseError(f"{self._source}, line {number}: components are nested more than {MAX_DEPTH} deep")
        parent = self._stack[-1] if self._stack else None
        self._stack.append(kind)
        if self._timezone is not None:
            self._timezone.append(line)
        elif kind == "VCALENDAR" and parent in (None, "VCALENDAR"):
            self._stack = ["VCALENDAR"]
            self._calendar = RawCalendar()
            self.result.calendars.append(self._calendar)
        elif kind == "VEVENT" and parent in (None, "VCALENDAR"):
            self._open_event(number)
        elif kind == "VTIMEZONE" and self._event is None:
            self._timezone = [line]

    def _open_event(self, number: int) -> None:
        if len(self.result.events) >= MAX_COMPONENTS:
            raise ParseError(f"{self._source} has more than {MAX_COMPONENTS:,} events; export fewer years")
        self._event = RawEvent(number, self._calendar)
        self._event_depth = len(self._stack)
        self.result.events.append(self._event)

    def _end(self, line: str) -> None:
        kind = line[4:].strip().upper()
        if self._timezone is not None:
            self._timezone.append(line)
        if kind not in self._stack:
            return
        while self._stack.pop() != kind:
            pass
        if self._event is not None and len(self._stack) < self._event_depth:
            if kind != "VEVENT":
                self._event.fault = "it has no END:VEVENT"
            self._event = None
        if self._timezone is not None and kind == "VTIMEZONE":
            self._close_timezone(self._timezone)
            self._timezone = None

    def _close_timezone(self, lines: list[str]) -> None:
        tzid = next((value_of(line) for line in lines if line[:5].upper() in ("TZID:", "TZID;")), "")
        known = self._calendar.timezones
        if tzid and len(lines) <= MAX_TIMEZONE_LINES:
            known.setdefault(clean_tzid(tzid), lines)
        if len(known) > MAX_TIMEZONES:
            raise ParseError(f"{self._source} has more than {MAX_TIMEZONES} VTIMEZONEs")

    def _property(self, name: str, line: str, *, cut: bool) -> None:
        assert self._event is not None  # noqa: S101 - the caller has just looked
        found = self._event.lines.setdefault(name, [])
        if name in CONTENT:
            if len(found) < MAX_CONTENTS:
                found.append(_cut(name, line))
        elif cut or len(line) > MAX_PROPERTY:
            self._event.fault = f"its {name} has more than {MAX_PROPERTY:,} characters"
        elif name == FAULT:
            self._event.fault = value_of(line)
        elif name == "UID" and len(line) > MAX_UID:
            self._event.fault = f"its UID has more than {MAX_UID} characters"
        elif name == "ATTENDEE" and len(found) >= MAX_ATTENDEES:
            self._event.fault = f"it has more than {MAX_ATTENDEES:,} attendees"
        elif len(found) >= MAX_REPEATED:
            self._event.fault = f"it has more than {MAX_REPEATED:,} lines {name}"
        elif value_of(line).strip() or name not in TIMES:
            found.append(line)
        if not found:
            del self._event.lines[name]


def _cut(name: str, line: str) -> str:
    """A line that tells what an event is about, as much of it as is used."""
    return f"{name}:{value_of(line)[:MAX_TEXT]}" if name == "DESCRIPTION" else line[:MAX_ATTACHMENT]


def tzid_of(line: str) -> str | None:
    """The TZID of a line whose value holds no colon; an unquoted one may itself hold colons (`tzone://…`)."""
    found = _TZID.search(line.rpartition(":")[0])
    return clean_tzid(found[1]) or None if found else None


def clean_tzid(text: str) -> str:
    r"""A TZID as people would write it: without quotes, outer blanks and the `\,` of escaped commas."""
    return text.strip().strip("\"'").strip().replace("\\,", ",").replace("\\;", ";")
