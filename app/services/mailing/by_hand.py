"""Mails that somebody asks for: about a proposal now, one that failed once more, and codes."""

from __future__ import annotations

from dataclasses import replace
from secrets import token_hex

from app.domain.mail import RETRY_FOR, Mail, MailKind, MailState, about_proposal, weekly_key
from app.domain.proposals.proposal import DECIDABLE, Proposal
from app.errors import StateError, UnansweredError, UnavailableError
from app.services.mailing.adding import new_mail
from app.services.mailing.desk import MailDesk
from app.services.mailing.running import LEASE, check_crowd, run, send
from app.services.proposals.life import show


def send_proposal(desk: MailDesk, proposal_id: str) -> Mail:
    """Send the weekly mail about a proposal now, and give it back as it is then; what was sent is not sent again.

    It is the one that the schedule would send about its week, if none was sent about another proposal of it. Raises
    `NotFoundError`, and `StateError` if nothing can be decided on any more.
    """
    proposal = show(desk.desk, proposal_id).proposal
    if proposal.state not in DECIDABLE:
        raise StateError(f"{proposal.id}: is {proposal.state}: a mail about it has nothing to decide on")
    return send_again(desk, _mail_about(desk, proposal).id, proposal.id)


def send_again(desk: MailDesk, mail_id: str, about: str | None = None) -> Mail:
    """Send a mail now, also one that failed, or of which nobody knows whether it was sent.

    Raises `NotFoundError`, and `StateError` for a code: it is not kept.
    """
    mail = desk.mails.get(mail_id)
    if mail.kind is MailKind.CODE:
        raise StateError(f"{mail_id}: is a code, which is never sent again: ask for a new one")
    now = desk.now()
    desk.mails.again(mail_id, now, now + RETRY_FOR)
    return run(desk, mail_id, about or mail.proposal_id)


def mail_for(desk: MailDesk, proposal: Proposal) -> Mail:
    """The weekly mail about a proposal as it would be made now; it is not kept."""
    key = weekly_key(proposal.manager, proposal.week)
    return new_mail(MailKind.WEEKLY, key, proposal.manager, proposal.week, desk.now(), proposal.id)


def _mail_about(desk: MailDesk, proposal: Proposal) -> Mail:
    new = mail_for(desk, proposal)
    of_week = desk.mails.add(new)
    if of_week.proposal_id in (None, proposal.id):
        return of_week
    return desk.mails.add(replace(new, key=about_proposal(MailKind.WEEKLY, proposal.id, 1)))


def post_code(desk: MailDesk, manager: str, code: str) -> None:
    """Send a code to a manager, now or not at all; it is not kept.

    Raises `ConfigError` if no relay is set up, `UnavailableError` if it does not take mail now, or too many went to the
    manager, and `RefusedError` if it never will; of a mail of which nobody knows the manager looks into their mailbox.
    """
    mailer = desk.mailer()
    check_crowd(desk, manager)
    now = desk.now()
    new = new_mail(MailKind.CODE, f"{MailKind.CODE}:{token_hex(8)}", manager, None, now)
    mail = desk.mails.add(replace(new, attempts=1, next_try_at=now + LEASE))  # taken from the first: nobody else can
    try:
        send(desk, mail, mailer, desk.composer.code(mail, code))
    except UnansweredError:
        return
    except UnavailableError as error:
        desk.mails.end(mail, MailState.FAILED, desk.now(), str(error))
        raise
