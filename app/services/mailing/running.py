"""Sending one mail: noted before it is sent, sent at most once, and tried again while its relay does not take it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from email.message import EmailMessage

from app.domain.mail import COUNTED, Mail, MailKind, MailState
from app.domain.proposals.proposal import Change, Proposal, ProposalState
from app.errors import AppError, ChangedError, UnansweredError, UnavailableError
from app.ports import Mailer
from app.render.words import count
from app.services.mailing.desk import MailDesk
from app.services.mailing.making import Made, made
from app.services.proposals.desk import trail_line
from app.services.proposals.making.showing import CLEARWEEK, TRIES
from app.services.syncing.retrying import pause_after

LEASE = timedelta(minutes=10)
"""After so long without a word from whoever makes a mail it is made anew."""
CROWDED = timedelta(hours=1)
"""How long a mail waits while too many went to its address."""
BROKE_OFF = "it may have been sent or not: the relay did not answer; look into the mailbox before it is sent again"
NOT_SENT = "the process that was to send it ended; a code is never kept: ask for a new one"


def run(desk: MailDesk, mail_id: str, about: str | None = None) -> Mail:
    """Send a mail if its time has come, and give it back as it is then.

    `about` is the proposal that somebody wants it to be about by hand. Whatever is in the way is noted with the mail
    and tried again for a day. Raises `StoreError`, and `NotFoundError` for a mail that is not there.
    """
    now = desk.now()
    mail = desk.mails.take(mail_id, now + LEASE, now)
    if mail is not None:
        _attempt(desk, mail, about, now)
    return desk.mails.get(mail_id)


def _attempt(desk: MailDesk, mail: Mail, about: str | None, now: datetime) -> None:
    if mail.kind is MailKind.CODE:
        desk.mails.close(mail, MailState.FAILED, NOT_SENT)
    elif now >= mail.give_up_at:
        why = mail.problem or "nobody was there to send it"
        desk.mails.close(mail, MailState.FAILED, f"given up after {_hours(mail)} hours: {why}")
    else:
        _make_and_send(desk, mail, about)


def _hours(mail: Mail) -> int:
    """For how many hours it was tried."""
    return round((mail.give_up_at - mail.created_at) / timedelta(hours=1))


def _make_and_send(desk: MailDesk, mail: Mail, about: str | None) -> None:
    try:
        mailer = desk.mailer()
        check_crowd(desk, mail.manager)
        said = made(desk, mail, about)
    except AppError as error:
        _later(desk, mail, error)
        return
    except Exception as error:  # a fault of ours must not lose the week: it is told, and tried again
        desk.mails.later(mail, desk.now() + LEASE, f"it could not be made: {type(error).__name__}, see the log")
        raise
    if isinstance(said, Made):
        _deliver(desk, mail, mailer, said)
    else:
        desk.mails.close(mail, MailState.OMITTED, said)


def check_crowd(desk: MailDesk, manager: str) -> None:
    """Refuse, with `UnavailableError`, to send more mails to an address than its manager wants in a day."""
    most = desk.wanted(manager).mail.most_a_day
    if desk.mails.sent_since(manager, desk.now() - COUNTED) >= most:
        hours = round(COUNTED / timedelta(hours=1))
        text = f"{count(most, 'mail')} went to {manager} in {hours} hours: more wait (most_a_day)"
        raise UnavailableError(text, retry_after_s=round(CROWDED.total_seconds()))


def _deliver(desk: MailDesk, mail: Mail, mailer: Mailer, said: Made) -> None:
    try:
        if not send(desk, mail, mailer, said.message):
            return
    except UnansweredError:
        pass  # it may have come, and so tells what it tells
    except UnavailableError as error:
        _later(desk, mail, error)
        return
    except AppError:
        return
    if mail.kind is MailKind.WEEKLY:
        desk.note_told(mail.manager, said.proposal.week, said.tells)
        _note_sent(desk, said.proposal)


def send(desk: MailDesk, mail: Mail, mailer: Mailer, message: EmailMessage) -> bool:
    """Hand a message over to the relay, and note what became of it; False if somebody else sends the mail.

    Raises as `Mailer.send`; what was not taken for now is left to be noted.
    """
    if not desk.mails.begin(mail, message["Message-ID"], message["Subject"], desk.now()):
        return False
    try:
        mailer.send(message)
    except UnansweredError:
        desk.mails.end(mail, MailState.UNKNOWN, desk.now(), BROKE_OFF)
        raise
    except UnavailableError:
        raise
    except AppError as error:
        desk.mails.end(mail, MailState.FAILED, desk.now(), str(error))
        raise
    desk.mails.end(mail, MailState.SENT, desk.now())
    return True


def _later(desk: MailDesk, mail: Mail, error: AppError) -> None:
    pause = pause_after(error, mail.attempts - 1, desk.chance())
    desk.mails.later(mail, desk.now() + pause, str(error))


def _note_sent(desk: MailDesk, proposal: Proposal) -> None:
    """Note that a proposal was sent; one that was decided on meanwhile stays so."""
    for _ in range(TRIES):
        found = desk.desk.proposals.get(proposal.id)
        if found.state is not ProposalState.DRAFT:
            return
        change = Change(ProposalState.SENT, trail=(trail_line(desk.desk, found, CLEARWEEK, "mail"),))
        with suppress(ChangedError):
            desk.desk.proposals.change(found.id, found.version, change, desk.now())
            return
