"""Corrections and lasting pins: a manager's own rules and team, as they are after a decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.domain.configuration.configured import Rewritten
from app.domain.people.person import Team
from app.domain.plans.plan import PlanMeeting
from app.domain.proposals.proposal import Correction, Proposal
from app.errors import InputError
from app.render import words
from app.render.plans.document import plan_of
from app.render.team_file import guessed_team_file
from app.services.planning.situation.request import Request
from app.services.planning.situation.situation import read_week, situate
from app.services.proposals.configuring import with_correction, with_manager, with_pin
from app.services.proposals.desk import Desk


@dataclass(frozen=True)
class Own:
    """What a decision changes of a manager's own texts; `rules` are None if they stay as they are."""

    desk: Desk
    rules: Rewritten | None = None
    reports: tuple[tuple[str, bool], ...] = ()

    def __bool__(self) -> bool:
        """Whether it changes anything."""
        return self.rules is not None or bool(self.reports)

    def over(self, request: Request) -> tuple[Request, tuple[Rewritten, ...]]:
        """What a plan is made from with these rules and people, and the texts to be kept with what comes of it."""
        texts = [self.rules] if self.rules else []
        if self.rules:
            request = replace(request, rules=self.desk.configured.rules_in(self.rules.text))
        if self.reports:
            team = self._team(request)
            texts.append(team)
            request = replace(request, team=self.desk.configured.team_in(team.text))
        return request, tuple(texts)

    def _team(self, request: Request) -> Rewritten:
        before = self.desk.configured.text("team", request.manager)
        text = before if request.team else _guessed(request)
        known = request.team or self.desk.configured.team_in(text)
        for person, is_report in self.reports:
            text = with_manager(text, known, person, request.manager if is_report else None)
        return Rewritten("team", request.manager.lower(), before, text)


def own_with(desk: Desk, proposal: Proposal, pinned: Sequence[str], corrections: Sequence[Correction]) -> Own:
    """What lasting pins, by UID, and corrections make of a manager's own texts. Raises `InputError`."""
    manager = proposal.manager
    text = before = desk.configured.text("rules", manager)
    for uid in pinned:
        text = with_pin(text, uid)
    reports: list[tuple[str, bool]] = []
    for meeting, each in _corrected(desk, proposal, corrections):
        if each.kind or each.required or each.optional:
            text = with_correction(text, meeting.uid, each.kind, each.required, each.optional)
        if each.report is not None:
            reports.append((_other(meeting, proposal), each.report))
    if text != before:
        desk.configured.rules_in(text)
    rules = Rewritten("rules", manager.lower(), before, text) if text != before else None
    return Own(desk, rules, tuple(each for each in reports if _is_new(desk, manager, *each)))


def _corrected(
    desk: Desk, proposal: Proposal, corrections: Sequence[Correction]
) -> Iterator[tuple[PlanMeeting, Correction]]:
    """The meetings of corrections that can be meant. Raises `InputError` at another one."""
    meetings = {meeting.id: meeting for meeting in plan_of(proposal.plan).meetings}
    for each in corrections:
        meeting = meetings.get(each.meeting)
        if meeting is None:
            raise InputError(f"there is no meeting {each.meeting!r} in the plan of {proposal.id}")
        kinds = desk.configured.rules(proposal.manager).kinds
        if each.kind is not None and each.kind not in kinds:
            known = ", ".join(sorted(kinds))
            raise InputError(
                f"the correction of {_named(meeting, proposal)}: {each.kind!r} is no kind; it is one of {known}"
            )
        _check_people(desk, proposal, meeting, (*each.required, *each.optional))
        yield meeting, each


def _check_people(desk: Desk, proposal: Proposal, meeting: PlanMeeting, said: Sequence[str]) -> None:
    """Refuse to say of somebody that they have to be in a meeting, or need not, who is not in it."""
    team = desk.configured.team(proposal.manager) or Team()
    there = [line.email for line in meeting.attendees]
    for email in said:
        if team.canonical(email) not in there:
            listed = ", ".join(there)
            raise InputError(f"the correction of {_named(meeting, proposal)}: {email} is not in it; there are {listed}")


def _other(meeting: PlanMeeting, proposal: Proposal) -> str:
    """The other one of a 1:1. Raises `InputError` for a meeting of more people."""
    manager = proposal.manager
    others = [line.email for line in meeting.attendees if line.email != manager]
    if len(others) != 1:
        about = _named(meeting, proposal)
        raise InputError(f"the correction of {about}: it is no 1:1; say who reports to {manager} in the team file")
    return others[0]


def _named(meeting: PlanMeeting, proposal: Proposal) -> str:
    """`move 7, 1:1 Ana`; of what does not move, the title."""
    moves = sorted(proposal.moves, key=lambda move: meeting.id not in move.meetings)
    number = next((move.number for move in moves if move.uid == meeting.uid), None)
    title = words.title(meeting.title)
    return title if number is None else f"move {number}, {title}"


def _is_new(desk: Desk, manager: str, person: str, is_report: bool) -> bool:
    """Whether it is not what the team says already."""
    text, known = desk.configured.text("team", manager), desk.configured.team(manager)
    return known is None or with_manager(text, known, person, manager if is_report else None) != text


def _guessed(request: Request) -> str:
    """The people as they are guessed, to be written down with the correction."""
    guessed = situate(request, read_week(request)).guessed
    return guessed_team_file(guessed) if guessed else ""
