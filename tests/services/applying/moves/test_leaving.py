"""A move that is not gone on with is left as the calendar has it: nothing of it is forgotten, and all can be undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from app.domain.calendar.writing import Edit, Insert, Remove, Retime, SetRule
from app.domain.proposals.proposal import LetterState, MoveState, Proposal, ProposalState
from app.errors import AppError, ReconnectError, RefusedError, UnansweredError, UnavailableError
from app.services.applying.work import work_at_proposal
from app.services.proposals.writings import HALF, PATIENCE, to_apply
from tests.adapters.store.kept import ANA
from tests.adapters.store.syncing import HREF
from tests.services.rehearsal import BEN, Rehearsal, Wanted, at, states, writing

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
ONE = Wanted("one", at(1, 10), at(0, 14))
SERIES = Wanted("series", at(1, 11), at(0, 16), series=True)
"""A series that began weeks before, so that it has to be split."""
AWAY = UnavailableError("the server does not answer")
DONE, FAILED, UNKNOWN = MoveState.VERIFIED, MoveState.FAILED, MoveState.UNKNOWN
CAT = "cat@example.com"


@pytest.fixture
def rehearsal(database: Engine) -> Rehearsal:
    made = Rehearsal(database)
    made.event(ONE.uid, ONE.start, guests=[f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{one}" for one in (ANA, BEN, CAT)])
    made.series(SERIES.uid, at(-20, 11))
    return made


def refuse(rehearsal: Rehearsal, error: AppError, *kinds: type[Edit]) -> None:
    """Have the server not take some kinds of edits."""

    def asked(edit: Edit) -> None:
        if isinstance(edit, kinds):
            raise error

    rehearsal.writer.asked = asked


def go_away_after(rehearsal: Rehearsal, kind: type[Edit]) -> None:
    """Have the server not answer any more once it took an edit of a kind."""

    def away(_number: int) -> None:
        raise AWAY

    def answer(edit: Edit) -> None:
        if isinstance(edit, kind):
            rehearsal.server.fault = away

    rehearsal.writer.answer = answer


def mend(rehearsal: Rehearsal) -> None:
    """Have the server do everything again."""
    rehearsal.writer.asked = rehearsal.writer.answer = lambda _edit: None
    rehearsal.server.fault = lambda _number: None


def given_up(rehearsal: Rehearsal, proposal_id: str) -> Proposal:
    """What becomes of a proposal while something is in its way for too long."""
    with pytest.raises(UnavailableError):
        rehearsal.work(proposal_id)
    rehearsal.pass_by(PATIENCE)
    return rehearsal.work(proposal_id)


def applied_again(rehearsal: Rehearsal, proposal_id: str) -> Proposal:
    rehearsal.apply(proposal_id)
    return rehearsal.work(proposal_id)


def undone(rehearsal: Rehearsal, proposal_id: str) -> Proposal:
    rehearsal.undo(proposal_id)
    return rehearsal.work(proposal_id)


def half_made(rehearsal: Rehearsal) -> Proposal:
    """A series whose new part is in the calendar, and whose old one does not end."""
    refuse(rehearsal, AWAY, SetRule, Remove)
    proposal_id = rehearsal.propose(SERIES)
    rehearsal.apply(proposal_id)
    return given_up(rehearsal, proposal_id)


def doubled(rehearsal: Rehearsal) -> list[str]:
    """The series that are there besides the first one."""
    return [uid for uid in rehearsal.uids if uid not in (ONE.uid, SERIES.uid)]


# half a move


def test_half_a_split_that_is_given_up_is_taken_back_if_the_server_allows_that(rehearsal: Rehearsal) -> None:
    refuse(rehearsal, AWAY, SetRule)
    proposal_id = rehearsal.propose(SERIES)
    rehearsal.apply(proposal_id)
    ended = given_up(rehearsal, proposal_id)
    assert (ended.state, states(ended)) == (ProposalState.PARTLY_APPLIED, [FAILED])
    assert (writing(ended).problem, doubled(rehearsal)) == (str(AWAY), [])
    assert not ended.moves[0].is_there
    mend(rehearsal)
    assert states(applied_again(rehearsal, proposal_id)) == [DONE]
    assert len(doubled(rehearsal)) == 1


def test_half_a_split_that_stays_is_named_and_undone(rehearsal: Rehearsal) -> None:
    before = rehearsal.versions(SERIES.uid)
    ended = half_made(rehearsal)
    assert (states(ended), len(doubled(rehearsal))) == ([FAILED], 1)
    assert HALF in (writing(ended).problem or "")
    assert "undo" in (writing(ended).remedy or "")
    mend(rehearsal)
    rehearsal.sent.clear()
    ended = undone(rehearsal, ended.id)
    assert (ended.state, states(ended, "undo")) == (ProposalState.UNDONE, [DONE])
    assert doubled(rehearsal) == []
    assert rehearsal.versions(SERIES.uid) == before
    assert rehearsal.sent == []  # nobody had been told


def test_applying_again_takes_back_what_stayed_and_then_makes_it(rehearsal: Rehearsal) -> None:
    proposal_id = half_made(rehearsal).id
    mend(rehearsal)
    ended = applied_again(rehearsal, proposal_id)
    assert (states(ended), writing(ended).problem, doubled(rehearsal)) == ([FAILED], str(AWAY), [])
    assert states(applied_again(rehearsal, proposal_id)) == [DONE]
    assert len(doubled(rehearsal)) == 1


@pytest.mark.parametrize("again", [True, False])
def test_a_login_that_ends_between_two_edits_loses_neither(rehearsal: Rehearsal, again: bool) -> None:
    refuse(rehearsal, AWAY, SetRule)
    proposal_id = rehearsal.propose(SERIES)
    rehearsal.apply(proposal_id)
    with pytest.raises(UnavailableError):
        rehearsal.work(proposal_id)

    def over(*_: object) -> None:
        raise ReconnectError("the login is over")

    ended = work_at_proposal(proposal_id, replace(rehearsal.tools, destination=over), holder="test")  # type: ignore[arg-type]
    assert (states(ended), writing(ended).problem) == ([FAILED], f"the login is over; {HALF}")
    assert "connect" in (writing(ended).remedy or "")
    mend(rehearsal)
    if again:
        assert states(applied_again(rehearsal, proposal_id)) == [DONE]
        assert len(doubled(rehearsal)) == 1
    else:
        assert undone(rehearsal, proposal_id).state is ProposalState.UNDONE
        assert doubled(rehearsal) == []


def test_a_new_series_that_somebody_removed_is_not_what_the_old_one_ends_for(rehearsal: Rehearsal) -> None:
    """Else both were gone."""
    refuse(rehearsal, AWAY, SetRule)
    proposal_id = rehearsal.propose(SERIES)
    rehearsal.apply(proposal_id)
    with pytest.raises(UnavailableError):
        rehearsal.work(proposal_id)
    before = rehearsal.versions(SERIES.uid)
    rehearsal.server[HREF].remove(f"{doubled(rehearsal)[0]}.ics")
    mend(rehearsal)
    ended = rehearsal.work(proposal_id)
    assert states(ended) == [MoveState.CHANGED_MEANWHILE]
    assert rehearsal.versions(SERIES.uid) == before


def test_half_a_split_of_which_nobody_knows_the_rest_is_looked_at(rehearsal: Rehearsal) -> None:
    """It is not taken back blindly: if the old series had ended, both were gone."""
    refuse(rehearsal, UnansweredError("HTTP 503"), SetRule)
    proposal_id = rehearsal.propose(SERIES)
    rehearsal.apply(proposal_id)
    ended = given_up(rehearsal, proposal_id)
    assert (states(ended), len(doubled(rehearsal))) == ([UNKNOWN], 1)
    mend(rehearsal)
    assert undone(rehearsal, proposal_id).state is ProposalState.UNDONE
    assert doubled(rehearsal) == []


def test_every_override_of_a_few_is_taken_back(rehearsal: Rehearsal) -> None:
    """Each by itself: that the last one is as before already is no change by others."""
    rehearsal.series(SERIES.uid, at(-20, 11), "FREQ=WEEKLY;COUNT=6")
    made: list[Edit] = []

    def asked(edit: Edit) -> None:
        made.append(edit)
        if len(made) == 3:
            raise RefusedError("too many changes today")

    rehearsal.writer.asked = asked
    ended = rehearsal.applied(SERIES)
    assert {type(edit) for edit in made[:3]} == {Retime}
    assert (states(ended), writing(ended).problem) == ([FAILED], "too many changes today")
    assert rehearsal.starts(SERIES.uid) == [at(-20, 11)]
    assert not ended.moves[0].is_there


def test_what_is_made_stays_as_it_is_when_the_rest_is_applied_again(rehearsal: Rehearsal) -> None:
    refuse(rehearsal, RefusedError("too many changes today"), SetRule)
    ended = rehearsal.applied(ONE, SERIES)
    assert states(ended) == [DONE, FAILED]
    assert to_apply(ended.moves)[0] == ended.moves[0]


# a whole one that is not read, or not told


def test_what_is_written_and_cannot_be_read_stays_made(rehearsal: Rehearsal) -> None:
    go_away_after(rehearsal, SetRule)
    proposal_id = rehearsal.propose(SERIES)
    rehearsal.apply(proposal_id)
    ended = given_up(rehearsal, proposal_id)
    assert (ended.state, states(ended)) == (ProposalState.PARTLY_APPLIED, [MoveState.WRITTEN])
    assert ended.moves[0].is_made
    mend(rehearsal)
    ended = applied_again(rehearsal, proposal_id)
    assert (ended.state, states(ended), writing(ended).problem) == (ProposalState.APPLIED, [DONE], None)
    assert len(rehearsal.writer.done) == 2


def test_what_was_never_read_is_undone_all_the_same(rehearsal: Rehearsal) -> None:
    go_away_after(rehearsal, SetRule)
    proposal_id = rehearsal.propose(SERIES)
    rehearsal.apply(proposal_id)
    given_up(rehearsal, proposal_id)
    mend(rehearsal)
    assert undone(rehearsal, proposal_id).state is ProposalState.UNDONE
    assert doubled(rehearsal) == []


def test_a_relay_that_is_away_fails_the_letters_and_not_the_move(rehearsal: Rehearsal) -> None:
    taken = []

    def relay() -> None:
        if str(rehearsal.sent[-1]["To"]) != BEN:
            raise UnavailableError("the relay does not answer")
        taken.append(BEN)

    rehearsal.relay = relay
    proposal_id = rehearsal.propose(ONE)
    rehearsal.apply(proposal_id)
    ended = given_up(rehearsal, proposal_id)
    assert (ended.state, states(ended), writing(ended).problem) == (ProposalState.APPLIED, [DONE], None)
    letters = [(letter.to, letter.state, letter.problem) for letter in writing(ended).letters]
    unsent = ((CAT,), LetterState.FAILED, "the relay does not answer; apply again to send it")
    assert letters == [((BEN,), LetterState.SENT, None), unsent]
    assert taken == [BEN]
    rehearsal.relay = lambda: None
    assert undone(rehearsal, proposal_id).state is ProposalState.UNDONE


def test_applying_again_sends_the_letters_that_reached_nobody_and_no_other(rehearsal: Rehearsal) -> None:
    refused = {BEN}

    def relay() -> None:
        if str(rehearsal.sent[-1]["To"]) in refused:
            raise RefusedError("no such person")

    rehearsal.relay = relay
    proposal_id = rehearsal.applied(ONE).id
    refused.clear()
    rehearsal.sent.clear()
    ended = applied_again(rehearsal, proposal_id)
    assert (ended.state, states(ended)) == (ProposalState.APPLIED, [DONE])
    assert {letter.state for letter in writing(ended).letters} == {LetterState.SENT}
    assert [str(mail["To"]) for mail in rehearsal.sent] == [BEN]
    assert len(rehearsal.writer.done) == 1


def test_an_undo_whose_letters_cannot_be_sent_is_an_undo(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.applied(ONE).id

    def away() -> None:
        raise UnavailableError("the relay does not answer")

    rehearsal.relay = away
    rehearsal.undo(proposal_id)
    ended = given_up(rehearsal, proposal_id)
    assert (ended.state, states(ended, "undo")) == (ProposalState.UNDONE, [DONE])


# a server that answers, and does not say what


def test_a_server_that_fails_each_time_is_tried_again_later_and_nobody_is_blamed(rehearsal: Rehearsal) -> None:
    sent: list[Edit] = []

    def fail(edit: Edit) -> None:
        sent.append(edit)
        raise UnansweredError("HTTP 503")

    rehearsal.writer.asked = fail
    proposal_id = rehearsal.propose(ONE)
    rehearsal.apply(proposal_id)
    for tries in (1, 2):
        with pytest.raises(UnavailableError, match="503"):
            rehearsal.work(proposal_id)
        assert len(sent) == 2 * tries
        rehearsal.pass_by(timedelta(minutes=1))
    rehearsal.pass_by(PATIENCE)
    assert states(rehearsal.work(proposal_id)) == [UNKNOWN]
    mend(rehearsal)
    assert states(applied_again(rehearsal, proposal_id)) == [DONE]


def test_a_second_attempt_has_names_of_its_own(rehearsal: Rehearsal) -> None:
    """Some servers never take a name again that was removed; within an attempt, a note changes none."""
    names = []
    for error in (RefusedError("too many changes today"), None):
        mend(rehearsal)
        rehearsal.writer.done.clear()
        if error:
            refuse(rehearsal, error, SetRule)
            proposal_id = rehearsal.propose(SERIES)
        applied_again(rehearsal, proposal_id)
        names += [edit.uid for edit, _ in rehearsal.writer.done if isinstance(edit, Insert)]
    assert len(names) == len(set(names)) == 2
