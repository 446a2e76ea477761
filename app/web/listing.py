"""All proposals of somebody, as the first page shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.calendar.timespan import IsoWeek
from app.domain.proposals.proposal import DECIDABLE, WORKING, Decision, Proposal
from app.render import words
from app.render.proposals.states import STATES, TONES

AHEAD = 3
"""Weeks that can be chosen, this one first."""


@dataclass(frozen=True, slots=True)
class Row:
    """One proposal in a line."""

    id: str
    manager: str
    heading: str
    state: str
    tone: str
    gist: str
    made: str


def listing(found: Sequence[Proposal], managers: Sequence[str], now: datetime) -> dict[str, Any]:
    """What the first page shows; `managers` are those for whom a proposal can be made."""
    week = IsoWeek.of(now.date())
    return {
        "lead": _lead(found),
        "rows": [_row(proposal) for proposal in found],
        "managers": list(managers),
        "several": len(managers) > 1,
        "weeks": [(str(each), _heading(str(each))) for each in (week.plus(n) for n in range(AHEAD))],
    }


def _lead(found: Sequence[Proposal]) -> str:
    waiting = sum(proposal.state in DECIDABLE for proposal in found)
    if waiting:
        return f"{words.count(waiting, 'proposal waits', 'proposals wait')} for your yes or no."
    if any(proposal.state in WORKING for proposal in found):
        return "What you said yes to is being written."
    return "Nothing waits for you."


def _row(proposal: Proposal) -> Row:
    tone = TONES[proposal.state]
    made = f"made {words.moment(proposal.created_at)} by {words.clean(proposal.created_by)}"
    manager = words.clean(proposal.manager)
    return Row(proposal.id, manager, _heading(proposal.week), STATES[proposal.state], tone, _gist(proposal), made)


def _gist(proposal: Proposal) -> str:
    """`5 moves: 3 accepted, 1 rejected`."""
    counts = Counter(move.decided.decision for move in proposal.moves if move.decided)
    said = {Decision.ACCEPT: "accepted", Decision.REJECT: "rejected", Decision.PIN: "pinned"}
    parts = [f"{counts[decision]} {text}" for decision, text in said.items() if counts[decision]]
    whole = words.count(len(proposal.moves), "move") if proposal.moves else "nothing to move"
    return f"{whole}: {', '.join(parts)}" if parts else whole


def _heading(week: str) -> str:
    monday = IsoWeek.parse(week).monday
    return f"Week {week}, from {words.day(monday)}"
