"""The VEVENTs of one UID with their times, as far as an edit has to know them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.adapters.ics.recurrence import Timing
from app.adapters.ics.text import RawEvent, Scan, scan
from app.adapters.ics.timezones import BROKEN, ZoneTable
from app.adapters.ics.vevent import timing
from app.domain.calendar.writing import MASTER, RecurrenceKey
from app.errors import ParseError

SOURCE = "the event"


@dataclass(frozen=True, eq=False)
class Parsed:
    """One VEVENT: which one of its UID it is, when it is, and the zone whose wall clock it is written in.

    Of an all-day event there is no zone.
    """

    key: RecurrenceKey
    raw: RawEvent
    timing: Timing
    zone: ZoneInfo | None
    zones: ZoneTable

    @property
    def start(self) -> datetime:
        """The start in UTC; midnight of its day if all-day."""
        return _in_utc(self.timing.start, self.zone)

    @property
    def end(self) -> datetime:
        """The end in UTC; midnight of a day if all-day."""
        return max(self.start, _in_utc(self.timing.end, self.zone))


def parsed(texts: Sequence[str], floating: ZoneInfo) -> tuple[Mapping[RecurrenceKey, Parsed], Scan]:
    """The newest VEVENT of each RECURRENCE-ID; times without a zone are on the clock of `floating`.

    Raises `ParseError` if anything of it cannot be read, as what is not understood is not edited.
    """
    return _parsed_once(tuple(texts), floating)


@lru_cache(maxsize=2)
def _parsed_once(texts: tuple[str, ...], floating: ZoneInfo) -> tuple[Mapping[RecurrenceKey, Parsed], Scan]:
    """What a write looks at before it, and after it: several times each, and parsing takes longer than the rest."""
    scanned = scan(SOURCE, "\r\n".join(texts).encode())
    zones = ZoneTable([], *[_year(scanned.events)] * 2)
    found: dict[RecurrenceKey, Parsed] = {}
    events = sorted(scanned.events, key=lambda raw: raw.version, reverse=True)
    if len({raw.uid for raw in events}) > 1:
        raise ParseError(f"{SOURCE} {events[0].uid[:200]!r} stands in one object with events of other UIDs")
    masters = [raw for raw in events if not raw.is_override]
    dates = bool(masters) and "T" not in masters[0].value("DTSTART").upper()
    for raw in events:
        one = _parsed(raw, zones, floating, dates=dates)
        found.setdefault(one.key, one)
    return found, scanned


def _year(events: Sequence[RawEvent]) -> int:
    """The latest year that the events name: a VTIMEZONE is compared with known zones as they were then."""
    names = ("DTSTART", "RECURRENCE-ID", "DTSTAMP")
    texts = [raw.value(name).strip()[:4] for raw in events for name in names]
    return max((int(text) for text in texts if text.isdecimal() and text.isascii()), default=2000)


def _parsed(raw: RawEvent, zones: ZoneTable, floating: ZoneInfo, *, dates: bool) -> Parsed:
    if "DTSTART" not in raw.lines and "RECURRENCE-ID" in raw.lines:
        # A cancelled occurrence may say no more than which one it is.
        raw.lines["DTSTART"] = ["DTSTART" + line[len("RECURRENCE-ID") :] for line in raw.lines["RECURRENCE-ID"]]
    try:
        when = timing(raw, zones, floating)
        tzinfo = None if when.is_date else when.start.tzinfo
        zone = tzinfo if isinstance(tzinfo, ZoneInfo) else None
        return Parsed(_key(when, zone or floating, dates=dates), raw, when, zone, zones)
    except BROKEN as error:
        why = " ".join(str(error).split())[:300] or type(error).__name__
        raise ParseError(f"{SOURCE} {raw.uid[:200]!r}, line {raw.line}, cannot be read: {why}") from None


def _key(when: Timing, zone: ZoneInfo, *, dates: bool) -> RecurrenceKey:
    """The RECURRENCE-ID as `Event.ref` has it."""
    recurrence_id = when._component.get("RECURRENCE-ID")  # noqa: SLF001 - the library has no other way to the value
    if recurrence_id is None:
        return MASTER
    original: date = recurrence_id.dt
    if isinstance(original, datetime) and not dates:
        return _in_utc(original, zone).isoformat()
    return (original.date() if isinstance(original, datetime) else original).isoformat()


def _in_utc(when: date, zone: ZoneInfo | None) -> datetime:
    if not isinstance(when, datetime):
        return datetime.combine(when, time(), UTC)
    return (when if when.tzinfo else when.replace(tzinfo=zone or UTC)).astimezone(UTC)
