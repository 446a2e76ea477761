"""Corrections and lasting pins: a manager's own rules and team, as they are after a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.plans.plan import PlanMeeting
from app.domain.proposals.proposal import Correction, Proposal
from app.errors import InputError
from app.render.plans.document import plan_of
from app.render.team_file import guessed_team_file
from app.services.planning.situation.request import Request
from app.services.planning.situation.situation import read_week, situate
from app.services.proposals.configuring import with_correction, with_manager, with_pin
from app.services.proposals.desk import Desk


@dataclass(frozen=True)
class Own:
    """What a decision changes of a manager's own texts; None stays as it is."""

    desk: Desk
    rules: str | None = None
    reports: tuple[tuple[str, bool], ...] = ()

    def over(self, request: Request) -> Request:
        """What a plan is made from with these rules and people."""
        rules = request.rules if self.rules is None else self.desk.configured.rules_in(self.rules)
        team = self._team(request)
        return replace(request, rules=rules, team=request.team if team is None else self.desk.configured.team_in(team))

    def save(self, manager: str, request: Request) -> None:
        """Keep what was changed as the manager's own."""
        now = self.desk.now()
        if self.rules is not None:
            self.desk.configured.save("rules", manager, self.rules, now)
        team = self._team(request)
        if team is not None:
            self.desk.configured.save("team", manager, team, now)

    def _team(self, request: Request) -> str | None:
        if not self.reports:
            return None
        text = self.desk.configured.text("team", request.manager) if request.team else _guessed(request)
        known = request.team or self.desk.configured.team_in(text)
        for person, is_report in self.reports:
            text = with_manager(text, known, person, request.manager if is_report else None)
        return text


def own_with(desk: Desk, proposal: Proposal, pinned: Sequence[str], corrections: Sequence[Correction]) -> Own:
    """What lasting pins, by UID, and corrections make of a manager's own texts. Raises `InputError`."""
    text = before = desk.configured.text("rules", proposal.manager)
    for uid in pinned:
        text = with_pin(text, uid)
    meetings = {meeting.id: meeting for meeting in plan_of(proposal.plan).meetings}
    reports: list[tuple[str, bool]] = []
    for each in corrections:
        meeting = meetings.get(each.meeting)
        if meeting is None:
            raise InputError(f"there is no meeting {each.meeting!r} in the plan of {proposal.id}")
        if each.kind or each.required or each.optional:
            text = with_correction(text, meeting.uid, each.kind, each.required, each.optional)
        if each.report is not None:
            reports.append((_other(meeting, proposal.manager), each.report))
    if text != before:
        desk.configured.rules_in(text)
    return Own(desk, text if text != before else None, tuple(reports))


def _other(meeting: PlanMeeting, manager: str) -> str:
    """The other one of a 1:1. Raises `InputError` for a meeting of more people."""
    others = [line.email for line in meeting.attendees if line.email != manager]
    if len(others) != 1:
        raise InputError(f"{meeting.id} is no 1:1: say who reports to {manager} in the team file")
    return others[0]


def _guessed(request: Request) -> str:
    """The people as they are guessed, to be written down with the correction."""
    guessed = situate(request, read_week(request)).guessed
    return guessed_team_file(guessed) if guessed else ""
