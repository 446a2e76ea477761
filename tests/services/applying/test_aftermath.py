"""In the days after: who declines is told, a room that declines takes the move back, a feed shows its move."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from app.domain.plans.plan import Alternative
from app.domain.proposals.delivery import Sender
from app.domain.proposals.proposal import MoveState, ProposalState
from app.services.applying.aftermath import follow_up
from tests.adapters.store.kept import ANA
from tests.services.rehearsal import BEN, ROOM, Rehearsal, Wanted, at, states, writing

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
ONE = Wanted("one", at(1, 10), at(0, 14), rooms=(ROOM,))


@pytest.fixture
def rehearsal(database: Engine) -> Rehearsal:
    made = Rehearsal(database)
    made.event(ONE.uid, ONE.start, guests=answers())
    places = (Alternative(at(day, 9), at(day, 10), None, 0, "") for day in range(5))
    made.alternatives = tuple(places)
    return made


def answers(**said: str) -> tuple[str, ...]:
    people = {"ana": ANA, "ben": BEN, "room": ROOM}
    return tuple(f"ATTENDEE;PARTSTAT={said.get(n, 'ACCEPTED')}:mailto:{address}" for n, address in people.items())


def test_who_has_to_be_there_and_declines_is_told_once_with_three_places(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.applied(ONE).id
    rehearsal.event(ONE.uid, ONE.to, guests=answers(ben="DECLINED"))
    rehearsal.syncing.sync()
    first = follow_up(proposal_id, rehearsal.tools)
    [note] = writing(first).notes
    assert note.startswith("ben@example.com declined the new time: undo this move (number 1)")
    assert note.endswith("Mon 30 Nov 09:00, Tue 1 Dec 09:00 and Wed 2 Dec 09:00")
    assert follow_up(proposal_id, rehearsal.tools) == first
    assert rehearsal.starts(ONE.uid) == [ONE.to]


def test_a_room_that_declines_later_takes_its_move_back(rehearsal: Rehearsal) -> None:
    """Rooms answer by themselves, some of them long after the write."""
    proposal_id = rehearsal.applied(ONE).id
    rehearsal.syncing.sync()
    assert follow_up(proposal_id, rehearsal.tools).state is ProposalState.APPLIED
    rehearsal.event(ONE.uid, ONE.to, "SEQUENCE:1", guests=answers(room="DECLINED"))
    rehearsal.syncing.sync()
    told = follow_up(proposal_id, rehearsal.tools)
    assert (told.state, rehearsal.enqueued[-1][0]) == (ProposalState.UNDOING, proposal_id)
    assert "the move is taken back" in writing(told).notes[0]
    ended = rehearsal.work(proposal_id)
    assert (ended.state, rehearsal.starts(ONE.uid)) == (ProposalState.UNDONE, [ONE.start])


def test_a_feed_that_shows_the_move_verifies_it(rehearsal: Rehearsal) -> None:
    rehearsal.sender = Sender.FILES
    proposal_id = rehearsal.applied(replace(ONE, rooms=())).id
    assert states(follow_up(proposal_id, rehearsal.tools)) == [MoveState.WRITTEN]
    rehearsal.syncing.sync()
    assert states(follow_up(proposal_id, rehearsal.tools)) == [MoveState.VERIFIED]
