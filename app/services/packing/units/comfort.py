"""What a time costs the people of a meeting: each term is one small function, with its weight in rules.toml."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

from app.domain.calendar.timespan import Timespan
from app.domain.configuration.pattern import WEEKDAYS
from app.domain.meetings.busy import Strength
from app.domain.people.grid import at, weeks_span, working_spans
from app.services.packing.units.availability import PersonTime
from app.services.packing.units.places import Setting
from app.services.packing.units.units import Unit

MOST_TIMES = 10
"""A minute of bad hours costs at most so many times more for who carried many."""


class Comfort:
    """What the times of one unit cost its people; each time is looked at once."""

    def __init__(self, unit: Unit, setting: Setting) -> None:
        self.unit, self.setting = unit, setting
        self.required = [setting.time[email] for email in unit.required]
        self.optional = [setting.time[email] for email in unit.optional]
        self.seen: dict[tuple[datetime, datetime], int] = {}

    def of(self, span: Timespan) -> int:
        """What a time costs, whether the unit is there today or would be."""
        key = (span.start, span.end)
        if key not in self.seen:
            self.seen[key] = sum(term(self, span) for term in TERMS)
        return self.seen[key]

    def burdened(self, span: Timespan) -> tuple[str, ...]:
        """For whom a time is outside of their working hours, or at a bad hour among people of several time zones."""
        people = (*self.required, *self.optional)
        several = _is_across_zones(self, span)
        return tuple(
            p.person.email.lower() for p in people if _is_outside(p, span) or (several and _bad(self, p, span))
        )

    @cached_property
    def of_moving(self) -> int:
        """What any new time costs: people whose calendar is not known have to be asked."""
        unknown = sum(person.availability == "unknown" for person in self.required)
        return self.setting.rules.packing.unknown_person * unknown

    @cached_property
    def clocks(self) -> Counter[ZoneInfo]:
        """By how many of those who are required each zone's clock is read."""
        return Counter(person.zone for person in self.required)

    @cached_property
    def zones(self) -> set[ZoneInfo]:
        """The zones of all people."""
        return {person.zone for person in (*self.required, *self.optional)}

    @cached_property
    def held(self) -> dict[Strength, list[list[Timespan]]]:
        """The soft busy times of each who is required, and the hard ones of each who is optional, near the week."""
        return {
            Strength.SOFT: [[*self._near(person, Strength.SOFT), *person.reserved] for person in self.required],
            Strength.HARD: [self._near(person, Strength.HARD) for person in self.optional],
        }

    @cached_property
    def least_carried(self) -> int:
        """The fewest minutes of bad hours that one of the people carried."""
        return min(self.setting.carried.get(e, 0) for e in (*self.unit.required, *self.unit.optional))

    def _near(self, person: PersonTime, strength: Strength) -> list[Timespan]:
        own = {meeting.key for meeting in self.unit.meetings}
        weeks = weeks_span(self.setting.week, 2, self.setting.zone)
        return [e.span for e in person.of(strength) if e.key not in own and e.span.overlaps(weeks)]


def _optional_lost(it: Comfort, span: Timespan) -> int:
    """Optional attendees who are somewhere else then."""
    lost = sum(any(busy.overlaps(span) for busy in held) for held in it.held[Strength.HARD])
    return it.setting.rules.packing.optional_lost * lost


def _soft_busy(it: Comfort, span: Timespan) -> int:
    """Minutes of focus time, of what somebody need not attend, or that another open proposal wants."""
    busy = (busy for held in it.held[Strength.SOFT] for busy in held if busy.overlaps(span))
    minutes = sum(each.overlap_minutes(span) for each in busy)
    return it.setting.rules.packing.soft_busy * minutes


def _lunch(it: Comfort, span: Timespan) -> int:
    """Minutes of lunch, on everyone's own clock."""
    lunch = it.setting.rules.lunch
    minutes = sum(
        many * (span.minutes - _outside(span, lunch.start, lunch.end, zone)) for zone, many in it.clocks.items()
    )
    return it.setting.rules.packing.lunch_minute * minutes


def _absent(it: Comfort, span: Timespan) -> int:
    """People who are away that day."""
    return it.setting.rules.packing.absent_person * sum(person.is_away(span) for person in it.required)


def _preferred(it: Comfort, span: Timespan) -> int:
    """Minutes outside the hours that somebody prefers, of those who do."""
    wishing = [person for person in it.required if person.person.preferred_hours]
    return it.setting.rules.packing.preferred_minute * sum(_unpreferred(span, person) for person in wishing)


def _unpreferred(span: Timespan, time: PersonTime) -> int:
    day = span.start.astimezone(time.zone).date()
    hours = [h for h in time.person.preferred_hours if WEEKDAYS[day.weekday()] in h.days]
    liked = (Timespan(at(day, h.start, time.zone), at(day, h.end, time.zone), time.zone) for h in hours)
    return max(0, span.minutes - sum(span.overlap_minutes(hours) for hours in liked))


def _others_free_days(it: Comfort, span: Timespan) -> int:
    """Minutes on other people's meeting-free days; the manager's own ones take no new place at all."""
    others = (p for p in it.required if p.person.meeting_free_days and p.person.email.lower() != it.setting.manager)
    kept = sum(WEEKDAYS[span.start.astimezone(p.zone).weekday()] in p.person.meeting_free_days for p in others)
    return it.setting.rules.packing.others_free_minute * kept * span.minutes


def _bad_hours(it: Comfort, span: Timespan) -> int:
    """Minutes at bad hours in a meeting across time zones: dearer for who carried more of them in past weeks."""
    people = (*it.required, *it.optional)
    if not _is_across_zones(it, span):
        return 0
    return it.setting.rules.packing.bad_minute * sum(_bad(it, person, span) * _times(it, person) for person in people)


def _is_across_zones(it: Comfort, span: Timespan) -> bool:
    return len({span.start.astimezone(zone).utcoffset() for zone in it.zones}) > 1


def _bad(it: Comfort, person: PersonTime, span: Timespan) -> int:
    """Minutes outside of good hours, on somebody's own clock."""
    good = it.setting.rules.fairness
    return _outside(span, good.start, good.end, person.zone)


def _is_outside(person: PersonTime, span: Timespan) -> bool:
    """Whether a time lies outside of somebody's working hours, on the clock where they are that day."""
    zone = person.person.zone_on(span.start.astimezone(person.zone).date(), person.zone)
    hours = working_spans(person.person, [span.start.astimezone(zone).date()], person.zone)
    return not any(own.start <= span.start and span.end <= own.end for own in hours)


def _times(it: Comfort, person: PersonTime) -> int:
    """Once, and once more for each hour that somebody carried above the one who carried least."""
    more = it.setting.carried.get(person.person.email.lower(), 0) - it.least_carried
    return 1 + min(MOST_TIMES, more // 60)


def _outside(span: Timespan, start: time, end: time, zone: ZoneInfo) -> int:
    """Minutes of a span outside a time of day, on the clock of a zone."""
    day = span.start.astimezone(zone).date()
    return span.minutes - span.overlap_minutes(Timespan(at(day, start, zone), at(day, end, zone), zone))


Term = Callable[[Comfort, Timespan], int]
TERMS: Sequence[Term] = (_optional_lost, _soft_busy, _lunch, _absent, _preferred, _others_free_days, _bad_hours)
