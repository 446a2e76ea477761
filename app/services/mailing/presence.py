"""On which days a manager reads mail: not on holidays, nor where their own calendar or the team file has them away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from app.domain.calendar.timespan import Timespan
from app.domain.configuration.schedule import Presence
from app.domain.meetings.busy import BusyRules, Strength, strength
from app.domain.meetings.meeting import line_of
from app.domain.people.grid import day_span
from app.domain.people.person import Person, Team
from app.ports import CalendarSource
from app.services.packing.units.availability import away_days
from app.services.planning.situation.reading import zone_of_manager
from app.services.planning.situation.request import Request


def zone_of(request: Request, timezone: ZoneInfo | None) -> ZoneInfo:
    """The manager's zone: as given, else as for a plan. Raises `InputError` if nobody says it."""
    team = request.team or Team()
    me = team.canonical(request.manager)
    return zone_of_manager(me, _own(request, team), team, timezone or request.timezone)


def presence_on(request: Request, days: Sequence[date], zone: ZoneInfo) -> Presence:
    """Whether the manager of a request is there on some days, one after the other.

    A day is an absence if half of its working time is, as in a plan.
    """
    team = request.team or Team()
    person = team.find(team.canonical(request.manager))
    window = Timespan(day_span(days[0], zone).start, day_span(days[-1], zone).end, zone)
    absences = [span for calendar in _own(request, team) for span in _absences(calendar, window, person, request, team)]
    public = request.holidays.names(person.country, days) if person.country else {}
    work = [day.weekday() for day in (days[0] + timedelta(days=n) for n in range(7)) if person.hours_on(day)]
    return Presence(frozenset(public) | away_days(absences, person, days, zone), frozenset(work))


def _own(request: Request, team: Team) -> list[CalendarSource]:
    """The manager's own calendars."""
    owned = [(source.owner or source.calendar.owner_hint, source.calendar) for source in request.sources]
    me = team.canonical(request.manager)
    return [calendar for owner, calendar in owned if owner and team.canonical(owner) == me]


def _absences(
    calendar: CalendarSource, window: Timespan, person: Person, request: Request, team: Team
) -> list[Timespan]:
    rules = BusyRules(request.rules.words)
    events = calendar.events(window, person.email, window.zone).events
    return [
        event.span for event in events if strength(event, line_of(event, person.email, team), rules) is Strength.AWAY
    ]
