"""What a mail says: made when it is to be sent, of what is so then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

from app.domain.audit.finding import Finding
from app.domain.calendar.timespan import IsoWeek
from app.domain.mail import Mail, MailKind
from app.domain.proposals.proposal import DECIDABLE, OPEN, Proposal
from app.domain.proposals.shown import Shown
from app.services.mailing.adding import UNDECIDED, WENT, is_undecided
from app.services.mailing.desk import MailDesk, Told
from app.services.proposals.desk import Options, options_of
from app.services.proposals.life import propose, show
from app.services.proposals.making.proposed import is_refused
from app.services.proposals.making.showing import CLEARWEEK

FRESH = timedelta(hours=1)
"""A proposal on which nothing was decided is planned anew for a mail if it is older."""
SAID = 100
"""So many of the newest mails to a manager are looked at for whether there was any."""
NOTHING_TO_SAY = "there was nothing to say"
DECIDED = "it was decided meanwhile"
ENDED = "the manager wants no more of these mails"


@dataclass(frozen=True)
class Made:
    """A message, the proposal that it is about, and the keys of what it tells."""

    message: EmailMessage
    proposal: Proposal
    tells: Sequence[str] = ()


def made(desk: MailDesk, mail: Mail, about: str | None = None) -> Made | str:
    """The message of a mail; if there is none to be sent, why.

    `about` is the proposal that somebody wants it to be about by hand: then it is made in any case. Raises as
    proposing, showing and composing do.
    """
    is_asked_for = about is not None or mail.kind is MailKind.CONFIRMATION
    if not is_asked_for and not desk.wanted(mail.manager).mail.on:
        return ENDED
    if mail.kind is MailKind.WEEKLY:
        return _weekly(desk, mail, about)
    shown = show(desk.desk, mail.proposal_id or "")
    thread = _thread(desk, shown.proposal)
    if mail.kind is MailKind.CONFIRMATION:
        return Made(desk.composer.confirmation(mail, shown, thread), shown.proposal)
    if about is None and not is_undecided(shown.proposal, desk.now()):
        return DECIDED
    return Made(desk.composer.reminder(mail, shown, thread), shown.proposal)


def preview(desk: MailDesk, mail: Mail, shown: Shown) -> EmailMessage:
    """The weekly mail about a proposal as it would be sent now. Nothing is kept of it."""
    message, _ = desk.composer.weekly(_told(desk, mail, shown, preview=True))
    return message


def _weekly(desk: MailDesk, mail: Mail, about: str | None) -> Made | str:
    shown = show(desk.desk, about) if about else _proposed(desk, mail)
    desk.mails.tie(mail, shown.proposal.id)
    told = _told(desk, mail, shown)
    if about is None and not _is_worth_it(shown, told.findings):
        if desk.wanted(mail.manager).mail.nothing_to_say == "silent":
            return NOTHING_TO_SAY
        return Made(desk.composer.line(mail, shown), shown.proposal)
    message, tells = desk.composer.weekly(told)
    return Made(message, shown.proposal, tells)


def _told(desk: MailDesk, mail: Mail, shown: Shown, *, preview: bool = False) -> Told:
    proposal = shown.proposal
    audit, findings = desk.audit(proposal.manager, IsoWeek.parse(proposal.week), proposal.clock(desk.now()))
    thread = _thread(desk, proposal)
    return Told(mail, shown, audit, findings, _is_first(desk, mail), thread, preview)


def _proposed(desk: MailDesk, mail: Mail) -> Shown:
    """The open proposal of the week if it was made for the mail, is fresh or somebody is at it, else a new one."""
    week = IsoWeek.parse(mail.week or "")
    of_week = desk.desk.proposals.all(mail.manager, str(week))
    found = next((one for one in of_week if one.state in OPEN), None)
    if found is not None and (found.id == mail.proposal_id or _may_stay(desk, found)):
        return show(desk.desk, found.id)
    options = options_of(found) if found else Options()
    return propose(desk.desk, mail.manager, week, by=CLEARWEEK, options=options)


def _may_stay(desk: MailDesk, found: Proposal) -> bool:
    is_at_it = found.state not in UNDECIDED
    return is_at_it or desk.now() - found.created_at < FRESH


def _is_worth_it(shown: Shown, findings: Sequence[Finding]) -> bool:
    """Whether there is a move that can be decided on, or something that the audit found."""
    moves = [move for move in shown.proposal.moves if move.meetings and not is_refused(move)]
    can_move = shown.proposal.state in DECIDABLE and any(move.number not in shown.closed for move in moves)
    return can_move or bool(findings)


def _is_first(desk: MailDesk, mail: Mail) -> bool:
    sent = (one for one in desk.mails.all(mail.manager, SAID) if one.kind is MailKind.WEEKLY and one.state in WENT)
    return not any(one.id != mail.id for one in sent)


def _thread(desk: MailDesk, proposal: Proposal) -> str | None:
    """The Message-ID of the first mail about a proposal that went."""
    ids = [one.message_id for one in desk.mails.about(proposal.id) if one.state in WENT and one.message_id]
    return ids[-1] if ids else None
