"""How a move is left that is not gone on with: what the calendar has of it, or may have, stays known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.domain.proposals.proposal import Direction, Letter, LetterState, MoveState, Writing
from app.services.applying.moves.letters import BROKE_OFF
from app.services.applying.moves.moving import AGAIN, StoppedError
from app.services.proposals.writings import HALF, LETTERS, has_left

MAIL_AGAIN = "apply again to send it"
OR_UNDO = "or undo it, to take that part back"


def can_be_taken_back(writing: Writing) -> bool:
    """Whether one part of a move is in the calendar, and another certainly is not.

    One that waits elsewhere is none: another move may have its old place by now.
    """
    is_known = all(not step.back and step.state is not MoveState.WRITING for step in writing.steps)
    return writing.is_begun and is_known and not writing.is_whole and not has_left(writing)


def left(writing: Writing, why: StoppedError, direction: Direction) -> Mapping[str, object]:
    """What changes of a move that is left: it is made if only letters, or a look at it, are missing."""
    if writing.is_whole and writing.seen:
        return {"letters": tuple(_unsent(letter, why) for letter in writing.letters), "problem": None, "remedy": None}
    if writing.is_whole:
        state = MoveState.WRITTEN if direction == "apply" else MoveState.UNKNOWN  # undone is what was read
        return _stands(state, why.problem, AGAIN)
    if any(step.state is MoveState.WRITING for step in writing.steps):
        return _stands(MoveState.UNKNOWN, why.problem, AGAIN)
    if writing.is_begun:
        return _stands(why.state, f"{why.problem.partition(f'; {HALF}')[0]}; {HALF}", f"{why.remedy}, {OR_UNDO}")
    return _stands(why.state, why.problem, why.remedy)


def _stands(state: MoveState, problem: str, remedy: str) -> Mapping[str, object]:
    return {"state": state, "problem": problem, "remedy": remedy}


def _unsent(letter: Letter, why: StoppedError) -> Letter:
    if letter.state is LetterState.SENDING:
        return replace(letter, state=LetterState.UNKNOWN, problem=BROKE_OFF)
    return (
        replace(letter, state=LetterState.FAILED, problem=f"{why.problem}; {MAIL_AGAIN}")
        if letter.state in LETTERS
        else letter
    )
