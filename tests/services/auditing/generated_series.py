"""Generated series of which is known what the rules about them should find (docs/audit.md says by which rules).

Each is across teams, an hour, and stands in a slot of its own, at a time that the seed chooses.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from app.domain.audit.finding import FindingRule
from app.domain.calendar.event import Event, Partstat
from app.domain.people.person import Person
from tests.services.auditing.meetings.changed import change
from tests.services.auditing.offices import ANA, BEN, report, weeks_but
from tests.services.weeks import DANA, NOW, WEEK, Office

PETE, QUIN, GONE, LEFT = "pete@example.com", "quin@example.com", "gone@example.com", "left@example.com"
CROWD = [f"person{number}@example.com" for number in range(12)]
ALL = weeks_but()
END, HALF, MANY, FOR_ME = "end", "half", FindingRule.TOO_MANY_PEOPLE.value, FindingRule.DELEGATE.value
LONG_AGO = NOW - timedelta(days=400)
Alter = Callable[[Event, int], Event]
"""Changes one occurrence, given its week; the planned one is 0."""


def same(event: Event, _week: int) -> Event:
    return event


@dataclass(frozen=True)
class Series:
    """A series and what is true of it."""

    truth: frozenset[str] = frozenset()
    weeks: Iterable[int] = tuple(ALL)
    who: tuple[str, ...] = (PETE, QUIN)
    optional: tuple[str, ...] = ()
    organizer: str = DANA
    rrule: str = "FREQ=WEEKLY"
    rooms: tuple[str, ...] = ()
    alter: Alter = same


def says(email: str, answer: Partstat, *weeks: int) -> Alter:
    """Somebody answers so in those weeks; in all if none is named."""

    def alter(event: Event, week: int) -> Event:
        if weeks and week not in weeks:
            return event
        lines = (replace(line, partstat=answer) if line.email == email else line for line in event.attendees)
        return replace(event, attendees=tuple(lines))

    return alter


def old(event: Event, _week: int) -> Event:
    return replace(event, created=LONG_AGO, changed=LONG_AGO)


def old_with_agenda(event: Event, _week: int) -> Event:
    return replace(old(event, 0), description="Budget and hiring")


def it_is(*truth: str) -> frozenset[str]:
    return frozenset(truth)


NO, YES, QUIET = Partstat.DECLINED, Partstat.ACCEPTED, Partstat.NEEDS_ACTION
SERIES: Mapping[str, Series] = {
    "takes place each week": Series(),
    "every second week": Series(weeks=range(-26, 14, 2), rrule="FREQ=WEEKLY;INTERVAL=2"),
    "takes place two weeks in three": Series(weeks=[w for w in ALL if w >= 0 or w % 3]),
    "takes place one week in three": Series(it_is(END), weeks=[w for w in ALL if w >= 0 or w % 3 == 0]),
    "the last eight cancelled, eighteen before": Series(weeks=[w for w in ALL if w >= 0 or w < -8]),
    "the last sixteen cancelled": Series(it_is(END), weeks=[w for w in ALL if w >= 0 or w < -16]),
    "paused for four months, alive for the last nine weeks": Series(weeks=[w for w in ALL if w < -24 or w > -10]),
    "you decline it": Series(it_is(END), organizer=PETE, alter=says(DANA, NO, *range(-26, 0))),
    "you declined three times": Series(organizer=PETE, alter=says(DANA, NO, -2, -9, -15)),
    "with an end, half cancelled": Series(
        weeks=[w for w in ALL if w >= 0 or w % 3 == 0], rrule="FREQ=WEEKLY;UNTIL=20271231T225959Z"
    ),
    "new, two of three cancelled": Series(weeks=[-3, *range(14)]),
    "its organizer left": Series(it_is(END), who=(GONE, QUIN), organizer=GONE),
    "its organizer leaves in a month": Series(who=(LEFT, QUIN), organizer=LEFT),
    "its organizer declines it from now on": Series(it_is(END), organizer=PETE, alter=says(PETE, NO, *range(14))),
    "its organizer cannot come next week": Series(organizer=PETE, alter=says(PETE, NO, 0)),
    "its organizer did not answer": Series(organizer=PETE, alter=says(PETE, QUIET)),
    "untouched, without an agenda": Series(it_is(HALF), alter=old),
    "untouched, with an agenda": Series(alter=old_with_agenda),
    "untouched, three in ten cancelled": Series(
        it_is(HALF), weeks=[w for w in ALL if w >= 0 or w % 10 not in (2, 5, 8)], alter=old_with_agenda
    ),
    "moved by a day each second week": Series(alter=lambda event, week: _moved(event) if week % 2 else event),
    "eight people": Series(who=tuple(CROWD[:7])),
    "eight people and two rooms": Series(who=tuple(CROWD[:7]), rooms=("a@rooms.example.com", "b@rooms.example.com")),
    "nine people": Series(it_is(MANY), who=tuple(CROWD[:8])),
    "nine people, one declined": Series(who=tuple(CROWD[:8]), alter=says(CROWD[0], NO)),
    "nine people, one declined next week only": Series(
        it_is(MANY), who=tuple(CROWD[:8]), alter=says(CROWD[0], NO, 0)
    ),
    "six and five optional": Series(it_is(MANY), who=tuple(CROWD[:5]), optional=tuple(CROWD[5:10])),
    "nine, one does not answer": Series(it_is(MANY), who=tuple(CROWD[:8]), alter=says(CROWD[0], QUIET)),
    "nine, and over after this week": Series(it_is(MANY), who=tuple(CROWD[:8]), weeks=range(-26, 1)),
    "nine, and it ended last week": Series(who=tuple(CROWD[:8]), weeks=range(-26, 0)),
    "a report goes": Series(it_is(FOR_ME), who=(PETE, ANA), organizer=PETE),
    "two reports go": Series(it_is(FOR_ME), who=(PETE, ANA, BEN), organizer=PETE),
    "the report declines it": Series(who=(PETE, ANA), organizer=PETE, alter=says(ANA, NO)),
    "the report declines next week only": Series(
        it_is(FOR_ME), who=(PETE, ANA), organizer=PETE, alter=says(ANA, NO, 0)
    ),
    "the report goes next week only": Series(
        who=(PETE, ANA), organizer=PETE, alter=says(ANA, NO, *range(1, 14))
    ),
    "the report has left": Series(who=(PETE, "former@example.com"), organizer=PETE),
    "your own, and a report goes": Series(who=(PETE, ANA)),
    "you decline it from now on, a report goes": Series(
        who=(PETE, ANA), organizer=PETE, alter=says(DANA, NO, *range(14))
    ),
    "you are asked, no report is": Series(organizer=PETE),
}  # fmt: skip


def _moved(event: Event) -> Event:
    span = event.span
    day = timedelta(days=1)
    return replace(event, span=replace(span, start=span.start + day, end=span.end + day))


def half_year(seed: int, answers: tuple[int, int] | None = None) -> Office:
    """Dana's half-year with all series; with `answers`, only so many invitations of Pete's, accepted and declined."""
    chance = random.Random(seed)
    it = Office([Person(DANA, "Dana"), report(ANA), report(BEN), report("former@example.com", ends=date(2026, 10, 1))])
    it.people += [Person(PETE, "Pete"), Person(QUIN, "Quin"), Person(GONE, "Gone", ends=date(2026, 11, 1))]
    it.people += [Person(LEFT, "Left", ends=date(2026, 12, 31)), *(Person(one, one) for one in CROWD)]
    wanted = {**SERIES} if answers is None else _invitations(*answers)
    slots = [(day, time(hour, minute)) for day in range(4) for hour in range(7, 19) for minute in (0, 30)]
    for (name, one), (day, clock) in zip(wanted.items(), chance.sample(slots, len(wanted)), strict=True):
        _put(it, name, one, day, clock)
    return it


def _invitations(accepted: int, declined: int) -> dict[str, Series]:
    found = {f"yes {number}": Series(organizer=PETE) for number in range(accepted)}
    return found | {f"no {number}": Series(organizer=PETE, alter=says(DANA, NO)) for number in range(declined)}


def _put(it: Office, name: str, one: Series, day: int, clock: time) -> None:
    who = (DANA, *one.who)
    it.meeting(
        name, who, day, clock, 60, organizer=one.organizer, weeks=one.weeks, optional=one.optional,
        rrule=one.rrule, rooms=one.rooms,
    )  # fmt: skip
    change(it, name, lambda event: one.alter(event, _week(event.span.local_start)))


def _week(moment: datetime) -> int:
    return (moment.date() - WEEK.monday).days // 7
