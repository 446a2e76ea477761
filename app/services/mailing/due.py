"""When the weekly mail is due: one moment in the week before the one that it is about, on the manager's own clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.schedule import Presence, WeeklyMail
from app.domain.people.grid import at, weeks_span

LOOK_AHEAD = 8
"""Weeks that are looked at for the next mail: for longer nobody knows who is there."""


def due(
    schedule: WeeklyMail, zone: ZoneInfo, presence: Presence, now: datetime, since: datetime | None = None
) -> IsoWeek | None:
    """The week that a mail is due about now, None if none is.

    A mail is due from its moment on for as long as it can be caught up with, and until its week begins. `since` is when
    the manager said that they want it so: what would have been due before that is not sent.
    """
    if not schedule.on:
        return None
    week = IsoWeek.of(now.astimezone(zone).date()).plus(1)
    moment = moment_of(schedule, week, zone, presence)
    if moment is None or (since is not None and moment < since):
        return None
    return week if moment <= now < moment + timedelta(hours=schedule.catch_up_hours) else None


def next_mail(
    schedule: WeeklyMail,
    zone: ZoneInfo,
    presence: Presence,
    now: datetime,
    is_made: Callable[[IsoWeek], bool] = lambda _: False,
) -> tuple[datetime, IsoWeek] | None:
    """The next moment after now at which a mail is due, and the week that it is about; None if none is in sight.

    A week that has its mail already (`is_made`) gets no other.
    """
    first = IsoWeek.of(now.astimezone(zone).date()).plus(1)
    weeks = (first.plus(n) for n in range(LOOK_AHEAD)) if schedule.on else ()
    moments = ((moment_of(schedule, week, zone, presence), week) for week in weeks)
    return next(
        ((moment, week) for moment, week in moments if moment is not None and moment > now and not is_made(week)), None
    )


def moment_of(schedule: WeeklyMail, week: IsoWeek, zone: ZoneInfo, presence: Presence) -> datetime | None:
    """The one moment of the mail about a week; None if it is left out.

    A wall time that a change of the clocks skips is moved on by the gap, one that comes twice is taken the first time,
    as everywhere (`app.domain.people.grid`).
    """
    before = week.plus(-1)
    day = _day(schedule, before.days, presence)
    if day is None:
        return None
    moment, span = at(day, schedule.at, zone), weeks_span(before, 1, zone)
    return moment if span.start <= moment < span.end else None


def _day(schedule: WeeklyMail, days: tuple[date, ...], presence: Presence) -> date | None:
    """The wanted day; if the manager is off on it, the nearest working day of the week on the wanted side.

    If that side has none, the other one: a week of two days has its mail, too.
    """
    wanted = days[schedule.weekday]
    if not presence.is_off(wanted):
        return wanted
    before = _first(reversed(days[: schedule.weekday]), presence.is_at_work)
    after = _first(days[schedule.weekday + 1 :], presence.is_at_work)
    return {"before": before or after, "after": after or before, "skip": None}[schedule.on_holiday]


def _first(days: Iterable[date], fits: Callable[[date], bool]) -> date | None:
    return next(filter(fits, days), None)
