"""The answers about proposals as the OpenAPI description has them, with their examples."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from app.domain.plans.plan import Plan
from app.domain.proposals.proposal import Decided, Decision, Proposal, ProposalState, ProposedMove, TrailLine
from app.domain.proposals.shown import Shown
from app.render.plans.document import document, plan_of
from app.render.plans.moves import in_order
from app.render.proposals.proposals import (
    STANDING_SCHEMA,
    proposal_document,
    proposals_document,
    trail_document,
)

Json = dict[str, Any]

CREATED, ANSWER, ACCEPTED, LIST, TRAIL = (
    {"$ref": f"#/components/responses/{name}"}
    for name in ("ProposalCreated", "Proposal", "ProposalAccepted", "Proposals", "Trail")
)
FILE: Json = {"description": "The file.", "content": {"text/calendar": {"example": "BEGIN:VCALENDAR\r\nVERSION:2.0…"}}}
PAGE: Json = {"description": "The page.", "content": {"text/html": {"example": "<!doctype html>…"}}}
_ID = "5f0c7a9e3b1d4c2f"
_AT = datetime(2026, 11, 26, 8, tzinfo=UTC)


_STANDING = {
    "schema": STANDING_SCHEMA,
    "id": _ID,
    "state": "applying",
    "version": 3,
    "moves": [
        {
            "number": 1,
            "apply": {
                "state": "writing",
                "problem": None,
                "remedy": None,
                "notes": [],
                "letters": [],
                "updated_at": None,
            },
            "undo": None,
        }
    ],
}
EVENTS: Json = {
    "description": f"Server-sent events, each with how far it is (`{STANDING_SCHEMA}`) as its data.",
    "content": {"text/event-stream": {"example": f"event: applying\ndata: {json.dumps(_STANDING)}\n\n"}},
}


def example() -> Shown:
    """The proposal of the examples: the plan of the example, with a yes to each of its moves."""
    plan = plan_of(json.loads(files("app.api.openapi").joinpath("example_plan.json").read_text(encoding="utf-8")))
    yes = Decided(Decision.ACCEPT, plan.manager, _AT + timedelta(minutes=5))
    proposal = Proposal(
        id=_ID,
        manager=plan.manager,
        week=plan.week,
        state=ProposalState.DECIDED,
        version=2,
        revision=1,
        plan=document(plan),
        created_at=_AT,
        created_by=plan.manager,
        expires_at=_AT + timedelta(days=10),
        moves=tuple(replace(move, decided=yes) for move in _moves(plan)),
    )
    return Shown(proposal, plan)


def _moves(plan: Plan) -> list[ProposedMove]:
    return [
        ProposedMove(
            number=number,
            meetings=(m.id,),
            title=m.title,
            organizer=plan.manager,
            calendar_id=m.calendar_id,
            uid=m.uid,
            recurrence_id=m.recurrence_id,
            scope=m.scope,
            start=m.from_.start,
            end=m.from_.end,
            to_start=m.to.start,
            to_end=m.to.end,
            preticked=m.preticked,
        )
        for number, m in enumerate(in_order(plan), start=1)
        if m.from_ and m.to
    ]


@cache
def _texts() -> dict[str, Json]:
    """The examples, by the schema that they follow."""
    shown = example()
    trail = [TrailLine(_AT, shown.proposal.manager, "propose", _ID, detail={"moves": len(shown.proposal.moves)})]
    return {
        "Proposal": proposal_document(shown, trail),
        "Proposals": proposals_document([shown.proposal]),
        "Trail": trail_document(trail),
    }


def proposal_answers(ref_template: str) -> Json:
    """The answers, each with its schema, by its name among the components."""
    never = {"Cache-Control": {"description": "Never cached.", "schema": {"const": "no-store"}}}
    text = {"schema": {"type": "string"}, "required": True}
    tag = {"ETag": {"description": "Its version, for `If-Match`.", **text}}
    where = {"Location": {"description": "Its address.", **text}}

    def answer(name: str, description: str, headers: Json) -> Json:
        content = {"schema": {"$ref": ref_template.format(model=name)}, "example": _texts()[name]}
        return {"description": description, "headers": {**never, **headers}, "content": {"application/json": content}}

    return {
        "ProposalCreated": answer("Proposal", "The new proposal.", {**where, **tag}),
        "Proposal": answer("Proposal", "The proposal document, `clearweek.proposal/1`.", tag),
        "ProposalAccepted": answer("Proposal", "A worker does it; `/events` says how far it is.", tag),
        "Proposals": answer("Proposals", "Proposals, `clearweek.proposals/1`.", {}),
        "Trail": answer("Trail", "The audit trail, `clearweek.trail/1`.", {}),
    }
