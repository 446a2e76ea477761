"""Which moves of a proposal are ticked beforehand, the same for every face: with all that has to be made first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from app.domain.proposals.proposal import Proposal

_NOTHING: Mapping[int, bool] = MappingProxyType({})


def ticked(proposal: Proposal, closed: Collection[int], said: Mapping[int, bool] = _NOTHING) -> list[int]:
    """What is ticked until somebody says otherwise: what was accepted, and what is pre-ticked and can be by itself.

    `closed` are the numbers of moves that cannot be accepted any more; `said` is whether somebody, just now, accepts
    some, by number.
    """
    moves = [move for move in proposal.moves if move.meetings and move.number not in closed]
    beforehand = {m.number: m.is_accepted or (m.decided is None and m.preticked) for m in moves}
    return possible(proposal, [number for number, yes in beforehand.items() if said.get(number, yes)])


def possible(proposal: Proposal, ticked: Sequence[int]) -> list[int]:
    """Of what is ticked, what can be accepted by itself: all that it needs is ticked, too."""
    left = list(ticked)
    while lacking := lacks(proposal, left):
        left = [number for number in left if number not in lacking]
    return left


def lacks(proposal: Proposal, ticked: Collection[int]) -> dict[int, list[int]]:
    """The moves that are ticked without others, by number, that have to be made first."""
    needs = {move.number: [int(name) for name in move.depends_on if name.isdecimal()] for move in proposal.moves}
    found = {number: [need for need in needs.get(number, ()) if need not in ticked] for number in ticked}
    return {number: missing for number, missing in found.items() if missing}
