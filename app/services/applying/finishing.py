"""The end of the work at a proposal: what it is from then on, whom that concerns, and the audit trail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from app.domain.proposals.proposal import Change, MoveState, Proposal, ProposalState, ProposedMove, TrailLine
from app.errors import ChangedError
from app.ports import ProposalStore
from app.services.applying.journal import Journal
from app.services.proposals.making.showing import CLEARWEEK
from app.services.proposals.writings import UNDO_FOR, is_open


def change_at_the_end(proposal: Proposal, journal: Journal, trail: Sequence[TrailLine], now: datetime) -> Change:
    """What a proposal becomes after the work at it; each move that came to a new end is in the audit trail."""
    moves = tuple(_as_noted(move, journal) for move in proposal.moves)
    lines = tuple(_noted(proposal, journal, trail, now))
    if journal.direction == "undo":
        left = any(move.is_there for move in moves)
        return Change(ProposalState.PARTLY_UNDONE if left else ProposalState.UNDONE, trail=lines)
    is_whole = all(journal[number].state.is_done and not is_open(journal[number]) for number in journal.numbers)
    state = ProposalState.APPLIED if is_whole else ProposalState.PARTLY_APPLIED
    own = proposal.clock(now)
    return Change(state, applied_at=own, undo_until=own + UNDO_FOR, trail=lines)


def is_to_be_proposed_anew(ended: Proposal) -> bool:
    """Whether what is left of a proposal is only what others changed, so that there is nothing in it to apply again."""
    standing = [move.apply.state for move in ended.accepted if move.apply is not None]
    left = {state for state in standing if not state.is_done}
    return ended.state is ProposalState.PARTLY_APPLIED and left == {MoveState.CHANGED_MEANWHILE}


def _as_noted(move: ProposedMove, journal: Journal) -> ProposedMove:
    if move.number not in journal:
        return move
    noted = journal[move.number]
    return replace(move, undo=noted) if journal.direction == "undo" else replace(move, apply=noted)


def _noted(proposal: Proposal, journal: Journal, trail: Sequence[TrailLine], now: datetime) -> Iterator[TrailLine]:
    by = trail[-1].by if trail else CLEARWEEK
    said = {(entry.what, entry.move, entry.detail.get("state")) for entry in trail}
    for number in journal.numbers:
        state = journal[number].state.value
        if (journal.direction, number, state) not in said:
            yield TrailLine(now, by, journal.direction, proposal.id, number, {"state": state})


def wake(ended: Proposal, store: ProposalStore, now: datetime) -> None:
    """Have proposals of the same group gone on with whose moves waited for one that is made by now.

    Each looks after its own end, and so at itself, too: whichever ends last sees both.
    """
    group = store.of_group(ended.group) if ended.group else ()
    made = {f"{one.id}:{move.number}" for one in group for move in one.moves if move.is_made}
    for one in group:
        waits = any(_waits(move) and made.intersection(move.depends_on) for move in one.accepted)
        if one.state is ProposalState.PARTLY_APPLIED and waits:
            lines = (TrailLine(now, CLEARWEEK, "resume", one.id),)
            with suppress(ChangedError):
                store.change(one.id, one.version, Change(ProposalState.APPLYING, trail=lines, enqueue=True), now)


def _waits(move: ProposedMove) -> bool:
    return move.apply is not None and move.apply.state is MoveState.PLANNED
