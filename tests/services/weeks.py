"""Weeks made of plain events, for tests of the use cases: no text is parsed."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.domain.calendar.event import Attendee, Calendar, Cutype, Event, EventRef, Partstat
from app.domain.calendar.timespan import IsoWeek, Timespan
from app.domain.configuration.pattern import Pattern
from app.domain.people.grid import at
from app.domain.people.person import Person, Team, WorkingHours
from app.domain.people.rooms import Distance, Room, Site
from app.domain.plans.plan import Plan, PlanMeeting
from app.ports import HolidayCalendar
from app.services.packing.packing import Limits
from app.services.planning.plan_week import plan_week
from app.services.planning.situation.reading import Source
from app.services.planning.situation.request import Request
from app.settings import Settings, load_pattern, load_rules, parse, parse_rules

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
WEEK = IsoWeek(2026, 49)
NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
DANA = "dana@example.com"
MONDAY_ONLY = """
    [meeting_free_days]
    days = ["tuesday", "thursday"]
    [[block]]
    name = "1:1s"
    day = "monday"
    start = "13:00"
    end = "13:30"
    kinds = ["one_on_one"]
"""
"""A pattern in which 1:1s have half an hour on Monday, and nothing else has a block."""


@dataclass(frozen=True)
class MemoryCalendar:
    """The in-memory reference of the `CalendarSource` port."""

    source: str
    owner_hint: str | None
    held: Sequence[Event]
    zone_hint: ZoneInfo | None = BERLIN

    def events(self, window: Timespan, owner: str, zone: ZoneInfo) -> Calendar:
        inside = tuple(sorted((e for e in self.held if e.span.overlaps(window)), key=lambda e: e.span.start))
        return Calendar(self.source, owner, inside, self.zone_hint)


class NoHolidays:
    """Nobody has a holiday."""

    def names(self, country: str, days: Sequence[date]) -> Mapping[date, str]:
        return {}


@dataclass
class Office:
    """Calendars of some people, to which meetings are added; every attendee with a calendar gets a copy."""

    people: list[Person]
    events: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    without_calendar: frozenset[str] = frozenset()
    week: IsoWeek = WEEK
    now: datetime = NOW
    holidays: HolidayCalendar = field(default_factory=NoHolidays)
    room: tuple[Room, ...] = ()
    site: tuple[Site, ...] = ()
    distance: tuple[Distance, ...] = ()

    def meeting(
        self,
        uid: str,
        who: Sequence[str],
        day: int,
        clock: time,
        minutes: int = 30,
        *,
        organizer: str | None = None,
        title: str | None = None,
        weeks: Iterable[int] | None = range(8),
        zone: ZoneInfo = BERLIN,
        optional: Sequence[str] = (),
        rrule: str = "FREQ=WEEKLY",
        rooms: Sequence[str] = (),
        location: str = "",
    ) -> None:
        """A weekly series on a day of the week (0 is Monday), or a one-off in the planned week if `weeks` is None."""
        lines = tuple(Attendee(e, required=e not in optional, partstat=Partstat.ACCEPTED) for e in (*who, *optional))
        lines += tuple(Attendee(r, required=False, partstat=Partstat.ACCEPTED, cutype=Cutype.ROOM) for r in rooms)
        for week in [0] if weeks is None else weeks:
            start = at(self.week.plus(week).monday + timedelta(days=day), clock, zone)
            span = Timespan(start, start + timedelta(minutes=minutes), zone)
            for owner in (*who, *optional):
                ref = EventRef(f"{owner}.ics", uid, None if weeks is None else start)
                self.events[owner].append(
                    Event(
                        ref,
                        span,
                        title or uid,
                        organizer=organizer or who[0],
                        attendees=lines,
                        rrule=None if weeks is None else rrule,
                        location=location,
                    )
                )

    def block(
        self,
        owner: str,
        day: int,
        clock: time,
        minutes: int,
        week: int = 0,
        title: str = "Dentist",
        location: str = "",
    ) -> None:
        """Something of one person's own."""
        start = at(self.week.plus(week).monday + timedelta(days=day), clock, BERLIN)
        span = Timespan(start, start + timedelta(minutes=minutes), BERLIN)
        uid = f"own-{owner}-{week}-{day}-{clock}"
        self.events[owner].append(Event(EventRef(f"{owner}.ics", uid), span, title, location=location))

    def request(self, *, budget: bool = True, pattern: str | None = None, rules: str | None = None) -> Request:
        """What to plan Dana's week from."""
        settings = Settings()
        own_rules = parse_rules(rules, "rules.toml") if rules else load_rules(None, settings)
        if not budget:
            own_rules = replace(own_rules, budget=replace(own_rules.budget, mode="none"))
        return Request(
            sources=[
                Source(MemoryCalendar(f"{owner}.ics", owner, events))
                for owner, events in self.events.items()
                if owner not in self.without_calendar
            ],
            manager=DANA,
            week=self.week,
            now=self.now,
            pattern=parse(pattern, "pattern.toml", Pattern) if pattern else load_pattern(None, settings),
            rules=own_rules,
            holidays=self.holidays,
            generated_by="tests",
            team=Team(
                tuple(self.people),
                internal_domains=("example.com",),
                room=self.room,
                site=self.site,
                distance=self.distance,
            ),
            limits=Limits(work=4.0),
        )

    def plan(self, *, budget: bool = True, pattern: str | None = None, rules: str | None = None) -> Plan:
        """Dana's week, planned."""
        return plan_week(self.request(budget=budget, pattern=pattern, rules=rules)).plan


