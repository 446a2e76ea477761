"""Proposals: made, shown, decided move by move, applied and undone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Body, Depends, Header, Path, Query, Response
from fastapi import Request as HttpRequest
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from app.api.access import NO_STORE, CallerDep, lacking, needs
from app.api.etags import IfMatch, IfNoneMatch, etag, is_known, version_of
from app.api.ids import ProposalId
from app.api.openapi.description import refusals
from app.api.openapi.proposal_answers import ACCEPTED, ANSWER, CREATED, EVENTS, FILE, LIST, PAGE, TRAIL
from app.api.parts import ApiParts, PartsDep, TurnsDep
from app.api.plans.plans import listen
from app.api.problems import CHANGED, CONFLICT, FORBIDDEN, INVALID, REUSED, ProblemError, fault
from app.api.proposals.schemas import ApplyOptions, Decisions, ProposalWanted, UndoOptions
from app.api.schemas import LONG_TIME_LIMIT_S, TIME_LIMIT_S, Email, WeekName
from app.domain.calendar.timespan import IsoWeek
from app.domain.calendar.writing import Notify
from app.domain.configuration.access import Caller, Scope
from app.domain.proposals.proposal import WORKING, Proposal
from app.domain.proposals.shown import Shown
from app.errors import ChangedError, NotFoundError
from app.render.plans.document import plan_of
from app.render.plans.html import to_html
from app.render.plans.ics import week_ics
from app.render.proposals.proposals import (
    as_text,
    proposal_to_json,
    proposals_document,
    standing_document,
    trail_document,
)
from app.services.packing.packing import Watch
from app.services.proposals.desk import Desk, Options
from app.services.proposals.life import apply, decide, propose, propose_together, show, undo
from app.services.proposals.making.showing import files_of

LOOK_EVERY_S = 0.5
PREFIX = "/v1/proposals"
_COMMON = (401, 403, 422, 500, 503)

router = APIRouter(prefix=PREFIX, tags=["proposals"], dependencies=[needs(Scope.PROPOSALS)])
IdempotencyKey = Annotated[
    str | None,
    Header(
        pattern="^[!-~]+$",
        max_length=200,
        description="Any word of your own, such as a UUID. The same request with the same key is done once: a "
        "proposal, not for several managers, or a decision.",
    ),
]


def _visible(proposal_id: ProposalId, parts: PartsDep, caller: CallerDep) -> Proposal:
    """The proposal, if it is there for whoever asks. Raises `NotFoundError`, the same for others' and for none."""
    found = parts.desk.proposals.get(proposal_id)
    if not caller.may_see(found.manager):
        raise NotFoundError(f"{proposal_id}: there is no such proposal")
    return found


VisibleDep = Annotated[Proposal, Depends(_visible)]


