"""A proposal as it is now: expired if its week is over, planned anew if others took a place that it wants."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.domain.meetings.meeting import Reason
from app.domain.proposals.delivery import remarks
from app.domain.proposals.proposal import DECIDABLE, WORKING, Change, Proposal, ProposalState, ProposedMove
from app.domain.proposals.shown import Shown
from app.errors import ChangedError, InputError
from app.render.plans.document import document, plan_of
from app.services.proposals.desk import Desk, trail_line
from app.services.proposals.making.closing import Closing, closing
from app.services.proposals.making.planning_around import notice_of, planned_again, request_again
from app.services.proposals.making.proposed import is_refused

CLEARWEEK = "clearweek"
"""Who did what nobody asked for, in the audit trail."""
_OF_UNDO = re.compile(r"-undone\.ics$|^invitation-\d+-undo-")
TRIES = 5
"""How often a change is tried that others are in the way of."""


def show(desk: Desk, proposal_id: str) -> Shown:
    """A proposal as it is now. It is stored if it is over, or had to be planned anew; nothing moves.

    One that cannot be planned anew, as a calendar of the manager is not there any more, stays `stale`. Raises
    `NotFoundError`.
    """
    try:
        return shown(desk, current(desk, proposal_id))
    except InputError:
        return shown(desk, desk.proposals.get(proposal_id))


def shown(desk: Desk, proposal: Proposal, asks: Mapping[int, Reason] | None = None) -> Shown:
    """A proposal with its plan, and what of it cannot be accepted any more."""
    limits = limits_of(desk, proposal)
    return Shown(
        proposal,
        plan_of(proposal.plan),
        limits.closed,
        limits.starts,
        remarks_of(desk, proposal),
        asks or {},
        _newer(desk, proposal),
    )


def _newer(desk: Desk, proposal: Proposal) -> str | None:
    """The proposal of the same week that can be decided on instead of one that cannot any more."""
    if proposal.state in (*DECIDABLE, *WORKING):
        return None
    same_week = desk.proposals.all(proposal.manager, proposal.week)
    return next((one.id for one in same_week if one.state in DECIDABLE), None)


def remarks_of(desk: Desk, proposal: Proposal) -> Mapping[int, Reason]:
    """What has to be known of the moves that can still be written, by number."""
    if proposal.state not in (*DECIDABLE, ProposalState.PARTLY_APPLIED):
        return {}
    moves = [move for move in proposal.moves if move.meetings and not is_refused(move) and not move.is_made]
    return remarks(moves, desk.delivery)


def files_of(desk: Desk, proposal: Proposal) -> list[tuple[str, str, bytes]]:
    """The files that are of use now: name, media type and content. Once all is undone, none that holds the moves."""
    found = desk.proposals.files(proposal.id)
    is_undone = proposal.state is ProposalState.UNDONE
    return [one for one in found if not is_undone or _OF_UNDO.search(one[0])]


def limits_of(desk: Desk, proposal: Proposal) -> Closing:
    """What of a proposal the freeze window has reached; of what is written, from when on it was."""
    if proposal.state in DECIDABLE:
        return _closing(desk, proposal, proposal.moves)
    is_open = proposal.state in (ProposalState.APPLYING, ProposalState.PARTLY_APPLIED)
    left = [move for move in proposal.accepted if is_open and not move.is_made]
    written = {move.number: move.apply.starts for move in proposal.moves if move.apply and move.apply.starts}
    return Closing(starts={**(_closing(desk, proposal, left).starts if left else {}), **written})


def _closing(desk: Desk, proposal: Proposal, moves: Sequence[ProposedMove]) -> Closing:
    return closing(moves, notice_of(desk, proposal), proposal.clock(desk.now()))


def current(desk: Desk, proposal_id: str) -> Proposal:
    """A proposal as it is now; who else brings it there meanwhile is as good. Raises `NotFoundError`."""
    for _ in range(TRIES):
        proposal = desk.proposals.get(proposal_id)
        if proposal.state not in DECIDABLE:
            return proposal
        try:
            if proposal.clock(desk.now()) >= proposal.expires_at:
                return _expired(desk, proposal)
            return _refreshed(desk, proposal) if proposal.stale else proposal
        except ChangedError:
            continue
    raise ChangedError(f"{proposal_id}: others are changing it all the time; try again")


def _expired(desk: Desk, proposal: Proposal) -> Proposal:
    change = Change(ProposalState.EXPIRED, trail=(trail_line(desk, proposal, CLEARWEEK, "expire"),))
    return desk.proposals.change(proposal.id, proposal.version, change, desk.now())


def _refreshed(desk: Desk, proposal: Proposal) -> Proposal:
    """The proposal planned anew, as a place that it wants was taken; what was accepted stays if it is possible."""
    again = planned_again(desk, proposal, proposal.moves, request_again(desk, proposal, proposal.moves))
    change = Change(
        plan=document(again.plan),
        moves=again.moves,
        differences=again.differences,
        stale=False,
        trail=(trail_line(desk, proposal, CLEARWEEK, "plan_anew"),),
    )
    return desk.proposals.change(proposal.id, proposal.version, change, desk.now())
