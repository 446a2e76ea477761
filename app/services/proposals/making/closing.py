"""Which moves cannot be accepted any more, because people would have too short a notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.rules import Rules
from app.domain.meetings.meeting import Reason
from app.domain.meetings.movability import too_soon
from app.domain.people.freeze import freeze_ends, weeks_to_wait
from app.domain.people.person import Person, Team
from app.domain.proposals.proposal import ProposedMove
from app.ports import HolidayCalendar

LATEST_WEEKS = 8
"""A series that cannot begin within so many weeks is planned anew rather than moved."""


@dataclass(frozen=True)
class Notice:
    """By what the freeze window is reckoned: the people, the rules, and the manager's zone."""

    team: Team
    rules: Rules
    holidays: HolidayCalendar
    zone: ZoneInfo

    def ends(self, people: Sequence[str], now: datetime) -> datetime:
        """The first moment that leaves all of these people their notice."""
        days = self.rules.pins.freeze_working_days
        return freeze_ends([self.team.find(email) for email in people], now, self.zone, days, self._day_off)

    def _day_off(self, person: Person, day: date) -> bool:
        return person.country is not None and day in self.holidays.names(person.country, [day])


@dataclass(frozen=True)
class Closing:
    """The moves, by number, that are not possible any more and why, and the series that begin later, and when."""

    closed: Mapping[int, Reason] = field(default_factory=dict)
    starts: Mapping[int, date] = field(default_factory=dict)


def closing(moves: Sequence[ProposedMove], notice: Notice, now: datetime) -> Closing:
    """What the freeze window has reached by now: one-offs are closed, and a series moves from a later week on.

    What has to wait for a move that cannot be made is closed, too; a series may wait with it.
    """
    closed: dict[int, Reason] = {}
    starts: dict[int, date] = {}
    for move in moves:
        _reach(move, notice, now, closed, starts)
    for _ in moves:  # one more link of a chain each time
        for move in moves:
            _follow(move, closed, starts)
    return Closing(closed, {number: day for number, day in starts.items() if number not in closed})


def _reach(
    move: ProposedMove, notice: Notice, now: datetime, closed: dict[int, Reason], starts: dict[int, date]
) -> None:
    if not move.meetings:
        if move.decided is None:
            closed[move.number] = Reason("not_planned", "the newest plan does not move it any more")
        return
    ends = notice.ends(move.required, now)
    first = min(move.start, move.to_start)
    if first >= ends:
        return
    later = _weeks_later(move, ends, notice.zone) if move.scope == "series" else None
    if later is None:
        closed[move.number] = too_soon(first, now, notice.rules.pins.freeze_working_days)
    else:
        week = IsoWeek.of(move.start.astimezone(notice.zone).date())
        starts[move.number] = week.plus(later).monday


def _weeks_later(move: ProposedMove, ends: datetime, zone: ZoneInfo) -> int | None:
    """After how many weeks both places of a series leave people their notice, on the manager's wall clock."""
    later = weeks_to_wait(min(move.start, move.to_start).astimezone(zone), ends)
    return later if later <= LATEST_WEEKS else None


def _follow(move: ProposedMove, closed: dict[int, Reason], starts: dict[int, date]) -> None:
    for number in (int(name) for name in move.depends_on if name.isdigit()):
        if number in closed and move.number not in closed:
            text = f"move {number} would have to be made first, and cannot be any more"
            closed[move.number] = Reason("needs", text, (str(number),))
        elif number in starts and move.number not in closed:
            if move.scope == "series":
                starts[move.number] = max(starts[number], starts.get(move.number, date.min))
            else:
                text = f"it has to wait for move {number}, which begins only in the week of {starts[number]}"
                closed[move.number] = Reason("needs", text, (str(number),))
