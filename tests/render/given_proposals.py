"""Proposals to show: the sample week's moves, with decisions and with what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.plans.plan import Plan
from app.domain.proposals.proposal import Decided, Decision, Proposal, ProposalState, ProposedMove, Writing
from app.domain.proposals.shown import Shown
from app.render.plans.document import document
from app.render.plans.moves import in_order
from tests.render.sample import sample_plan

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
ID = "5f0c7a9e3b1d4c2f"
YES = Decided(Decision.ACCEPT, "dana@example.com", NOW + timedelta(minutes=5))


def proposed(plan: Plan | None = None, **more: Any) -> Shown:
    """The moves of a plan as a proposal that nobody decided on; `more` are fields of it that differ."""
    plan = plan or sample_plan()
    values: dict[str, Any] = {
        "id": ID,
        "manager": plan.manager,
        "week": plan.week,
        "state": ProposalState.DRAFT,
        "version": 1,
        "revision": 1,
        "plan": document(plan),
        "created_at": NOW,
        "created_by": plan.manager,
        "expires_at": NOW + timedelta(days=10),
        "moves": tuple(_move(plan, number) for number in range(1, len(plan.moves) + 1)),
    }
    return Shown(Proposal(**{**values, **more}), plan)


def decided(example: Shown, choices: Mapping[int, Decided], **more: Any) -> Shown:
    """The same with decisions, by number."""
    moves = [replace(move, decided=choices.get(move.number, move.decided)) for move in example.proposal.moves]
    changed = {"state": ProposalState.DECIDED, "version": 2, "moves": tuple(moves), **more}
    return replace(example, proposal=replace(example.proposal, **changed))


def written(example: Shown, writings: Mapping[int, Writing], **more: Any) -> Shown:
    """The same with what became of moves, by number."""
    moves = [replace(move, apply=writings.get(move.number, move.apply)) for move in example.proposal.moves]
    return replace(example, proposal=replace(example.proposal, moves=tuple(moves), **more))


def _move(plan: Plan, number: int) -> ProposedMove:
    meeting = in_order(plan)[number - 1]
    assert meeting.from_
    assert meeting.to
    return ProposedMove(
        number=number,
        meetings=(meeting.id,),
        title=meeting.title,
        organizer=plan.manager,
        calendar_id=meeting.calendar_id,
        uid=meeting.uid,
        recurrence_id=meeting.recurrence_id,
        scope=meeting.scope,
        start=meeting.from_.start.astimezone(UTC),
        end=meeting.from_.end.astimezone(UTC),
        to_start=meeting.to.start.astimezone(UTC),
        to_end=meeting.to.end.astimezone(UTC),
        preticked=meeting.preticked,
        people=tuple(a.email for a in meeting.attendees),
    )
