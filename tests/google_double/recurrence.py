"""Instances of a series: its rule on the wall clock of its own zone, and what was changed of single ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

from tests.google_double.errors import ApiError, Json
from tests.google_double.times import Moment, in_utc, length, read, span, write, zone_named
from tests.google_double.world import Calendar, Stored

_INSTANCE = re.compile(r"(?P<master>.+)_(?P<start>\d{8}(T\d{6}Z)?)")
_FOREVER = datetime(2100, 1, 1, tzinfo=UTC)


def is_cancelled(event: Json) -> bool:
    """Whether an event was deleted, or an instance taken out."""
    return bool(event.get("status") == "cancelled")


def instance_id(master: str, start: Moment) -> str:
    """The id of an instance: its series and its original start, in UTC."""
    if isinstance(start, datetime):
        return f"{master}_{start.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{master}_{start:%Y%m%d}"


def rule_of(master: Json, zone: ZoneInfo) -> rruleset:
    """The starts of a series; of an all-day one, as naive midnights."""
    start = read(master["start"], zone)
    first = start if isinstance(start, datetime) else datetime.combine(start, time())
    rules = rruleset(cache=True)
    for line in master["recurrence"]:
        _add_line(rules, line, first)
    if not any(line.startswith("RRULE") for line in master["recurrence"]):
        rules.rdate(first)
    return rules


def _add_line(rules: rruleset, line: str, first: datetime) -> None:
    name, _, value = line.partition(":")
    kind = name.partition(";")[0]
    try:
        if kind in ("RRULE", "EXRULE"):
            rule = rrulestr(_with_whole_until(value, first), dtstart=first)
            assert isinstance(rule, rrule)
            (rules.rrule if kind == "RRULE" else rules.exrule)(rule)
        elif kind in ("RDATE", "EXDATE"):
            for text in value.split(","):
                (rules.rdate if kind == "RDATE" else rules.exdate)(_listed(text, name, first))
        else:
            raise ApiError("invalid", f"Invalid recurrence rule: {line}")
    except ValueError:
        raise ApiError("invalid", f"Invalid recurrence rule: {line}") from None


def _with_whole_until(value: str, first: datetime) -> str:
    """UNTIL in the form that dateutil wants: UTC for timed series, local for all-day ones."""
    found = re.search(r"UNTIL=(\d{8})(T\d{6}Z?)?", value)
    if found is None:
        return value
    if first.tzinfo is None:
        return value.replace(found[0], f"UNTIL={found[1]}T000000")
    if found[2] is None:
        last = datetime.combine(datetime.strptime(found[1], "%Y%m%d").date(), time(23, 59, 59), first.tzinfo)  # noqa: DTZ007
        return value.replace(found[0], f"UNTIL={last.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    return value.replace(found[0], found[0].rstrip("Z") + "Z")


def _listed(text: str, name: str, first: datetime) -> datetime:
    if first.tzinfo is None:
        return datetime.strptime(text[:8], "%Y%m%d")  # noqa: DTZ007
    zone = zone_named(name.rpartition("TZID=")[2]) if "TZID=" in name else first.tzinfo
    if text.endswith("Z"):
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(first.tzinfo)
    return datetime.strptime(text, "%Y%m%dT%H%M%S").replace(tzinfo=zone).astimezone(first.tzinfo)


def has_start(master: Json, start: Moment, zone: ZoneInfo) -> bool:
    """Whether a series has an instance that originally begins then."""
    first = read(master["start"], zone)
    if isinstance(start, datetime) and isinstance(first, datetime):
        wanted = start.astimezone(first.tzinfo)
    elif isinstance(start, datetime) or isinstance(first, datetime):
        return False
    else:
        wanted = datetime.combine(start, time())
    rules = rule_of(master, zone)
    return wanted in rules.between(wanted, wanted, inc=True)


def instance(master: Json, start: Moment, zone: ZoneInfo) -> Json:
    """An instance as the rule has it."""
    zone_name = master["start"].get("timeZone")
    event = {key: value for key, value in master.items() if key != "recurrence"}
    return event | {
        "id": instance_id(master["id"], start),
        "recurringEventId": master["id"],
        "originalStartTime": write(start, zone, zone_name),
        "start": write(start, zone, zone_name),
        "end": write(_end(start, length(master, zone)), zone, master["end"].get("timeZone")),
    }


def _end(start: Moment, duration: timedelta) -> Moment:
    if isinstance(start, datetime):
        return (start.astimezone(UTC) + duration).astimezone(start.tzinfo)
    return start + duration


def original_start(calendar: Calendar, event_id: str) -> tuple[Stored, Moment] | None:
    """The series and the original start that an instance's id names; None if it names none."""
    found = _INSTANCE.fullmatch(event_id)
    master = calendar.events.get(found["master"]) if found else None
    if found is None or master is None or "recurrence" not in master.event:
        return None
    if "T" not in found["start"]:
        return master, datetime.strptime(found["start"], "%Y%m%d").date()  # noqa: DTZ007
    moment = datetime.strptime(found["start"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return master, moment.astimezone(read_zone(master.event, calendar.zone))


def read_zone(event: Json, zone: ZoneInfo) -> ZoneInfo:
    """The zone on whose clock an event repeats."""
    name = event["start"].get("timeZone")
    return zone_named(name) if name else zone


def instances(
    calendar: Calendar, master: Json, start: datetime | None, end: datetime | None, *, deleted: bool = False
) -> Iterator[Json]:
    """The instances of a series that overlap a window, exceptions in the place of what they replace."""
    own = {stored.event["id"]: stored.event for stored in calendar.exceptions_of(master["id"]) if not stored.dropped}
    for event in own.values():
        if is_cancelled(event):
            if deleted:
                yield event
        elif overlaps(event, calendar.zone, start, end):
            yield event
    for first in _starts(master, calendar.zone, start, end):
        if instance_id(master["id"], first) not in own:
            yield instance(master, first, calendar.zone)


def _starts(master: Json, zone: ZoneInfo, start: datetime | None, end: datetime | None) -> Iterator[Moment]:
    all_day = "date" in master["start"]
    duration = length(master, zone)
    for moment in rule_of(master, zone):
        first: date | datetime = moment.date() if all_day else moment
        began = in_utc(first, zone)
        if began >= (end or _FOREVER) or began >= _FOREVER:
            return
        if start is None or began + max(duration, timedelta(seconds=1)) > start:
            yield first


def overlaps(event: Json, zone: ZoneInfo, start: datetime | None, end: datetime | None) -> bool:
    """Whether an event ends after a window's start and starts before its end; a bound may be missing."""
    first, last = span(event, zone)
    return (start is None or last > start) and (end is None or first < end)
