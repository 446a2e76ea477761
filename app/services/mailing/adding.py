"""Which mails there are to send by now: each gets its row, once, whoever looks and however often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from secrets import token_hex

from app.domain.calendar.timespan import IsoWeek
from app.domain.mail import RETRY_FOR, Mail, MailKind, MailState, about_proposal, reminder_key, weekly_key
from app.domain.proposals.proposal import Proposal, ProposalState, TrailLine
from app.errors import AppError
from app.services.mailing.desk import MailDesk, Wanted
from app.services.mailing.due import due
from app.services.mailing.presence import presence_on, zone_of
from app.services.proposals.writings import UNDO_FOR

CONFIRM_WITHIN = UNDO_FOR
"""What was asked for longer ago is not confirmed any more: nothing of it can be taken back."""
RECENT = timedelta(hours=24)
"""So long what was asked for is confirmed, even if the manager changed how they want their mail since."""
FURTHEST = timedelta(hours=14)
"""By so much at most the clocks of managers are ahead of UTC, or behind it."""
REMEMBERED = 10
"""So many of the newest mails to a manager are looked at for what is to be reminded of."""
UNDECIDED = (ProposalState.DRAFT, ProposalState.SENT)
WENT = (MailState.SENT, MailState.UNKNOWN)


def new_mail(
    kind: MailKind, key: str, manager: str, week: str | None, now: datetime, proposal_id: str | None = None
) -> Mail:
    """A mail that is to be sent now."""
    state = MailState.PLANNED
    return Mail(token_hex(8), key, kind, manager, week, proposal_id, state, now, now, give_up_at=now + RETRY_FOR)


def add_mails(desk: MailDesk) -> list[str]:
    """Have every mail sent whose time has come; why it is not known for somebody, one line each.

    Raises `StoreError`.
    """
    problems = []
    for manager in desk.managers():
        try:
            wanted = desk.wanted(manager)
            if wanted.mail.on:
                add_weekly(desk, manager, wanted)
                add_reminders(desk, manager, wanted)
        except AppError as error:
            problems.append(f"the weekly mail of {manager}: {error}")
    add_confirmations(desk)
    return problems


def add_weekly(desk: MailDesk, manager: str, wanted: Wanted) -> None:
    """Have the mail about the next week sent, if it is due."""
    now = desk.now()
    weeks = {IsoWeek.of((now + shift).date()).plus(1) for shift in (-FURTHEST, FURTHEST)}
    open_ones = [week for week in weeks if desk.mails.of_key(weekly_key(manager, str(week))) is None]
    if not open_ones:
        return
    request = desk.desk.asked([manager], open_ones[0], now)
    zone = zone_of(request, wanted.mail.timezone)
    days = IsoWeek.of(now.astimezone(zone).date()).days
    week = due(wanted.mail, zone, presence_on(request, days, zone), now, wanted.since)
    if week is not None:
        desk.mails.add(new_mail(MailKind.WEEKLY, weekly_key(manager, str(week)), manager, str(week), now))


def add_reminders(desk: MailDesk, manager: str, wanted: Wanted) -> None:
    """Have a manager reminded once of what they were sent, and did not decide on."""
    hours, now = wanted.mail.remind_after_hours, desk.now()
    if hours is None:
        return
    for mail in desk.mails.all(manager, REMEMBERED):
        if mail.kind is MailKind.WEEKLY and mail.week and mail.proposal_id and _is_over(mail, hours, now):
            key = reminder_key(manager, mail.week)
            is_open = desk.mails.of_key(key) is None and is_undecided(desk.desk.proposals.get(mail.proposal_id), now)
            if is_open and _is_at_work(desk, manager, wanted):
                desk.mails.add(new_mail(MailKind.REMINDER, key, manager, mail.week, now, mail.proposal_id))


def _is_at_work(desk: MailDesk, manager: str, wanted: Wanted) -> bool:
    """Whether it is a working day of the manager's, and not earlier than the hour of their mail."""
    now = desk.now()
    request = desk.desk.asked([manager], IsoWeek.of(now.date()).plus(1), now)
    zone = zone_of(request, wanted.mail.timezone)
    here = now.astimezone(zone)
    days = IsoWeek.of(here.date()).days
    return here.time() >= wanted.mail.at and presence_on(request, days, zone).is_at_work(here.date())


def _is_over(mail: Mail, hours: int, now: datetime) -> bool:
    return mail.sent_at is not None and mail.sent_at + timedelta(hours=hours) <= now


def is_undecided(proposal: Proposal, now: datetime) -> bool:
    """Whether a proposal still waits for a first decision."""
    return proposal.state in UNDECIDED and proposal.clock(now) < proposal.expires_at


def add_confirmations(desk: MailDesk) -> None:
    """Have it confirmed what was applied or undone, to those who get mail, and whom it was proposed by mail."""
    now = desk.now()
    for proposal_id in desk.desk.proposals.ended(now - CONFIRM_WITHIN):
        work = list(_work(desk.desk.proposals.trail(proposal_id)))
        key = about_proposal(MailKind.CONFIRMATION, proposal_id, len(work))
        if desk.mails.of_key(key) is None:
            proposal = desk.desk.proposals.get(proposal_id)
            if _gets_mail(desk, proposal, work[-1].at):
                new = new_mail(MailKind.CONFIRMATION, key, proposal.manager, proposal.week, now, proposal_id)
                desk.mails.add(new)


def _work(trail: Sequence[TrailLine]) -> Iterator[TrailLine]:
    """What was asked for and done at a proposal: nothing of it is added between two ends."""
    return (entry for entry in trail if entry.what in ("apply", "undo"))


def _gets_mail(desk: MailDesk, proposal: Proposal, at: datetime) -> bool:
    """Whether its manager is told of work that was asked for at a moment: not of what was before they wanted mail."""
    if any(mail.kind is MailKind.WEEKLY and mail.state in WENT for mail in desk.mails.about(proposal.id)):
        return True
    if proposal.manager not in desk.managers():
        return False
    wanted = desk.wanted(proposal.manager)
    is_old = wanted.since is not None and at < wanted.since and desk.now() - at > RECENT
    return wanted.mail.on and not is_old
