"""What was made is taken back, to where it was, and what others changed since is left alone and named."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from app.domain.calendar.writing import Edit
from app.domain.proposals.proposal import MoveState, Proposal, ProposalState
from app.errors import UnansweredError
from tests.adapters.store.syncing import HREF
from tests.services.rehearsal import Rehearsal, Wanted, at, states, writing

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
ONE = Wanted("one", at(1, 10), at(0, 14))
TWO = Wanted("two", at(3, 10), at(0, 15))
SERIES = Wanted("series", at(1, 11), at(0, 16), series=True)
DONE, CHANGED, FAILED = MoveState.VERIFIED, MoveState.CHANGED_MEANWHILE, MoveState.FAILED


@pytest.fixture
def rehearsal(database: Engine) -> Rehearsal:
    made = Rehearsal(database)
    for one in (ONE, TWO):
        made.event(one.uid, one.start)
    made.series(SERIES.uid, at(-20, 11))
    return made


def undone(rehearsal: Rehearsal, proposal_id: str, *numbers: int) -> Proposal:
    rehearsal.undo(proposal_id, *numbers)
    return rehearsal.work(proposal_id)


def test_all_of_it_is_taken_back(rehearsal: Rehearsal) -> None:
    before = rehearsal.starts(SERIES.uid)
    ended = undone(rehearsal, rehearsal.applied(ONE, SERIES).id)
    assert (ended.state, states(ended, "undo")) == (ProposalState.UNDONE, [DONE, DONE])
    assert (rehearsal.starts(ONE.uid), rehearsal.starts(SERIES.uid)) == ([ONE.start], before)
    assert {one.uid for one in rehearsal.server[HREF].objects.values()} == {"one", "two", "series"}
    assert states(ended) == [DONE, DONE]


def test_one_of_it_is_taken_back_and_then_the_rest(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.applied(ONE, TWO).id
    ended = undone(rehearsal, proposal_id, 2)
    assert (ended.state, rehearsal.starts(ONE.uid)) == (ProposalState.PARTLY_UNDONE, [ONE.to])
    assert rehearsal.starts(TWO.uid) == [TWO.start]
    assert undone(rehearsal, proposal_id, 1).state is ProposalState.UNDONE
    assert rehearsal.starts(ONE.uid) == [ONE.start]


def test_what_somebody_moved_since_is_left_alone_and_named(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.applied(ONE, TWO).id
    rehearsal.event(ONE.uid, at(4, 9))
    ended = undone(rehearsal, proposal_id)
    assert (ended.state, states(ended, "undo")) == (ProposalState.PARTLY_UNDONE, [CHANGED, DONE])
    assert rehearsal.starts(ONE.uid) == [at(4, 9)]


def test_a_place_that_somebody_needs_by_now_is_left_to_them(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.applied(ONE, TWO).id
    rehearsal.closed[1] = "ben@example.com is busy"
    ended = undone(rehearsal, proposal_id)
    assert (ended.state, states(ended, "undo")) == (ProposalState.PARTLY_UNDONE, [CHANGED, DONE])
    assert writing(ended, 1, "undo").problem == "it cannot go back: ben@example.com is busy"
    assert rehearsal.starts(ONE.uid) == [ONE.to]
    rehearsal.closed.clear()
    assert undone(rehearsal, proposal_id).state is ProposalState.UNDONE


def test_moves_go_back_the_other_way_round(rehearsal: Rehearsal) -> None:
    """Whoever took an old place has to leave it first."""
    first = Wanted("one", ONE.start, TWO.start, depends_on=("2",))
    proposal_id = rehearsal.applied(first, TWO).id
    rehearsal.writer.done.clear()
    assert undone(rehearsal, proposal_id).state is ProposalState.UNDONE
    assert [getattr(edit, "start", None) for edit, _ in rehearsal.writer.done] == [ONE.start, TWO.start]


def test_a_place_that_another_move_has_by_now_has_to_be_given_back_first(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.applied(Wanted("one", ONE.start, TWO.start, depends_on=("2",)), TWO).id
    ended = undone(rehearsal, proposal_id, 2)
    assert states(ended, "undo") == [None, FAILED]
    assert "still where this one was" in (writing(ended, 2, "undo").problem or "")
    assert undone(rehearsal, proposal_id).state is ProposalState.UNDONE


def test_an_undo_without_an_answer_is_looked_at(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.applied(ONE).id
    rehearsal.writer.done.clear()

    def silent(_edit: Edit) -> None:
        raise UnansweredError("no answer")

    rehearsal.writer.answer = silent
    assert undone(rehearsal, proposal_id).state is ProposalState.UNDONE
    assert len(rehearsal.writer.done) == 1
