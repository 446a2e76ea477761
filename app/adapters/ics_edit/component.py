"""One VEVENT that is edited: its lines, and what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar.prop import vDuration

from app.adapters.ics.recurrence import rule_parts
from app.adapters.ics.text import tzid_of
from app.adapters.ics.timezones import UnknownZoneError
from app.adapters.ics_edit.fingerprints import DEFAULTS
from app.adapters.ics_edit.lines import Block, Line
from app.adapters.ics_edit.parsed import SOURCE, Parsed
from app.errors import InputError, ParseError

_UTC = "%Y%m%dT%H%M%SZ"
_LOCAL = "%Y%m%dT%H%M%S"
_MASTER_ONLY = frozenset({"RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"})
_RULE_ORDER = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST")


class Component:
    """A VEVENT as lines, with the times that they had when it was read.

    Its SEQUENCE rises, once, when what it says of its times, its rule, its exceptions or its status changes (RFC 5546
    §2.1.4); `is_changed` says whether anything did.
    """

    def __init__(self, block: Block, was: Parsed, end: str) -> None:
        self.block, self.was = block, was
        self.is_changed = False
        self._rescheduled = False
        self._end = end
        if was.timing.is_date:
            raise InputError(f"{SOURCE} {was.raw.uid[:200]!r} is all-day, and those never move")

    @property
    def zone(self) -> ZoneInfo:
        """The wall clock of its start; one without a zone is on that of its calendar."""
        if self.was.zone is None:
            raise ParseError(f"{SOURCE} {self.was.raw.uid[:200]!r} is on no known wall clock")
        return self.was.zone

    @property
    def length(self) -> timedelta:
        """How long it was by the wall clock."""
        return self._wall(self.was.end) - self._wall(self.was.start)

    def end_of(self, start: datetime) -> datetime:
        """The end, in UTC, of an occurrence that is as long by the wall clock."""
        return (self._wall(start) + self.length).replace(tzinfo=self.zone).astimezone(UTC)

    def lines(self, name: str) -> Iterator[Line]:
        """Its own lines of a property."""
        return (line for _, line in self.block.own() if line.name == name)

    def line(self, name: str) -> Line | None:
        """Its first line of a property."""
        return next(self.lines(name), None)

    def set_times(self, start: datetime, end: datetime) -> None:
        """Give it another time, in the form and on the wall clock that its own has (RFC 5545 §3.3.5)."""
        self._set_moment("DTSTART", start)
        if self.line("DTEND"):
            self._set_moment("DTEND", end)
        elif self._wall(end) - self._wall(start) != self.length:
            self._set_duration(end - start)

    def set_rule(self, rrule: str) -> None:
        """Give it another rule; parts that it had before stay in their order."""
        old = self.line("RRULE")
        if old is None or self.line("EXRULE"):
            raise ParseError(f"{SOURCE} {self.was.raw.uid[:200]!r} is no series by one rule (RRULE)")
        self._replace("RRULE", [old.with_value(self._rule(rrule, old.value), self._end)])

    def name_after(self, original: datetime) -> None:
        """Make it the override of an occurrence; RECURRENCE-ID has the form of its own DTSTART (RFC 5545 §3.8.4.4)."""
        old = self.line("RECURRENCE-ID")
        if old is not None:
            self._replace("RECURRENCE-ID", [old.with_value(self._like(old, original), self._end)])
        else:
            self._add("RECURRENCE-ID" + self._like_start(original), after=("DTSTART",))

    def set_status(self, status: str) -> None:
        """Give it another STATUS."""
        if self.line("STATUS"):
            self._replace("STATUS", [Line.of(f"STATUS:{status}", self._end)])
        elif status != "CONFIRMED":
            self._add(f"STATUS:{status}", after=("DTSTART", "RECURRENCE-ID"))

    def exclude(self, original: datetime) -> None:
        """Leave an occurrence out (EXDATE)."""
        if original not in self.excluded():
            self._add("EXDATE" + self._like_start(original), after=("EXDATE", "RRULE"))

    def move_exceptions(self, places: dict[datetime, datetime | None]) -> set[datetime]:
        """Put exceptions (EXDATE) elsewhere, or drop those that go to None; gives back which of them there were."""
        found: set[datetime] = set()
        kept: list[Line] = []
        for line in self.lines("EXDATE"):
            values = [(value, self._moved(line, value, places)) for value in line.value.split(",")]
            found.update(old for _, (old, _) in values if old is not None)
            left = [new for _, (_, new) in values if new is not None]
            kept += [line.with_value(",".join(left), self._end)] if left else []
        self._replace("EXDATE", kept)
        return found

    def excluded(self) -> set[datetime]:
        """The original starts that it leaves out, but for those that are said by their day."""
        return {self._moment(line, v) for line in self.lines("EXDATE") for v in line.value.split(",") if "T" in v}

    def drop(self, names: Iterable[str]) -> None:
        """Remove properties."""
        for name in names:
            self._replace(name, [])

    def set_line(self, text: str) -> None:
        """Give it a property that it has once."""
        name = Line(text).name
        if self.line(name):
            self._replace(name, [Line.of(text, self._end)])
        else:
            self._add(text, after=("DTSTART", "RECURRENCE-ID"))

    def set_lines(self, name: str, texts: Iterable[str]) -> None:
        """Replace the lines of a property, where the first of them stood; those that are equal stay as they are."""
        known = {line.text: line for line in self.lines(name)}
        lines = [known.get(text) or Line.of(text, self._end) for text in texts]
        if self.line(name) is None:
            for line in lines:
                self._add(line.text, after=("ATTENDEE", "ORGANIZER", "DTSTART"))
        elif lines != [*self.lines(name)]:
            self._replace(name, lines)

    def override(self) -> Component:
        """A copy to become an override: all but the rule and its exceptions."""
        twin = Component(self.block.copy(), self.was, self._end)
        twin.drop(_MASTER_ONLY)
        return twin

    @property
    def sequence(self) -> int:
        """Its SEQUENCE as it is now."""
        line = self.line("SEQUENCE")
        return int(line.value) if line and line.value.isdecimal() else 0

    def set_sequence(self, sequence: int) -> None:
        """Give it a SEQUENCE."""
        self.set_line(f"SEQUENCE:{sequence}")
        self._rescheduled = False

    def stamp(self, now: datetime) -> None:
        """Say when it was changed, and how often, if it was."""
        if not self.is_changed:
            return
        if self._rescheduled:
            self.set_sequence(self.sequence + 1)
        self.set_line(f"DTSTAMP:{now.astimezone(UTC):{_UTC}}")
        if self.line("LAST-MODIFIED"):
            self.set_line(f"LAST-MODIFIED:{now.astimezone(UTC):{_UTC}}")

    def _wall(self, when: datetime) -> datetime:
        return when.astimezone(self.zone).replace(tzinfo=None)

    def _clock(self, line: Line) -> ZoneInfo:
        tzid = tzid_of(line.text)
        try:
            return self.was.zones.resolve(self.was.raw.calendar, tzid) if tzid else self.zone
        except UnknownZoneError as error:
            name = self.was.raw.uid[:200]
            raise ParseError(f"the {line.name} of {SOURCE} {name!r} cannot be kept: {error}") from None

    def _moment(self, line: Line, value: str) -> datetime:
        found = datetime.fromisoformat(value.upper())
        return (found if found.tzinfo else found.replace(tzinfo=self._clock(line))).astimezone(UTC)

    def _like(self, line: Line, when: datetime, value: str | None = None) -> str:
        """A moment in the form of a line's value: in UTC, or on the wall clock of its zone; a day if that is one."""
        value = (value or line.value).upper()
        if value.endswith("Z"):
            return when.astimezone(UTC).strftime(_UTC)
        return when.astimezone(self._clock(line)).strftime(_LOCAL if "T" in value else "%Y%m%d")

    def _like_start(self, when: datetime) -> str:
        """A moment as the DTSTART would say it, parameters and all."""
        start = self.line("DTSTART")
        if start is None:
            raise ParseError(f"{SOURCE} {self.was.raw.uid[:200]!r} has no DTSTART")
        head = start.text.rpartition(":")[0]
        return f"{head[len('DTSTART') :]}:{self._like(start, when)}"

    def _moved(
        self, line: Line, value: str, places: dict[datetime, datetime | None]
    ) -> tuple[datetime | None, str | None]:
        """An exception, if it is one that goes elsewhere, and the value that it is from then on."""
        by_value = {self._like(line, old, value): (old, new) for old, new in places.items()}
        old, new = by_value.get(value.strip().upper(), (None, None))
        if old is None:
            return None, value
        return old, None if new is None else self._like(line, new, value)

    def _rule(self, rrule: str, old: str) -> str:
        parts = dict(part.partition("=")[::2] for part in rrule.split(";"))
        parts = {name: value for name, value in rule_parts(old).items() if (name, value) in DEFAULTS} | parts
        start = self.line("DTSTART")
        if "UNTIL" in parts and start and not start.value.upper().endswith("Z") and tzid_of(start.text) is None:
            until = datetime.fromisoformat(parts["UNTIL"])
            parts["UNTIL"] = self._wall(until).strftime(_LOCAL)  # as local as a floating start, RFC 5545 §3.3.10
        order = [*rule_parts(old), *_RULE_ORDER, *parts]
        return ";".join(f"{name}={parts[name]}" for name in sorted(parts, key=order.index))

    def _set_moment(self, name: str, when: datetime) -> None:
        line = self.line(name)
        if line is None:
            raise ParseError(f"{SOURCE} {self.was.raw.uid[:200]!r} has no {name}")
        self._replace(name, [line.with_value(self._like(line, when), self._end)])

    def _set_duration(self, length: timedelta) -> None:
        written = str(vDuration(length).to_ical().decode())  # type: ignore[no-untyped-call]
        if self.line("DURATION"):
            self._replace("DURATION", [Line.of(f"DURATION:{written}", self._end)])
        else:
            self._add(f"DURATION:{written}", after=("DTSTART",))

    def _replace(self, name: str, lines: list[Line]) -> None:
        places = [place for place, line in self.block.own() if line.name == name]
        if lines == [self.block.lines[place] for place in places]:
            return
        first = places[0]
        for place in reversed(places):
            del self.block.lines[place]
        self.block.lines[first:first] = lines
        self._note(name)

    def _add(self, text: str, after: tuple[str, ...]) -> None:
        """A new line after the last one of a property, of the first of these that there is."""
        for name in after:
            places = [place for place, line in self.block.own() if line.name == name]
            if places:
                self.block.lines.insert(places[-1] + 1, Line.of(text, self._end))
                self._note(Line(text).name)
                return
        raise ParseError(f"{SOURCE} {self.was.raw.uid[:200]!r} has no {after[-1]}")

    def _note(self, name: str) -> None:
        self.is_changed = True
        if name in ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "STATUS", "RECURRENCE-ID"):
            self._rescheduled = True
