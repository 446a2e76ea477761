"""Invitations by mail: where no server sends them, once, and never twice."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from app.domain.calendar.writing import Notify
from app.domain.proposals.delivery import Sender
from app.domain.proposals.proposal import LetterState, MoveState, ProposalState
from app.errors import RefusedError, UnansweredError, UnavailableError
from tests.adapters.store.kept import ANA
from tests.adapters.store.syncing import HREF, vcalendar, vevent
from tests.services.rehearsal import BEN, GUESTS, Rehearsal, Wanted, at, states, writing

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
ONE = Wanted("one", at(1, 10), at(0, 14))
OUT = "ATTENDEE:mailto:zoe@elsewhere.example"


@pytest.fixture
def rehearsal(database: Engine) -> Rehearsal:
    made = Rehearsal(database)
    made.event(ONE.uid, ONE.start)
    return made


def letters(rehearsal: Rehearsal, proposal_id: str) -> list[LetterState]:
    return [letter.state for letter in writing(rehearsal.store.get(proposal_id)).letters]


def test_guests_are_invited_where_no_server_does(rehearsal: Rehearsal) -> None:
    """The organizer's request, with the new time."""
    ended = rehearsal.applied(ONE)
    [mail] = rehearsal.sent
    assert (str(mail["To"]), "METHOD:REQUEST" in writing(ended).letters[0].text) == (BEN, True)
    assert letters(rehearsal, ended.id) == [LetterState.SENT]


def test_nobody_is_where_the_server_does(rehearsal: Rehearsal) -> None:
    """Two invitations to the same change would be one too many."""
    rehearsal.sender = Sender.SERVER
    rehearsal.applied(ONE)
    assert rehearsal.sent == []


def test_only_guests_from_elsewhere_are_if_the_manager_wants_that(rehearsal: Rehearsal) -> None:
    """Who gets mail is a choice, also where no server sends it."""
    rehearsal.event(ONE.uid, ONE.start, OUT)
    proposal_id = rehearsal.propose(ONE, notify=Notify.EXTERNAL_ONLY)
    rehearsal.apply(proposal_id)
    rehearsal.work(proposal_id)
    assert [str(mail["To"]) for mail in rehearsal.sent] == ["zoe@elsewhere.example"]


def test_a_letter_that_nobody_confirmed_is_not_sent_again(rehearsal: Rehearsal) -> None:
    def silent() -> None:
        raise UnansweredError("no answer")

    rehearsal.relay = silent
    ended = rehearsal.applied(ONE)
    assert (states(ended), letters(rehearsal, ended.id)) == ([MoveState.VERIFIED], [LetterState.UNKNOWN])
    assert len(rehearsal.sent) == 1


def test_a_letter_that_is_refused_is_told_and_the_move_stands(rehearsal: Rehearsal) -> None:
    def refuse() -> None:
        raise RefusedError("no such person")

    rehearsal.relay = refuse
    ended = rehearsal.applied(ONE)
    assert (ended.state, letters(rehearsal, ended.id)) == (ProposalState.APPLIED, [LetterState.FAILED])
    assert writing(ended).letters[0].problem == "no such person"


def test_a_letter_that_was_not_taken_now_is_sent_later(rehearsal: Rehearsal) -> None:
    def away() -> None:
        rehearsal.sent.clear()
        raise UnavailableError("the relay does not answer")

    rehearsal.relay = away
    proposal_id = rehearsal.propose(ONE)
    rehearsal.apply(proposal_id)
    with pytest.raises(UnavailableError, match="relay"):
        rehearsal.work(proposal_id)
    assert letters(rehearsal, proposal_id) == [LetterState.PLANNED]
    rehearsal.relay = lambda: None
    assert rehearsal.work(proposal_id).state is ProposalState.APPLIED
    assert letters(rehearsal, proposal_id) == [LetterState.SENT]
    assert len(rehearsal.writer.done) == 1


@pytest.mark.parametrize("sender", [Sender.LETTERS, Sender.FILES])
def test_without_a_relay_and_for_a_feed_letters_are_files(rehearsal: Rehearsal, sender: Sender) -> None:
    rehearsal.sender, rehearsal.has_relay = sender, sender is Sender.FILES
    ended = rehearsal.applied(ONE)
    assert states(ended) == [MoveState.VERIFIED if sender is Sender.LETTERS else MoveState.WRITTEN]
    [(name, _, data)] = rehearsal.store.files(ended.id)
    assert (name, b"METHOD:REQUEST" in data) == ("invitation-1-apply-1.ics", True)
    assert any(BEN in note and name in note for note in writing(ended).notes)
    assert letters(rehearsal, ended.id) == [LetterState.KEPT]
    assert rehearsal.sent == []


@pytest.mark.parametrize("recurrence", [True, False])
def test_a_guest_of_one_past_occurrence_gets_no_letter_about_another_one_or_the_series(
    rehearsal: Rehearsal, recurrence: bool
) -> None:
    """RFC 5546 §3.2.2: what somebody is not in is none of their business."""
    own = (f"ORGANIZER:mailto:{ANA}", *GUESTS)
    past = f"{at(-20, 10):%Y%m%dT%H%M%S}"
    master = vevent("s", f"{at(-41, 10):%Y%m%dT%H%M%S}", *own, "DESCRIPTION:internal", "RRULE:FREQ=WEEKLY")
    once = vevent("s", past, *own, OUT, f"RECURRENCE-ID;TZID=Europe/Berlin:{past}")
    rehearsal.server[HREF].put("s.ics", "s", vcalendar(master, once))
    ended = rehearsal.applied(Wanted("s", at(1, 10), at(2, 14), series=not recurrence, recurrence=recurrence))
    assert states(ended) == [MoveState.VERIFIED]
    assert {str(mail["To"]) for mail in rehearsal.sent} == {BEN}
