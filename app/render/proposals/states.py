"""What the states of proposals, moves and letters are called, and how they look: the same on every face."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from app.domain.proposals.proposal import Direction, LetterState, MoveState, ProposalState, Writing
from app.render import words

STATES: Final[Mapping[ProposalState, str]] = {
    ProposalState.DRAFT: "waits for you",
    ProposalState.SENT: "waits for you",
    ProposalState.DECIDED: "decided, and not applied yet",
    ProposalState.APPLYING: "being written",
    ProposalState.APPLIED: "in the calendar",
    ProposalState.PARTLY_APPLIED: "partly in the calendar",
    ProposalState.UNDOING: "being taken back",
    ProposalState.UNDONE: "taken back",
    ProposalState.PARTLY_UNDONE: "partly taken back",
    ProposalState.EXPIRED: "expired: its week is over",
    ProposalState.SUPERSEDED: "replaced by a newer one",
}
TONES: Final[Mapping[ProposalState, str]] = {
    ProposalState.DRAFT: "now",
    ProposalState.SENT: "now",
    ProposalState.DECIDED: "now",
    ProposalState.APPLYING: "now",
    ProposalState.APPLIED: "good",
    ProposalState.PARTLY_APPLIED: "bad",
    ProposalState.UNDOING: "now",
    ProposalState.UNDONE: "good",
    ProposalState.PARTLY_UNDONE: "bad",
    ProposalState.EXPIRED: "",
    ProposalState.SUPERSEDED: "",
}
AS_FILES = "made as files"
WRITTEN: Final[Mapping[Direction, Mapping[MoveState, str]]] = {
    "apply": {
        MoveState.PLANNED: "not written yet",
        MoveState.WRITING: "being written",
        MoveState.WRITTEN: "written",
        MoveState.VERIFIED: "written, and read back",
        MoveState.CHANGED_MEANWHILE: "left alone: it was changed meanwhile",
        MoveState.FAILED: "not written",
        MoveState.UNKNOWN: "nobody knows whether it was written",
    },
    "undo": {
        MoveState.PLANNED: "not taken back yet",
        MoveState.WRITING: "being taken back",
        MoveState.WRITTEN: "taken back",
        MoveState.VERIFIED: "taken back, and read back",
        MoveState.CHANGED_MEANWHILE: "left alone: it was changed meanwhile",
        MoveState.FAILED: "not taken back",
        MoveState.UNKNOWN: "nobody knows whether it was taken back",
    },
}
MOVE_TONES: Final[Mapping[MoveState, str]] = {
    MoveState.PLANNED: "",
    MoveState.WRITING: "",
    MoveState.WRITTEN: "good",
    MoveState.VERIFIED: "good",
    MoveState.CHANGED_MEANWHILE: "bad",
    MoveState.FAILED: "bad",
    MoveState.UNKNOWN: "bad",
}
LETTERS: Final[Mapping[LetterState, str]] = {
    LetterState.PLANNED: "to be sent",
    LetterState.SENDING: "being sent",
    LetterState.SENT: "sent",
    LetterState.KEPT: "kept as a file, for you to send",
    LetterState.FAILED: "not sent",
    LetterState.UNKNOWN: "nobody knows whether it was sent",
}


def tally(writings: Iterable[Writing], direction: Direction) -> str:
    """How many moves came to which end: `1 of 3 moves written, 2 left alone`; what is still to come is not named."""
    states = [writing.state for writing in writings]
    done, failed = ("written", "not written") if direction == "apply" else ("taken back", "not taken back")
    ends = {
        MoveState.CHANGED_MEANWHILE: "left alone",
        MoveState.FAILED: failed,
        MoveState.UNKNOWN: "not known",
    }
    counts = Counter(states)
    made = sum(state.is_done for state in states)
    others = [f", {counts[state]} {text}" for state, text in ends.items() if counts[state]]
    return f"{made} of {words.count(len(states), 'move')} {done}{''.join(others)}"
