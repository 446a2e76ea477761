"""The life of a proposal as use cases (docs/proposals.md): proposing, showing, deciding, applying and undoing."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.calendar.writing import Notify
from app.domain.proposals.delivery import TELLS_ALL, is_in_the_way
from app.domain.proposals.proposal import Change, Proposal, ProposalState
from app.domain.proposals.shown import Shown
from app.errors import ChangedError, InputError, StateError
from app.services.proposals.deciding import CANNOT, check_state, check_version, decide
from app.services.proposals.desk import Desk, Options, trail_line
from app.services.proposals.making.proposing import propose, propose_together
from app.services.proposals.making.showing import TRIES, current, limits_of, remarks_of, show, shown
from app.services.proposals.writings import UNDO_FOR, can_be_sent_again, to_apply, to_undo

__all__ = ["Desk", "Options", "Shown", "apply", "decide", "propose", "propose_together", "show", "undo"]

APPLIED = (ProposalState.APPLYING, ProposalState.APPLIED)
CAN_BE_APPLIED = (ProposalState.DRAFT, ProposalState.SENT, ProposalState.DECIDED, ProposalState.PARTLY_APPLIED)
CAN_BE_UNDONE = (ProposalState.APPLIED, ProposalState.PARTLY_APPLIED, ProposalState.PARTLY_UNDONE)


def apply(desk: Desk, proposal_id: str, *, by: str, version: int | None = None, notify: Notify | None = None) -> Shown:
    """Have what was accepted made; of what was partly made, the rest, and letters that reached nobody.

    Whoever asks for it again gets the same answer.

    Raises `NotFoundError`, `StateError` if nothing is accepted or it cannot be applied (any more, or as its
    calendars are connected), `ChangedError` if
    the proposal has another than the expected version.
    """
    for _ in range(TRIES):
        proposal = current(desk, proposal_id)
        if proposal.state in APPLIED and not _has_unsent(desk, proposal):
            return shown(desk, proposal)
        check_state(proposal, (*CAN_BE_APPLIED, ProposalState.APPLIED))
        check_version(proposal, version)
        _check_accepted(desk, proposal, notify or proposal.notify)
        lines = (trail_line(desk, proposal, by, "apply", notify=notify),)
        moves = to_apply(proposal.moves)
        change = Change(ProposalState.APPLYING, moves=moves, notify=notify, trail=lines, enqueue=True)
        try:
            return shown(desk, desk.proposals.change(proposal.id, proposal.version, change, desk.now()))
        except ChangedError:
            if desk.proposals.get(proposal.id).version == proposal.version:  # nobody changed it: another one is open
                raise StateError(f"{proposal.id}: {CANNOT[ProposalState.SUPERSEDED]}") from None
    raise ChangedError(f"{proposal_id}: others are changing it all the time; try again")


def _has_unsent(desk: Desk, proposal: Proposal) -> bool:
    """Whether all is in the calendar, not long ago, and some of its letters reached nobody."""
    if proposal.state is not ProposalState.APPLIED or _is_too_late(desk, proposal):
        return False
    made = (move.apply for move in proposal.accepted if move.apply is not None)
    return any(can_be_sent_again(letter) for one in made for letter in one.letters)


def _is_too_late(desk: Desk, proposal: Proposal) -> bool:
    return proposal.undo_until is not None and proposal.clock(desk.now()) >= proposal.undo_until


def _check_accepted(desk: Desk, proposal: Proposal, notify: Notify) -> None:
    """Refuse to apply nothing, and what would be refused when it is written. Raises `StateError`."""
    if not proposal.accepted:
        raise StateError(f"{proposal.id}: nothing is accepted yet: decide on its moves first")
    closed = limits_of(desk, proposal).closed
    if all(move.number in closed for move in proposal.accepted):
        first = proposal.accepted[0].number
        raise StateError(f"{proposal.id}: no accepted move is possible any more; {first}: {closed[first].text}")
    wanted = {move.number for move in proposal.accepted if move.number not in closed}
    for number, remark in remarks_of(desk, proposal).items():
        if number in wanted and is_in_the_way(remark, notify):
            text = f"{remark.text}; apply with notify = all" if remark.code == TELLS_ALL else remark.text
            raise StateError(f"{proposal.id}: move {number}: {text}, or leave the move out")


def undo(desk: Desk, proposal_id: str, numbers: Sequence[int] = (), *, by: str, version: int | None = None) -> Shown:
    """Have what was made taken back: all of it, or the moves of some numbers.

    Raises `NotFoundError`, `StateError` if nothing was made, or it cannot be undone (any more), `InputError` for a
    number that was not made, `ChangedError` if the proposal has another than the expected version.
    """
    for _ in range(TRIES):
        proposal = desk.proposals.get(proposal_id)
        if proposal.state is ProposalState.UNDOING:
            return shown(desk, proposal)
        _check_undo(desk, proposal)
        check_version(proposal, version)
        wanted = _to_undo(proposal, numbers)
        moves = to_undo(proposal.moves, wanted)
        lines = tuple(trail_line(desk, proposal, by, "undo", number) for number in wanted)
        change = Change(ProposalState.UNDOING, moves=moves, trail=lines, enqueue=True)
        try:
            return shown(desk, desk.proposals.change(proposal.id, proposal.version, change, desk.now()))
        except ChangedError:
            continue
    raise ChangedError(f"{proposal_id}: others are changing it all the time; try again")


def _check_undo(desk: Desk, proposal: Proposal) -> None:
    if proposal.state not in CAN_BE_UNDONE:
        why = CANNOT.get(proposal.state, "") if proposal.state is ProposalState.UNDONE else "it was not applied"
        raise StateError(f"{proposal.id}: {why}")
    if _is_too_late(desk, proposal):
        days = UNDO_FOR.days
        raise StateError(f"{proposal.id}: can be undone for {days} days, which are over: propose the week anew")


def _to_undo(proposal: Proposal, numbers: Sequence[int]) -> tuple[int, ...]:
    made = {move.number for move in proposal.moves if move.is_there}
    unmade = [number for number in numbers if number not in made]
    if unmade:
        raise InputError(f"move {unmade[0]} of {proposal.id} was not made, or is undone already")
    if not made:
        raise StateError(f"{proposal.id}: there is nothing to undo: no move of it was made, or all are undone")
    return tuple(sorted(set(numbers) or made))
