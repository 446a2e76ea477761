"""What calendars show, whatever the moment, and whatever was decided: the meetings, their kinds and everyone's time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.domain.meetings.busy import BusyRules
from app.domain.meetings.classify import classify
from app.domain.meetings.corrected import corrected
from app.domain.meetings.guess import GuessedTeam, guess_team
from app.domain.meetings.meeting import Classified, Meeting, is_meeting_like, merge
from app.domain.people.person import Team
from app.services.packing.units.availability import PersonTime, people_time
from app.services.planning.situation.asked_for import people_of, with_optional
from app.services.planning.situation.reading import Reading
from app.services.planning.situation.request import Request

MOST_SIGHTS = 4
"""So many weeks are remembered at once, of whoever was planned for last."""


@dataclass(frozen=True)
class Sight:
    """All meetings of the weeks looked at, what each is, and the time of their people. `team` may be the `guessed`."""

    team: Team
    guessed: GuessedTeam | None
    meetings: Sequence[Meeting]
    kinds: Mapping[tuple[str, str], Classified]
    time: Mapping[str, PersonTime]


def sight_of(request: Request, reading: Reading) -> Sight:
    """See what was read, as a request wants it."""
    guessed = None if request.team else _guessed(request, reading)
    team = guessed.team if guessed else reading.team
    meetings = with_optional(
        corrected(merge(reading.events, reading.owners, team), request.rules.correction, team),
        request.what_if,
        team,
        reading.manager,
        lambda meeting: takes_part(meeting, reading),
    )
    time = people_time(
        meetings,
        reading.owners,
        manager=reading.manager,
        team=team,
        rules=BusyRules(request.rules.words),
        week=request.week,
        zone=reading.zone,
        holidays=request.holidays,
        zones=reading.zones,
        besides=_besides(request, reading, team),
    )
    return Sight(team, guessed, meetings, classify(meetings, reading.manager, team, request.rules), time)


class RecentSights:
    """What was seen last, for whoever plans the same weeks again and again."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[tuple[object, ...], Sight], ...] = ()

    def of(self, request: Request, reading: Reading) -> Sight:
        """What a request sees in what was read; as it was kept, if nothing that matters to it is another."""
        asked = (request.week, request.team, request.rules, request.what_if, request.wishes, request.holidays, reading)
        sight = next((each for known, each in self._kept if known == asked), None) or sight_of(request, reading)
        others = (pair for pair in self._kept if pair[1] is not sight)
        self._kept = ((asked, sight), *others)[:MOST_SIGHTS]
        return sight


def takes_part(meeting: Meeting, reading: Reading) -> bool:
    """Whether this is a meeting with somebody: no entry of the manager's own, no private one, and not a mere mark."""
    people = {p.email for p in meeting.people}
    own = [c for c in meeting.copies if reading.owners[c.ref.calendar_id] == reading.manager]
    is_private = any(copy.private for copy in own or [meeting.event])
    with_somebody = reading.manager in people and len(people) > 1
    return with_somebody and meeting.span.minutes > 0 and is_meeting_like(meeting.event) and not is_private


def _guessed(request: Request, reading: Reading) -> GuessedTeam:
    """The people seen in the calendars. What is guessed is written down for the user to correct."""
    meetings = merge(reading.events, reading.owners, reading.team)
    return guess_team(meetings, reading.manager, request.rules.words)


def _besides(request: Request, reading: Reading, team: Team) -> Iterator[str]:
    """Whose time matters even if no calendar names them: whom the manager should, or wants to, meet."""
    yield from (team.canonical(p.email) for p in team.reports_of(reading.manager) if p.one_on_one)
    for wish in request.wishes:
        yield from (*wish.people, *wish.optional)
    yield from (team.canonical(email) for email in people_of(request.what_if))