@router.post(
    "",
    operation_id="createProposal",
    summary="Propose a manager's week",
    status_code=201,
    response_class=Response,
    responses={201: CREATED, **refusals(400, 409, 413, *_COMMON)},
)
async def create_proposal(
    asked: HttpRequest,
    wanted: ProposalWanted,
    parts: PartsDep,
    turns: TurnsDep,
    caller: CallerDep,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Plan the week from the calendars that are kept in sync, and keep the plan as a proposal; nothing moves by that.

    The proposal that was open for the manager and the week is superseded; what differs from it is said. The same
    request with the same `Idempotency-Key` is answered by the proposal that it made. Who hangs up stops the solver.
    """
    gone = threading.Event()
    listening = asyncio.create_task(listen(asked, gone))

    def made() -> Shown:
        with turns.turn(), _conflict():
            return _proposed(parts.desk, wanted, caller, idempotency_key, Watch(cancelled=gone.is_set))

    try:
        shown = await run_in_threadpool(made)
        text = await run_in_threadpool(_document, parts, shown)
    finally:
        listening.cancel()
    headers = {"Location": f"{PREFIX}/{shown.proposal.id}", **_tag(shown)}
    return Response(text, 201, headers, media_type="application/json")


@router.get(
    "",
    operation_id="listProposals",
    summary="List proposals",
    response_class=Response,
    responses={200: LIST, **refusals(*_COMMON)},
)
def list_proposals(
    parts: PartsDep,
    caller: CallerDep,
    manager: Annotated[Email | None, Query(description="Only those of this manager.")] = None,
    week: Annotated[WeekName | None, Query(description="Only those for this ISO week.")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000, description="So many at most, the newest.")] = 100,
) -> Response:
    """The proposals that are there for whoever asks, the newest first, without their moves and plans."""
    whose = caller.person if manager is None and not caller.is_admin else manager
    found = parts.desk.proposals.all(whose and whose.lower(), week, limit)
    shown = [each for each in found if caller.may_see(each.manager)]
    return Response(as_text(proposals_document(shown)), headers=NO_STORE, media_type="application/json")


@router.get(
    "/{proposal_id:hex16}",
    operation_id="readProposal",
    summary="Read a proposal",
    response_class=Response,
    responses={200: ANSWER, 304: {"description": "It is as it was."}, **refusals(404, *_COMMON)},
)
def read_proposal(
    found: VisibleDep,
    parts: PartsDep,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The whole proposal. Moves that are not possible any more are `closed`, with the reason.

    If others took a place that it wants, it is planned anew before it is shown, and the `differences` say so.
    """
    shown = show(parts.desk, found.id)
    if is_known(if_none_match, etag(shown.proposal.version)):
        return Response(status_code=304, headers=_tag(shown))
    return _answer(parts, shown)


@router.post(
    "/{proposal_id:hex16}/decisions",
    operation_id="decideProposal",
    summary="Decide on moves",
    response_class=Response,
    responses={200: ANSWER, **refusals(400, 404, 409, 412, 413, *_COMMON)},
)
def decide_proposal(
    found: VisibleDep,
    decisions: Decisions,
    parts: PartsDep,
    caller: CallerDep,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Accept, reject, pin or correct, all of it or nothing.

    What is rejected, pinned or corrected has the week planned anew around it at once; `differences` says what else
    changed. Accepted moves stay. Where that is impossible the answer is 409, nothing is changed, and `errors` names
    them: ask again with their numbers as `drop`, or otherwise. What is decided so already changes nothing; nor does
    the same request with the same `Idempotency-Key`, whatever was decided since.
    """
    with _conflict(if_match):
        shown = decide(
            parts.desk,
            found.id,
            [each.choice() for each in decisions.choices],
            [each.correction() for each in decisions.corrections],
            accept_all=decisions.accept_all,
            drop=decisions.drop,
            by=caller.by,
            version=version_of(if_match),
            idempotency_key=idempotency_key,
        )
    if shown.asks:
        faults = [
            fault(f"move {n} would not be possible any more: {why.text}", "drop") for n, why in shown.asks.items()
        ]
        raise ProblemError(CONFLICT, f"{faults[0].detail}; to give it up, ask again with drop", faults)
    return _answer(parts, shown)


@router.post(
    "/{proposal_id:hex16}/apply",
    operation_id="applyProposal",
    summary="Write what was accepted into the calendars",
    status_code=202,
    response_class=Response,
    responses={202: ACCEPTED, **refusals(400, 404, 409, 412, 413, *_COMMON)},
)
def apply_proposal(
    found: VisibleDep,
    parts: PartsDep,
    caller: CallerDep,
    options: Annotated[ApplyOptions | None, Body()] = None,
    if_match: IfMatch = None,
) -> Response:
    """Have a worker make the accepted moves; what others changed meanwhile is left alone and said.

    Whoever asks for it again gets the same answer, and it is applied once. Of what was applied in part, the rest is
    tried again.
    """
    notify = Notify(options.notify) if options and options.notify else None
    with _conflict(if_match):
        shown = apply(parts.desk, found.id, by=caller.by, version=version_of(if_match), notify=notify)
    return _answer(parts, shown, 202)


@router.post(
    "/{proposal_id:hex16}/undo",
    operation_id="undoProposal",
    summary="Take back what was applied",
    status_code=202,
    response_class=Response,
    responses={202: ACCEPTED, **refusals(400, 404, 409, 412, 413, *_COMMON)},
)
def undo_proposal(
    found: VisibleDep,
    parts: PartsDep,
    caller: CallerDep,
    options: Annotated[UndoOptions | None, Body()] = None,
    if_match: IfMatch = None,
) -> Response:
    """Have a worker move back what was moved, until `undo_until`; what others moved since is left alone and said."""
    numbers = options.moves if options else []
    with _conflict(if_match):
        shown = undo(parts.desk, found.id, numbers, by=caller.by, version=version_of(if_match))
    return _answer(parts, shown, 202)


@router.get(
    "/{proposal_id:hex16}/events",
    operation_id="watchProposal",
    summary="Watch a proposal being applied or undone",
    response_description="Server-sent events.",
    responses={200: EVENTS, **refusals(404, *_COMMON)},
    response_class=EventSourceResponse,
)
async def watch_proposal(proposal: VisibleDep, parts: PartsDep) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events, named as the state, each with how every move stands; they end when nothing is under way.

    The first comes at once.
    """
    seen = None
    while True:
        data = standing_document(proposal)
        if data != seen:
            seen = data
            yield ServerSentEvent(raw_data=as_text(data), event=proposal.state)
        if proposal.state not in WORKING:
            return
        await asyncio.sleep(LOOK_EVERY_S)
        proposal = await run_in_threadpool(parts.desk.proposals.get, proposal.id)


@router.get(
    "/{proposal_id:hex16}.ics",
    operation_id="readProposalCalendar",
    summary="The proposed week as a calendar",
    response_class=Response,
    responses={200: FILE, **refusals(404, *_COMMON)},
)
def read_calendar(found: VisibleDep) -> Response:
    """The week after the moves as an iCalendar file, to look at; opening it moves nothing."""
    return _file(found, week_ics(plan_of(found.plan)), "text/calendar", "ics")


@router.get(
    "/{proposal_id:hex16}.html",
    operation_id="readProposalPage",
    summary="The proposed week as a page",
    response_class=Response,
    responses={200: PAGE, **refusals(404, *_COMMON)},
)
def read_page(found: VisibleDep) -> Response:
    """The plan as a page that needs nothing else: no script, no outside load."""
    return _file(found, to_html(plan_of(found.plan)).encode(), "text/html", "html")


@router.get(
    "/{proposal_id:hex16}/files/{name}",
    operation_id="readProposalFile",
    summary="A file of a proposal",
    response_class=Response,
    responses={200: FILE, **refusals(404, *_COMMON)},
)
def read_file(found: VisibleDep, name: Annotated[str, Path(max_length=200)], parts: PartsDep) -> Response:
    """What a manager gets whose calendar cannot be written: their calendar with the moves in it, and invitations."""
    for known, media_type, data in parts.desk.proposals.files(found.id):
        if known == name:
            headers = {**NO_STORE, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
            return Response(data, headers=headers, media_type=media_type)
    raise NotFoundError(f"{found.id}: there is no file of this name")


@router.get(
    "/{proposal_id:hex16}/trail",
    operation_id="readTrail",
    summary="Who did what with a proposal",
    response_class=Response,
    responses={200: TRAIL, **refusals(404, *_COMMON)},
)
def read_trail(found: VisibleDep, parts: PartsDep) -> Response:
    """The audit trail of the proposal, the oldest first."""
    text = as_text(trail_document(parts.desk.proposals.trail(found.id)))
    return Response(text, headers=NO_STORE, media_type="application/json")


def _proposed(desk: Desk, wanted: ProposalWanted, caller: Caller, key: str | None, watch: Watch) -> Shown:
    """Make what is wanted; of several proposals, the asked manager's."""
    manager, at = wanted.manager.lower(), wanted.now
    if not caller.may_see(manager) or (wanted.scope != "manager" and caller.person and not caller.is_admin):
        raise ProblemError(
            FORBIDDEN, f"only the proposals of {caller.person} can be made with this", headers=lacking(Scope.ADMIN)
        )
    week = wanted.week or IsoWeek.of((at or desk.now()).date()).plus(1)
    limit = TIME_LIMIT_S if wanted.scope == "manager" else LONG_TIME_LIMIT_S
    options = Options(wanted.scope_of_moves, Notify(wanted.notify), wanted.timezone, limit)
    if wanted.scope != "manager":
        if key is not None:
            text = "an Idempotency-Key is for one manager's proposal: leave it out, or ask for scope manager"
            raise ProblemError(INVALID, text, [fault(text, "scope")])
        return propose_together(desk, manager, week, wanted.scope, by=caller.by, at=at, options=options, watch=watch)[0]
    shown = propose(desk, manager, week, by=caller.by, at=at, options=options, idempotency_key=key, watch=watch)
    if (shown.proposal.manager.lower(), shown.proposal.week) != (manager, str(week)):
        raise ProblemError(REUSED, f"Idempotency-Key {key} was used for another request: take a new one")
    return shown


@contextmanager
def _conflict(if_match: str | None = None) -> Iterator[None]:
    """Without a version that is expected, what changed meanwhile is a conflict and no failed precondition."""
    try:
        yield
    except ChangedError as error:
        raise ProblemError(CHANGED if if_match else CONFLICT, str(error)) from None


def _tag(shown: Shown) -> dict[str, str]:
    return {"ETag": etag(shown.proposal.version), **NO_STORE}


def _document(parts: ApiParts, shown: Shown) -> str:
    files = [name for name, _, _ in files_of(parts.desk, shown.proposal)]
    return proposal_to_json(shown, parts.desk.proposals.trail(shown.proposal.id), files)


def _answer(parts: ApiParts, shown: Shown, status: int = 200) -> Response:
    return Response(_document(parts, shown), status, _tag(shown), media_type="application/json")


def _file(found: Proposal, data: bytes, media_type: str, ending: str) -> Response:
    shown = {"Content-Disposition": f'inline; filename="{found.week}.{ending}"', "Content-Security-Policy": _CSP}
    return Response(data, headers={**NO_STORE, **shown}, media_type=media_type)


_CSP = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A page that shows what others wrote may load and run nothing."""
