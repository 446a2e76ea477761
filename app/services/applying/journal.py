"""The journal of the work at a proposal: each change of how a move stands is committed before anything follows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.domain.proposals.proposal import Direction, Proposal, ProposalState, Working, Writing
from app.ports import ProposalStore
from app.services.proposals.writings import wanted


class Journal:
    """How the moves of a proposal stand, in the direction of the work at it.

    Writing into it raises `ClaimedError` if the claim does not hold any more, `StoreError` if nothing can be written.
    """

    def __init__(self, store: ProposalStore, working: Working, proposal: Proposal, now: Callable[[], datetime]) -> None:
        self.working = working
        self.direction: Direction = "undo" if proposal.state is ProposalState.UNDOING else "apply"
        self._store = store
        self._now = now
        self._unwritten: set[int] = set()
        self._writings = {move.number: writing for move, writing in wanted(proposal.moves, self.direction)}

    def __getitem__(self, number: int) -> Writing:
        return self._writings[number]

    def __contains__(self, number: object) -> bool:
        return number in self._writings

    def get(self, number: int) -> Writing | None:
        """How a move stands; None if it is not worked at."""
        return self._writings.get(number)

    @property
    def numbers(self) -> list[int]:
        """The moves that are worked at."""
        return list(self._writings)

    def note(self, number: int, **changes: Any) -> Writing:
        """Commit what changes of a move; as long as the same problem lasts, its time is that of its beginning."""
        before = self._writings[number]
        after = replace(before, **changes)
        if after != before or number in self._unwritten:
            now = self._now()
            lasts = after.problem is not None and after.problem == before.problem
            after = replace(after, updated_at=before.updated_at if lasts and before.updated_at else now)
            self._store.journal(self.working, number, self.direction, after, now)
            self._writings[number] = after
            self._unwritten.discard(number)
        return after

    def hold(self, number: int, **changes: Any) -> None:
        """Keep what changes of a move for its next note; until then it is lost with the process."""
        self._writings[number] = replace(self._writings[number], **changes)
        self._unwritten.add(number)
