"""Plans: calendars in, one checked plan of a manager's week out. Nothing is stored, nothing is written anywhere."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response
from fastapi import Request as HttpRequest
from starlette.concurrency import run_in_threadpool

from app.api.access import needs
from app.api.form import PlanForm, PlanFormDep
from app.api.openapi import PLAN_ANSWER, PLAN_BODY, refusals
from app.api.parts import ApiParts, PartsDep, TurnsDep
from app.api.problems import CALENDAR, Fault, fault, refused
from app.api.schemas import PlanOptions
from app.api.turns import Turns
from app.domain.access import Scope
from app.domain.person import Team
from app.domain.timespan import IsoWeek
from app.domain.what_if import WhatIf
from app.errors import ConfigError, InputError, ParseError
from app.render.document import plans_to_json, to_json
from app.services.packing import Limits, Watch
from app.services.plan_week import Request
from app.services.reading import Source

router = APIRouter(prefix="/v1/plans", tags=["plans"])
T = TypeVar("T")


@router.post(
    "",
    operation_id="createPlan",
    summary="Plan a manager's week, or those of several managers",
    response_description="The plan document.",
    openapi_extra={"requestBody": PLAN_BODY},
    dependencies=[needs(Scope.PLAN)],
    responses={200: PLAN_ANSWER, **refusals(400, 401, 403, 413, 415, 422, 500, 503)},
    response_class=Response,
)
async def create_plan(asked: HttpRequest, form: PlanFormDep, parts: PartsDep, turns: TurnsDep) -> Response:
    """Read the calendars, pack the movable meetings into the weekly pattern, and answer what would move, and why.

    An event that cannot be read is left out, with a warning in the plan that names the file, the line and the UID; a
    file that cannot be read at all is an error. Private events count as busy, and their titles appear nowhere. Who
    hangs up stops the solver.
    """
    gone = threading.Event()
    listening = asyncio.create_task(_listen(asked, gone))
    try:
        text = await run_in_threadpool(_planned, form, parts, turns, Watch(cancelled=gone.is_set))
    finally:
        listening.cancel()
    return Response(text, headers={"Cache-Control": "no-store"}, media_type="application/json")


async def _listen(asked: HttpRequest, gone: threading.Event) -> None:
    """Note that the client has hung up; its form has been read, so that nothing else can come."""
    while (await asked.receive())["type"] != "http.disconnect":
        pass
    gone.set()


def _planned(form: PlanForm, parts: ApiParts, turns: Turns, watch: Watch) -> str:
    """The document that answers the form."""
    team = _config(form, "team", parts.parse_team)
    pattern = _config(form, "pattern", parts.parse_pattern)
    rules = _config(form, "rules", parts.parse_rules)
    options = form.options
    what_if = _questions(options)
    now = options.now or parts.now()
    with turns.turn():
        watch.check()
        request = Request(
            sources=_sources(form, parts, team),
            manager=options.manager,
            week=options.week or _next_week(now, options.timezone),
            now=now,
            pattern=pattern or parts.pattern,
            rules=rules or parts.rules,
            holidays=parts.holidays,
            generated_by=f"clearweek {parts.version}",
            team=team,
            timezone=options.timezone,
            limits=Limits(wall_s=options.time_limit_s),
            explain=tuple(options.explain),
            moves=options.scope_of_moves,
            what_if=what_if,
        )
        if options.scope == "manager":
            return to_json(parts.plan(request, watch).plan)
        return plans_to_json(parts.plan_together(request, options.scope, watch))


def _questions(options: PlanOptions) -> tuple[WhatIf, ...]:
    """What is asked; each that makes no sense is said at its place."""
    found: list[WhatIf] = []
    faults: list[Fault] = []
    for number, asked in enumerate(options.what_if):
        try:
            found.append(asked.question())
        except InputError as error:
            faults.append(fault(str(error), "options", "what_if", number))
    if options.scope != "manager" and (found or options.explain):
        faults.append(fault("explain and what_if ask about one manager's week: leave scope out", "options", "scope"))
    if faults:
        raise refused(faults)
    return tuple(found)


def _next_week(now: datetime, zone: ZoneInfo | None) -> IsoWeek:
    local = now.astimezone(zone) if zone else now
    return IsoWeek.of(local.date()).plus(1)


def _config(form: PlanForm, name: str, parse: Callable[[str, bytes], T]) -> T | None:
    upload = form.configs.get(name)
    if upload is None:
        return None
    try:
        return parse(upload.name, upload.file.read())
    except ConfigError as error:
        raise refused([fault(str(error), name)]) from None


def _sources(form: PlanForm, parts: ApiParts, team: Team | None) -> list[Source]:
    """The calendars with their owners; everything that is wrong with them is said at once."""
    sources: list[Source] = []
    unreadable: list[Fault] = []
    nobodys: list[Fault] = []
    for number, upload in enumerate(form.calendars):
        try:
            calendar = parts.read_calendar(upload.name, upload.file.read())
        except ParseError as error:
            unreadable.append(fault(str(error), "calendars", number))
            continue
        owner = form.options.owners.get(upload.name) or calendar.owner_hint
        if owner is None:
            text = f"{upload.name}: does not say whose calendar it is; name its owner in owners of the options"
            nobodys.append(fault(text, "calendars", number))
        sources.append(Source(calendar, owner))
    if unreadable:
        raise refused([*unreadable, *nobodys], CALENDAR)
    if nobodys:
        raise refused(nobodys)
    _check_manager(form, team or Team(), {source.owner for source in sources if source.owner})
    return sources


def _check_manager(form: PlanForm, team: Team, owners: set[str]) -> None:
    manager = form.options.manager
    if team.canonical(manager) not in {team.canonical(owner) for owner in owners}:
        known = ", ".join(sorted(owners))
        text = f"none of the calendars is {manager}'s: they are of {known}; owners of the options can say whose each is"
        raise refused([fault(text, "options", "manager")])
