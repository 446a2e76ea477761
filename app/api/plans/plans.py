"""Plans: calendars in, one checked plan of a manager's week out; those of several managers are made later.

Nothing is written to any calendar.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Annotated

from fastapi import APIRouter, Header, Response
from fastapi import Request as HttpRequest
from starlette.concurrency import run_in_threadpool

from app.api.access import needs
from app.api.openapi.description import PLAN_ANSWER, PLAN_BODY, PLANNING_ACCEPTED, refusals
from app.api.parts import ApiParts, PartsDep, TurnsDep
from app.api.plans.asked import checked, request_of
from app.api.plans.form import PlanForm, PlanFormDep
from app.api.plans.long_plans import stored
from app.api.plans.plannings import as_json
from app.api.turns import Turns
from app.domain.configuration.access import Scope
from app.render.plans.document import to_json
from app.services.packing.packing import Watch

router = APIRouter(prefix="/v1/plans", tags=["plans"])
IdempotencyKey = Annotated[
    str | None,
    Header(
        pattern="^[!-~]+$",
        max_length=200,
        description="For several managers: any word of your own, such as a UUID. The same request with the same key is "
        "stored once.",
    ),
]


@router.post(
    "",
    operation_id="createPlan",
    summary="Plan a manager's week, or those of several managers",
    response_description="The plan document.",
    openapi_extra={"requestBody": PLAN_BODY},
    dependencies=[needs(Scope.PLAN)],
    responses={200: PLAN_ANSWER, 202: PLANNING_ACCEPTED, **refusals(400, 401, 403, 413, 415, 422, 500, 503)},
    response_class=Response,
)
async def create_plan(
    asked: HttpRequest, form: PlanFormDep, parts: PartsDep, turns: TurnsDep, idempotency_key: IdempotencyKey = None
) -> Response:
    """Read the calendars, pack the movable meetings into the weekly pattern, and answer what would move, and why.

    An event that cannot be read is left out, with a warning in the plan that names the file, the line and the UID; a
    file that cannot be read at all is an error. Private events count as busy, and their titles appear nowhere. Who
    hangs up stops the solver.

    With a `scope` beyond one manager the request is stored and answered by 202, with the address where the answer will
    be; a calendar that cannot be read is said there.
    """
    if form.options.scope != "manager":
        planning = await run_in_threadpool(stored, form, parts, idempotency_key)
        headers = {"Location": f"/v1/plans/{planning.id}", "Cache-Control": "no-store"}
        return Response(as_json(planning), 202, headers, media_type="application/json")
    gone = threading.Event()
    listening = asyncio.create_task(listen(asked, gone))
    try:
        text = await run_in_threadpool(_planned, form, parts, turns, Watch(cancelled=gone.is_set))
    finally:
        listening.cancel()
    return Response(text, headers={"Cache-Control": "no-store"}, media_type="application/json")


async def listen(asked: HttpRequest, gone: threading.Event) -> None:
    """Note that the client has hung up; its body has been read, so that nothing else can come."""
    while (await asked.receive())["type"] != "http.disconnect":
        pass
    gone.set()


def _planned(form: PlanForm, parts: ApiParts, turns: Turns, watch: Watch) -> str:
    """The document that answers the form."""
    asked = checked(form, parts)
    now = parts.now()
    with turns.turn():
        watch.check()
        return to_json(parts.plan(request_of(asked, parts, now), watch).plan)
