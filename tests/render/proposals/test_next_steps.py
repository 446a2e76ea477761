"""There is always one obvious next step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.meetings.meeting import Reason
from app.domain.proposals.proposal import Decided, Decision, MoveState, ProposalState, Writing
from app.domain.proposals.shown import Shown
from app.render.proposals.next_steps import NextStep, next_step
from tests.render.given_proposals import ID, NOW, YES, decided, proposed, written

NO = Decided(Decision.REJECT, "dana@example.com", NOW)
DECIDED = decided(proposed(), {1: YES})
ALL_NO = decided(proposed(), dict.fromkeys(range(1, 10), NO))
MADE = proposed().plan.generated_at.isoformat()
ANEW = "propose --manager dana@example.com --week 2026-W49"


def step(example: Shown) -> NextStep:
    return next_step(example)


def ended(state: ProposalState, *moves: MoveState) -> Shown:
    return written(DECIDED, {n: Writing(move) for n, move in enumerate(moves, start=1)}, state=state)


@pytest.mark.parametrize(
    ("example", "code", "command"),
    [
        (proposed(), "decide", f"decide {ID} --accept all"),
        (proposed(moves=()), "none", None),
        (DECIDED, "apply", f"apply {ID}"),
        (ALL_NO, "none", None),
        (ended(ProposalState.APPLYING, MoveState.WRITING), "wait", f"proposals {ID}"),
        (ended(ProposalState.APPLIED, MoveState.VERIFIED), "undo", f"undo {ID}"),
        (ended(ProposalState.PARTLY_APPLIED, MoveState.UNKNOWN), "resume", f"apply {ID}"),
        (ended(ProposalState.PARTLY_APPLIED, MoveState.CHANGED_MEANWHILE), "propose", ANEW),
        (
            replace(ended(ProposalState.PARTLY_APPLIED, MoveState.CHANGED_MEANWHILE), newer="n1"),
            "newer",
            "proposals n1",
        ),
        (replace(proposed(state=ProposalState.SUPERSEDED), newer="n1"), "newer", "proposals n1"),
        (ended(ProposalState.PARTLY_APPLIED, MoveState.FAILED, MoveState.CHANGED_MEANWHILE), "resume", f"apply {ID}"),
        (proposed(state=ProposalState.EXPIRED), "propose", ANEW),
        (proposed(state=ProposalState.EXPIRED, ahead=timedelta(days=1)), "propose", f"{ANEW} --now {MADE}"),
        (proposed(state=ProposalState.UNDONE), "propose", ANEW),
    ],
)
def test_each_state_has_its_step(example: Shown, code: str, command: str | None) -> None:
    found = step(example)
    assert (found.code, found.command) == (code, command and f"clearweek {command}")


def test_what_was_accepted_and_is_impossible_now_is_asked_again() -> None:
    found = step(replace(DECIDED, closed={1: Reason("busy", "Ana is busy there now")}))
    assert (found.code, found.command) == ("decide_again", f"clearweek decide {ID} --reject 1")


def test_without_a_ticked_move_the_first_is_to_be_decided_by_its_number() -> None:
    bare = proposed()
    moves = tuple(replace(move, preticked=False) for move in bare.proposal.moves)
    found = step(replace(bare, proposal=replace(bare.proposal, moves=moves), closed={1: Reason("freeze", "x")}))
    assert found.command == f"clearweek decide {ID} --accept 2"


def test_an_undo_in_part_is_gone_on_with() -> None:
    moves = (replace(DECIDED.proposal.moves[0], undo=Writing(MoveState.UNKNOWN)),)
    found = step(replace(DECIDED, proposal=replace(DECIDED.proposal, moves=moves, state=ProposalState.PARTLY_UNDONE)))
    assert found.command == f"clearweek undo {ID}"


def test_what_nobody_asked_back_can_still_be_undone() -> None:
    made, back = ended(ProposalState.PARTLY_UNDONE, MoveState.VERIFIED, MoveState.VERIFIED).proposal.moves[:2]
    moves = (made, replace(back, undo=Writing(MoveState.VERIFIED)))
    found = step(replace(DECIDED, proposal=replace(DECIDED.proposal, moves=moves, state=ProposalState.PARTLY_UNDONE)))
    assert (found.code, found.command) == ("undo", f"clearweek undo {ID}")
