"""What is taken back does not come to where somebody has something else by now."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from app.domain.proposals.proposal import Change
from app.services.proposals.following import check
from app.services.proposals.life import undo
from tests.services.conftest import Working
from tests.services.desks import Work
from tests.services.proposals.test_deciding import ANA, BEN, two_to_move
from tests.services.proposals.test_following import made
from tests.services.weeks import DANA


def undoing(working: Working) -> tuple[Work, str]:
    """A proposal of which the 1:1 with Ana, on Tuesdays at 10:00 before, is being taken back; its id."""
    work = working(two_to_move())
    proposal_id = made(work, 1)
    (move, *_) = work.store.get(proposal_id).moves
    assert (move.title, move.scope, move.start.hour) == ("1:1 Ana", "series", 9)
    undo(work.desk, proposal_id, by=DANA)
    return work, proposal_id


def left(work: Work, proposal_id: str) -> list[str]:
    """Why moves cannot go back."""
    return [reason.text for reason in check(work.desk, work.store.get(proposal_id)).closed.values()]


def test_a_place_that_is_free_still_is_gone_back_to(working: Working) -> None:
    work, proposal_id = undoing(working)
    work.office.block(ANA, 1, time(10, 30), 30)
    work.office.block(BEN, 1, time(10), 60)
    assert left(work, proposal_id) == []


@pytest.mark.parametrize(("who", "called"), [(ANA, "Ana"), (DANA, "you")])
def test_a_place_that_somebody_needs_who_has_to_be_there_is_not(working: Working, who: str, called: str) -> None:
    work, proposal_id = undoing(working)
    work.office.block(who, 1, time(9, 45), 30, week=2)
    (why,) = left(work, proposal_id)
    assert why.startswith(f"{called}: there is something else at")


def test_a_new_meeting_at_the_very_time_is_in_the_way(working: Working) -> None:
    work, proposal_id = undoing(working)
    work.office.meeting("New", [ANA, BEN], 1, time(10), weeks=None)
    assert len(left(work, proposal_id)) == 1


def test_a_calendar_that_says_only_busy_may_mean_the_meeting_itself(working: Working) -> None:
    work, proposal_id = undoing(working)
    work.office.block(ANA, 1, time(10), 30, title="")
    assert left(work, proposal_id) == []


@pytest.mark.parametrize(("who", "title", "in_the_way"), [(DANA, "Dentist", 1), (DANA, "", 0), (ANA, "Busy", 0)])
def test_what_a_manager_has_of_their_own_at_the_very_time_is_in_the_way(
    working: Working, who: str, title: str, in_the_way: int
) -> None:
    """Of others, nobody can tell what is only busy."""
    work, proposal_id = undoing(working)
    work.office.block(who, 1, time(10), 30, title=title)
    assert len(left(work, proposal_id)) == in_the_way


def test_where_there_was_a_clash_before_it_may_be_again(working: Working) -> None:
    work, proposal_id = undoing(working)
    work.office.block(ANA, 1, time(9, 45), 30)
    found = work.store.get(proposal_id)
    moves = tuple(replace(move, had_clash=True) for move in found.moves)
    work.store.change(proposal_id, found.version, Change(moves=moves), work.now)
    assert left(work, proposal_id) == []
