"""What the TZIDs of one source stand for (RFC 5545 §3.2.19): its own VTIMEZONEs first, then names, then nothing.

Never silently UTC or local: a TZID that means nothing certain raises, and its events are reported as unreadable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import icalendar
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from app.adapters.ics.text import RawCalendar, clean_tzid, value_of
from app.adapters.ics.zone_names import is_custom, zone_by_name

BROKEN = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError, RecursionError)
"""What `icalendar`, `recurring_ical_events` and `dateutil` are seen to raise for text that they cannot use."""

LAST_YEAR = 2036
"""`icalendar` knows the changes of a VTIMEZONE until the end of 2037; later years are taken to be like this one."""

_FEW_CHANGES = 200


class UnknownZoneError(ValueError):
    """A TZID does not name a zone that could be known for certain."""

    def __init__(self, tzid: str, why: str) -> None:
        super().__init__(f"its time zone TZID={tzid!r} {why}")
        self.tzid = tzid
        self.why = why


@dataclass(frozen=True)
class _Definition:
    """A VTIMEZONE as moments (UTC) and the offset that begins at each; before the first, `before` holds."""

    moments: tuple[datetime, ...]
    offsets: tuple[timedelta, ...]
    before: timedelta

    def samples(
        self, first: datetime, last: datetime, near: timedelta = timedelta(minutes=1)
    ) -> list[tuple[datetime, timedelta]]:
        """The offset shortly before and after each change, and on every third day from `first` to `last`.

        Outlook writes a change at midnight as one at 23:59:59: a minute is near enough.
        """
        edges = [edge for m in self.moments if first < m < last for edge in (m - near, m + near)]
        days = [first + timedelta(days=n) for n in range(0, (last - first).days, 3)]
        found: list[tuple[datetime, timedelta]] = []
        index, offset = 0, self.before
        for moment in sorted(edges + days):
            while index < len(self.moments) and self.moments[index] <= moment:
                offset = self.offsets[index]
                index += 1
            found.append((moment, offset))
        return found


class ZoneTable:
    """Resolves the TZIDs of one source's calendars for the years `first_year` to `last_year`.

    A VTIMEZONE becomes the IANA zone with the same offsets in these years and the ones around them, or at least in
    these; the zone that its TZID names is preferred among equals.
    """

    def __init__(self, calendars: list[RawCalendar], first_year: int, last_year: int) -> None:
        self._calendars = calendars
        first = min(max(first_year, 1900), LAST_YEAR)
        self._years = (first, min(max(last_year, first), LAST_YEAR))
        self._known: dict[tuple[int, str], ZoneInfo | UnknownZoneError] = {}
        self.assumed: dict[str, str] = {}
        """TZIDs that say nothing, and the X-WR-TIMEZONE that they were taken for."""

    def resolve(self, calendar: RawCalendar, tzid: str) -> ZoneInfo:
        """The zone that a TZID stands for in one of the calendars. Raises `UnknownZoneError`."""
        name = clean_tzid(tzid)
        key = (id(calendar), name)
        if key not in self._known:
            try:
                self._known[key] = self._find(calendar, name)
            except UnknownZoneError as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, UnknownZoneError):
            raise UnknownZoneError(found.tzid, found.why)
        return found

    def own_zone(self, calendar: RawCalendar) -> ZoneInfo | None:
        """The zone that X-WR-TIMEZONE names, if the calendar has one that can be known."""
        name = calendar.properties.get("X-WR-TIMEZONE", "")
        try:
            return self.resolve(calendar, name) if name and not is_custom(name) else None
        except UnknownZoneError:
            return None

    def _find(self, calendar: RawCalendar, name: str) -> ZoneInfo:
        named = zone_by_name(name, self._years[1])
        lines = self._definition_of(calendar, name)
        definition = _parse(tuple(lines)) if lines else None
        if definition is not None:
            zone = _same_offsets(definition, named, self._years)
            if zone is None:
                raise UnknownZoneError(name, "is defined by a VTIMEZONE with offsets that no known zone has")
            return zone
        if named is not None:
            return named
        own = self.own_zone(calendar) if is_custom(name) else None
        if own is not None:
            self.assumed[name] = own.key
            return own
        raise UnknownZoneError(name, "has no usable VTIMEZONE and is no known name")

    def _definition_of(self, calendar: RawCalendar, name: str) -> list[str] | None:
        for one in (calendar, *self._calendars):
            if name in one.timezones:
                return one.timezones[name]
        return None


@lru_cache(maxsize=256)
def _same_offsets(definition: _Definition, named: ZoneInfo | None, years: tuple[int, int]) -> ZoneInfo | None:
    """The zone with the offsets of a definition; a calendar brings the same few with each of its events."""
    first, last = years
    near = definition.samples(datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC))
    wide = definition.samples(datetime(first - 1, 1, 1, tzinfo=UTC), datetime(last + 2, 1, 1, tzinfo=UTC))
    spans = (wide, near)
    if named is not None and (
        any(_matches(named.key, samples) for samples in spans)
        or _agrees_while_defined(definition, named)
        or _agrees_but_for_an_hour(
            definition, named, datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
        )
    ):
        return named
    keys = (key for samples in spans for key in _candidates() if _matches(key, samples))
    key = next(keys, None)
    return ZoneInfo(key) if key else None


def _agrees_while_defined(definition: _Definition, named: ZoneInfo) -> bool:
    """Whether a definition that lists single changes, and ends, says the same as its name for as long as it goes.

    Some programs write only the one change before the event, and not to the hour.
    """
    moments, day = definition.moments, timedelta(days=1)
    if len(moments) == 1 and definition.before != definition.offsets[0]:
        return _matches(named.key, [(moments[0] - day, definition.before), (moments[0] + day, definition.offsets[0])])
    if not 2 <= len(moments) <= _FEW_CHANGES:
        return False
    return _matches(named.key, definition.samples(moments[0], moments[-1] + timedelta(minutes=1)))


def _agrees_but_for_an_hour(definition: _Definition, named: ZoneInfo, first: datetime, last: datetime) -> bool:
    """Whether a definition says the same as its name, but changes the clock an hour early or late.

    So does whatever `icalendar` has added time zones to: it writes the wall clock after the change, not before it.
    """
    near = timedelta(minutes=61)
    samples = definition.samples(first, last, near)
    return _matches(named.key, [one for one in samples if all(abs(one[0] - m) >= near for m in definition.moments)])


def _matches(key: str, samples: list[tuple[datetime, timedelta]]) -> bool:
    zone = ZoneInfo(key)
    return all(moment.astimezone(zone).utcoffset() == offset for moment, offset in samples)


@lru_cache(maxsize=1)
def _candidates() -> tuple[str, ...]:
    """IANA names, those that stand for a zone of Windows first, so that CET is Berlin and not Ceuta."""
    usual = [key for key in WINDOWS_TO_OLSON.values() if not key.startswith("Etc/")]
    preferred = ["Europe/Berlin", "Europe/London", "America/New_York", "UTC"]
    others = sorted(key for key in available_timezones() if "/" in key and not key.startswith(("posix/", "right/")))
    return tuple(dict.fromkeys([*preferred, *usual, *others]))


@lru_cache(maxsize=256)
def _parse(lines: tuple[str, ...]) -> _Definition | None:
    """Read a VTIMEZONE; None if it is not one that can be used, so that its name must do.

    Its TZID is replaced by a known name first, because `icalendar` remembers unknown ones for the whole process.
    """
    if not all(_is_yearly(line) for line in lines if line[:5].upper() == "RRULE"):
        return None
    text = ["TZID:UTC" if line[:5].upper() in ("TZID:", "TZID;") else line for line in lines]
    try:
        component: Any = icalendar.Timezone.from_ical("\r\n".join(text) + "\r\n")
        moments, infos = component.get_transitions()
        first = min((s for s in component.subcomponents if "DTSTART" in s), key=lambda s: _naive(s["DTSTART"].dt))
        before = first["TZOFFSETFROM"].td
    except BROKEN:
        return None
    found = tuple(m.replace(tzinfo=UTC) for m in moments)
    return _Definition(found, tuple(info[0] for info in infos), before) if found else None


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _is_yearly(rule: str) -> bool:
    parts = dict(part.partition("=")[::2] for part in value_of(rule).upper().split(";"))
    return parts.get("FREQ") == "YEARLY" and not {"BYHOUR", "BYMINUTE", "BYSECOND", "BYYEARDAY"} & parts.keys()
