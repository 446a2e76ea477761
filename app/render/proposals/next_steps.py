"""The one obvious next step with a proposal: a stable word, a text, and the command that does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.domain.meetings.meeting import Reason
from app.domain.proposals.proposal import (
    DECIDABLE,
    WORKING,
    Direction,
    LetterState,
    MoveState,
    Proposal,
    ProposalState,
    ProposedMove,
    Writing,
)
from app.domain.proposals.shown import Shown
from app.domain.proposals.ticks import ticked
from app.render.words import listed

Code = Literal["decide", "decide_again", "apply", "wait", "resume", "undo", "newer", "propose", "none"]


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do next; without a `command` there is nothing to type."""

    code: Code
    text: str
    command: str | None


def next_step(shown: Shown) -> NextStep:
    """What to do with a proposal."""
    proposal = shown.proposal
    if proposal.state in DECIDABLE:
        return _deciding(proposal, shown.closed)
    if proposal.state in WORKING:
        return NextStep("wait", "it is being written; see how far it is", f"clearweek proposals {proposal.id}")
    if proposal.state in (ProposalState.PARTLY_APPLIED, ProposalState.PARTLY_UNDONE):
        return _partly(shown)
    if proposal.state is ProposalState.APPLIED:
        first = "send the invitations that are files (`--out` saves them); " if has_to_be_sent(proposal) else ""
        return _undo(proposal, f"{first}all of it is written, and can be taken back")
    return _anew(shown, "make a new proposal")


def has_to_be_sent(proposal: Proposal) -> bool:
    """Whether invitations of moves that are made are left to the manager, as files."""
    letters = (letter for move in proposal.moves if move.is_made and move.apply for letter in move.apply.letters)
    return any(letter.state is LetterState.KEPT for letter in letters)


def _deciding(proposal: Proposal, closed: Mapping[int, Reason]) -> NextStep:
    lost = [str(move.number) for move in proposal.accepted if move.number in closed]
    if lost:
        text = f"decide anew about {'move' if len(lost) == 1 else 'moves'} {listed(lost)}: not possible any more"
        return NextStep("decide_again", text, f"clearweek decide {proposal.id} --reject {','.join(lost)}")
    left = [move for move in proposal.moves if move.decided is None and move.number not in closed]
    if proposal.accepted:
        more = f", or decide about {len(left)} more" if left else ""
        return NextStep(
            "apply", f"write what you said yes to into the calendar{more}", f"clearweek apply {proposal.id}"
        )
    if ticked(proposal, closed):
        return NextStep("decide", "say yes to what is ticked", f"clearweek decide {proposal.id} --accept all")
    if left:
        number = left[0].number
        return NextStep("decide", "say yes or no to each move", f"clearweek decide {proposal.id} --accept {number}")
    return NextStep("none", "there is nothing to move", None)


def _partly(shown: Shown) -> NextStep:
    """Go on where trying again may help; what was changed by others needs a new proposal."""
    proposal = shown.proposal
    undoing = proposal.state is ProposalState.PARTLY_UNDONE
    direction: Direction = "undo" if undoing else "apply"
    writings = [writing for move in proposal.moves if (writing := move.writing(direction))]
    if any(_can_be_gone_on_with(each) for each in writings):
        command = f"clearweek {direction} {proposal.id}"
        return NextStep("resume", "go on with what could not be written", command)
    if any(each.state is MoveState.FAILED for each in writings):
        text = "mend what is in the way of what could not be written, and go on with it"
        return NextStep("resume", text, f"clearweek {direction} {proposal.id}")
    if undoing and any(_is_left_made(move) for move in proposal.moves):
        return _undo(proposal, "a part of it was taken back; the rest can be, too")
    if undoing:
        return _anew(shown, "what others changed meanwhile was left; make a new proposal")
    return _anew(shown, "propose anew what could not be written")


def _can_be_gone_on_with(writing: Writing) -> bool:
    """Whether it waits, is not known, or is in the calendar without its end."""
    waits = (MoveState.UNKNOWN, MoveState.PLANNED, MoveState.WRITING)
    is_half = writing.is_begun and not writing.state.is_done
    return writing.state in waits or is_half or (writing.state is MoveState.WRITTEN and writing.problem is not None)


def _is_left_made(move: ProposedMove) -> bool:
    """Whether a move was made, and nobody asked for it to be taken back."""
    return move.apply is not None and move.apply.state.is_done and move.undo is None


def _undo(proposal: Proposal, text: str) -> NextStep:
    return NextStep("undo", text, f"clearweek undo {proposal.id}")


def _anew(shown: Shown, text: str) -> NextStep:
    """Another proposal: the one that is there, or else a new one, as of the moment of a rehearsal."""
    if shown.newer:
        return NextStep("newer", "decide on the new proposal of this week", f"clearweek proposals {shown.newer}")
    proposal = shown.proposal
    moment = f" --now {shown.plan.generated_at.isoformat()}" if proposal.ahead else ""
    return NextStep("propose", text, f"clearweek propose --manager {proposal.manager} --week {proposal.week}{moment}")
