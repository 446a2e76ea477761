"""Generated half-years of which is known what an audit should find, by code that shares nothing with the audit's."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, time, timedelta

from app.domain.calendar.event import Partstat
from app.domain.people.person import Absence, Cadence, Person
from tests.services.auditing.offices import AHEAD, PAST, report, weeks_but
from tests.services.weeks import DANA, WEEK, Office

HOLIDAY = WEEK.plus(-1).monday
Case = tuple[str, bool, Callable[[random.Random, str], Person], Callable[[Office, str, int, time], None]]


class OneHoliday:
    """The Monday before the planned week is a public holiday."""

    def names(self, country: str, days: Sequence[date]) -> Mapping[date, str]:
        return {HOLIDAY: "Holiday"} if HOLIDAY in days else {}


def plain(often: Cadence = Cadence.WEEKLY, **more: object) -> Callable[[random.Random, str], Person]:
    return lambda _chance, email: report(email, often, **more)


def weekly(*left_out: int, weeks: Sequence[int] | None = None) -> Callable[[Office, str, int, time], None]:
    def put(it: Office, email: str, day: int, clock: time) -> None:
        kept = [week for week in (weeks if weeks is not None else weeks_but()) if week not in left_out]
        it.meeting(f"1:1 {email}", [DANA, email], day, clock, weeks=kept)

    return put


def every(step: int, *left_out: int) -> Callable[[Office, str, int, time], None]:
    def put(it: Office, email: str, day: int, clock: time) -> None:
        kept = [week for week in range(-26, 14, step) if week not in left_out]
        it.meeting(f"1:1 {email}", [DANA, email], day, clock, weeks=kept, rrule=f"FREQ=WEEKLY;INTERVAL={step}")

    return put


def nothing(it: Office, email: str, _day: int, clock: time) -> None:
    it.meeting(f"team {email}", [DANA, email, "pete@example.com"], 2, clock, weeks=weeks_but())


def declined(it: Office, email: str, day: int, clock: time) -> None:
    """The report says no to the last four."""
    weekly()(it, email, day, clock)
    first, last = WEEK.plus(-4).monday, WEEK.monday
    for owner, events in it.events.items():
        it.events[owner] = [
            replace(
                e,
                attendees=tuple(replace(a, partstat=Partstat.DECLINED) if a.email == email else a for a in e.attendees),
            )
            if e.ref.uid == f"1:1 {email}" and first <= e.span.local_start.date() < last
            else e
            for e in events
        ]


def moved(it: Office, email: str, day: int, clock: time) -> None:
    """Every third is moved by a day, or by hours, within its week."""
    weekly()(it, email, day, clock)
    for owner, events in it.events.items():
        it.events[owner] = [
            replace(e, span=replace(e.span, start=e.span.start + timedelta(days=1), end=e.span.end + timedelta(days=1)))
            if e.ref.uid == f"1:1 {email}" and e.span.start.day % 3 == 0
            else e
            for e in events
        ]


def twice(it: Office, email: str, day: int, clock: time) -> None:
    weekly()(it, email, 0, clock)
    it.meeting(f"1:1 b {email}", [DANA, email], 4, clock, weeks=weeks_but())


def half_of_twice(it: Office, email: str, day: int, clock: time) -> None:
    weekly()(it, email, 0, clock)


def second_left_out(it: Office, email: str, day: int, clock: time) -> None:
    weekly()(it, email, 0, clock)
    it.meeting(f"1:1 b {email}", [DANA, email], 4, clock, weeks=weeks_but(-4, -3, -2))


def renewed(it: Office, email: str, day: int, clock: time) -> None:
    """The series was ended and made anew on another day."""
    it.meeting(f"1:1 old {email}", [DANA, email], day, clock, weeks=range(-26, -3))
    it.meeting(f"1:1 new {email}", [DANA, email], (day + 2) % 5, clock, weeks=range(-3, 14))


def ad_hoc(it: Office, email: str, day: int, clock: time) -> None:
    """A one-off each week, and no series."""
    for week in (*PAST, *AHEAD):
        at = replace(it, events=it.events, week=WEEK.plus(week))
        at.meeting(f"1:1 {email} {week}", [DANA, email], day, clock, weeks=None)


AWAY = (Absence(WEEK.plus(-3).monday, WEEK.plus(-1).monday - timedelta(days=1)),)
CASES: tuple[Case, ...] = (
    ("none at all", True, plain(), nothing),
    ("the series ended", True, plain(), weekly(weeks=range(-26, -4))),
    ("three left out", True, plain(), weekly(-3, -2, -1)),
    ("declined for four weeks", True, plain(), declined),
    ("one of two a week", True, plain(Cadence.TWICE_WEEKLY, level="junior"), half_of_twice),
    ("the second of two left out", True, plain(Cadence.TWICE_WEEKLY), second_left_out),
    ("none in the planned week", True, plain(), weekly(0)),
    ("every other week, two left out", True, plain(Cadence.BIWEEKLY), every(2, -2, -4)),
    ("weekly is wanted, every fourth is held", True, plain(), every(4)),
    ("regular", False, plain(), weekly()),
    ("moved within the week", False, plain(), moved),
    ("away", False, plain(away=AWAY), weekly(-3, -2)),
    ("made anew", False, plain(), renewed),
    ("every other week", False, plain(Cadence.BIWEEKLY), every(2)),
    ("two a week", False, plain(Cadence.TWICE_WEEKLY), twice),
    ("none is wanted", False, plain(Cadence.NONE), nothing),
    ("left out long ago", False, plain(), weekly(-12, -11, -10)),
    ("one-offs", False, plain(), ad_hoc),
    ("every fourth week", False, plain(Cadence.MONTHLY), every(4)),
    ("a holiday", False, plain(country="XX"), weekly(-1)),
    ("new", False, plain(starts=WEEK.plus(-2).monday), weekly(weeks=range(-2, 14))),
)


def one_on_one_offices(seed: int, per_office: int = 7) -> Iterator[tuple[Office, dict[str, tuple[str, bool]]]]:
    """Offices whose reports each have one of the cases, in any order, with what they have."""
    chance = random.Random(seed)
    cases = [*CASES]
    chance.shuffle(cases)
    for first in range(0, len(cases), per_office):
        truth: dict[str, tuple[str, bool]] = {}
        it = Office([Person(DANA, "Dana")], holidays=OneHoliday())
        for number, (name, is_found, person, put) in enumerate(cases[first : first + per_office]):
            email = f"p{number}@example.com"
            it.people.append(person(chance, email))
            day = 0 if name == "a holiday" else chance.choice((0, 1, 2))
            put(it, email, day, time(9 + number, chance.choice((0, 30))))
            truth[email] = (name, is_found)
        yield it, truth


def crowded_week(seed: int) -> tuple[Office, dict[str, set[int]]]:
    """A week of random meetings and own entries; which days have no free half-hour, and which a run of over four hours.

    What is true is counted minute by minute.
    """
    chance = random.Random(seed)
    it = Office([Person(DANA, "Dana"), report("ana@example.com", Cadence.NONE)])
    truth: dict[str, set[int]] = {"no_slack": set(), "long_run": set()}
    for day in range(5):
        meeting, taken = [False] * 24 * 60, [False] * 24 * 60
        minute, number = 9 * 60 + chance.choice((0, 0, 15, 30)), 0
        while minute < 17 * 60:
            length = chance.choice((15, 25, 30, 45, 60, 90))
            end = min(minute + length, 17 * 60 + 30)
            is_meeting = chance.random() < 0.9
            clock = time(minute // 60, minute % 60)
            if is_meeting:
                it.meeting(f"m{day}-{number}", [DANA, "ana@example.com"], day, clock, end - minute, weeks=None)
                meeting[minute:end] = [True] * (end - minute)
            else:
                it.block(DANA, day, clock, end - minute)
            taken[minute:end] = [True] * (end - minute)
            minute, number = end + chance.choice((0, 0, 0, 0, 0, 5, 5, 10, 15)), number + 1
        if _half_hours(taken[9 * 60 : 17 * 60 + 30]) == 0 and any(meeting):
            truth["no_slack"].add(day)
        if _longest(meeting) > 4 * 60:
            truth["long_run"].add(day)
    return it, truth


def _half_hours(taken: Sequence[bool]) -> int:
    free = "".join("x" if each else "." for each in taken).split("x")
    return sum(len(run) // 30 for run in free)


def _longest(meeting: Sequence[bool]) -> int:
    line = "".join("m" if each else "." for each in meeting)
    for gap in range(9, 0, -1):
        line = line.replace("m" + "." * gap + "m", "m" * (gap + 2))
    return max(len(run) for run in line.split("."))
