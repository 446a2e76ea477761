"""Half-open spans of time, held in UTC with the zone whose wall clock they were written for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Timespan:
    """A half-open span `[start, end)`: both ends in UTC, never naive, never floating.

    `zone` is the wall clock that the span was written for; it takes no part in comparing instants.
    Raises `ValueError` for a naive or non-UTC end, or an end before the start.
    """

    start: datetime
    end: datetime
    zone: ZoneInfo

    def __post_init__(self) -> None:
        for name, moment in (("start", self.start), ("end", self.end)):
            if moment.tzinfo is not UTC:
                raise ValueError(f"a Timespan's {name} must be in UTC, not {moment!r}")
        if self.end < self.start:
            raise ValueError(f"a Timespan must not end ({self.end}) before it starts ({self.start})")

    @classmethod
    def between(cls, start: datetime, end: datetime, zone: ZoneInfo | None = None) -> Timespan:
        """Make a span from two aware moments; the zone is that of `start` unless given.

        Raises `ValueError` if a moment is naive, or if no zone is given and `start` has no `ZoneInfo`.
        """
        if start.tzinfo is None or end.tzinfo is None:
            raise ValueError("a Timespan cannot be made from naive times")
        own_zone = zone or start.tzinfo
        if not isinstance(own_zone, ZoneInfo):
            raise ValueError(f"a Timespan needs a ZoneInfo, not {own_zone!r}")
        return cls(start.astimezone(UTC), end.astimezone(UTC), own_zone)

    @property
    def minutes(self) -> int:
        """Length in whole minutes, rounded up."""
        return -(-int((self.end - self.start).total_seconds()) // 60)

    @property
    def local_start(self) -> datetime:
        """The start on the wall clock of `zone`."""
        return self.start.astimezone(self.zone)

    @property
    def local_end(self) -> datetime:
        """The end on the wall clock of `zone`."""
        return self.end.astimezone(self.zone)

    def overlaps(self, other: Timespan) -> bool:
        """Whether the two spans share any moment; touching ends do not."""
        return self.start < other.end and other.start < self.end

    def overlap_minutes(self, other: Timespan) -> int:
        """Whole minutes that both spans share."""
        shared = min(self.end, other.end) - max(self.start, other.start)
        return max(0, int(shared.total_seconds()) // 60)

    def in_zone(self, zone: ZoneInfo) -> Timespan:
        """The same moments beside another zone's wall clock."""
        return Timespan(self.start, self.end, zone)


FIRST_YEAR, LAST_YEAR = 1970, 2199


def union(spans: Iterable[Timespan]) -> list[Timespan]:
    """The same time in order, with what touches or overlaps made one."""
    joined: list[Timespan] = []
    for span in sorted(spans, key=lambda s: s.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Timespan(joined[-1].start, max(joined[-1].end, span.end), span.zone)
        else:
            joined.append(span)
    return joined


@dataclass(frozen=True, slots=True, order=True)
class IsoWeek:
    """An ISO 8601 week, Monday to Sunday; written `2026-W49`."""

    year: int
    week: int

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError(f"the year {self.year} lies outside of {FIRST_YEAR}-{LAST_YEAR}")
        date.fromisocalendar(self.year, self.week, 1)

    @classmethod
    def parse(cls, text: str) -> IsoWeek:
        """Read `2026-W49`. Raises `ValueError` with the expected form for anything else."""
        year, mark, week = text.partition("-W")
        if not (mark and year.isdigit() and len(year) == 4 and week.isdigit() and len(week) == 2):
            raise ValueError(f"{text!r} is not an ISO week; write it like 2026-W49")
        if not FIRST_YEAR <= int(year) <= LAST_YEAR:
            raise ValueError(f"{text!r} cannot be planned; weeks of {FIRST_YEAR}-{LAST_YEAR} can")
        try:
            return cls(int(year), int(week))
        except ValueError:
            raise ValueError(f"{text!r} does not exist; the year {year} has no week {week}") from None

    @classmethod
    def of(cls, day: date) -> IsoWeek:
        """The week that a day lies in."""
        year, week, _ = day.isocalendar()
        return cls(year, week)

    @property
    def monday(self) -> date:
        """The first day of the week."""
        return date.fromisocalendar(self.year, self.week, 1)

    @property
    def days(self) -> tuple[date, ...]:
        """The seven days, Monday first."""
        return tuple(self.monday + timedelta(days=n) for n in range(7))

    def plus(self, weeks: int) -> IsoWeek:
        """The week that lies `weeks` later."""
        return IsoWeek.of(self.monday + timedelta(weeks=weeks))

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.week:02d}"
