"""The figures of one manager's week; docs/metrics.md says the same in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from app.domain.calendar.timespan import Timespan, union
from app.domain.configuration.pattern import WEEKDAYS
from app.domain.plans.plan import Metrics

FOCUS_RUN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Counted:
    """A meeting as the figures see it.

    `governed` says that the pattern is about it: it recurs, may move, and is no stand-up; `blocks` are its own.
    """

    span: Timespan
    kind: str
    governed: bool
    blocks: tuple[Timespan, ...]
    outside: bool


def week_metrics(
    meetings: Sequence[Counted],
    busy: Sequence[Timespan],
    working: Sequence[Timespan],
    meeting_free: Sequence[str],
    zone: ZoneInfo,
) -> Metrics:
    """The figures of a week with these meetings, this other busy time and these working hours of the manager.

    `meeting_free` are the days that are to be free, by their names.
    """
    governed = [m for m in meetings if m.governed]
    patterned = [m for m in governed if m.blocks]
    inside = sum(sum(m.span.overlap_minutes(b) for b in m.blocks) for m in patterned)
    total = sum(m.span.minutes for m in patterned)
    taken = union([*(m.span for m in meetings), *busy])
    free = [run for work in working for run in gaps(work, taken)]
    long = [run for run in free if run.end - run.start >= FOCUS_RUN]
    return Metrics(
        pattern_adherence=round(inside / total, 4) if total else 1.0,
        meetings_outside_block=sum(m.outside for m in governed),
        meeting_free_days={d: _on_day(governed, d, zone) for d in meeting_free},
        focus_hours=_hours(long),
        fragmented_hours=_hours(r for r in free if r not in long),
        meeting_hours=_hours(m.span for m in meetings),
        slack_hours_min=min(_free_by_day(free, working).values(), default=0.0),
        one_on_one_hours=_hours(m.span for m in meetings if m.kind == "one_on_one"),
    )


def focus_minutes(busy: Sequence[Timespan], working: Sequence[Timespan]) -> int:
    """Minutes of working time that lie in free runs of two hours or more."""
    taken = union(busy)
    return sum(r.minutes for w in working for r in gaps(w, taken) if r.end - r.start >= FOCUS_RUN)


def _on_day(meetings: Iterable[Counted], weekday: str, zone: ZoneInfo) -> int:
    number = WEEKDAYS.index(weekday)
    return sum(m.span.minutes for m in meetings if m.span.in_zone(zone).local_start.weekday() == number)


def gaps(work: Timespan, taken: Sequence[Timespan]) -> list[Timespan]:
    """What is free of a working span; `taken` is in order, without overlaps."""
    gaps: list[Timespan] = []
    start = work.start
    for busy in taken:
        if busy.overlaps(work):
            if busy.start > start:
                gaps.append(Timespan(start, busy.start, work.zone))
            start = max(start, busy.end)
    return [*gaps, Timespan(start, work.end, work.zone)] if start < work.end else gaps


def _free_by_day(free: Sequence[Timespan], working: Sequence[Timespan]) -> dict[date, float]:
    days = {w.local_start.date(): 0.0 for w in working}
    for run in free:
        days[run.local_start.date()] += run.minutes / 60
    return {day: round(hours, 2) for day, hours in days.items()}


def _hours(spans: Iterable[Timespan]) -> float:
    return round(sum(s.minutes for s in spans) / 60, 2)
