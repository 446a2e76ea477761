"""What may move: a flat list of rules, of which the first that binds says why a meeting keeps its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.calendar.event import Event, EventType, Partstat
from app.domain.configuration.rules import Pins
from app.domain.meetings.guests import is_colleague
from app.domain.meetings.meeting import Classified, Meeting, Reason, takes_place
from app.domain.people.freeze import DayOff, freeze_ends, no_day_off
from app.domain.people.person import Team

KIND_WORDS = {
    "one_on_one": "1:1s",
    "team_sync": "team meetings",
    "standup": "stand-ups",
    "sprint_start": "sprint starts",
    "sprint_check": "sprint checks",
    "cross_team": "cross-team meetings",
    "interview": "interviews",
    "network": "meetings with people outside",
    "external": "meetings with other companies",
}
ENTRY_WORDS = {
    EventType.FOCUS: "it is focus time",
    EventType.OUT_OF_OFFICE: "it says that you are out of office",
    EventType.WORKING_LOCATION: "it says where you work",
}


@dataclass(frozen=True, slots=True)
class Case:
    """All that the rules look at in one meeting; `manager` is a main address, `zone` the manager's own."""

    meeting: Meeting
    kind: Classified
    manager: str
    team: Team
    pins: Pins
    now: datetime
    zone: ZoneInfo
    day_off: DayOff = no_day_off

    @property
    def event(self) -> Event:
        """The copy that gives the meeting's time."""
        return self.meeting.event

    @property
    def coming(self) -> tuple[str, ...]:
        """Who did not decline, required or not."""
        return self.meeting.required + self.meeting.optional

    @property
    def others_required(self) -> tuple[str, ...]:
        """The required people who did not decline, without the manager."""
        return tuple(email for email in self.meeting.required if email != self.manager)

    def name(self, email: str) -> str:
        """What to call someone: their name in the team file, else as the invitation says, else the address."""
        listed = next((person.name for person in self.meeting.people if person.email == email), None)
        return self.team.find(email).name or listed or email


def pin_reason(case: Case) -> Reason | None:
    """Why a meeting keeps its place, or None if it may move.

    Codes: `does_not_take_place, declined, all_day, no_meeting, nobody_else, pinned_uid, pinned_person, kind, external,
    not_organizer, above, many_people, foreign_reports, frozen`. Whether the whole series or one occurrence moves, and
    what a standing clash allows, is not decided here.
    """
    return next((reason for rule in RULES if (reason := rule(case)) is not None), None)


def _not_taking_place(case: Case) -> Reason | None:
    if case.event.cancelled:
        return Reason("does_not_take_place", "it is cancelled")
    if not takes_place(case.meeting):
        return Reason("does_not_take_place", "fewer than two people are coming")
    return None


def _declined(case: Case) -> Reason | None:
    mine = next((p for p in case.meeting.people if p.email == case.manager), None)
    is_out = mine is not None and mine.partstat == Partstat.DECLINED
    return Reason("declined", "you declined it", (case.manager,)) if is_out else None


def _all_day(case: Case) -> Reason | None:
    return Reason("all_day", "it lasts all day") if case.event.all_day else None


def _no_meeting(case: Case) -> Reason | None:
    text = ENTRY_WORDS.get(case.event.event_type)
    return Reason("no_meeting", text) if text else None


def _nobody_else(case: Case) -> Reason | None:
    alone = not case.meeting.others(case.manager)
    return Reason("nobody_else", "nobody else is in it; it keeps its place") if alone else None


def _pinned_uid(case: Case) -> Reason | None:
    return Reason("pinned_uid", "you pinned it") if case.event.ref.uid in case.pins.uids else None


def _pinned_person(case: Case) -> Reason | None:
    pinned = {case.team.canonical(email) for email in case.pins.with_people}
    found = [email for email in case.coming if email in pinned]
    if not found:
        return None
    return Reason("pinned_person", f"you pinned what you have with {case.name(found[0])}", tuple(found))


def _kind(case: Case) -> Reason | None:
    if case.kind.kind not in case.pins.kinds:
        return None
    words = KIND_WORDS.get(case.kind.kind)
    return Reason("kind", f"{words} stay where they are" if words else f"it stays: {case.kind.reason.text}")


def _external(case: Case) -> Reason | None:
    outside = [e for e in case.others_required if not is_colleague(e, case.manager, case.team)]
    if not outside:
        return None
    return Reason("external", f"{case.name(outside[0])} is not of your company", tuple(outside))


def _not_organizer(case: Case) -> Reason | None:
    if case.event.organizer is None:
        return Reason("not_organizer", "the calendar does not say who organizes it")
    organizer = case.team.canonical(case.event.organizer)
    if organizer == case.manager:
        return None
    return Reason("not_organizer", f"{case.name(organizer)} organizes it; ask them to move it", (organizer,))


def _above(case: Case) -> Reason | None:
    chain = case.team.chain_above(case.manager) if case.pins.with_above else ()
    found = [email for email in case.coming if email in chain]
    return Reason("above", f"{case.name(found[0])} takes part, who is above you", tuple(found)) if found else None


def _many_people(case: Case) -> Reason | None:
    number = len(case.meeting.required)
    if number <= case.pins.over_people:
        return None
    return Reason("many_people", f"{number} people have to be there; ask them before you move it")


def _foreign_reports(case: Case) -> Reason | None:
    """Only larger meetings: a 1:1 concerns just the two of them."""
    if not case.pins.foreign_reports or case.kind.kind == "one_on_one":
        return None
    found = list(_reports_of_others(case))
    if not found:
        return None
    email, boss = found[0]
    text = f"{case.name(email)} reports to {case.name(boss)}; ask them before you move it"
    return Reason("foreign_reports", text, tuple(e for e, _ in found))


def _reports_of_others(case: Case) -> Iterator[tuple[str, str]]:
    """Required people who report to someone who is neither the manager, nor below, nor above them; with that boss."""
    above = (case.manager, *case.team.chain_above(case.manager))
    for email in case.others_required:
        boss = case.team.manager_of(email)
        if boss and boss not in above and email not in above and not case.team.is_own(case.manager, email):
            yield email, boss


def _frozen(case: Case) -> Reason | None:
    days = case.pins.freeze_working_days
    people = [case.team.find(email) for email in case.meeting.required]
    start = case.meeting.span.start
    if start >= freeze_ends(people, case.now, case.zone, days, case.day_off):
        return None
    return too_soon(start, case.now, days)


def too_soon(start: datetime, now: datetime, days: int) -> Reason:
    """Why what starts before these working days of notice are over keeps its place."""
    if start <= now:
        return Reason("frozen", "it has begun already")
    return Reason("frozen", f"it starts within {days} working day{'s' if days != 1 else ''}: too short a notice")


RULES: tuple[Callable[[Case], Reason | None], ...] = (
    _not_taking_place,
    _declined,
    _all_day,
    _no_meeting,
    _nobody_else,
    _pinned_uid,
    _pinned_person,
    _kind,
    _external,
    _not_organizer,
    _above,
    _many_people,
    _foreign_reports,
    _frozen,
)
