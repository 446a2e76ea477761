"""Meetings as their manager said that they are: who of the guests has to be there, and who need not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.domain.configuration.rules import CorrectionRule
from app.domain.meetings.meeting import Meeting
from app.domain.people.person import Team


def corrected(meetings: Sequence[Meeting], corrections: Sequence[CorrectionRule], team: Team) -> tuple[Meeting, ...]:
    """The meetings with people required or optional as corrections say; of several of one meeting the last counts."""
    said: dict[str, dict[str, bool]] = {}
    for each in corrections:
        lines = {team.canonical(e): True for e in each.required} | {team.canonical(e): False for e in each.optional}
        said.setdefault(each.uid, {}).update(lines)
    return tuple(_corrected(m, said[m.event.ref.uid]) if m.event.ref.uid in said else m for m in meetings)


def _corrected(meeting: Meeting, said: dict[str, bool]) -> Meeting:
    people = (replace(p, required=said.get(p.email, p.required)) for p in meeting.people)
    return replace(meeting, people=tuple(people))
