"""The pages of proposals: which there are, and one of them to decide on."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.api.parts import ApiParts, PartsDep
from app.domain.calendar.timespan import IsoWeek
from app.domain.calendar.writing import Notify
from app.domain.proposals.proposal import DECIDABLE, Proposal
from app.domain.proposals.shown import Shown
from app.errors import ChangedError, InputError, NotFoundError, StateError
from app.render.mails import troubles
from app.render.proposals.bill import bill
from app.render.proposals.cards import cards
from app.services.proposals import life as services
from app.services.proposals.making.showing import files_of
from app.web.deciding import Question, acted
from app.web.listing import listing
from app.web.pages import page, see
from app.web.review import review
from app.web.visits import DeedDep, Visit, VisitDep

router = APIRouter(include_in_schema=False)
Ticks = Annotated[list[int], Query()]
PLANNED_ANEW = "it was planned anew since the mail that led here: this is the newest plan"


@router.get("/")
def list_proposals(request: Request, parts: PartsDep, visit: VisitDep) -> Response:
    """Whatever proposals somebody may see, the newest first."""
    found = parts.desk.proposals.all(None if visit.caller.is_admin else visit.caller.person)
    return page(request, "proposals.html.j2", visit, **listing(found, _managers(parts, visit), parts.now()))


@router.post("/proposals")
def propose(parts: PartsDep, deed: DeedDep) -> Response:
    """Make a proposal for a week, and show it."""
    manager = deed.text("manager")
    if manager not in _managers(parts, deed.visit):
        raise NotFoundError(f"{manager}: no calendar of theirs is connected here")
    try:
        week = IsoWeek.parse(deed.text("week"))
    except ValueError as error:
        raise InputError(f"week: {error}") from None
    shown = services.propose(parts.desk, manager, week, by=deed.visit.caller.by)
    return see(_path(shown.proposal))


@router.get("/proposals/{proposal_id}")
def show(
    request: Request,
    proposal_id: str,
    parts: PartsDep,
    visit: VisitDep,
    tick: Ticks = [],  # noqa: B006 - FastAPI copies it
    notify: Notify | None = None,
    mailed: int | None = None,
    *,
    again: bool = False,
) -> Response:
    """One proposal, to be decided on or to be followed.

    With `again`, with other ticks than beforehand; `mailed` is the revision that a mail showed which led here.
    """
    shown = _seen(parts, visit, proposal_id)
    is_newer = mailed is not None and mailed != shown.proposal.revision and shown.proposal.state in DECIDABLE
    notices = (PLANNED_ANEW,) if is_newer else ()
    ticked = tick if again else None
    return _page(request, parts, visit, shown, ticked=ticked, notify=notify, again=again, notices=notices)


@router.get("/proposals/{proposal_id}/price")
def price(
    request: Request,
    proposal_id: str,
    parts: PartsDep,
    visit: VisitDep,
    tick: Ticks = [],  # noqa: B006
    notify: Notify = Notify.ALL,
) -> Response:
    """What some ticks cost, and the button that says what it does."""
    shown = _seen(parts, visit, proposal_id)
    told = bill(shown.proposal, cards(shown, tick, _only_read(parts)), notify)
    return page(request, "price.html.j2", visit, bill=told, notify=notify.value)


@router.post("/proposals/{proposal_id}")
def act(request: Request, proposal_id: str, parts: PartsDep, deed: DeedDep) -> Response:
    """Do what a button says, once, to the proposal as it was seen; then show how it is."""
    shown = _seen(parts, deed.visit, proposal_id)
    try:
        done = acted(parts.desk, shown, deed)
    except (ChangedError, StateError) as error:
        now = _seen(parts, deed.visit, proposal_id)
        return _page(request, parts, deed.visit, now, notices=(str(error),), status=409)
    if isinstance(done, Question):
        return _page(request, parts, deed.visit, shown, asks=done)
    _note_use(parts, deed.visit, proposal_id)
    return see(_path(shown.proposal) + (f"?{urlencode(done, doseq=True)}" if done else ""))


@router.get("/proposals/{proposal_id}/files/{name}")
def download(proposal_id: str, name: str, parts: PartsDep, visit: VisitDep) -> Response:
    """A file that was made for the manager, to be kept and not to be shown."""
    shown = _seen(parts, visit, proposal_id)
    for known, media_type, data in parts.desk.proposals.files(shown.proposal.id):
        if known == name:
            headers = {
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
                "Cache-Control": "no-store",
            }
            return Response(data, headers=headers, media_type=media_type)
    raise NotFoundError(f"{name}: there is no such file")


def _page(
    request: Request,
    parts: ApiParts,
    visit: Visit,
    shown: Shown,
    *,
    status: int = 200,
    ticked: list[int] | None = None,
    notify: Notify | None = None,
    again: bool = False,
    notices: tuple[str, ...] = (),
    asks: Question | None = None,
) -> Response:
    told = ("you changed what is ticked: the button says now what it does",) if again else ()
    said = (*notices, *told, *troubles(parts.mails.mails.about(shown.proposal.id)))
    values = review(
        shown,
        ticked=ticked,
        notify=notify or shown.proposal.notify,
        trail=parts.desk.proposals.trail(shown.proposal.id),
        files=[name for name, _, _ in files_of(parts.desk, shown.proposal)],
        only_read=_only_read(parts),
        now=parts.now(),
    )
    may_audit = visit.caller.is_self(shown.proposal.manager)
    return page(request, "review.html.j2", visit, status, notices=said, asks=asks, may_audit=may_audit, **values)


def _seen(parts: ApiParts, visit: Visit, proposal_id: str) -> Shown:
    """A proposal that somebody may see. Raises `NotFoundError`, also for one of somebody else's."""
    if not visit.caller.may_see(parts.desk.proposals.get(proposal_id).manager):
        raise NotFoundError(f"{proposal_id}: there is no such proposal")
    return services.show(parts.desk, proposal_id)


def _note_use(parts: ApiParts, visit: Visit, proposal_id: str) -> None:
    """A link of a mail lets nobody in any more once its proposal was applied through it."""
    if visit.session.link is None or parts.links is None:
        return
    is_applied = parts.desk.proposals.get(proposal_id).state not in DECIDABLE
    if is_applied and parts.links.links.get(visit.session.link).proposal_id == proposal_id:
        parts.links.links.use(visit.session.link, parts.now())


def _only_read(parts: ApiParts) -> frozenset[str]:
    """The calendars that no move is written into."""
    return frozenset(calendar.id for calendar, _ in parts.calendars.all() if not calendar.takes_moves)


def _managers(parts: ApiParts, visit: Visit) -> list[str]:
    """Whose weeks somebody may have proposed: of those of whom a calendar is kept."""
    owners = sorted({calendar.owner for calendar, _ in parts.calendars.all()})
    return [owner for owner in owners if visit.caller.may_see(owner)]


def _path(proposal: Proposal) -> str:
    return f"/proposals/{proposal.id}"
