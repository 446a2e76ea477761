"""Mails to managers: looked at, sent at once, and scheduled."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from app.api.access import NO_STORE, CallerDep, lacking, needs
from app.api.openapi.description import refusals
from app.api.parts import ApiParts, PartsDep, TurnsDep
from app.api.problems import FORBIDDEN, ProblemError
from app.api.proposals.mail_schemas import (
    MAIL_EXAMPLE,
    MESSAGE_EXAMPLE,
    SCHEDULE_EXAMPLE,
    MailSchedule,
    MailScheduleChange,
    Message,
    SentMail,
)
from app.api.proposals.proposals import VisibleDep
from app.api.schemas import Email
from app.api.turns import Turns
from app.domain.configuration.access import Caller, Scope
from app.domain.configuration.schedule import WeeklyMail
from app.domain.proposals.proposal import Proposal
from app.errors import InputError
from app.render.mails import mail_document, message_document, schedule_document
from app.services.mailing.by_hand import mail_for, send_proposal
from app.services.mailing.making import preview
from app.services.mailing.scheduling import NextMail, next_of, set_schedule
from app.services.proposals.life import show

_COMMON = (401, 403, 422, 500, 503)
Json = dict[str, Any]

router = APIRouter(tags=["mails"], dependencies=[needs(Scope.PROPOSALS)])
Whose = Annotated[Email, Path(description="The address of the manager.")]


def _example(value: Json) -> Json:
    return {"content": {"application/json": {"example": value}}}


_MESSAGE, _MAIL, _SCHEDULE = (_example(value) for value in (MESSAGE_EXAMPLE, MAIL_EXAMPLE, SCHEDULE_EXAMPLE))
_FILE: Json = {"description": "The file.", "content": {"message/rfc822": {"example": "From: Clearweek <…>\r\n…"}}}


@router.get(
    "/v1/proposals/{proposal_id:hex16}/mail",
    operation_id="readProposalMail",
    summary="The mail about a proposal",
    responses={200: _MESSAGE, **refusals(404, *_COMMON)},
)
def read_mail(found: VisibleDep, parts: PartsDep, turns: TurnsDep, caller: CallerDep, response: Response) -> Message:
    """The weekly mail about the proposal as it would be sent now, and what became of those that were.

    Its links lead to the page of the proposal; those of a real mail are for its reader alone. Only the manager gets
    it, as it says what an audit of their meetings found. Nothing is sent.
    """
    _check_own(caller, found.manager)
    response.headers.update(NO_STORE)
    message = _preview(found, parts, turns)
    return Message.model_validate(message_document(message, parts.mails.mails.about(found.id)))


@router.get(
    "/v1/proposals/{proposal_id:hex16}/mail.eml",
    operation_id="readProposalMailFile",
    summary="The mail about a proposal as a file",
    response_class=Response,
    responses={200: _FILE, **refusals(404, *_COMMON)},
)
def read_mail_file(found: VisibleDep, parts: PartsDep, turns: TurnsDep, caller: CallerDep) -> Response:
    """The same as a message (RFC 5322) that a mail program opens, with its picture and its calendar file."""
    _check_own(caller, found.manager)
    message = _preview(found, parts, turns)
    shown_as = {"Content-Disposition": f'attachment; filename="{found.week}.eml"', "Content-Security-Policy": "sandbox"}
    return Response(message.as_bytes(), headers={**NO_STORE, **shown_as}, media_type="message/rfc822")


@router.post(
    "/v1/proposals/{proposal_id:hex16}/mail",
    operation_id="sendProposalMail",
    summary="Mail a proposal to its manager now",
    responses={200: _MAIL, **refusals(404, 409, *_COMMON)},
)
def send_mail(found: VisibleDep, parts: PartsDep, turns: TurnsDep, response: Response) -> SentMail:
    """Send the weekly mail about the proposal now; `state` says what became of it.

    What was sent is not sent again, whoever asks: the answer is the same. What failed, or may have been sent or not, is
    sent again. Where the relay does not take it for now, workers try it again for a day.
    """
    response.headers.update(NO_STORE)
    with turns.turn():
        return SentMail.model_validate(mail_document(send_proposal(parts.mails, found.id)))


@router.get(
    "/v1/managers/{manager}/mail-schedule",
    operation_id="readMailSchedule",
    summary="When a manager gets the weekly mail",
    responses={200: _SCHEDULE, **refusals(*_COMMON)},
)
def read_schedule(manager: Whose, parts: PartsDep, caller: CallerDep) -> MailSchedule:
    """How the manager wants their weekly mail, and when the next one is due."""
    whose = _visible(caller, manager)
    return _schedule(parts, whose, parts.mails.wanted(whose).mail)


@router.patch(
    "/v1/managers/{manager}/mail-schedule",
    operation_id="changeMailSchedule",
    summary="Say when a manager gets the weekly mail",
    responses={200: _SCHEDULE, **refusals(400, 413, *_COMMON)},
)
def change_schedule(manager: Whose, change: MailScheduleChange, parts: PartsDep, caller: CallerDep) -> MailSchedule:
    """Keep what is said; what is left out stays as it is. There is no mail until `on` is true."""
    whose = _visible(caller, manager)
    return _schedule(parts, whose, set_schedule(parts.mails, whose, change.changes()))


def _preview(found: Proposal, parts: ApiParts, turns: Turns) -> EmailMessage:
    """The mail about a proposal as it would be sent now."""
    with turns.turn():
        shown = show(parts.desk, found.id)
        return preview(parts.mails, mail_for(parts.mails, shown.proposal), shown)


def _schedule(parts: ApiParts, manager: str, mail: WeeklyMail) -> MailSchedule:
    upcoming = _next(parts, manager)
    known = (upcoming.at, str(upcoming.week)) if upcoming else (None, None)
    return MailSchedule.model_validate(schedule_document(manager, mail, *known))


def _next(parts: ApiParts, manager: str) -> NextMail | None:
    try:
        return next_of(parts.mails, manager)
    except InputError:  # no calendar of theirs is kept yet, so that nobody knows their clock
        return None


def _visible(caller: Caller, manager: str) -> str:
    """Whose schedule is asked for. Raises `ProblemError` for one of somebody else."""
    if not caller.may_see(manager):
        raise ProblemError(
            FORBIDDEN, f"only the schedule of {caller.person} is there for this", headers=lacking(Scope.PROPOSALS)
        )
    return manager.lower()


def _check_own(caller: Caller, manager: str) -> None:
    """Refuse a mail to others: what an audit found is for its manager alone. Raises `ProblemError`."""
    if not caller.is_self(manager):
        text = "a mail is for its manager alone: ask with a key made --for them, or signed in as them"
        raise ProblemError(FORBIDDEN, text, headers=lacking(Scope.PROPOSALS))
