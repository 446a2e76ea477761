"""What requests about proposals may say; the proposal document has its schema in `app.render.proposals.proposals`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from app.api.schemas import Email, Moment, Name, Week, Zone
from app.domain.plans.asked import PlanScope, ScopeOfMoves
from app.domain.proposals.proposal import Choice, Correction, Decision, PinFor, Why

MOST = 500
"""Moves of one proposal that one request can name."""
Number = Annotated[int, Field(ge=1, le=100_000)]
Mailed = Literal["all", "external_only", "none"]
WHO = "Who gets mail from a server that sends it: `all` guests, those outside of your domain, or `none`."

WANTED_EXAMPLE: dict[str, JsonValue] = {
    "manager": "dana@example.com",
    "week": "2026-W49",
    "now": "2026-11-26T09:00:00+01:00",
}
DECISIONS_EXAMPLE: dict[str, JsonValue] = {
    "accept_all": True,
    "choices": [{"number": 2, "decision": "reject", "why": "wrong_day"}, {"number": 4, "decision": "pin"}],
}


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ProposalWanted(_Asked):
    """Whose week is to be proposed, and which."""

    model_config = ConfigDict(json_schema_extra={"examples": [WANTED_EXAMPLE]})

    manager: Email = Field(description="The address of the manager, of whose calendars one is kept in sync.")
    week: Week | None = Field(default=None, description="The ISO week; the week after `now` if left out.")
    timezone: Zone | None = Field(
        default=None, description="The manager's IANA time zone. If left out, that of the team, else of their calendar."
    )
    now: Moment | None = Field(
        default=None,
        description="Propose as of this moment; from then on the proposal's own clock goes on from it. The clock of "
        "the service if left out.",
    )
    scope: PlanScope = Field(
        default="manager",
        description="`team` and `company` also make proposals for other managers, planned as one; each gets what they "
        "organize. They have the same `group`. A key for one manager cannot ask for it.",
    )
    scope_of_moves: ScopeOfMoves = Field(
        default="all", description="`series` and `occurrence`: only moves of that scope are proposed."
    )
    notify: Mailed = Field(default="all", description=WHO)


class ChoiceWanted(_Asked):
    """What is wanted of one move."""

    number: Number = Field(description="The number of the move.")
    decision: Literal["accept", "reject", "pin"]
    why: Literal["wrong_day", "wrong_time", "not_now", "never"] | None = Field(
        default=None, description="Why it is rejected; `never` becomes a rule."
    )
    pin: PinFor = Field(default="week", description="Until when it is pinned; `always` becomes a rule.")

    @model_validator(mode="after")
    def _fits(self) -> ChoiceWanted:
        if self.why and self.decision != "reject":
            raise ValueError("why goes with the decision reject alone")
        if self.pin == "always" and self.decision != "pin":
            raise ValueError("pin goes with the decision pin alone")
        return self

    def choice(self) -> Choice:
        """The choice."""
        return Choice(self.number, Decision(self.decision), Why(self.why) if self.why else None, self.pin)


class CorrectionWanted(_Asked):
    """What a meeting is; it becomes a rule, and the week is planned anew."""

    meeting: Annotated[str, Field(min_length=1, max_length=1_000)] = Field(description="Its `id` in the plan.")
    kind: Name | None = Field(default=None, description="A kind of the rules.")
    report: bool | None = Field(default=None, description="Whether the other person of a 1:1 reports to the manager.")
    required: list[Email] = Field(default_factory=list, max_length=50, description="Who has to come.")
    optional: list[Email] = Field(default_factory=list, max_length=50, description="Who need not come.")

    def correction(self) -> Correction:
        """The correction."""
        return Correction(self.meeting, self.kind, self.report, tuple(self.required), tuple(self.optional))


class Decisions(_Asked):
    """Decisions on moves of a proposal: all of them are made, or none."""

    model_config = ConfigDict(json_schema_extra={"examples": [DECISIONS_EXAMPLE]})

    choices: list[ChoiceWanted] = Field(default_factory=list, max_length=MOST)
    corrections: list[CorrectionWanted] = Field(default_factory=list, max_length=50)
    accept_all: bool = Field(
        default=False, description="Accept what is ticked beforehand and neither decided yet nor among the `choices`."
    )
    drop: list[Number] = Field(
        default_factory=list,
        max_length=MOST,
        description="Accepted moves that may be given up, where the decisions leave them no place (409 names them).",
    )

    @model_validator(mode="after")
    def _says_something(self) -> Decisions:
        if not (self.choices or self.corrections or self.accept_all or self.drop):
            raise ValueError("there is nothing to decide: give choices, corrections or accept_all")
        return self


class ApplyOptions(_Asked):
    """How to apply."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"notify": "all"}]})

    notify: Mailed | None = Field(default=None, description=WHO + " As the proposal says if left out.")


class UndoOptions(_Asked):
    """What to undo."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"moves": [1]}]})

    moves: list[Number] = Field(default_factory=list, max_length=MOST, description="Their numbers; without any, all.")
