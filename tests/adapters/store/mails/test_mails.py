"""Mails in the database: one for each key, and each sent by one, whoever else is at it."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from app.adapters.store.mails.mails import BROKE_OFF, SILENT, StoredMails
from app.domain.mail import Mail, MailState
from app.errors import NotFoundError
from tests.adapters.store.given_mails import DANA, NOW, a_mail

MINUTE = timedelta(minutes=1)
LATER = NOW + 5 * MINUTE
DAY = timedelta(days=1)


@pytest.fixture
def mails(database: Engine) -> StoredMails:
    return StoredMails(database)


def taken(mails: StoredMails, mail: Mail) -> Mail:
    found = mails.take(mail.id, LATER, NOW)
    assert found is not None
    return found


def sending(mails: StoredMails) -> Mail:
    mail = taken(mails, mails.add(a_mail()))
    assert mails.begin(mail, "<1@example.com>", "Next week", NOW)
    return mail


def test_a_mail_is_given_back_as_it_was_kept(mails: StoredMails) -> None:
    mail = mails.add(a_mail())
    assert mails.get(mail.id) == mails.of_key(mail.key) == mail
    assert mails.of_key("weekly:nobody") is None
    with pytest.raises(NotFoundError, match="there is no such mail"):
        mails.get("f" * 16)


def test_of_one_key_there_is_one_mail_the_first(mails: StoredMails) -> None:
    first = mails.add(a_mail())
    assert mails.add(a_mail()) == first
    assert mails.all() == [first]


def test_a_mail_is_due_until_it_is_taken_and_again_after_that_time(mails: StoredMails) -> None:
    mail = mails.add(a_mail())
    assert (mails.due(NOW - MINUTE), mails.due(NOW)) == ([], [mail.id])
    assert taken(mails, mail) == replace(mail, attempts=1, next_try_at=LATER)
    assert mails.take(mail.id, LATER, NOW) is None
    assert (mails.due(LATER - MINUTE), mails.due(LATER)) == ([], [mail.id])


def test_only_one_begins_to_send(mails: StoredMails) -> None:
    mail = taken(mails, mails.add(a_mail()))
    assert mails.begin(mail, "<1@example.com>", "Next week", NOW)
    assert not mails.begin(mail, "<2@example.com>", "Next week", NOW)
    found = mails.get(mail.id)
    assert (found.state, found.message_id, found.subject) == (MailState.SENDING, "<1@example.com>", "Next week")


@pytest.mark.parametrize(
    "change",
    [
        lambda mails, mail: mails.begin(mail, "<old@example.com>", "Old", NOW),
        lambda mails, mail: mails.later(mail, NOW, "old"),
        lambda mails, mail: mails.close(mail, MailState.FAILED, "old"),
        lambda mails, mail: mails.end(mail, MailState.SENT, NOW),
        lambda mails, mail: mails.tie(mail, "0" * 16),
    ],
)
def test_whoever_was_too_slow_changes_nothing_any_more(
    mails: StoredMails, change: Callable[[StoredMails, Mail], object]
) -> None:
    slow = taken(mails, mails.add(a_mail()))
    other = mails.take(slow.id, LATER + MINUTE, LATER)
    assert other is not None
    for begun in (False, True):
        if begun:
            assert mails.begin(other, "<1@example.com>", "Next week", LATER)
        before = mails.get(slow.id)
        change(mails, slow)
        assert mails.get(slow.id) == before


def test_what_became_of_a_mail_is_kept(mails: StoredMails) -> None:
    mail = sending(mails)
    mails.end(mail, MailState.SENT, LATER)
    found = mails.get(mail.id)
    assert (found.state, found.sent_at, found.problem) == (MailState.SENT, LATER, None)
    assert mails.due(NOW + DAY) == []


def test_what_was_not_taken_is_due_again_later(mails: StoredMails) -> None:
    mail = sending(mails)
    mails.later(mail, LATER, "451 try again")
    found = mails.get(mail.id)
    assert (found.state, found.problem, found.next_try_at) == (MailState.PLANNED, "451 try again", LATER)
    assert mails.due(LATER) == [mail.id]


def test_a_mail_that_is_not_sent_stays_with_the_reason(mails: StoredMails) -> None:
    mail = taken(mails, mails.add(a_mail()))
    mails.close(mail, MailState.OMITTED, "there is nothing to say")
    assert (mails.get(mail.id).state, mails.due(NOW + DAY)) == (MailState.OMITTED, [])


def test_what_a_silent_sender_left_becomes_unknown_and_is_not_sent_again(mails: StoredMails) -> None:
    mail = sending(mails)
    assert mails.due(NOW + SILENT) == []
    silent = NOW + SILENT + MINUTE
    assert mails.due(silent) == [mail.id]
    assert mails.take(mail.id, silent + MINUTE, silent) is None
    found = mails.get(mail.id)
    assert (found.state, found.problem) == (MailState.UNKNOWN, BROKE_OFF)
    assert mails.due(silent + DAY) == []


def test_an_answer_that_comes_late_is_still_the_answer(mails: StoredMails) -> None:
    mail = sending(mails)
    silent = NOW + SILENT + MINUTE
    mails.take(mail.id, silent, silent)
    mails.end(mail, MailState.SENT, silent)
    assert mails.get(mail.id).state is MailState.SENT


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.UNKNOWN])
def test_by_hand_a_mail_is_sent_again(mails: StoredMails, state: MailState) -> None:
    mail = sending(mails)
    mails.end(mail, state, NOW, "no answer")
    mails.again(mail.id, LATER, LATER + DAY)
    found = mails.get(mail.id)
    assert (found.state, found.give_up_at, found.problem) == (MailState.PLANNED, LATER + DAY, None)
    again = mails.take(mail.id, LATER + MINUTE, LATER)
    assert again is not None
    mails.end(mail, MailState.SENT, LATER)
    assert mails.get(mail.id).state is MailState.PLANNED, "the answer of the first attempt came too late"


@pytest.mark.parametrize("state", [MailState.SENT, MailState.SENDING])
def test_what_was_sent_is_not_sent_again(mails: StoredMails, state: MailState) -> None:
    mail = sending(mails)
    if state is MailState.SENT:
        mails.end(mail, state, NOW)
    before = mails.get(mail.id)
    mails.again(mail.id, LATER, LATER + DAY)
    assert mails.get(mail.id) == before
    with pytest.raises(NotFoundError):
        mails.again("f" * 16, LATER, LATER)


def test_the_mails_of_a_manager_and_about_a_proposal_are_listed_newest_first(mails: StoredMails) -> None:
    old = mails.add(a_mail(week="2026-W48", now=NOW - 7 * DAY))
    new = mails.add(a_mail())
    mails.add(a_mail("ben@example.com"))
    assert [mail.id for mail in mails.all(DANA)] == [new.id, old.id]
    assert len(mails.all(limit=2)) == 2
    mails.tie(taken(mails, new), "0" * 16)
    assert [mail.id for mail in mails.about("0" * 16)] == [new.id]


def test_those_are_counted_that_went_to_somebody_or_may_have(mails: StoredMails) -> None:
    sending(mails)
    mails.add(a_mail(week="2026-W50"))
    assert mails.sent_since(DANA, NOW - DAY) == 1
    assert mails.sent_since(DANA, NOW) == mails.sent_since("ben@example.com", NOW - DAY) == 0


def test_of_processes_that_race_one_makes_the_mail_and_one_sends_it(database: Engine) -> None:
    database.dispose()  # no connection is shared with the children
    begin, ready = os.pipe()
    ends = [_race(database, begin, ready) for _ in range(4)]
    os.close(begin)
    os.close(ready)
    sent = sum(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in ends)
    (mail,) = StoredMails(database).all()
    assert (sent, mail.state, mail.attempts) == (1, MailState.SENDING, 1)


def _race(engine: Engine, begin: int, ready: int) -> int:
    """A child that waits until all are there, and ends with how many mails it began to send."""
    child = os.fork()
    if child:
        return child
    os.close(ready)
    os.read(begin, 1)
    status = 99
    try:
        mails = StoredMails(engine)
        mail = mails.take(mails.add(replace(a_mail(), id=os.urandom(8).hex())).id, LATER, NOW)
        status = int(mail is not None and mails.begin(mail, f"<{os.getpid()}@example.com>", "Next week", NOW))
    finally:
        os._exit(status)
