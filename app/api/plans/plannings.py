"""Plans that are worked at after their request was answered: how far they are, and their answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from app.api.access import needs
from app.api.etags import IfNoneMatch, etag, is_known
from app.api.ids import PlanningId
from app.api.openapi.description import PLANNING_ANSWER, PLANNING_EVENTS, refusals
from app.api.parts import PartsDep
from app.domain.configuration.access import Scope
from app.domain.plans.planning import Planning
from app.errors import NotFoundError
from app.ports import Plannings
from app.render.plans.document import escaped, value_of

SCHEMA = "clearweek.planning/1"
LOOK_EVERY_S = 0.5

router = APIRouter(prefix="/v1/plans", tags=["plans"], dependencies=[needs(Scope.PLAN)])


def as_json(planning: Planning) -> str:
    """The resource; a planning without a result is one that has none, or was only glanced at."""
    values = value_of(planning)
    del values["digest"]
    return escaped(json.dumps({"schema": SCHEMA, **values}, ensure_ascii=False))


@router.get(
    "/{planning_id:hex32}",
    operation_id="readPlan",
    summary="Read a plan that takes long",
    response_description="How far it is; with the answer, if there is one.",
    responses={
        200: PLANNING_ANSWER,
        304: {"description": "It is as it was."},
        **refusals(401, 403, 404, 422, 500, 503),
    },
    response_class=Response,
)
def read_plan(
    planning_id: PlanningId,
    parts: PartsDep,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """How far the plan is: `queued`, `running`, `done` with the `result`, or `failed` with the `problem`."""
    tag = etag(parts.plannings.glance(planning_id).version)
    if is_known(if_none_match, tag):
        return Response(status_code=304, headers={"ETag": tag})
    planning = parts.plannings.get(planning_id)
    headers = {"ETag": etag(planning.version), "Cache-Control": "no-store"}
    return Response(as_json(planning), headers=headers, media_type="application/json")


@router.delete(
    "/{planning_id:hex32}",
    operation_id="forgetPlan",
    summary="Forget a plan that takes long",
    status_code=204,
    response_class=Response,
    response_description="It is forgotten; if it was being made, that is stopped.",
    responses=refusals(401, 403, 404, 422, 500, 503),
)
def forget_plan(planning_id: PlanningId, parts: PartsDep) -> None:
    """Delete the request and the answer. Stored plans are forgotten by themselves a week after they were answered."""
    parts.plannings.forget(planning_id)


def _known(planning_id: PlanningId, parts: PartsDep) -> Planning:
    return parts.plannings.glance(planning_id)


@router.get(
    "/{planning_id:hex32}/events",
    operation_id="watchPlan",
    summary="Watch a plan that takes long",
    response_description="Server-sent events.",
    responses={200: PLANNING_EVENTS, **refusals(401, 403, 404, 422, 500, 503)},
    response_class=EventSourceResponse,
)
async def watch_plan(
    planning: Annotated[Planning, Depends(_known)],
    parts: PartsDep,
    last_event_id: Annotated[str | None, Header(description="The id of the last event that was seen.")] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `queued` and `running` whenever it is further, at last `done` or `failed`; then it ends.

    Each has the resource as its data, without the result. The first comes at once, unless it is the one last seen.
    """
    found: Planning | None = planning
    seen = last_event_id
    while found is not None:
        if str(found.version) != seen or found.state.ended:
            seen = str(found.version)
            yield ServerSentEvent(raw_data=as_json(found), event=found.state, id=seen)
        if found.state.ended:
            return
        await asyncio.sleep(LOOK_EVERY_S)
        found = await run_in_threadpool(_glance, parts.plannings, found.id)


def _glance(plannings: Plannings, planning_id: str) -> Planning | None:
    """A planning as it is now; None if it was forgotten."""
    try:
        return plannings.glance(planning_id)
    except NotFoundError:
        return None