def office(
    *reports: str, zones: Mapping[str, ZoneInfo] | None = None, week: IsoWeek = WEEK, now: datetime = NOW
) -> Office:
    """Dana, and people named like `ana` who report to her, all with calendars."""
    people = [Person(DANA, "Dana", timezone=BERLIN, level="manager")]
    for name in reports:
        zone = (zones or {}).get(name, BERLIN)
        people.append(Person(f"{name}@example.com", name.title(), manager=DANA, team="platform", timezone=zone))
    made = Office(people, week=week, now=now)
    for person in people:
        made.events[person.email] = []
    made.block(DANA, 0, time(8, 0), 15, title="Coffee")
    return made


def only(plan: Plan, title: str) -> PlanMeeting:
    """The one meeting of a plan with this title."""
    (meeting,) = (m for m in plan.meetings if m.title == title)
    return meeting


def codes(meeting: PlanMeeting) -> set[str]:
    """The codes of a meeting's reasons."""
    return {reason.code for reason in meeting.reasons}


def random_office(seed: int) -> Office:
    """A week as it might be: up to six reports in two zones, part-timers, series, one-offs and other busy times."""
    rng = random.Random(seed)
    names = ["ana", "ben", "cleo", "dev", "eli", "fay"][: rng.randint(1, 6)]
    made = office(*names, zones={n: NEW_YORK for n in names if rng.random() < 0.2})
    for index, person in enumerate(made.people[1:], start=1):
        if rng.random() < 0.3:
            hours = (WorkingHours(("monday", "wednesday", "friday"), time(9), time(15)),)
            made.people[index] = Person(
                person.email, person.name, DANA, person.team, person.timezone, hours, one_on_one=person.one_on_one
            )
        made.meeting(
            f"1:1 {person.name}",
            [DANA, person.email],
            rng.randrange(5),
            time(rng.randint(9, 16), rng.choice([0, 15, 30, 37])),
            rng.choice([25, 30, 45]),
            weeks=rng.choice([range(8), range(0, 8, 2)]),
        )
        for number in range(rng.randint(0, 4)):
            clock = time(rng.randint(9, 16), rng.choice([0, 10, 30]))
            made.block(person.email, rng.randrange(5), clock, rng.choice([20, 60, 90]), week=number % 8)
    everyone = [p.email for p in made.people]
    for number in range(rng.randint(0, 4)):
        who = [DANA, *rng.sample(everyone[1:], rng.randint(1, len(everyone) - 1))]
        clock = time(rng.randint(9, 16), rng.choice([0, 30]))
        weeks = rng.choice([range(8), range(8), None])
        made.meeting(f"Sync {number}", who, rng.randrange(5), clock, rng.choice([30, 50, 60]), weeks=weeks)
    for number in range(rng.randint(0, 3)):
        clock = time(rng.randint(9, 16))
        made.block(DANA, rng.randrange(5), clock, rng.choice([30, 60]), week=number)
    return made
