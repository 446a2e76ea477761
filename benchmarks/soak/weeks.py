"""Seeded weeks: a manager with some people and their meetings, and what happens to these meanwhile."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from app.domain.calendar.timespan import IsoWeek
from app.domain.proposals.proposal import ProposedMove
from benchmarks.soak.places import ZONE, Meeting, Place

WEEK = IsoWeek.parse("2026-W49")
NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
FIRST = datetime(2026, 11, 2)  # noqa: DTZ001 - the wall clock of ZONE: a Monday, four weeks before the planned one
DAYS = ("MO", "TU", "WE", "TH", "FR")
LATE = "Late"
"""What somebody puts where a meeting was that was moved."""
PASSED = 4
"""Weekly occurrences that lie before the planned week."""


@dataclass(frozen=True)
class Week:
    """A manager, whom they work with, and all their meetings."""

    manager: str
    people: tuple[str, ...]
    meetings: tuple[Meeting, ...]

    @property
    def everyone(self) -> tuple[str, ...]:
        """The manager first."""
        return (self.manager, *self.people)

    @property
    def team(self) -> str:
        """The team file."""
        named = [f'[[person]]\nemail = "{self.manager}"\ntimezone = "{ZONE.key}"\nlevel = "manager"\n']
        for person in self.people:
            manager = f'manager = "{self.manager}"\n' if person != self.people[-1] else ""
            named.append(f'[[person]]\nemail = "{person}"\ntimezone = "{ZONE.key}"\n{manager}')
        return 'internal_domains = ["example.com"]\n' + "\n".join(named)


def random_week(rng: random.Random, number: int) -> Week:
    """A manager with four people, the last of whom is somebody else's, and 8 to 14 meetings of theirs."""
    manager = f"manager{number}@example.com"
    people = tuple(f"{name}{number}@example.com" for name in ("ana", "ben", "cem", "dia"))
    reports = people[:-1]
    meetings = [_series(rng, number, f"1:1 {person}", manager, (person,), 30) for person in reports]
    meetings.append(_series(rng, number, "Team sync", manager, reports, 60))
    meetings.append(_series(rng, number, "Roadmap with Dia", manager, (people[-1], *rng.sample(reports, 1)), 30))
    if rng.random() < 0.5:
        meetings.append(_one_off(rng, number, "Review", manager, tuple(rng.sample(people, 2))))
    for person in (manager, *people):
        titles = (f"Own time {own} of {person}" for own in range(rng.randint(0, 2)))
        meetings += [_series(rng, number, title, person, (), 60) for title in titles]
    return Week(manager, people, tuple(meetings))


def _series(
    rng: random.Random, number: int, title: str, organizer: str, guests: tuple[str, ...], minutes: int
) -> Meeting:
    day, every = rng.randrange(5), 2 if guests and rng.random() < 0.2 else 1
    rule = f"FREQ=WEEKLY;BYDAY={DAYS[day]}" + (";INTERVAL=2" if every == 2 else "")
    rule += ";COUNT=20" if rng.random() < 0.2 else ""
    late = PASSED // every + rng.randint(0, 3)
    moved = {late: timedelta(minutes=30 * rng.choice((-2, 2, 3)))} if guests and rng.random() < 0.25 else {}
    left_out = (late + 1,) if guests and rng.random() < 0.2 else ()
    start = _clock(rng, day)
    return Meeting(_uid(number, title), title, organizer, guests, start, minutes, rule, moved, left_out, every)


def _one_off(rng: random.Random, number: int, title: str, organizer: str, guests: tuple[str, ...]) -> Meeting:
    start = _clock(rng, rng.randrange(5)) + timedelta(weeks=PASSED)
    return Meeting(_uid(number, title), title, organizer, guests, start, 30)


def _clock(rng: random.Random, day: int) -> datetime:
    return FIRST + timedelta(days=day, hours=10, minutes=30 * rng.randrange(12))


def _uid(number: int, title: str) -> str:
    """A name that both Google and CalDAV take for one of an event."""
    return f"{number:06}{sha256(title.encode()).hexdigest()[:24]}"


def meddle(rng: random.Random, week: Week, place: Place) -> Iterator[str]:
    """Others change some of the meetings: the titles of those that are another thing than before."""
    for meeting in week.meetings:
        what = rng.random()
        if not meeting.guests or what > 0.4:
            continue
        if what < 0.08:
            place.move(meeting, timedelta(minutes=30 * rng.choice((-1, 1))))
            yield meeting.title
        elif what < 0.12:
            place.remove(meeting)
            yield meeting.title
        elif what < 0.3:
            place.answer(meeting, rng.choice(meeting.guests), rng.choice(("TENTATIVE", "ACCEPTED")))
    if rng.random() < 0.4:
        place.add(_series(rng, int(week.manager[7:].partition("@")[0]), "Taken", rng.choice(week.people), (), 60))


def take_a_place(rng: random.Random, week: Week, place: Place, moves: Sequence[ProposedMove]) -> None:
    """Have somebody, now and then, do something else where a meeting was that was moved."""
    if moves and rng.random() < 0.3:
        move = rng.choice(moves)
        number = int(week.manager[7:].partition("@")[0])
        start = (move.start.astimezone(ZONE) - timedelta(minutes=15)).replace(tzinfo=None)
        place.add(Meeting(_uid(number, LATE), LATE, rng.choice(move.people), (), start, 60))
