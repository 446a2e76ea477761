"""The proposal document `clearweek.proposal/1`: what is proposed and decided, how each move stands, and the plan."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from app.domain.calendar.writing import Notify
from app.domain.meetings.meeting import Reason
from app.domain.plans.plan import Plan, PlanMeeting, Price, When
from app.domain.proposals.proposal import Decided, Difference, Proposal, ProposalState, ProposedMove, TrailLine, Writing
from app.domain.proposals.shown import Shown
from app.domain.proposals.ticks import ticked
from app.render import words
from app.render.plans.document import Json, document, escaped, json_schema, named_fields, value_of
from app.render.plans.leftovers import mailto
from app.render.plans.moves import begins_later, path
from app.render.proposals.messages import Message, messages
from app.render.proposals.next_steps import NextStep, next_step

SCHEMA = "clearweek.proposal/1"
LIST_SCHEMA = "clearweek.proposals/1"
STANDING_SCHEMA = "clearweek.standing/1"
TRAIL_SCHEMA = "clearweek.trail/1"


@dataclass(frozen=True, slots=True)
class MailEntry:
    """An invitation by mail, and how far it is."""

    to: tuple[str, ...]
    state: str
    problem: str | None


@dataclass(frozen=True, slots=True)
class WritingEntry:
    """How a move stands in the calendar."""

    state: str
    problem: str | None
    remedy: str | None
    notes: tuple[str, ...]
    letters: tuple[MailEntry, ...]
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class MoveEntry:
    """One move: from where to where, why, at what price, what was decided and what became of it."""

    number: int
    meetings: tuple[str, ...]
    title: str
    scope: Literal["occurrence", "series"]
    from_: When
    to: When
    preticked: bool
    unconfirmed: bool
    decision: Decided | None
    closed: Reason | None
    starts: date | None
    remark: Reason | None
    depends_on: tuple[str, ...]
    price: Price | None
    reasons: tuple[Reason, ...]
    apply: WritingEntry | None
    undo: WritingEntry | None


@dataclass(frozen=True, slots=True)
class AdviceEntry:
    """Something that the manager could ask for by themselves: about a meeting, as text and as a mail to send."""

    meeting: str
    title: str
    text: str
    mailto: str | None


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """Who did what, when, and why."""

    at: datetime
    by: str
    what: str
    move: int | None
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StandingEntry:
    """How one move stands in the calendar."""

    number: int
    apply: WritingEntry | None
    undo: WritingEntry | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a proposal is."""

    id: str
    state: ProposalState
    version: int
    moves: tuple[StandingEntry, ...]


@dataclass(frozen=True, slots=True)
class ProposalEntry:
    """A proposal among others."""

    id: str
    manager: str
    week: str
    state: ProposalState
    version: int
    created_at: datetime
    created_by: str
    expires_at: datetime
    undo_until: datetime | None
    group: str | None
    moves: int
    accepted: int


@dataclass(frozen=True, slots=True)
class ProposalList:
    """Proposals, the newest first."""

    proposals: tuple[ProposalEntry, ...]


@dataclass(frozen=True, slots=True)
class Trail:
    """The audit trail of a proposal, the oldest first."""

    trail: tuple[TrailEntry, ...]


@dataclass(frozen=True, slots=True)
class ProposalDocument:
    """The whole proposal; `plan` is the plan document of its newest revision."""

    id: str
    manager: str
    week: str
    state: ProposalState
    version: int
    revision: int
    created_at: datetime
    created_by: str
    expires_at: datetime
    applied_at: datetime | None
    undo_until: datetime | None
    notify: Notify
    supersedes: str | None
    group: str | None
    ahead_s: int
    differences: tuple[Difference, ...]
    moves: tuple[MoveEntry, ...]
    advice: tuple[AdviceEntry, ...]
    messages: tuple[Message, ...]
    files: tuple[str, ...]
    trail: tuple[TrailEntry, ...]
    next: NextStep
    plan: dict[str, Any]


