"""Moves that want each other's places: one of them waits elsewhere meanwhile, or none of them is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.calendar.writing import Edit, Restore, Retime
from app.domain.plans.plan import Plan
from app.domain.proposals.proposal import Proposal, ProposedMove
from app.services.applying.tools import Tools
from app.services.proposals.making.dependencies import order
from app.services.proposals.writings import has_left


def visits(moves: Sequence[ProposedMove], stop: Callable[[ProposedMove], bool]) -> list[int]:
    """The moves, by number, in the order in which they can be made.

    Of a cycle, the first that can `stop` elsewhere is there twice: before the others, and after them.
    """
    found: list[int] = []
    for group in order(moves):
        first = next(filter(stop, group), None) if len(group) > 1 else None
        if first is None:
            found += [move.number for move in group]
        else:
            others = [move for move in group if move is not first]
            found += [first.number, *visits(others, stop), first.number]
    return found


@dataclass(frozen=True)
class Stops:
    """Free places on the way, for what is not a whole series: of that, each stop would be a series of its own."""

    proposal: Proposal
    plan: Plan
    tools: Tools
    found: dict[int, datetime]

    def find(self, move: ProposedMove) -> bool:
        """Whether a move can wait elsewhere: at one of the plan's alternatives for it, if that is free now."""
        if move.number not in self.found and move.scope == "occurrence":
            free = next((start for start in self._places(move) if self._is_free(move, start)), None)
            if free is not None:
                self.found[move.number] = free
        return move.number in self.found

    def stuck(self, moves: Sequence[ProposedMove]) -> Iterator[ProposedMove]:
        """The moves that want each other's places, and of which none can wait elsewhere."""
        for group in order(moves):
            if len(group) > 1 and not any(move.number in self.found for move in group):
                yield from group

    def on_the_way(self, move: ProposedMove, edits: Sequence[Edit]) -> tuple[Edit, ...]:
        """The edits of a move, with one to its stop before them if it has one."""
        start, first = self.found.get(move.number), edits[0]
        if start is None or not isinstance(first, Retime | Restore):
            return tuple(edits)
        return (Retime(first.recurrence, start, start + (first.end - first.start)), *edits)

    def _places(self, move: ProposedMove) -> Iterator[datetime]:
        """Where it waited before, else the alternatives of the plan."""
        steps = move.apply.steps if move.apply else ()
        if move.apply is not None and has_left(move.apply) and isinstance(steps[0].edit, Retime):
            yield steps[0].edit.start
        meetings = (meeting for meeting in self.plan.meetings if meeting.id in move.meetings)
        yield from (place.start for meeting in meetings for place in meeting.alternatives)

    def _is_free(self, move: ProposedMove, start: datetime) -> bool:
        """Whether a rule allows a move to that place alone, while all else is where it is now."""
        there = replace(move, to_start=start, to_end=start + (move.end - move.start), depends_on=(), apply=None)
        return not self.tools.check(replace(self.proposal, moves=(there,))).closed
