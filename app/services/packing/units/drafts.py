"""Units for meetings that do not exist yet: what a wish becomes, and every place that it may get."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from hashlib import sha256

from app.domain.calendar.event import Attendee, Event, EventRef
from app.domain.calendar.timespan import IsoWeek, Timespan
from app.domain.meetings.meeting import Meeting
from app.domain.people.grid import at
from app.domain.plans.wish import RRULES, Wish, days_of
from app.services.packing.units.places import Setting, starts_on
from app.services.packing.units.units import Scope, Unit


def draft(identifier: str, wish: Wish, setting: Setting) -> Unit:
    """The unit of a wish. Its event is in no calendar; its UID is the same for the same people and title."""
    people = tuple(
        Attendee(email, setting.person(email).name, required=email not in wish.optional)
        for email in (setting.manager, *wish.people, *wish.optional)
    )
    text = " ".join((setting.manager, wish.title, wish.often, *wish.people))
    begin = at(setting.week.monday, time(), setting.zone)
    event = Event(
        EventRef("", f"draft-{sha256(text.encode()).hexdigest()[:16]}"),
        Timespan(begin, begin + timedelta(minutes=wish.minutes), setting.zone),
        wish.title,
        setting.manager,
        people,
        rrule=RRULES[wish.often],
    )
    scope: Scope = "occurrence" if wish.often == "once" else "series"
    meeting = Meeting(event, (event,), people)
    return Unit(identifier, (meeting,), (), scope, wish.kind, None, setting.manager, wish=wish)


def draft_places(wish: Wish, setting: Setting) -> Iterator[tuple[Timespan, ...]]:
    """Every place on the quarter hours of the manager's working time; what is biweekly may begin a week later."""
    length = timedelta(minutes=wish.minutes)
    people = (setting.manager, *wish.people)
    for week in (setting.week, setting.week.plus(1)) if wish.often == "biweekly" else (setting.week,):
        for start in (s for day in setting.open_days_of(week) for s in starts_on(day, length, setting)):
            spans = _series(wish, start, setting)
            if wish.often != "once" or not any(setting.time[e].is_away(spans[0]) for e in people):
                yield spans


def _series(wish: Wish, start: datetime, setting: Setting) -> tuple[Timespan, ...]:
    local = start.astimezone(setting.zone)
    weeks = setting.rules.packing.weeks
    begun = (IsoWeek.of(local.date()).monday - setting.week.monday).days // 7
    starts = (at(day, local.time(), setting.zone) for day in days_of(local.date(), wish.often, weeks - begun))
    length = timedelta(minutes=wish.minutes)
    return tuple(Timespan(s, s + length, setting.zone) for s in starts)
