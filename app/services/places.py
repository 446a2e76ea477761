"""The places that a unit may get, and what each costs by itself in every tier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from app.domain.asked import ScopeOfMoves
from app.domain.busy import Strength
from app.domain.event import Partstat
from app.domain.freeze import DayOff, freeze_ends
from app.domain.grid import at, shifted, shifted_monthly, starts_between, week_later, weeks_span
from app.domain.meeting import Classified, Meeting
from app.domain.monthly import is_nth
from app.domain.pattern import Block, Pattern
from app.domain.person import Person
from app.domain.rooms import Premises
from app.domain.rules import Rules
from app.domain.timespan import IsoWeek, Timespan, union
from app.services.availability import PersonTime
from app.services.units import Unit

Spans = tuple[Timespan, ...]
Costs = tuple[int, int, int, int, int, int]
NEEDLESS = 1
"""Minutes of clashes that a move must end to be worth it where only a clash allows one: of one-offs and stand-ups."""


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
    nth weekday of the month; a stand-up keeps its days. A single occurrence is not put on a day on which somebody is
    away; for a series that is no clash, but a cost.
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
    by_day = {day: tuple(starts_on(day, length, setting)) for day in allowed}
    for days in combinations(by_day, len(weekdays)):
        for first in by_day[days[0]]:
            clock = first.astimezone(setting.zone).time()
            starts = tuple(s for d in days for s in by_day[d] if s.astimezone(setting.zone).time() == clock)
            if len(starts) == len(days):
                spans = shifted(occurrences, dict(zip(weekdays, starts, strict=True)), setting.zone)
                if spans is not None:
                    yield spans


def _monthly_places(unit: Unit, nth: int, setting: Setting) -> Iterator[tuple[Timespan, ...]]:
    length = unit.lead.span.end - unit.lead.span.start
    for day in setting.open_days:
        if is_nth(day, nth) and day.month == unit.lead.span.in_zone(setting.zone).local_start.month:
            for start in starts_on(day, length, setting):
                yield shifted_monthly(unit.spans, start, nth, setting.zone)


def _absent(unit: Unit, span: Timespan, setting: Setting) -> bool:
    return any(setting.time[e].is_away(span) for e in unit.required)


def starts_on(day: date, length: timedelta, setting: Setting) -> Iterator[datetime]:
    """The quarter hours of a day at which something of this length lies in the manager's working hours."""
    person = setting.time[setting.manager].person
    zone = person.zone_on(day, setting.zone)
    for opens, closes in person.hours_on(day):
        end = at(day, closes, zone)
        yield from (s for s in starts_between(day, opens, closes, zone) if s + length <= end)


def rsvps_reset(meeting: Meeting, manager: str) -> tuple[str, ...]:
    """Whose answer is lost by a new time (RFC 6638 §3.2.8): those who said anything, but the manager."""
    return tuple(p.email for p in meeting.people if p.email != manager and p.partstat != Partstat.NEEDS_ACTION)


def costs(unit: Unit, spot: Spot, *, moved: bool, setting: Setting) -> Costs:
    """What a place costs by itself in each tier, in the planned week; clashes, load and focus are the solver's.

    A series that begins a week later is judged by its first occurrence there: a new one is only taken where that gains
    something, and one that changes its weeks pays for it.
    """
    packing = setting.rules.packing
    now = spot.spans[: len(unit.meetings)]
    week = setting.week_of(now[0])
    own = block_spans(setting, unit.kind, week)
    one_off = unit.movable and not unit.recurring and setting.pattern.meeting_free_days.applies_to == "all"
    free_days = sum(minutes_on_free_days(s, setting) for s in now) if unit.governed or one_off else 0
    outside = sum(minutes_outside(s, own, packing.tolerance_minutes) for s in now) if unit.governed else 0
    people = sum(_people_cost(unit, s, moved, setting) + _reaching_out(s, own) for s in now)
    if not moved:
        return 0, free_days, outside, 0, people, 0
    letters = len(unit.mailed)
    charge = packing.mailed_charge * letters
    outside += len(spot.left_out) * (packing.exception_charge + charge)
    disruption = len(spot.left_out) * (1 + letters)
    if unit.wish:
        return 0, free_days, outside, disruption + int(week != setting.week), people, 0
    needless = 0 if unit.governed or one_off else NEEDLESS
    outside += packing.move_charge + charge + (packing.parity_charge if week != setting.week else 0)
    disruption += packing.room_change * (spot.rooms != unit.rooms)
    disruption += 1 + letters + len(rsvps_reset(unit.lead, setting.manager))
    distance = sum(abs((new.start - old.start).total_seconds()) for new, old in zip(now, unit.spans, strict=False))
    return needless, free_days, outside, disruption, people, packing.distance_hour * int(distance // 3600)


def _people_cost(unit: Unit, span: Timespan, moved: bool, setting: Setting) -> int:
    """Optional attendees lost, focus time and lunch taken, people who are away or whose time is not known."""
    packing = setting.rules.packing
    cost = 0
    for email in unit.optional:
        busy = any(e.span.overlaps(span) and e.key not in _keys(unit) for e in setting.time[email].of(Strength.HARD))
        cost += packing.optional_lost if busy else 0
    for email in unit.required:
        time = setting.time[email]
        soft = sum(e.span.overlap_minutes(span) for e in time.of(Strength.SOFT) if e.key not in _keys(unit))
        cost += packing.soft_busy * soft + packing.lunch_minute * _lunch_minutes(span, time.zone, setting)
        cost += packing.absent_person if time.is_away(span) else 0
        cost += packing.unknown_person if moved and time.availability == "unknown" else 0
    return cost


def _reaching_out(span: Timespan, blocks: Sequence[Timespan]) -> int:
    """Minutes by which a meeting in one of its blocks reaches out of it: what is tolerated is not as good."""
    inside = sum(span.overlap_minutes(b) for b in blocks)
    return span.minutes - inside if inside else 0


def _keys(unit: Unit) -> set[tuple[str, str]]:
    return {m.key for m in unit.meetings}


def _lunch_minutes(span: Timespan, zone: ZoneInfo, setting: Setting) -> int:
    day = span.start.astimezone(zone).date()
    lunch = setting.rules.lunch
    return span.overlap_minutes(Timespan(at(day, lunch.start, zone), at(day, lunch.end, zone), zone))
