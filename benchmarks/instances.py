"""Seeded weeks as the solver is given them: `company(managers, seed)` and `one_manager(meetings, seed)`.

Each manager has 5 to 9 reports with weekly 1:1s (15 % of them two, on different days), a team sync, the start and the
end of a sprint, and 1 to 3 meetings with neighbouring teams. Up to 8 managers make a group with a director, who has a
1:1 with each and a sync with all. Everyone has 0 to 4 busy times, and 5 % have a day off. All work Monday to Friday
from 9 to 18, managers and directors keep Tuesday and Thursday free, and where a meeting is today is drawn at random.

Places are the quarter hours of the open days; what they cost is what `app.services.packing.units.places` says with the
packaged rules and pattern. Meetings that differ in nothing share their places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from random import Random
from typing import Literal

from solver.candidates import touch, union
from solver.data import Budget, Place, ProblemData, Relation, Resource, Span, Task

HOUR = 60
DAY = 24 * HOUR
WEEK = 7 * DAY
STEP = 15
OPENS, CLOSES = 9 * HOUR, 18 * HOUR
WORKING_DAYS, FREE_DAYS = (0, 1, 2, 3, 4), (1, 3)
GROUP = 8
TWICE, DAY_OFF, ANSWERED = 0.15, 0.05, 0.8
DEFAULT_BUDGET = Budget(max_moves=8, max_moves_per_person=3, max_people_mailed=40)
TOLERANCE, MOVE_CHARGE, MAILED_CHARGE, OPTIONAL_LOST = 15, 15, 2, 60
LUNCH = (12 * HOUR, 13 * HOUR)

Kind = Literal["one_on_one", "team_sync", "sprint_start", "sprint_check", "cross_team"]
Load = Literal["managers", "everyone", "nobody"]


def _block(day: int, opens: int, closes: int) -> Span:
    return Span(day * DAY + opens * HOUR, day * DAY + closes * HOUR)


BLOCKS: dict[Kind, tuple[Span, ...]] = {
    "one_on_one": (_block(0, 13, 17), _block(4, 13, 17)),
    "team_sync": (_block(0, 9, 12),),
    "sprint_start": (_block(0, 9, 12),),
    "sprint_check": (_block(4, 9, 12),),
    "cross_team": (_block(2, 9, 12), _block(2, 13, 17)),
}
LENGTHS: dict[Kind, tuple[int, ...]] = {
    "one_on_one": (30, 30, 30, 30, 45),
    "team_sync": (30, 45, 60),
    "sprint_start": (45, 60),
    "sprint_check": (45, 60),
    "cross_team": (30, 30, 45),
}


def company(managers: int, seed: int, *, weeks: int = 1, load: Load = "managers") -> ProblemData:
    """A company of so many managers, with neighbours in the order of their numbers; `load`: whose load days count."""
    office = _Office(Random(seed))
    directors = [office.hire("director", manages=True) for _ in range(0, managers, GROUP)]
    teams = [_hire_team(office, office.rng.randint(5, 9)) for _ in range(managers)]
    for number, team in enumerate(teams):
        _meet_in_team(office, team)
        near = [t for n in (-2, -1, 1, 2) if 0 <= number + n < managers for t in (teams[number + n],)]
        for _ in range(office.rng.randint(1, 3)):
            other = office.rng.choice(near) if near else _Team(directors[0], ())
            _meet_across(office, team, other)
    for number, director in enumerate(directors):
        group = [team.manager for team in teams[number * GROUP : (number + 1) * GROUP]]
        for manager in group:
            office.meet("one_on_one", director, [manager])
        if len(group) > 1:
            office.meet("team_sync", director, group)
    return _problem(office, weeks, load)


def one_manager(meetings: int, seed: int, *, weeks: int = 1, load: Load = "managers") -> ProblemData:
    """One manager with just so many meetings (8 or more): half of them 1:1s, most of the rest across teams."""
    office = _Office(Random(seed))
    director, manager = office.hire("director", manages=True), office.hire("manager", manages=True)
    team = _Team(manager, ())
    while len(office.meetings) < meetings // 2:
        report = office.hire("report")
        team = _Team(manager, (*team.reports, report))
        _meet_alone(office, manager, report, twice_allowed=len(office.meetings) + 1 < meetings // 2)
    _meet_as_team(office, team)
    office.meet("one_on_one", director, [manager])
    peers = [_Team(office.hire("peer", manages=True), (office.hire("report"),)) for _ in range(4)]
    while len(office.meetings) < meetings:
        _meet_across(office, team, office.rng.choice(peers))
    return _problem(office, weeks, load)


@dataclass(frozen=True)
class _Person:
    """Someone with busy times of every week, and perhaps a day off in the first."""

    id: str
    manages: bool
    busy: tuple[Span, ...]
    day_off: int | None

    def hard_busy(self, weeks: int) -> tuple[Span, ...]:
        """All of their busy time on the axis."""
        off = () if self.day_off is None else (Span(self.day_off * DAY, (self.day_off + 1) * DAY),)
        return tuple(union((*off, *_weekly(self.busy, weeks))))


@dataclass(frozen=True)
class _Team:
    """A manager and the reports."""

    manager: int
    reports: tuple[int, ...]


@dataclass(frozen=True)
class _Meeting:
    """A series of one occurrence a week; `start` is where it is today."""

    kind: Kind
    people: tuple[int, ...]
    optional: tuple[int, ...]
    length: int
    start: int
    answered: int

    @property
    def span(self) -> Span:
        """Its occurrence in the planned week."""
        return Span(self.start, self.start + self.length)

    @property
    def mailed(self) -> tuple[int, ...]:
        """Everyone but its manager, who comes first."""
        return (*self.people[1:], *self.optional)


@dataclass
class _Office:
    """People, their meetings, and the pairs of these that want two days."""

    rng: Random
    people: list[_Person] = field(default_factory=list)
    meetings: list[_Meeting] = field(default_factory=list)
    apart: list[tuple[int, int]] = field(default_factory=list)

    def hire(self, role: str, *, manages: bool = False) -> int:
        """Someone new, by number."""
        busy = tuple(union(self._span(self.rng.choice((30, 60, 60, 90, 120))) for _ in range(self.rng.randint(0, 4))))
        off = self.rng.choice(WORKING_DAYS) if self.rng.random() < DAY_OFF else None
        self.people.append(_Person(f"{role}{len(self.people)}", manages, busy, off))
        return len(self.people) - 1

    def meet(self, kind: Kind, manager: int, guests: Iterable[int], optional: Iterable[int] = ()) -> int:
        """A new meeting, by number, at a time of which nobody thought much."""
        length = self.rng.choice(LENGTHS[kind])
        people, others = (manager, *guests), tuple(optional)
        answered = sum(self.rng.random() < ANSWERED for _ in range(len(people) - 1 + len(others)))
        self.meetings.append(_Meeting(kind, people, others, length, self._span(length).start, answered))
        return len(self.meetings) - 1

    def _span(self, length: int) -> Span:
        start = self.rng.choice(WORKING_DAYS) * DAY + self.rng.randrange(OPENS, CLOSES - length + 1, STEP)
        return Span(start, start + length)


def _hire_team(office: _Office, reports: int) -> _Team:
    return _Team(office.hire("manager", manages=True), tuple(office.hire("report") for _ in range(reports)))


def _meet_in_team(office: _Office, team: _Team) -> None:
    for report in team.reports:
        _meet_alone(office, team.manager, report)
    _meet_as_team(office, team)


def _meet_as_team(office: _Office, team: _Team) -> None:
    for kind in ("team_sync", "sprint_start", "sprint_check"):
        office.meet(kind, team.manager, team.reports)


def _meet_alone(office: _Office, manager: int, report: int, *, twice_allowed: bool = True) -> None:
    first = office.meet("one_on_one", manager, [report])
    if office.rng.random() < TWICE and twice_allowed:
        office.apart.append((first, office.meet("one_on_one", manager, [report])))


def _meet_across(office: _Office, team: _Team, other: _Team) -> None:
    """A manager with one report meets another manager, perhaps with a report; one more report may come."""
    own, maybe = office.rng.sample(team.reports, 2)
    theirs = [office.rng.choice(other.reports)] if other.reports else []
    office.meet("cross_team", team.manager, [other.manager, own, *theirs], [maybe])


def _problem(office: _Office, weeks: int, load: Load) -> ProblemData:
    working = tuple(_weekly((_day(day) for day in WORKING_DAYS), weeks))
    closed = tuple(_weekly((Span(day * DAY, (day + 1) * DAY) for day in FREE_DAYS), weeks))
    resources = []
    for person in office.people:
        counts = load == "everyone" or (load == "managers" and person.manages)
        load_days = tuple(_day(day) for day in WORKING_DAYS if day != person.day_off) if counts else ()
        own = closed if person.manages else ()
        resources.append(Resource(person.id, person.hard_busy(weeks), working, own, load_days))
    return ProblemData(
        tuple(resources),
        tuple(_tasks(office, weeks)),
        tuple(Relation("not_same_day", first, second) for first, second in office.apart),
        day_starts=tuple(range(0, weeks * WEEK, DAY)),
    )


def _tasks(office: _Office, weeks: int) -> Iterator[Task]:
    places = _Places(weeks)
    clashing = _clashing(office)
    for number, meeting in enumerate(office.meetings):
        stay, new = places.of(meeting)
        busy = [office.people[person].hard_busy(1) for person in meeting.optional]
        yield Task(
            f"{meeting.kind}{number}",
            meeting.people,
            meeting.optional,
            _lost(stay, busy),
            tuple(_lost(place, busy) for place in new) if any(busy) else new,
            mailed=meeting.mailed,
            clashes=number in clashing,
        )


def _lost(place: Place, busy: Sequence[Sequence[Span]]) -> Place:
    """The place with the price of the optional people who cannot come, by their busy times."""
    lost = sum(touch(spans, place.spans[:1]) for spans in busy)
    if not lost:
        return place
    conflicts, free_days, pattern, disruption, people, focus = place.costs
    return Place(place.spans, (conflicts, free_days, pattern, disruption, people + OPTIONAL_LOST * lost, focus))


def _clashing(office: _Office) -> set[int]:
    """The meetings that meet a busy time or another meeting of a required person, where they are today."""
    own: list[list[int]] = [[] for _ in office.people]
    for number, meeting in enumerate(office.meetings):
        for required in meeting.people:
            own[required].append(number)
    found: set[int] = set()
    for person, numbers in zip(office.people, own, strict=True):
        busy = person.hard_busy(1)
        found.update(n for n in numbers if touch(busy, [office.meetings[n].span]))
        for one, other in combinations(numbers, 2):
            if office.meetings[one].span.overlap(office.meetings[other].span):
                found.update((one, other))
    return found


class _Places:
    """The places of meetings; made once for all that share kind, length, today's start and numbers of people."""

    def __init__(self, weeks: int) -> None:
        self.weeks = weeks
        self.known: dict[tuple[int | str, ...], tuple[Place, tuple[Place, ...]]] = {}
        self.spans: dict[Span, tuple[Span, ...]] = {}

    def of(self, meeting: _Meeting) -> tuple[Place, tuple[Place, ...]]:
        """Today's place, and every other one."""
        letters = len(meeting.mailed)
        key = (meeting.kind, *meeting.span, len(meeting.people), letters, meeting.answered)
        if key not in self.known:
            self.known[key] = (self._place(meeting, meeting.start), tuple(self._new(meeting)))
        return self.known[key]

    def _new(self, meeting: _Meeting) -> Iterator[Place]:
        for day in WORKING_DAYS:
            if day not in FREE_DAYS:
                for minute in range(OPENS, CLOSES - meeting.length + 1, STEP):
                    if day * DAY + minute != meeting.start:
                        yield self._place(meeting, day * DAY + minute)

    def _place(self, meeting: _Meeting, start: int) -> Place:
        span = Span(start, start + meeting.length)
        day = start // DAY
        free_days = meeting.length if day in FREE_DAYS else 0
        outside = _outside(span, BLOCKS[meeting.kind])
        lunch = span.overlap(Span(day * DAY + LUNCH[0], day * DAY + LUNCH[1])) * len(meeting.people)
        if start == meeting.start:
            return Place(self._each_week(span), (0, free_days, outside, 0, lunch, 0))
        letters = len(meeting.mailed)
        charge, disruption = MOVE_CHARGE + MAILED_CHARGE * letters, 1 + letters + meeting.answered
        distance = abs(start - meeting.start) // HOUR
        return Place(self._each_week(span), (0, free_days, outside + charge, disruption, lunch, distance))

    def _each_week(self, span: Span) -> tuple[Span, ...]:
        if span not in self.spans:
            self.spans[span] = tuple(_weekly([span], self.weeks))
        return self.spans[span]


def _outside(span: Span, blocks: Sequence[Span]) -> int:
    """Minutes outside of the blocks; of what reaches into one, up to the tolerance count none."""
    inside = sum(span.overlap(block) for block in blocks)
    outside = span.end - span.start - inside
    return 0 if inside and outside <= TOLERANCE else outside


def _day(day: int) -> Span:
    return Span(day * DAY + OPENS, day * DAY + CLOSES)


def _weekly(spans: Iterable[Span], weeks: int) -> Iterator[Span]:
    first = list(spans)
    yield from (Span(week * WEEK + start, week * WEEK + end) for week in range(weeks) for start, end in first)
