"""An apply or an undo that ends anywhere is gone on with: each edit is made once, each mail at most once."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from itertools import count

import pytest
from sqlalchemy import Engine

from app.domain.calendar.writing import Insert
from app.domain.proposals.proposal import Direction, LetterState, MoveState, Proposal
from app.services.applying.work import Work
from tests.adapters.store.syncing import HREF
from tests.services.points import KilledError, Points, do_job, pointed
from tests.services.rehearsal import Rehearsal, Wanted, at, states, writing

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
SERIES = Wanted("series", at(1, 11), at(0, 16), series=True)
LEAST_POINTS = 40


@pytest.fixture
def rehearsal(database: Engine) -> Rehearsal:
    made = Rehearsal(database, is_synced=False)  # syncs that are killed have tests of their own
    made.series(SERIES.uid, at(-20, 11))
    return made


def die() -> None:
    raise KilledError


def killed(rehearsal: Rehearsal, proposal_id: str, number: int) -> Proposal | None:
    """What became of a proposal whose work was killed at a point, and gone on with; None if it was not killed."""
    points = Points(number, die)
    with pointed(rehearsal.server, points):
        rehearsal.relay = points.here
        try:
            rehearsal.work(proposal_id, "killed")
            return None
        except KilledError:
            pass
        finally:
            rehearsal.relay = lambda: None
    rehearsal.pass_by(rehearsal.silence)
    do_job(Work(proposal_id, rehearsal.tools, "other"))
    return rehearsal.store.get(proposal_id)


def check_letters(rehearsal: Rehearsal, ended: Proposal, direction: Direction) -> None:
    """Each letter was sent once, or it is said that nobody knows."""
    sent = Counter(mail["Message-ID"] for mail in rehearsal.sent)
    letters = [letter for move in ended.moves for letter in writing(ended, move.number, direction).letters]
    certain = [letter for letter in letters if letter.state is LetterState.SENT]
    assert {letter.state for letter in letters} <= {LetterState.SENT, LetterState.UNKNOWN}
    assert len(letters) - len(certain) <= 1
    assert set(sent.values()) <= {1}
    assert len(certain) <= len(sent) <= len(letters)


def test_an_apply_and_an_undo_that_end_at_any_point(rehearsal: Rehearsal) -> None:
    """Partial failure is gone on with after a restart, and nothing is written twice."""
    before = deepcopy(rehearsal.server.by_href)
    for number in count(1):
        rehearsal.server.by_href[HREF].objects = dict(before[HREF].objects)
        proposal_id = rehearsal.propose(SERIES)
        rehearsal.apply(proposal_id)
        ends = []
        for direction in ("apply", "undo"):
            rehearsal.writer.done.clear()
            for seen in (rehearsal.sent, rehearsal.ending, rehearsal.ended):
                seen.clear()
            ended = killed(rehearsal, proposal_id, number)
            ends.append(ended)
            if ended is None:
                ended = rehearsal.store.get(proposal_id)
            assert states(ended, direction) == [MoveState.VERIFIED]
            assert len(rehearsal.writer.done) == 2
            assert proposal_id in rehearsal.ending  # others are planned anew around it
            assert proposal_id in rehearsal.ended
            check_letters(rehearsal, ended, direction)
            if direction == "apply":
                [new] = [edit.uid for edit, _ in rehearsal.writer.done if isinstance(edit, Insert)]
                assert rehearsal.starts(new) == [SERIES.to]
                rehearsal.undo(proposal_id)
        assert [one.uid for one in rehearsal.server[HREF].objects.values()] == [SERIES.uid]
        if ends == [None, None]:
            break
    assert number > LEAST_POINTS
