"""How a move stands in the calendar: what is still to be done for it, and what becomes of it when that is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.calendar.writing import Edit, Restore, Retime, Versions
from app.domain.proposals.proposal import Direction, Letter, LetterState, MoveState, ProposedMove, Step, Writing

UNDO_FOR = timedelta(days=7)
"""For how long after it was applied a proposal can be undone, and is looked after."""
PATIENCE = timedelta(hours=1)
"""For how long a move is tried again by itself while a server is away."""
TRIED_AGAIN = "nothing to do now: it is tried again by itself"
HALF = "one part of it is in the calendar, another is not"
OPEN = (MoveState.PLANNED, MoveState.WRITING, MoveState.UNKNOWN)
LETTERS = (LetterState.PLANNED, LetterState.SENDING)


def to_apply(moves: Sequence[ProposedMove]) -> tuple[ProposedMove, ...]:
    """The moves as they are when a proposal is to be applied, or applied again: what is not done is begun anew.

    What is not known to be done keeps its steps, so that it is looked at before anything is sent.
    """
    return tuple(replace(move, apply=_begun(move.apply)) if move.is_accepted else move for move in moves)


def to_undo(moves: Sequence[ProposedMove], numbers: Collection[int]) -> tuple[ProposedMove, ...]:
    """The moves as they are when those of some numbers are to be undone."""
    return tuple(replace(move, undo=_begun(move.undo)) if move.number in numbers else move for move in moves)


def is_open(writing: Writing) -> bool:
    """Whether there is anything left to do for it."""
    if any(letter.state in LETTERS for letter in writing.letters):
        return True
    return writing.state in OPEN or (writing.state is MoveState.WRITTEN and not writing.seen)


def can_be_sent_again(letter: Letter) -> bool:
    """Whether a letter certainly reached nobody, and nobody has its file to send."""
    return letter.state is LetterState.FAILED


def is_given_up(writing: Writing, now: datetime) -> bool:
    """Whether something was in its way for so long that it is not tried again by itself."""
    in_the_way = writing.problem is not None and writing.updated_at is not None
    return in_the_way and writing.updated_at is not None and writing.updated_at + PATIENCE <= now


def wanted(moves: Sequence[ProposedMove], direction: Direction) -> list[tuple[ProposedMove, Writing]]:
    """The moves that are to be made, or undone, with how each stands."""
    if direction == "apply":
        return [(move, move.apply or Writing()) for move in moves if move.is_accepted]
    return [(move, move.undo) for move in moves if move.undo is not None]


def written(writing: Writing) -> Iterator[Edit]:
    """The edits that are in the calendar, in their order: without what was taken back, and stops on the way."""
    if not any(step.back for step in writing.steps):
        yield from _without_stops([step for step in writing.steps if step.state is MoveState.WRITTEN])


def begun(writing: Writing) -> Iterator[Edit]:
    """The edits that are in the calendar, or may be, in their order, without stops on the way: what an undo takes back.

    What was taken back before is among them: to take it back again changes nothing.
    """
    sent = (MoveState.WRITING, MoveState.WRITTEN)
    yield from _without_stops([step for step in writing.steps if not step.back and step.state in sent])


def _without_stops(steps: Sequence[Step]) -> Iterator[Edit]:
    yield from (step.edit for n, step in enumerate(steps) if not any(goes_on(step, later) for later in steps[n + 1 :]))


def before(moves: Sequence[ProposedMove]) -> dict[str, Versions]:
    """What the events of moves that were made were before them, by UID: nothing, of a series that was new."""
    made = [(move, uid) for move in moves if move.apply is not None for uid in move.apply.seen]
    return {uid: move.seen if uid == move.uid else {} for move, uid in made}


def marked(steps: Sequence[Step], index: int, state: MoveState) -> tuple[Step, ...]:
    """The steps, with another state of one of them."""
    return tuple(replace(step, state=state) if nth == index else step for nth, step in enumerate(steps))


def has_left(writing: Writing) -> bool:
    """Whether a move waits elsewhere for others, so that its old place is free."""
    return len(writing.steps) > 1 and writing.steps[0].state is MoveState.WRITTEN and goes_on(*writing.steps[:2])


def goes_on(stop: Step, step: Step) -> bool:
    """Whether a step moves on from where an earlier one stopped."""
    if step.back or not isinstance(stop.edit, Retime) or not isinstance(step.edit, Retime | Restore):
        return False
    return step.edit.recurrence == stop.edit.recurrence


def _begun(writing: Writing | None) -> Writing:
    """A writing that is to be done, or done again; what the calendar has of it, or may have, stays known."""
    if writing is None:
        return Writing()
    has_ended = writing.state in (MoveState.FAILED, MoveState.CHANGED_MEANWHILE)
    if has_ended and not writing.is_begun:
        return Writing(attempt=writing.attempt + 1)
    why = writing.problem.partition(f"; {HALF}")[0] if writing.problem and any(s.back for s in writing.steps) else None
    state = MoveState.UNKNOWN if has_ended else writing.state
    letters = tuple(map(_again, writing.letters))
    since = writing.updated_at if writing.problem is None else None  # what was in the way has its hour anew
    return replace(writing, state=state, letters=letters, problem=why, remedy=None, updated_at=since)


def _again(letter: Letter) -> Letter:
    return replace(letter, state=LetterState.PLANNED, problem=None) if can_be_sent_again(letter) else letter
