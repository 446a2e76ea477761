"""What a move waits for: moves that have to be made, or undone, before it, so that nobody is double-booked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.proposals.proposal import Proposal, ProposedMove, Writing
from app.errors import NotFoundError
from app.ports import ProposalStore
from app.services.applying.journal import Journal
from app.services.proposals.writings import has_left, is_open


@dataclass(frozen=True)
class Wait:
    """What a move waits for: in vain, if that is `final`; else it goes on by itself once `others` did theirs."""

    text: str
    final: bool
    others: bool = False


@dataclass(frozen=True)
class Waiting:
    """What the moves of one proposal wait for, as far as they are made now."""

    proposal: Proposal
    journal: Journal
    store: ProposalStore

    def of(self, move: ProposedMove) -> Wait | None:
        """The first thing that a move waits for; None if it may be made now."""
        found = self._before_apply(move) if self.journal.direction == "apply" else self._before_undo(move)
        return next(found, None)

    def _before_apply(self, move: ProposedMove) -> Iterator[Wait]:
        """Whoever is where it goes has to be gone."""
        for name in move.depends_on:
            if ":" in name:
                yield from self._of_others(name)
            elif (first := self.proposal.move(int(name))) is not None:
                yield from self._of_own(first, self.journal.get(first.number), "is not made")

    def _before_undo(self, move: ProposedMove) -> Iterator[Wait]:
        """Whoever took its old place has to be gone."""
        for own in self.proposal.moves:
            if str(move.number) in own.depends_on and own.apply is not None and own.apply.state.is_done:
                yield from self._of_own(own, self.journal.get(own.number), "is still where this one was")
        name = f"{self.proposal.id}:{move.number}"
        for other in self._group():
            for theirs in other.moves:
                if name in theirs.depends_on and theirs.is_made:
                    text = f"{self._called(theirs)} of {other.manager} is still where this one was"
                    yield Wait(text, final=True)

    def _of_own(self, first: ProposedMove, standing: Writing | None, why: str) -> Iterator[Wait]:
        if standing is None or not (standing.state.is_done or has_left(standing)):
            is_final = standing is None or not is_open(standing)
            yield Wait(f"waits for move {first.number} ({first.title}), which {why}", is_final)

    def _of_others(self, name: str) -> Iterator[Wait]:
        """A move of another organizer is awaited as long as it may come about."""
        proposal_id, _, number = name.partition(":")
        try:
            other = self.store.get(proposal_id)
        except NotFoundError:
            yield Wait(f"waits for {name}, which is gone", final=True)
            return
        first = other.move(int(number))
        if first is None or not first.is_made:
            what = self._called(first) if first else name
            yield Wait(f"waits until {other.manager} moves {what}", final=False, others=True)

    def _called(self, theirs: ProposedMove) -> str:
        """How to call another manager's move: only who is in it knows its title."""
        return theirs.title if self.proposal.manager in theirs.people else "a meeting of theirs"

    def _group(self) -> list[Proposal]:
        if self.proposal.group is None:
            return []
        return [one for one in self.store.of_group(self.proposal.group) if one.id != self.proposal.id]
