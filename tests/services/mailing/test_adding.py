"""Which mails there are to send: reminders, confirmations, and nothing for those who did not ask for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.mail import MailKind, MailState
from app.domain.proposals.proposal import Choice, Decision, ProposalState
from app.errors import UnavailableError
from app.services.mailing.adding import CONFIRM_WITHIN
from app.services.mailing.making import DECIDED
from app.services.proposals.life import decide, undo
from tests.services.mailing.mail_work import HOUR, MailWork
from tests.services.mailing.test_running import raising
from tests.services.weeks import DANA

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SATURDAY = 5


@pytest.fixture
def sent(work: MailWork) -> MailWork:
    """A mail was sent a minute ago; a reminder would be due in a day."""
    work.schedule = replace(work.schedule, remind_after_hours=24)
    work.pass_by(HOUR)
    work.tick()
    work.pass_by(MINUTE)
    return work


def of_kind(work: MailWork, kind: MailKind) -> list[MailState]:
    return [mail.state for mail in reversed(work.mails.all()) if mail.kind is kind]


def test_who_did_not_ask_for_it_gets_no_mail(work: MailWork) -> None:
    work.schedule = replace(work.schedule, on=False)
    work.pass_by(HOUR)
    work.tick()
    proposal = work.propose()
    work.apply(proposal.id)
    work.tick()
    assert work.mails.all() == []


def test_one_whose_calendar_cannot_be_read_is_told_of(work: MailWork) -> None:
    del work.office.events[DANA]
    work.pass_by(HOUR)
    work.office.people[0] = replace(work.office.people[0], timezone=None)
    (problem,) = work.tick()
    assert problem.startswith(f"the weekly mail of {DANA}: the time zone of {DANA} is not known")


def test_who_decided_nothing_is_reminded_once(sent: MailWork) -> None:
    sent.pass_by(DAY - 2 * MINUTE)
    sent.tick()
    assert sent.post.subjects == ["weekly"]
    sent.pass_by(MINUTE)
    for _ in range(3):
        sent.tick()
        sent.pass_by(HOUR)
    assert sent.post.subjects == ["weekly", "reminder"]
    weekly, reminder = sent.post.taken
    assert reminder["In-Reply-To"] == weekly["Message-ID"]


def test_without_a_wish_for_it_nobody_is_reminded(sent: MailWork) -> None:
    sent.schedule = replace(sent.schedule, remind_after_hours=None)
    sent.pass_by(2 * DAY)
    sent.tick()
    assert sent.post.subjects == ["weekly"]


def test_nobody_is_reminded_on_a_weekend_nor_before_the_hour_of_their_mail(sent: MailWork) -> None:
    sent.schedule = replace(sent.schedule, remind_after_hours=48)
    sent.pass_by(2 * DAY)
    assert sent.now.weekday() == SATURDAY
    sent.tick()
    sent.pass_by(2 * DAY - 2 * HOUR)
    sent.tick()
    assert sent.post.subjects == ["weekly"]
    sent.pass_by(2 * HOUR)
    sent.tick()
    assert sent.post.subjects == ["weekly", "reminder"]


def test_who_decided_is_not_reminded(sent: MailWork) -> None:
    (proposal,) = sent.proposals()
    decide(sent.desk.desk, proposal.id, [Choice(1, Decision.ACCEPT)], by=DANA)
    sent.pass_by(DAY)
    sent.tick()
    assert of_kind(sent, MailKind.REMINDER) == []


def test_who_decides_while_the_reminder_waits_does_not_get_it(sent: MailWork) -> None:
    sent.post.fault = lambda: raising(UnavailableError("451 try again"))
    sent.pass_by(DAY)
    sent.tick()
    (proposal,) = sent.proposals()
    decide(sent.desk.desk, proposal.id, [Choice(1, Decision.ACCEPT)], by=DANA)
    sent.pass_by(HOUR)
    sent.tick()
    (reminder,) = [mail for mail in sent.mails.all() if mail.kind is MailKind.REMINDER]
    assert (reminder.state, reminder.problem) == (MailState.OMITTED, DECIDED)


def test_what_was_applied_is_confirmed_once_and_so_is_its_undo(sent: MailWork) -> None:
    (proposal,) = sent.proposals()
    sent.apply(proposal.id)
    for _ in range(2):
        sent.tick()
        sent.pass_by(MINUTE)
    assert sent.post.subjects == ["weekly", "applied"]
    undo(sent.desk.desk, proposal.id, by=DANA)
    sent.tick()
    assert sent.post.subjects == ["weekly", "applied"], "it is being undone"
    sent.work.undone(proposal.id, ProposalState.UNDONE)
    for _ in range(2):
        sent.tick()
        sent.pass_by(MINUTE)
    assert sent.post.subjects == ["weekly", "applied", "undone"]


def test_days_without_a_worker_lose_no_confirmation(sent: MailWork) -> None:
    (proposal,) = sent.proposals()
    sent.apply(proposal.id)
    sent.pass_by(3 * DAY)
    sent.tick()
    assert of_kind(sent, MailKind.CONFIRMATION) == [MailState.SENT]


def test_who_wants_mail_since_later_hears_nothing_of_what_was_long_ago(work: MailWork) -> None:
    work.apply(work.propose().id)
    work.pass_by(2 * DAY)
    work.began = work.now
    work.tick()
    assert of_kind(work, MailKind.CONFIRMATION) == []


def test_what_ended_long_ago_is_not_confirmed_any_more(sent: MailWork) -> None:
    (proposal,) = sent.proposals()
    sent.apply(proposal.id)
    sent.pass_by(CONFIRM_WITHIN)
    sent.tick()
    assert of_kind(sent, MailKind.CONFIRMATION) == []


def test_who_ended_their_mails_still_hears_what_became_of_what_was_mailed(sent: MailWork) -> None:
    sent.schedule = replace(sent.schedule, on=False)
    (proposal,) = sent.proposals()
    sent.apply(proposal.id)
    sent.tick()
    assert of_kind(sent, MailKind.CONFIRMATION) == [MailState.SENT]


def test_who_gets_mail_hears_of_what_they_applied_elsewhere(work: MailWork) -> None:
    work.apply(work.propose().id)
    work.tick()
    assert of_kind(work, MailKind.CONFIRMATION) == [MailState.SENT]
