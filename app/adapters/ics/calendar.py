"""A calendar in iCalendar text, read once and asked for the events of any window of time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import PurePath
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from recurring_ical_events import BadRuleStringFormat

from app.adapters.ics.recurrence import BoundedSeries, Found, Timing, steps
from app.adapters.ics.source import is_url, shown_name
from app.adapters.ics.text import RawEvent, Scan, scan, tzid_of
from app.adapters.ics.timezones import BROKEN, UnknownZoneError, ZoneTable
from app.adapters.ics.vevent import BadEventError, Details, DetailsReader, event_of, span_of, timing
from app.domain.calendar.event import Calendar, Event, ReadWarning
from app.domain.calendar.timespan import Timespan
from app.errors import ParseError

MAX_TOTAL_STEPS = 500_000
"""Occurrences of all series of one source that are gone through for one window."""
MAX_EVENTS = 100_000
"""Events of one source in one window."""
MAX_WARNINGS = 200
"""Warnings of one source; what is more is counted."""

_MARGIN = timedelta(days=1)
_KEPT_VIEWS = 3
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


@dataclass(eq=False)
class _Group:
    """All VEVENTs of one UID, newest version of each; parsed when they are first needed."""

    uid: str
    masters: list[RawEvent] = field(default_factory=list)
    overrides: list[RawEvent] = field(default_factory=list)

    def can_occur(self, first: date, last: date) -> bool:
        if any("RANGE=" in raw.lines["RECURRENCE-ID"][0].upper() for raw in self.overrides):
            return True
        return any(raw.can_occur(first, last) for raw in (*self.masters[:1], *self.overrides))


@dataclass
class _View:
    """What has been parsed for one floating zone and one span of years, within which TZIDs mean the same."""

    zones: ZoneTable
    series: dict[str, BoundedSeries | None] = field(default_factory=dict)
    single: dict[str, Timing | None] = field(default_factory=dict)
    warnings: dict[tuple[str, int | None], ReadWarning] = field(default_factory=dict)


class IcsCalendar:
    """One source of iCalendar text: `read` splits it once, `events` expands what lies in a window.

    `owner_hint` is the address that the source itself gives (X-WR-CALNAME, else the name of the file or a part of the
    URL), `zone_hint` its time zone (X-WR-TIMEZONE, else the one TZID of all timed series); None where it says nothing.
    """

    def __init__(
        self, source: str, scanned: Scan, owner_hint: str | None, reader: DetailsReader, *, apart: bool = False
    ) -> None:
        self.source = source
        self._shared = [] if apart else scanned.calendars
        self.owner_hint = owner_hint
        self._scan = scanned
        self._groups = _grouped(scanned.events)
        self._reader = reader
        self._details: dict[RawEvent, Details] = {}
        self._views: dict[tuple[str, int, int], _View] = {}

    @cached_property
    def zone_hint(self) -> ZoneInfo | None:
        """The zone that the source says of itself, or the one zone of all its timed series."""
        return zone_hint(self._scan)

    @classmethod
    def read(
        cls, source_name: str, data: bytes, *, apart: bool = False, reader: DetailsReader | None = None
    ) -> IcsCalendar:
        """Split a source into components; if its VCALENDARs stand `apart`, none uses the VTIMEZONEs of another.

        A `reader` that has read other parts of the same calendar knows its people already.
        Raises `ParseError`, one line that names the source, if it is empty, no iCalendar at all, too large, nested too
        deeply or of another calendar system than the Gregorian.
        """
        source = shown_name(source_name)
        scanned = scan(source, data)
        return cls(source, scanned, owner_hint(scanned, source_name), reader or DetailsReader(), apart=apart)

    def events(self, window: Timespan, owner: str, zone: ZoneInfo) -> Calendar:
        """The events that overlap a window, sorted by start, then UID; cancelled ones are left out.

        Floating times are taken in the calendar's own X-WR-TIMEZONE, else in `zone`; all-day events and one-offs
        written in UTC have the wall clock of `zone`. What cannot be read is in `warnings`, and nowhere else.
        Raises `ParseError` if the window holds more than `MAX_EVENTS`.
        """
        view = self._view(window, zone)
        found = [event for event in self._events(view, window, zone) if not event.cancelled]
        found.sort(key=lambda event: (event.span.start, event.ref.uid, event.span.end))
        return Calendar(self.source, owner.lower(), tuple(found), self.zone_hint, self._warnings(view))

    def _view(self, window: Timespan, zone: ZoneInfo) -> _View:
        first, last = (window.start - _MARGIN).year, (window.end + _MARGIN).year
        key = (zone.key, first, last)
        if key not in self._views:
            while len(self._views) >= _KEPT_VIEWS:
                del self._views[next(iter(self._views))]
            self._views[key] = _View(ZoneTable(self._shared, first, last))
        return self._views[key]

    def _events(self, view: _View, window: Timespan, zone: ZoneInfo) -> Iterator[Event]:
        first, last = window.start.date(), window.end.date()
        budget, count = _Budget(first, last), 0
        for group in self._groups:
            if not group.can_occur(first, last):
                continue
            for found, master in self._occurrences(view, group, window, zone, budget):
                event = self._event(view, group, found, master, window, zone)
                if event is not None:
                    count += 1
                    yield event
            if count > MAX_EVENTS:
                raise ParseError(f"{self.source} has more than {MAX_EVENTS:,} events in the days that are read")

    def _occurrences(
        self, view: _View, group: _Group, window: Timespan, zone: ZoneInfo, budget: _Budget
    ) -> list[tuple[Found, Timing | None]]:
        raws = [*group.masters[:1], *group.overrides]
        self._warn_of_duplicates(view, group)
        try:
            if len(raws) == 1 and not raws[0].is_recurring:
                if group.uid not in view.single:
                    view.single[group.uid] = self._timing(view, raws[0], zone)
                alone = view.single[group.uid]
                return [(Found(alone), None)] if alone else []
            budget.spend(raws[0])
            if group.uid not in view.series:
                view.series[group.uid] = self._series(view, group, zone)
            series = view.series[group.uid]
            if series is None:
                return []
            local = window.in_zone(zone)
            found = series.within(local.local_start - _MARGIN, local.local_end + _MARGIN)
            return [(one, series.master) for one in found]
        except BROKEN as error:
            self._skip(view, raws[0], error)
            return []

    def _series(self, view: _View, group: _Group, zone: ZoneInfo) -> BoundedSeries | None:
        parts = [self._timing(view, raw, zone) for raw in (*group.masters[:1], *group.overrides)]
        known = [part for part in parts if part is not None]
        return BoundedSeries(_newest(known)) if known else None

    def _timing(self, view: _View, raw: RawEvent, zone: ZoneInfo) -> Timing | None:
        try:
            return timing(raw, view.zones, zone)
        except BROKEN as error:
            self._skip(view, raw, error)
            return None

    def _event(
        self, view: _View, group: _Group, found: Found, master: Timing | None, window: Timespan, zone: ZoneInfo
    ) -> Event | None:
        raw = found.timing.raw
        try:
            span = span_of(found, zone)
            if not (span.overlaps(window) or window.start <= span.start < window.end):
                return None
            if raw not in self._details:
                self._details[raw] = self._reader.read(raw)
            return event_of(found, span, self._details[raw], master, self.source, group.uid, zone)
        except BROKEN as error:
            self._skip(view, raw, error)
            return None

    def _skip(self, view: _View, raw: RawEvent, error: Exception) -> None:
        code = "unknown_timezone" if isinstance(error, UnknownZoneError) else "unreadable_event"
        name = f"event {raw.uid[:200]!r}" if raw.uid else "an event without UID"
        text = f"{self.source}, line {raw.line}: {name} is left out: {_why(error)}"
        view.warnings[code, raw.line] = ReadWarning(code, text, self.source, raw.uid or None, raw.line)

    def _warn_of_duplicates(self, view: _View, group: _Group) -> None:
        kept = group.masters[:1]
        for raw in group.masters[1:]:
            if raw.calendar is kept[0].calendar and raw.value("DTSTART") != kept[0].value("DTSTART"):
                text = (
                    f"{self.source}, line {raw.line}: event {raw.uid[:200]!r} is left out: "
                    f"line {kept[0].line} has the same UID"
                )
                view.warnings["duplicate_uid", raw.line] = ReadWarning(
                    "duplicate_uid", text, self.source, raw.uid, raw.line
                )

    def _warnings(self, view: _View) -> tuple[ReadWarning, ...]:
        found = [*self._scan.warnings]
        for tzid, key in sorted(view.zones.assumed.items()):
            text = f"{self.source}: TZID={tzid!r} is defined nowhere; taken for its X-WR-TIMEZONE {key}"
            found.append(ReadWarning("assumed_timezone", text, self.source))
        found += sorted(view.warnings.values(), key=lambda warning: (warning.line or 0, warning.code))
        if len(found) <= MAX_WARNINGS:
            return tuple(found)
        text = f"{self.source}: {len(found) - MAX_WARNINGS} more warnings"
        return (*found[:MAX_WARNINGS], ReadWarning("more_warnings", text, self.source))


class _Budget:
    """What all series of a source together may cost for the days of one window."""

    def __init__(self, first: date, last: date) -> None:
        self._first = first - timedelta(days=2)
        self._last = last + timedelta(days=2)
        self._left = MAX_TOTAL_STEPS

    def spend(self, master: RawEvent) -> None:
        """Account for a series. Raises `RefusedRuleError` for its rule, `BadEventError` if nothing is left."""
        start = master.days[0] if master.days else None
        for line in master.lines.get("RRULE", ()):
            if start is not None:
                self._left -= steps(line.partition(":")[2], start, self._first, self._last)
        if self._left < 0:
            raise BadEventError(f"all series together occur more than {MAX_TOTAL_STEPS:,} times")


def _grouped(events: list[RawEvent]) -> list[_Group]:
    """The events by UID, newest first; one without a UID stands alone, named by what it says."""
    groups: dict[str, _Group] = {}
    for raw in events:
        group = groups.setdefault(raw.name, _Group(raw.name))
        (group.overrides if raw.is_override else group.masters).append(raw)
    for group in groups.values():
        group.masters.sort(key=lambda raw: raw.version, reverse=True)
        group.overrides.sort(key=lambda raw: raw.version, reverse=True)
    return list(groups.values())


def _newest(parts: list[Timing]) -> list[Timing]:
    """One component for each RECURRENCE-ID; they come newest first."""
    kept: dict[object, Timing] = {}
    for part in parts:
        kept.setdefault(part.recurrence_ids[:1], part)
    return list(kept.values())


def _why(error: Exception) -> str:
    if isinstance(error, BadRuleStringFormat) and error.__context__ is not None:
        return f"its RRULE cannot be expanded ({error.__context__})"
    if isinstance(error, TypeError):
        return "its dates and times do not fit each other"
    text = " ".join(str(error).split())[:300]
    own = isinstance(error, (BadEventError, UnknownZoneError)) or text.startswith("its ")
    return text if own else f"it cannot be read ({text or type(error).__name__})"


def owner_hint(scanned: Scan, source_name: str) -> str | None:
    """The first address in a calendar's name, in its file's name or in a part of its URL."""
    names = [calendar.properties.get("X-WR-CALNAME", "") for calendar in scanned.calendars]
    if is_url(source_name):
        names += [unquote(part) for part in urlsplit(source_name).path.split("/")]
    else:
        names.append(PurePath(source_name).name)
    found = (_EMAIL.search(re.sub(r"\.(ics|ical|icalendar)$", "", name, flags=re.IGNORECASE)) for name in names)
    return next((match[0].lower() for match in found if match), None)


def own_zone(scanned: Scan) -> ZoneInfo | None:
    """The zone that a calendar says of itself (X-WR-TIMEZONE)."""
    table = _zones_of(scanned)
    return next(filter(None, map(table.own_zone, scanned.calendars)), None)


def _zones_of(scanned: Scan) -> ZoneTable:
    year = max((raw.days[1].year for raw in scanned.events if raw.days), default=2000)
    return ZoneTable(scanned.calendars, year, year)


def zone_hint(scanned: Scan) -> ZoneInfo | None:
    """The zone that a calendar says of itself, else the one TZID of all its timed series."""
    own = own_zone(scanned)
    if own is not None:
        return own
    timed = [raw for raw in scanned.events if "RRULE" in raw.lines and "T" in raw.value("DTSTART").upper()]
    names = {tzid_of(raw.lines["DTSTART"][0]) for raw in timed}
    name = names.pop() if len(names) == 1 else None
    try:
        return _zones_of(scanned).resolve(timed[0].calendar, name) if name else None
    except UnknownZoneError:
        return None
