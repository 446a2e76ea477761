"""How much notice people get: when the working days from now on are over, on each person's own clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import count, islice
from zoneinfo import ZoneInfo

from app.domain.people.grid import at
from app.domain.people.person import Person

LOOK_AHEAD_DAYS = 28

DayOff = Callable[[Person, date], bool]
"""Whether a person does not work on a day for a reason that the team file does not know, such as a public holiday."""


def no_day_off(_person: Person, _day: date) -> bool:
    """Say that nobody has a day off beside those of the team file."""
    return False


def freeze_ends(
    people: Iterable[Person],
    now: datetime,
    default_zone: ZoneInfo,
    working_days: int,
    day_off: DayOff = no_day_off,
) -> datetime:
    """The first moment at which a changed meeting may start, in UTC: everyone has had their working days of notice.

    One working day from a moment in working hours is the same time of the next working day; from a moment between them
    it is counted from where the next one begins. Someone who does not work within four weeks is not waited for. Without
    people, or with no days, it is `now`.
    """
    ends = (_notice_ends(person, now, default_zone, working_days, day_off) for person in people)
    return max((end for end in ends if end is not None), default=now) if working_days > 0 else now


def weeks_to_wait(start: datetime, ends: datetime) -> int:
    """After how many weeks something weekly that starts at a moment, on the clock of its zone, leaves the notice."""
    weeks = max(0, (ends - start).days // 7)
    return next(week for week in count(weeks) if start + timedelta(weeks=week) >= ends)


def _notice_ends(
    person: Person, now: datetime, default_zone: ZoneInfo, working_days: int, day_off: DayOff
) -> datetime | None:
    days = list(islice(_working_days(person, now, default_zone, day_off), working_days + 1))
    if len(days) <= working_days:
        return None
    first, last = days[0], days[working_days]
    zone = person.zone_on(last, default_zone)
    opens, closes = _bounds(person, last)
    clock = now.astimezone(person.zone_on(first, default_zone))
    has_begun = clock.date() == first and clock.time() > _bounds(person, first)[0]
    return at(last, min(max(clock.time(), opens), closes) if has_begun else opens, zone)


def _working_days(person: Person, now: datetime, default_zone: ZoneInfo, day_off: DayOff) -> Iterator[date]:
    """The person's working days, the first being the one that is not yet over."""
    today = now.astimezone(default_zone).date()
    for offset in range(-1, LOOK_AHEAD_DAYS):
        day = today + timedelta(days=offset)
        if not person.hours_on(day) or person.is_away(day) or day_off(person, day):
            continue
        if at(day, _bounds(person, day)[1], person.zone_on(day, default_zone)) > now:
            yield day


def _bounds(person: Person, day: date) -> tuple[time, time]:
    hours = person.hours_on(day)
    return min(start for start, _ in hours), max(end for _, end in hours)
