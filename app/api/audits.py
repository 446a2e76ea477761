"""Audits: what a manager's meetings say about themselves, for this manager alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.access import NO_STORE, CallerDep, lacking, needs
from app.api.openapi.audit_answers import ANSWER, KEY_EXAMPLE, NOTED
from app.api.openapi.description import refusals
from app.api.parts import PartsDep, TurnsDep
from app.api.problems import FORBIDDEN, INVALID, ProblemError, fault
from app.api.schemas import Email, WeekName
from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.access import Caller, Scope
from app.render.audit import audit_to_json
from app.services.auditing.audit import KEY_LIMIT, audited, dismiss

PREFIX = "/v1/audit"
_COMMON = (401, 403, 422, 500, 503)

router = APIRouter(prefix=PREFIX, tags=["audit"], dependencies=[needs(Scope.PROPOSALS)])
Whose = Annotated[Email | None, Query(description="The manager; whoever asks, if left out.")]
FindingKey = Annotated[str, Query(min_length=1, max_length=KEY_LIMIT, description="The `key` of the finding.")]


class Dismissal(BaseModel):
    """A finding that a manager does not want to see any more."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"key": KEY_EXAMPLE}]})

    key: str = Field(min_length=1, max_length=KEY_LIMIT, description="The `key` of the finding.")
    manager: Email | None = Field(default=None, description="The manager; whoever asks, if left out.")


@router.get(
    "",
    operation_id="readAudit",
    summary="Audit a manager's meetings",
    response_class=Response,
    responses={200: ANSWER, **refusals(*_COMMON)},
)
def read_audit(
    parts: PartsDep,
    turns: TurnsDep,
    caller: CallerDep,
    manager: Whose = None,
    week: Annotated[WeekName | None, Query(description="The ISO week; the next one if left out.")] = None,
) -> Response:
    """Audit the meetings around a week, from the calendars that are kept in sync: findings, the worst first.

    Only the manager gets it: with a key for them, or signed in. It is worked out anew for each request.
    """
    whose = _own(caller, manager)
    wanted = _week(week) if week else IsoWeek.of(parts.now().date()).plus(1)
    with turns.turn():
        found = audited(parts.audits, whose, wanted)
    return Response(audit_to_json(found), headers=NO_STORE, media_type="application/json")


@router.post(
    "/dismissals",
    operation_id="dismissFinding",
    summary="Leave a finding out",
    status_code=204,
    response_class=Response,
    responses={204: NOTED, **refusals(400, 413, *_COMMON)},
)
def dismiss_finding(wanted: Dismissal, parts: PartsDep, caller: CallerDep) -> Response:
    """Say "not this one": the finding is left out of audits and mails until it is restored. Again is the same."""
    dismiss(parts.audits, _own(caller, wanted.manager), wanted.key, by=caller.by)
    return Response(status_code=204, headers=NO_STORE)


@router.delete(
    "/dismissals",
    operation_id="restoreFinding",
    summary="Show a finding again",
    status_code=204,
    response_class=Response,
    responses={204: NOTED, **refusals(404, *_COMMON)},
)
def restore_finding(parts: PartsDep, caller: CallerDep, key: FindingKey, manager: Whose = None) -> Response:
    """Take back "not this one"; 404 if nobody said it."""
    parts.audits.findings.restore(_own(caller, manager), key, caller.by, parts.now())
    return Response(status_code=204, headers=NO_STORE)


def _own(caller: Caller, manager: str | None) -> str:
    """Whose audit is asked for: only their own is there for anybody. Raises `ProblemError`."""
    whose = manager or caller.person
    if whose is None:
        text = "say whose audit it is: manager"
        raise ProblemError(INVALID, text, [fault(text, "manager")])
    if not caller.is_self(whose):
        text = "an audit is for its manager alone: ask with a key made --for them, or signed in as them"
        raise ProblemError(FORBIDDEN, text, headers=lacking(Scope.PROPOSALS))
    return whose.lower()


def _week(text: str) -> IsoWeek:
    try:
        return IsoWeek.parse(text)
    except ValueError as error:
        raise ProblemError(INVALID, str(error), [fault(str(error), "week")]) from None
