"""A guest who answers to one occurrence while a series is moved, or before it goes back, finds that once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import Engine

from app.domain.calendar.connected import CalendarObject
from app.domain.calendar.writing import Edit, Insert, Notify, Rebase
from app.domain.proposals.proposal import MoveState, ProposalState
from app.errors import ChangedError
from tests.services.rehearsal import Rehearsal, Wanted, at, states, writing

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
BEGUN = Wanted("begun", at(1, 11), at(2, 16), series=True)
"""A series that began weeks before, so that it has to be split."""
NEW = Wanted("new", at(1, 10), at(2, 14), series=True)
"""One of which nothing is past."""
DONE = MoveState.VERIFIED


@pytest.fixture
def rehearsal(database: Engine) -> Rehearsal:
    made = Rehearsal(database)
    made.series(BEGUN.uid, at(-20, 11))
    made.series(NEW.uid, at(1, 10))
    return made


def test_between_the_two_edits_of_a_split(rehearsal: Rehearsal) -> None:
    def meanwhile(edit: Edit) -> None:
        if isinstance(edit, Insert):
            rehearsal.answer(BEGUN.uid, at(15, 11))

    rehearsal.writer.answer = meanwhile
    ended = rehearsal.applied(BEGUN)
    assert states(ended) == [DONE]
    assert rehearsal.occurrences(BEGUN.uid) == []
    new = next(uid for uid in rehearsal.uids if uid not in (BEGUN.uid, NEW.uid))
    assert rehearsal.occurrences(new) == [at(day, 16) for day in (2, 9, 16, 23, 30)]
    rehearsal.undo(ended.id)
    assert rehearsal.work(ended.id).state is ProposalState.UNDONE
    assert rehearsal.occurrences(BEGUN.uid) == [at(day, 11) for day in (1, 8, 15, 22, 29)]


def test_between_the_look_and_the_write(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.propose(NEW)
    rehearsal.apply(proposal_id)
    write, answers = rehearsal.writer.write, [at(15, 10)]

    def late(calendar: str, edit: Edit, seen: Sequence[CalendarObject], notify: Notify) -> None:
        if answers:
            rehearsal.answer(NEW.uid, answers.pop())
            raise ChangedError("it was changed")
        write(calendar, edit, seen, notify)

    rehearsal.writer.write = late  # type: ignore[method-assign]
    ended = rehearsal.work(proposal_id)
    assert states(ended) == [DONE]
    assert rehearsal.occurrences(NEW.uid) == [at(day, 14) for day in (2, 9, 16, 23, 30)]


def test_before_a_whole_series_goes_back(rehearsal: Rehearsal) -> None:
    ended = rehearsal.applied(NEW)
    assert isinstance(writing(ended).steps[0].edit, Rebase)
    rehearsal.answer(NEW.uid, at(16, 14), "DECLINED")
    rehearsal.undo(ended.id)
    ended = rehearsal.work(ended.id)
    assert (ended.state, states(ended, "undo")) == (ProposalState.UNDONE, [DONE])
    assert rehearsal.occurrences(NEW.uid) == [at(day, 10) for day in (1, 8, 15, 22, 29)]
