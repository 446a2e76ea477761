"""The run of a mail: what is proposed for it, what it says, and what becomes of it at its relay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.audit.finding import Finding, FindingRule
from app.domain.mail import RETRY_FOR, Mail, MailKind, MailState, weekly_key
from app.domain.proposals.proposal import Choice, Decision, ProposalState
from app.errors import ConfigError, RefusedError, UnansweredError, UnavailableError
from app.ports import Mailer
from app.services.mailing.adding import new_mail
from app.services.mailing.making import ENDED, FRESH, NOTHING_TO_SAY
from app.services.mailing.running import BROKE_OFF, CROWDED, LEASE
from app.services.proposals.life import decide
from tests.services.mailing.mail_work import HOUR, MailWork
from tests.services.weeks import DANA, WEEK

MINUTE = timedelta(minutes=1)
FINDING = Finding("no_agenda:one", FindingRule.NO_AGENDA, "no agenda", (), "write one", 0.5)


def raising(error: Exception) -> None:
    raise error


def test_when_it_is_due_the_week_is_proposed_and_sent_once(work: MailWork) -> None:
    work.tick()
    assert work.mails.all() == []
    work.pass_by(HOUR)
    for _ in range(3):
        assert work.tick() == []
        work.pass_by(MINUTE)
    (proposal,) = work.proposals()
    (mail,) = work.mails.all()
    assert (mail.state, mail.proposal_id, mail.week, mail.manager) == (MailState.SENT, proposal.id, str(WEEK), DANA)
    assert (mail.subject, mail.message_id) == ("weekly", f"<{mail.id}@example.com>")
    assert (proposal.state, proposal.created_by) == (ProposalState.SENT, "clearweek")
    assert [entry.what for entry in work.work.store.trail(proposal.id)] == ["propose", "mail"]
    assert work.post.subjects == ["weekly"]
    (told,) = work.messages.told
    assert (told.is_first, told.thread, told.preview) == (True, None, False)


def test_the_next_week_has_its_own_mail(work: MailWork) -> None:
    work.pass_by(HOUR)
    work.tick()
    work.pass_by(timedelta(days=7))
    work.tick()
    assert [mail.week for mail in work.mails.all()] == [str(WEEK.plus(1)), str(WEEK)]
    assert [told.is_first for told in work.messages.told] == [True, False]


def test_a_fresh_open_proposal_is_taken_as_it_is(work: MailWork) -> None:
    work.pass_by(HOUR - FRESH + MINUTE)
    proposal = work.propose()
    work.pass_by(FRESH - MINUTE)
    work.tick()
    assert [(one.id, one.state) for one in work.proposals()] == [(proposal.id, ProposalState.SENT)]


def test_an_older_one_is_planned_anew_unless_it_was_decided_on(work: MailWork) -> None:
    work.pass_by(-HOUR)
    old = work.propose()
    work.pass_by(2 * HOUR)
    work.tick()
    assert [one.state for one in work.proposals()] == [ProposalState.SENT, ProposalState.SUPERSEDED]
    work.pass_by(timedelta(days=6))
    decided = work.propose(WEEK.plus(1))
    decide(work.desk.desk, decided.id, [Choice(1, Decision.ACCEPT)], by=DANA)
    work.pass_by(timedelta(days=1))
    work.tick()
    newest = work.mails.all()[0]
    assert (newest.proposal_id, work.work.store.get(decided.id).state) == (decided.id, ProposalState.DECIDED)
    assert old.id != decided.id


def test_the_findings_of_a_mail_are_noted_as_told(work: MailWork) -> None:
    work.findings = (FINDING,)
    work.pass_by(HOUR)
    work.tick()
    assert work.noted == [(DANA, str(WEEK), [FINDING.key])]


def test_with_nothing_to_say_there_is_no_mail(quiet: MailWork) -> None:
    quiet.pass_by(HOUR)
    quiet.tick()
    (mail,) = quiet.mails.all()
    assert (mail.state, mail.problem, quiet.post.taken) == (MailState.OMITTED, NOTHING_TO_SAY, [])
    quiet.pass_by(HOUR)
    quiet.tick()
    assert quiet.states() == [MailState.OMITTED]


def test_with_nothing_to_say_there_is_one_of_a_line_if_it_is_wanted(quiet: MailWork) -> None:
    quiet.schedule = replace(quiet.schedule, nothing_to_say="line")
    quiet.pass_by(HOUR)
    quiet.tick()
    assert quiet.post.subjects == ["nothing to do"]


def test_a_finding_is_something_to_say(quiet: MailWork) -> None:
    quiet.findings = (FINDING,)
    quiet.pass_by(HOUR)
    quiet.tick()
    assert quiet.post.subjects == ["weekly"]


def test_what_is_refused_for_now_is_sent_later(work: MailWork) -> None:
    work.post.fault = lambda: raising(UnavailableError("451 try again"))
    work.pass_by(HOUR)
    work.tick()
    (mail,) = work.mails.all()
    assert (mail.state, mail.problem) == (MailState.PLANNED, "451 try again")
    assert work.now < mail.next_try_at <= work.now + MINUTE
    assert work.proposals()[0].state is ProposalState.DRAFT
    work.post.fault = lambda: None
    work.pass_by(MINUTE)
    work.tick()
    assert (work.states(), len(work.post.taken), len(work.proposals())) == ([MailState.SENT], 1, 1)


def test_who_ends_their_mails_while_one_waits_does_not_get_it(work: MailWork) -> None:
    work.post.fault = lambda: raising(UnavailableError("451 try again"))
    work.pass_by(HOUR)
    work.tick()
    work.post.fault = lambda: None
    work.schedule = replace(work.schedule, on=False)
    work.pass_by(HOUR)
    work.tick()
    (mail,) = work.mails.all()
    assert (mail.state, mail.problem, work.post.taken) == (MailState.OMITTED, ENDED, [])


def test_the_pauses_grow_and_after_a_day_it_is_given_up(work: MailWork) -> None:
    def away() -> Mailer:
        raise UnavailableError("451 try again")

    work.relay = away
    work.pass_by(HOUR)
    pauses = []
    while True:
        work.tick()
        (mail,) = work.mails.all()
        if mail.state is not MailState.PLANNED:
            break
        pauses.append(mail.next_try_at - work.now)
        work.now = mail.next_try_at
    assert (mail.state, mail.problem) == (MailState.FAILED, "given up after 24 hours: 451 try again")
    assert pauses == sorted(pauses)
    assert pauses[-1] == HOUR * 0.75
    assert RETRY_FOR <= work.now - mail.created_at < RETRY_FOR + HOUR


def test_a_relay_that_says_when_to_come_again_is_not_asked_before(work: MailWork) -> None:
    work.post.fault = lambda: raising(UnavailableError("421 busy", retry_after_s=7200))
    work.pass_by(HOUR)
    work.tick()
    assert work.mails.all()[0].next_try_at == work.now + 2 * HOUR


def test_what_is_refused_for_good_has_failed_with_the_words_of_the_relay(work: MailWork) -> None:
    work.post.fault = lambda: raising(RefusedError("550 no such user"))
    work.pass_by(HOUR)
    work.tick()
    work.pass_by(HOUR)
    work.tick()
    (mail,) = work.mails.all()
    assert (mail.state, mail.problem, mail.attempts) == (MailState.FAILED, "550 no such user", 1)
    assert work.noted == []


def test_a_mail_of_which_nobody_knows_is_never_sent_again_by_itself(work: MailWork) -> None:
    work.post.after = lambda: raising(UnansweredError("no answer"))
    work.pass_by(HOUR)
    for _ in range(30):
        work.tick()
        work.pass_by(HOUR)
    (mail,) = work.mails.all()
    assert (mail.state, mail.problem, len(work.post.taken)) == (MailState.UNKNOWN, BROKE_OFF, 1)
    assert work.proposals()[0].state is ProposalState.SENT


def test_a_mail_that_cannot_be_made_does_not_lose_the_week(work: MailWork) -> None:
    work.messages.fault = lambda: raising(ValueError("a defect"))
    work.pass_by(HOUR)
    with pytest.raises(ValueError, match="a defect"):
        work.tick()
    (mail,) = work.mails.all()
    assert (mail.state, mail.problem) == (MailState.PLANNED, "it could not be made: ValueError, see the log")
    work.messages.fault = lambda: None
    work.pass_by(LEASE)
    work.tick()
    assert (work.states(), len(work.proposals())) == ([MailState.SENT], 1)


def test_without_a_relay_nothing_is_planned_and_it_is_said_what_to_set(work: MailWork) -> None:
    def none() -> Mailer:
        raise ConfigError("no relay: set CLEARWEEK_SMTP_URL")

    work.relay = none
    work.pass_by(HOUR)
    work.tick()
    (mail,) = work.mails.all()
    assert (mail.state, mail.problem, work.proposals()) == (MailState.PLANNED, "no relay: set CLEARWEEK_SMTP_URL", [])


def test_so_many_mails_go_to_one_address_in_a_day(work: MailWork) -> None:
    work.schedule = replace(work.schedule, most_a_day=1)
    work.pass_by(HOUR)
    work.tick()
    other = another(work, "weekly:other")
    work.tick()
    waiting = work.mails.get(other.id)
    assert (waiting.state, waiting.next_try_at) == (MailState.PLANNED, work.now + CROWDED)
    assert waiting.problem is not None
    assert "1 mail went to dana@example.com in 24 hours" in waiting.problem
    work.pass_by(timedelta(hours=23))
    work.tick()
    assert work.mails.get(other.id).state is MailState.PLANNED
    work.pass_by(HOUR)
    work.tick()
    assert work.mails.get(other.id).state is MailState.SENT


def another(work: MailWork, key: str) -> Mail:
    """A second weekly mail of Dana's."""
    new = new_mail(MailKind.WEEKLY, key, DANA, str(WEEK), work.now)
    return work.mails.add(replace(new, give_up_at=work.now + 2 * RETRY_FOR))


def test_a_worker_that_ended_while_it_made_a_mail_is_followed_by_another(work: MailWork) -> None:
    work.pass_by(HOUR)
    mail = another(work, weekly_key(DANA, str(WEEK)))
    assert work.mails.take(mail.id, work.now + LEASE, work.now) is not None
    work.tick()
    assert work.post.taken == []
    work.pass_by(LEASE)
    work.tick()
    assert (work.states(), len(work.post.taken)) == ([MailState.SENT], 1)
