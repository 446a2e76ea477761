"""By what places are judged, and the places that a unit may get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import combinations
from zoneinfo import ZoneInfo

from app.domain.calendar.event import Partstat
from app.domain.calendar.monthly import is_nth
from app.domain.calendar.timespan import IsoWeek, Timespan, union
from app.domain.configuration.pattern import Block, Pattern
from app.domain.configuration.rules import Rules
from app.domain.meetings.meeting import Classified, Meeting
from app.domain.people.freeze import DayOff, freeze_ends, weeks_to_wait
from app.domain.people.grid import Shift, at, shifted_monthly, starts_between, week_later, weeks_span
from app.domain.people.person import Person
from app.domain.people.rooms import Premises
from app.domain.plans.asked import ScopeOfMoves
from app.services.packing.units.availability import PersonTime
from app.services.packing.units.units import Unit

Spans = tuple[Timespan, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a unit is or could be: its occurrences, those of the planned week first.

    `left_out` are the exceptions: later occurrences that do not follow there, by their number among the unit's, each
    with the time that is taken in that week. It takes its `rooms`, and people have to go to its `site`, if it has one.
    """

    spans: tuple[Timespan, ...]
    left_out: tuple[tuple[int, Timespan], ...] = ()
    rooms: tuple[str, ...] = ()
    site: str = ""


@dataclass(frozen=True)
class Setting:
    """What every place is judged by: whose week, on which wall clock, by which rules, and everyone's time."""

    manager: str
    week: IsoWeek
    zone: ZoneInfo
    pattern: Pattern
    rules: Rules
    time: Mapping[str, PersonTime]
    now: datetime
    day_off: DayOff
    moves: ScopeOfMoves = "all"
    premises: Premises = field(default_factory=Premises)
    carried: Mapping[str, int] = field(default_factory=dict)
    """Minutes of bad hours that each person carried in past weeks."""
    as_of: Mapping[str, datetime] = field(default_factory=dict)
    """When each person's calendar was last read, where that was not just now."""
    others: Mapping[str, Setting] = field(default_factory=dict)
    """Where several managers are planned together: what the others' places are judged by."""

    def of(self, email: str) -> Setting:
        """By what the places of a manager's units are judged."""
        return self.others.get(email, self)

    def person(self, email: str) -> Person:
        """Who has an address; someone of whom nothing is known has just that."""
        return self.time[email].person if email in self.time else Person(email)

    def freeze_ends(self, people: Iterable[str]) -> datetime:
        """The first moment that leaves all of these people their notice."""
        days = self.rules.pins.freeze_working_days
        return freeze_ends([self.person(e) for e in people], self.now, self.zone, days, self.day_off)

    def begins(self, unit: Unit, spans: Sequence[Timespan]) -> IsoWeek:
        """The first week from which a series can be at a new place and leave everyone their notice."""
        first = min(span.start for span in (*unit.spans[: len(unit.meetings)], *spans))
        later = weeks_to_wait(first.astimezone(self.zone), self.freeze_ends(unit.required))
        return self.week.plus(later)

    def week_of(self, span: Timespan) -> IsoWeek:
        """The week in which something starts, on the manager's wall clock."""
        return IsoWeek.of(span.in_zone(self.zone).local_start.date())

    @property
    def open_days(self) -> tuple[date, ...]:
        """The days of the planned week that may take a new place."""
        return self.open_days_of(self.week)

    def open_days_of(self, week: IsoWeek) -> tuple[date, ...]:
        """The days of a week on which the manager usually works, meeting-free ones left out."""
        hours_on = self.time[self.manager].person.hours_on
        return tuple(d for d in week.days if hours_on(d) and not self.pattern.is_meeting_free(d.weekday()))


def block_spans(setting: Setting, kind: Classified, week: IsoWeek | None = None) -> tuple[Timespan, ...]:
    """Where in a week, the planned one, a meeting of this kind belongs: its blocks, those that overlap made one."""
    blocks = setting.pattern.blocks_for(kind.kind, kind.relation)
    return tuple(union(block_span(block, week or setting.week, setting.zone) for block in blocks))


@lru_cache(maxsize=1000)
def block_span(block: Block, week: IsoWeek, zone: ZoneInfo) -> Timespan:
    """A block on its day of a week."""
    day = week.days[block.weekday]
    return Timespan(at(day, block.start, zone), at(day, block.end, zone), zone)


def block_name(kind: Classified, span: Timespan, setting: Setting) -> str | None:
    """The own block that a span lies in, by its larger part."""
    week = setting.week_of(span)
    blocks = setting.pattern.blocks_for(kind.kind, kind.relation)
    shares = {b.name: block_span(b, week, setting.zone).overlap_minutes(span) for b in blocks}
    return max(shares, key=shares.__getitem__) if any(shares.values()) else None


