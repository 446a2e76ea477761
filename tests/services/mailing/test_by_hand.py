"""Mails that somebody asks for: now, once more, and codes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.mail import MailKind, MailState
from app.errors import NotFoundError, RefusedError, StateError, UnansweredError, UnavailableError
from app.services.mailing.by_hand import mail_for, post_code, send_again, send_proposal
from app.services.mailing.making import preview
from app.services.mailing.running import LEASE, NOT_SENT
from app.services.proposals.life import show
from tests.services.mailing.mail_work import HOUR, MailWork, movable
from tests.services.mailing.test_running import raising
from tests.services.weeks import DANA


def test_a_proposal_is_sent_now_and_not_by_the_schedule_once_more(work: MailWork) -> None:
    proposal = work.propose()
    assert [send_proposal(work.desk, proposal.id).state for _ in range(2)] == [MailState.SENT] * 2
    work.pass_by(HOUR)
    work.tick()
    assert work.post.subjects == ["weekly"]
    assert len(work.proposals()) == 1


def test_by_hand_it_is_sent_even_with_nothing_to_say_and_without_a_schedule(quiet: MailWork) -> None:
    quiet.schedule = replace(quiet.schedule, on=False)
    assert send_proposal(quiet.desk, quiet.propose().id).state is MailState.SENT
    assert quiet.post.subjects == ["weekly"]


def test_after_the_mail_about_a_week_another_proposal_of_it_can_be_sent_by_hand(work: MailWork) -> None:
    work.pass_by(HOUR)
    work.tick()
    newer = work.propose()
    mail = send_proposal(work.desk, newer.id)
    assert (mail.state, mail.proposal_id, len(work.post.taken)) == (MailState.SENT, newer.id, 2)
    assert send_proposal(work.desk, newer.id) == mail
    assert len(work.post.taken) == 2


def test_what_was_omitted_is_about_the_proposal_that_is_asked_for(quiet: MailWork) -> None:
    quiet.pass_by(HOUR)
    quiet.tick()
    movable(quiet.office)
    newer = quiet.propose()
    mail = send_proposal(quiet.desk, newer.id)
    assert mail.state is MailState.SENT
    assert quiet.work.store.get(newer.id).state == "sent"


@pytest.mark.parametrize("fault", [RefusedError("550 no"), UnansweredError("no answer")])
def test_what_failed_or_is_unknown_is_sent_again_by_hand_only(work: MailWork, fault: Exception) -> None:
    work.post.fault = lambda: raising(fault)
    work.pass_by(HOUR)
    work.tick()
    work.post.fault = lambda: None
    work.pass_by(HOUR)
    work.tick()
    assert work.post.taken == []
    (mail,) = work.mails.all()
    assert send_again(work.desk, mail.id).state is MailState.SENT
    assert len(work.post.taken) == 1


def test_what_is_over_or_not_there_is_not_sent(work: MailWork) -> None:
    proposal = work.propose()
    work.apply(proposal.id)
    with pytest.raises(StateError, match="is applied: a mail about it has nothing to decide on"):
        send_proposal(work.desk, proposal.id)
    with pytest.raises(NotFoundError):
        send_again(work.desk, "f" * 16)


def test_a_preview_keeps_nothing(work: MailWork) -> None:
    shown = show(work.desk.desk, work.propose().id)
    message = preview(work.desk, mail_for(work.desk, shown.proposal), shown)
    assert message["Subject"] == "weekly"
    assert [told.preview for told in work.messages.told] == [True]
    assert (work.mails.all(), work.post.taken, work.noted) == ([], [], [])


def test_a_code_is_sent_at_once_and_counted(work: MailWork) -> None:
    post_code(work.desk, DANA, "123456")
    (mail,) = work.mails.all()
    assert (mail.kind, mail.state, work.post.subjects) == (MailKind.CODE, MailState.SENT, ["123456"])
    work.schedule = replace(work.schedule, most_a_day=1)
    with pytest.raises(UnavailableError, match="1 mail went to"):
        post_code(work.desk, DANA, "654321")


@pytest.mark.parametrize("fault", [UnavailableError("451 later"), RefusedError("550 no")])
def test_a_code_that_is_not_taken_is_not_sent_later(work: MailWork, fault: Exception) -> None:
    work.post.fault = lambda: raising(fault)
    with pytest.raises(type(fault)):
        post_code(work.desk, DANA, "123456")
    (mail,) = work.mails.all()
    assert (mail.state, mail.problem) == (MailState.FAILED, str(fault))
    with pytest.raises(StateError, match="ask for a new one"):
        send_again(work.desk, mail.id)


def test_a_code_whose_process_ended_is_not_sent(work: MailWork) -> None:
    work.messages.fault = lambda: raising(ValueError("a defect"))
    with pytest.raises(ValueError, match="a defect"):
        post_code(work.desk, DANA, "123456")
    work.schedule = replace(work.schedule, on=False)
    assert work.mails.due(work.now) == []
    work.pass_by(LEASE)
    work.tick()
    (mail,) = work.mails.all()
    assert (mail.state, mail.problem, work.post.taken) == (MailState.FAILED, NOT_SENT, [])