class Seen:
    """A proposal together with its plan, private titles veiled."""

    def __init__(self, shown: Shown) -> None:
        self.shown, self.proposal = shown, shown.proposal
        self.plan = _as_it_begins(words.veiled(shown.plan), shown)
        self.zone = ZoneInfo(shown.plan.timezone)

    @cached_property
    def ticked(self) -> frozenset[int]:
        """The numbers of what is accepted by "accept all", or was before."""
        return frozenset(ticked(self.proposal, self.shown.closed))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each meeting that a move has."""
        return {meeting: move.number for move in self.proposal.moves for meeting in move.meetings}

    def meetings(self, move: ProposedMove) -> list[PlanMeeting]:
        """The meetings of a move in the newest plan; none if that leaves them where they are."""
        return [m for m in self.plan.meetings if m.id in move.meetings]

    def title(self, move: ProposedMove) -> str:
        """Its title, unless it is private."""
        return words.BUSY if any(m.private for m in self.plan.meetings if m.uid == move.uid) else move.title

    def path(self, move: ProposedMove) -> tuple[str, str]:
        """From where to where, in words; without dates for a series that begins to move after the planned week."""
        later = next((m for m in self.meetings(move) if begins_later(self.plan, m)), None)
        return path(self.plan, later) if later else (words.span(self.old(move)), words.span(self.new(move)))

    def old(self, move: ProposedMove) -> When:
        """Where it is, on the manager's wall clock."""
        return words.local(When(move.start, move.end), self.zone)

    def new(self, move: ProposedMove) -> When:
        """Where it would be, on the manager's wall clock."""
        return words.local(When(move.to_start, move.to_end), self.zone)


def _as_it_begins(plan: Plan, shown: Shown) -> Plan:
    """The plan with the weeks from which its series move by now."""
    starts = {each: shown.starts.get(move.number) for move in shown.proposal.moves for each in move.meetings}
    return replace(plan, meetings=tuple(_beginning(meeting, starts.get(meeting.id)) for meeting in plan.meetings))


def _beginning(meeting: PlanMeeting, starts: date | None) -> PlanMeeting:
    if starts is None or meeting.series is None:
        return meeting
    return replace(meeting, series=replace(meeting.series, effective_from=starts))


def proposal_document(shown: Shown, trail: Sequence[TrailLine] = (), files: Sequence[str] = ()) -> Json:
    """The proposal as plain JSON values, "schema" first."""
    seen, it = Seen(shown), shown.proposal
    whole = ProposalDocument(
        **{name: getattr(it, name) for name in _AS_THEY_ARE},
        ahead_s=round(it.ahead.total_seconds()),
        moves=tuple(_move(seen, move) for move in it.moves),
        advice=tuple(_advice(seen.plan)),
        messages=messages(it, seen.plan, seen.ticked),
        files=tuple(files),
        trail=tuple(_trail_entry(each) for each in trail),
        next=next_step(shown),
        plan=document(seen.plan),
    )
    return {"schema": SCHEMA, **value_of(whole)}


_AS_THEY_ARE = (
    *("id", "manager", "week", "state", "version", "revision", "created_at", "created_by", "expires_at", "applied_at"),
    *("undo_until", "notify", "supersedes", "group", "differences"),
)


def proposal_to_json(shown: Shown, trail: Sequence[TrailLine] = (), files: Sequence[str] = ()) -> str:
    """That document as text."""
    return as_text(proposal_document(shown, trail, files))


def proposals_document(found: Sequence[Proposal]) -> Json:
    """Several proposals, `clearweek.proposals/1`: each without its moves and its plan."""
    return {"schema": LIST_SCHEMA, **value_of(ProposalList(tuple(_entry(each) for each in found)))}


def standing_document(it: Proposal) -> Json:
    """How far a proposal is that is being applied or undone: each move that is to be written, or taken back."""
    entries = [StandingEntry(move.number, _writing(move.apply), _writing(move.undo)) for move in it.moves]
    return {"schema": STANDING_SCHEMA, **value_of(Standing(it.id, it.state, it.version, tuple(entries)))}