def minutes_outside(span: Timespan, blocks: Sequence[Timespan], tolerance: int) -> int:
    """Minutes of a meeting outside of its own blocks; of one that reaches into a block, up to the tolerance count none.

    Without a block nothing is outside.
    """
    if not blocks:
        return 0
    inside = sum(span.overlap_minutes(b) for b in blocks)
    outside = span.minutes - inside
    return 0 if inside and outside <= tolerance else outside


def minutes_on_free_days(span: Timespan, setting: Setting) -> int:
    """Minutes of a meeting on the manager's meeting-free days."""
    local = span.in_zone(setting.zone).local_start
    return span.minutes if setting.pattern.is_meeting_free(local.weekday()) else 0


def misplaced_minutes(unit: Unit, spans: Sequence[Timespan], setting: Setting) -> tuple[int, int]:
    """Minutes of a unit at a place on meeting-free days and outside of its blocks, in the week it begins in."""
    now = spans[: len(unit.meetings)]
    own = block_spans(setting, unit.kind, setting.week_of(now[0]))
    tolerance = setting.rules.packing.tolerance_minutes
    return sum(minutes_on_free_days(s, setting) for s in now), sum(minutes_outside(s, own, tolerance) for s in now)


def new_places(unit: Unit, setting: Setting) -> Iterator[tuple[Timespan, ...]]:
    """Every place on the quarter hours of the manager's working time, as the unit's occurrences there.

    A series on two weekdays gets two days and one time of day, as its one rule can say; one that is monthly stays the
    nth weekday of the month, where none of its occurrences leaves its week; a stand-up keeps its days. A single
    occurrence is not put on a day on which somebody is away; for a series that is no clash, but a cost.
    """
    if unit.scope == "series" and unit.nth is not None:
        found = _monthly_places(unit, unit.nth, setting)
    else:
        found = _weekly_places(unit, unit.spans, setting.week, setting)
    for spans in found:
        if spans != unit.spans and (unit.scope == "series" or not _absent(unit, spans[0], setting)):
            yield spans
    if unit.scope == "series" and unit.biweekly and setting.rules.packing.biweekly_parity == "either":
        later = [week_later(span) for span in unit.spans]
        end = weeks_span(setting.week, setting.rules.packing.weeks, setting.zone).end
        for spans in _weekly_places(unit, later, setting.week.plus(1), setting):
            yield tuple(span for span in spans if span.end <= end)


def _weekly_places(
    unit: Unit, occurrences: Sequence[Timespan], week: IsoWeek, setting: Setting
) -> Iterator[tuple[Timespan, ...]]:
    weekdays = sorted({s.in_zone(setting.zone).local_start.weekday() for s in occurrences})
    length = unit.lead.span.end - unit.lead.span.start
    allowed = [week.days[n] for n in weekdays] if unit.keeps_days else setting.open_days_of(week)
    by_day = {
        day: {start.astimezone(setting.zone).time(): start for start in starts_on(day, length, setting)}
        for day in allowed
    }
    series = Shift(occurrences, setting.zone)
    for days in combinations(by_day, len(weekdays)):
        for clock in by_day[days[0]]:
            starts = tuple(by_day[day][clock] for day in days if clock in by_day[day])
            if len(starts) == len(days):
                spans = series.to(dict(zip(weekdays, starts, strict=True)))
                if spans is not None:
                    yield spans


def _monthly_places(unit: Unit, nth: int, setting: Setting) -> Iterator[tuple[Timespan, ...]]:
    length = unit.lead.span.end - unit.lead.span.start
    for day in setting.open_days:
        if is_nth(day, nth) and day.month == unit.lead.span.in_zone(setting.zone).local_start.month:
            for start in starts_on(day, length, setting):
                spans = shifted_monthly(unit.spans, start, nth, setting.zone)
                if [*map(setting.week_of, spans)] == [*map(setting.week_of, unit.spans)]:
                    yield spans


def _absent(unit: Unit, span: Timespan, setting: Setting) -> bool:
    return any(setting.time[e].is_away(span) for e in unit.required)


def starts_on(day: date, length: timedelta, setting: Setting) -> Iterator[datetime]:
    """The quarter hours of a day at which something of this length lies in the manager's working hours."""
    person = setting.time[setting.manager].person
    zone = person.zone_on(day, setting.zone)
    for opens, closes in person.hours_on(day):
        end = at(day, closes, zone)
        yield from (s for s in starts_between(day, opens, closes, zone) if s + length <= end)


def rsvps_reset(meetings: Iterable[Meeting], manager: str) -> tuple[str, ...]:
    """Whose answer is lost by a new time (RFC 6638 §3.2.8): those who said anything to any of them, but the manager.

    Of a series that is split at the planned week everyone is invited anew, whatever they said to which occurrence.
    """
    people = (p for m in meetings for p in m.people if p.partstat != Partstat.NEEDS_ACTION)
    return tuple(dict.fromkeys(p.email for p in people if p.email != manager))
