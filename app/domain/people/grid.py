"""The only code that meets daylight saving time: wall clocks to moments, and moments to the solver's axis.

A wall time that a change of the clocks skips is moved on by the gap; one that comes twice is taken the first time
(RFC 5545 §3.3.5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.domain.calendar.monthly import nth_weekday
from app.domain.calendar.timespan import IsoWeek, Timespan
from app.domain.people.person import Person

STEP_MINUTES = 15
MOMENTS = 1 << 16
"""So many wall times are remembered: those of a few weeks, on the quarter hours of many zones."""


@lru_cache(maxsize=MOMENTS)
def at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which the wall clock of a zone shows a time on a day."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def day_span(day: date, zone: ZoneInfo) -> Timespan:
    """A whole day of a zone, from midnight to midnight; 23 to 25 hours long."""
    return Timespan(at(day, time.min, zone), at(day + timedelta(days=1), time.min, zone), zone)


def weeks_span(week: IsoWeek, weeks: int, zone: ZoneInfo) -> Timespan:
    """The span of some ISO weeks on a zone's wall clock."""
    return Timespan(at(week.monday, time.min, zone), at(week.plus(weeks).monday, time.min, zone), zone)


@dataclass(frozen=True, slots=True)
class Axis:
    """Minutes since a Monday 00:00 UTC, the one that an ISO week begins with."""

    origin: datetime

    @classmethod
    def of(cls, week: IsoWeek) -> Axis:
        """The axis that starts with a week."""
        return cls(datetime.combine(week.monday, time.min, tzinfo=UTC))

    def floor(self, moment: datetime) -> int:
        """The last whole minute at or before a moment."""
        return int((moment - self.origin).total_seconds() // 60)

    def ceil(self, moment: datetime) -> int:
        """The first whole minute at or after a moment."""
        return -int((self.origin - moment).total_seconds() // 60)

    def minutes(self, span: Timespan) -> tuple[int, int]:
        """A span on the axis, widened to whole minutes."""
        return self.floor(span.start), self.ceil(span.end)

    def moment(self, minute: int) -> datetime:
        """The moment of a minute on the axis, in UTC."""
        return self.origin + timedelta(minutes=minute)


def working_spans(person: Person, days: Sequence[date], default: ZoneInfo) -> tuple[Timespan, ...]:
    """A person's working hours on some days, each in the zone where they are on that day; in order of time."""
    return tuple(
        Timespan(at(day, start, zone), at(day, end, zone), zone)
        for day in days
        for zone in (person.zone_on(day, default),)
        for start, end in person.hours_on(day)
    )


def starts_between(day: date, earliest: time, latest: time, zone: ZoneInfo) -> Iterator[datetime]:
    """Moments on the quarter hours of a wall clock, the first at or after `earliest`, the last at or before `latest`.

    A quarter hour that a change of the clocks skips is left out.
    """
    for minute in range(0, 24 * 60, STEP_MINUTES):
        clock = time(minute // 60, minute % 60)
        if earliest <= clock <= latest:
            moment = at(day, clock, zone)
            if moment.astimezone(zone).time() == clock:
                yield moment


class Shift:
    """The occurrences of a series, to be put at new places, each in its own ISO week.

    Days and weeks are those of `zone`, the manager's.
    """

    def __init__(self, occurrences: Sequence[Timespan], zone: ZoneInfo) -> None:
        self.zone = zone
        days = (old.in_zone(zone).local_start.date() for old in occurrences)
        self.parts = [
            (day.weekday(), IsoWeek.of(day).monday, old.zone, old.end - old.start)
            for day, old in zip(days, occurrences, strict=True)
        ]

    def to(self, starts: Mapping[int, datetime]) -> tuple[Timespan, ...] | None:
        """The occurrences at a new place, with their lengths; None if one falls on a weekday without a start.

        `starts` gives for each weekday (0 is Monday) on which the series occurs today the new start in one of the
        weeks. Every other week gets the same weekday, and the same wall time in the series' own zone.
        """
        clocks = {(day, zone): self._clock(starts[day], zone) for day, _, zone, _ in self.parts if day in starts}
        spans: list[Timespan] = []
        for weekday, monday, zone, length in self.parts:
            if (weekday, zone) not in clocks:
                return None
            days, clock = clocks[weekday, zone]
            start = at(monday + days, clock, zone)
            spans.append(Timespan(start, start + length, zone))
        return tuple(spans)

    def _clock(self, moment: datetime, zone: ZoneInfo) -> tuple[timedelta, time]:
        """The days after Monday, and the wall time, that a moment is in the zone of a series."""
        wanted, own = moment.astimezone(self.zone), moment.astimezone(zone)
        return timedelta(days=wanted.weekday()) + (own.date() - wanted.date()), own.time()


def shifted_monthly(occurrences: Sequence[Timespan], start: datetime, nth: int, zone: ZoneInfo) -> tuple[Timespan, ...]:
    """The occurrences of a monthly series on another weekday: each on the nth one of its own month.

    Months and weekdays are those of `zone`, the manager's; the wall time is that of the series' own zone.
    """
    wanted = start.astimezone(zone)
    spans: list[Timespan] = []
    for old in occurrences:
        today, own = old.in_zone(zone).local_start.date(), start.astimezone(old.zone)
        day = nth_weekday(today.year, today.month, wanted.weekday(), nth) + (own.date() - wanted.date())
        begin = at(day, own.time(), old.zone)
        spans.append(Timespan(begin, begin + (old.end - old.start), old.zone))
    return tuple(spans)


def week_later(span: Timespan) -> Timespan:
    """The same weekday and wall time one week later."""
    local = span.local_start
    start = at(local.date() + timedelta(days=7), local.time(), span.zone)
    return Timespan(start, start + (span.end - span.start), span.zone)