def trail_document(trail: Sequence[TrailLine]) -> Json:
    """The audit trail of a proposal, `clearweek.trail/1`."""
    return {"schema": TRAIL_SCHEMA, **value_of(Trail(tuple(_trail_entry(each) for each in trail)))}


def as_text(value: Json) -> str:
    """A document as text; what a terminal would obey or not show is written as an escape."""
    return escaped(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)) + "\n"


def proposal_schema(ref_template: str = "#/$defs/{model}") -> Json:
    """The JSON Schema of the document; its plan is that of `json_schema`."""
    schema = schema_of(ProposalDocument, SCHEMA, ref_template)
    schema["$defs"]["Plan"] = json_schema(ref_template)
    schema["$defs"] |= schema["$defs"]["Plan"].pop("$defs")
    schema["properties"]["plan"] = {"$ref": ref_template.format(model="Plan")}
    return schema


def standing_schema(ref_template: str = "#/$defs/{model}") -> Json:
    """The JSON Schema of how far a proposal is."""
    return schema_of(Standing, STANDING_SCHEMA, ref_template)


def proposals_schema(ref_template: str = "#/$defs/{model}") -> Json:
    """The JSON Schema of the list."""
    return schema_of(ProposalList, LIST_SCHEMA, ref_template)


def trail_schema(ref_template: str = "#/$defs/{model}") -> Json:
    """The JSON Schema of the audit trail."""
    return schema_of(Trail, TRAIL_SCHEMA, ref_template)


def schema_of(kind: type, name: str, ref_template: str) -> Json:
    """The JSON Schema of a document with the fields of a class, which begins with the name of its schema."""
    schema = named_fields(TypeAdapter(kind).json_schema(mode="serialization", ref_template=ref_template))
    own = {"schema": {"const": name, "title": "Schema", "type": "string"}, **schema.pop("properties")}
    return {**schema, "properties": own, "required": list(own), "$defs": schema.get("$defs", {})}


def _entry(it: Proposal) -> ProposalEntry:
    shared = (name for name in ProposalEntry.__dataclass_fields__ if name not in ("moves", "accepted"))
    return ProposalEntry(**{name: getattr(it, name) for name in shared}, moves=len(it.moves), accepted=len(it.accepted))


def _move(seen: Seen, move: ProposedMove) -> MoveEntry:
    meetings = seen.meetings(move)
    moved = [m for m in meetings if m.action == "move"]
    return MoveEntry(
        number=move.number,
        meetings=move.meetings,
        title=seen.title(move),
        scope=move.scope,
        from_=seen.old(move),
        to=seen.new(move),
        preticked=move.preticked and (move.decided is not None or move.number in seen.ticked),
        unconfirmed=any(is_unconfirmed(m) for m in moved),
        decision=move.decided,
        closed=seen.shown.closed.get(move.number),
        starts=seen.shown.starts.get(move.number),
        remark=seen.shown.remarks.get(move.number),
        depends_on=move.depends_on,
        price=moved[0].price if moved else None,
        reasons=tuple(dict.fromkeys(reason for m in meetings for reason in m.reasons)),
        apply=_writing(move.apply),
        undo=_writing(move.undo),
    )


def is_unconfirmed(meeting: PlanMeeting) -> bool:
    """Whether it needs somebody of whom nobody knows when they are busy."""
    return any(a.required and a.availability == "unknown" for a in meeting.attendees)


def _writing(writing: Writing | None) -> WritingEntry | None:
    if writing is None:
        return None
    letters = tuple(MailEntry(each.to, each.state, each.problem) for each in writing.letters)
    return WritingEntry(writing.state, writing.problem, writing.remedy, writing.notes, letters, writing.updated_at)


def _trail_entry(each: TrailLine) -> TrailEntry:
    return TrailEntry(each.at, each.by, each.what, each.move, dict(each.detail))


def _advice(plan: Plan) -> list[AdviceEntry]:
    """What to ask others for, of meetings that they arranged or whose people are not known."""
    return [AdviceEntry(m.id, m.title, m.advice.text, mailto(m)) for m in plan.meetings if m.advice]
