"""Room for emergencies and for shy people: days without a free half-hour, long runs, and an open door."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.audit.finding import Finding, FindingRule
from app.domain.calendar.timespan import IsoWeek, Timespan, union
from app.domain.configuration.pattern import WEEKDAYS
from app.domain.meetings.meeting import Classified, Meeting, Reason
from app.domain.meetings.titles import find_word
from app.domain.plans.metrics import gaps
from app.domain.plans.plan import When
from app.domain.plans.wish import Wish
from app.render import words
from app.services.auditing.places import best_places, draft_of, give
from app.services.auditing.record import Record
from app.services.packing.units.units import busy_beside

LOOKED_BACK = 8
"""Weeks before the planned one in which the same weekday is looked at, to say how often it is so."""


@dataclass(frozen=True)
class Day:
    """One working day of the manager: what is taken of it, and the runs of meetings in it.

    `free` counts the free half-hours in the working time.
    """

    day: date
    meetings: tuple[Meeting, ...]
    free: int
    runs: tuple[tuple[Meeting, ...], ...]

    @property
    def longest(self) -> tuple[Meeting, ...]:
        """The longest run of meetings."""
        return max(self.runs, key=run_minutes, default=())


def run_minutes(run: Sequence[Meeting]) -> int:
    """Minutes from the first start to the last end."""
    return int((max(m.span.end for m in run) - run[0].span.start).total_seconds()) // 60 if run else 0


def no_slack(record: Record) -> Iterator[Finding]:
    """Days of the planned week with fewer free half-hours than `slack_hours` asks for."""
    wanted = record.request.rules.packing.slack_hours
    for day in days_of(record):
        if day.free * 0.5 < wanted and day.meetings:
            often = _often(record, day.day, lambda other: other.free * 0.5 < wanted and bool(other.meetings))
            yield Finding(
                key=f"{FindingRule.NO_SLACK}:{WEEKDAYS[day.day.weekday()]}",
                rule=FindingRule.NO_SLACK,
                text=f"{words.day(day.day)} has no room for an emergency: {_free(day.free)} in your working hours",
                evidence=(f"{words.count(len(day.meetings), 'meeting')} that day", often),
                advice=f"Move or decline one of them: {_easiest(day, record)} has the most people.",
                weight=0.55,
            )


def long_runs(record: Record) -> Iterator[Finding]:
    """Days of the planned week with a longer run of meetings than `longest_run_hours`."""
    most = record.rules.longest_run_hours * 60
    for day in days_of(record):
        if run_minutes(day.longest) > most:
            first, last = day.longest[0].span, max(day.longest, key=lambda m: m.span.end).span
            span = When(first.in_zone(record.zone).local_start, last.in_zone(record.zone).local_end)
            middle = day.longest[len(day.longest) // 2]
            often = _often(record, day.day, lambda other: run_minutes(other.longest) > most)
            yield Finding(
                key=f"{FindingRule.LONG_RUN}:{WEEKDAYS[day.day.weekday()]}",
                rule=FindingRule.LONG_RUN,
                text=f"{words.duration(run_minutes(day.longest))} of meetings without a break: {words.span(span)}",
                evidence=(f"{words.count(len(day.longest), 'meeting')} in a row", often),
                advice=f"Have a break before {words.title(middle.event.title)}: a quarter of an hour is enough.",
                weight=0.5,
            )


def open_door(record: Record) -> Iterator[Finding]:
    """No hour at which people may just come by, in the planned week or the four around it: one to offer."""
    reports = record.reports_on(record.week.monday)
    if not reports or has_open_door(record):
        return
    kind = Classified("one_on_one", Reason("suggested", "an hour for whoever comes by"), "report")
    reason = Reason("open_door", "nobody has to ask for a meeting to be heard")
    wish = Wish("Open door", (), record.rules.open_door_minutes, kind, "weekly", reason, optional=tuple(reports))
    (place,) = best_places(record, [wish])
    give(record, wish, place)
    free = ", ".join(f"{words.DAYS[d.day.weekday()]} {d.free}" for d in days_of(record))
    yield Finding(
        key=f"{FindingRule.OPEN_DOOR}:{record.manager}",
        rule=FindingRule.OPEN_DOOR,
        text="there is no hour at which people can come by without asking for a meeting",
        evidence=(f"free half-hours in your working hours: {free}",),
        advice="Offer one a week: the shy ones do not ask for a 1:1.",
        weight=0.3,
        drafts=(draft_of(wish, place, record.situation.setting),),
    )


def has_open_door(record: Record) -> bool:
    """Whether the manager's calendar has an hour that is called so, within four weeks of the planned one."""
    own = (e for e in record.reading.events if record.reading.owners[e.ref.calendar_id] == record.manager)
    near = {record.week.plus(n) for n in range(-4, 5)}
    return any(
        find_word(e.title, record.rules.open_door_words) and record.situation.setting.week_of(e.span) in near
        for e in own
    )


def days_of(record: Record, week: IsoWeek | None = None) -> list[Day]:
    """The working days of a week, the planned one, on which the manager is there."""
    situation = record.situation_of(week or record.week)
    setting, units = situation.setting, situation.units
    working: dict[date, list[Timespan]] = defaultdict(list)
    for work in setting.time[record.manager].working_on(setting.week.days):
        working[work.local_start.date()].append(work)
    meetings = sorted((m for unit in units for m in unit.meetings), key=lambda m: (m.span.start, m.key))
    taken = union([*(m.span for m in meetings), *busy_beside(units, setting.time)[record.manager]])
    pause = timedelta(minutes=record.rules.break_minutes)
    return [_day(record, day, spans, meetings, taken, pause) for day, spans in working.items()]


def _day(
    record: Record,
    day: date,
    working: Sequence[Timespan],
    meetings: Sequence[Meeting],
    taken: Sequence[Timespan],
    pause: timedelta,
) -> Day:
    own = tuple(m for m in meetings if m.span.in_zone(record.zone).local_start.date() == day)
    free = sum(run.minutes // 30 for work in working for run in gaps(work, taken))
    return Day(day, own, free, tuple(_runs(own, pause)))


def _runs(meetings: Sequence[Meeting], pause: timedelta) -> Iterator[tuple[Meeting, ...]]:
    """Meetings in a row: shorter pauses than a break do not part them."""
    run: list[Meeting] = []
    for meeting in meetings:
        if run and meeting.span.start - max(m.span.end for m in run) >= pause:
            yield tuple(run)
            run = []
        run.append(meeting)
    if run:
        yield tuple(run)


def _often(record: Record, day: date, is_so: Callable[[Day], bool]) -> str:
    """In how many of the last weeks the same weekday was so, too."""
    weeks = [record.week.plus(-n) for n in range(1, LOOKED_BACK + 1)]
    alike = [d for week in weeks for d in days_of(record, week) if d.day.weekday() == day.weekday()]
    so = sum(map(is_so, alike))
    return f"the same in {so} of the {len(alike)} weeks before"


def _free(half_hours: int) -> str:
    return words.count(half_hours, "free half-hour") if half_hours else "no free half-hour"


def _easiest(day: Day, record: Record) -> str:
    """The meeting that the manager can leave out most easily: the largest of those that others organize."""
    others = [
        m for m in day.meetings if m.event.organizer and record.team.canonical(m.event.organizer) != record.manager
    ]
    found = max(others or day.meetings, key=lambda m: len(m.people))
    return words.title(found.event.title)
