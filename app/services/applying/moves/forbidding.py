"""What the rules forbid by now: what will not be made, or taken back, is in the way of others where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from app.domain.calendar.writing import MASTER
from app.domain.proposals.proposal import MoveState, Proposal, ProposedMove
from app.errors import AppError, StoreError
from app.ports import EventEditor
from app.services.applying.journal import Journal
from app.services.applying.moves.moving import StoppedError, changed, refused
from app.services.applying.moves.same_series import as_left
from app.services.applying.tools import Tools
from app.services.proposals.making.group_moves import WILL_NOT
from app.services.proposals.writings import is_open
from app.services.surgery.approved import is_unchanged

LEFT = "it stays where it is: make room there and undo it again, or move it by hand"


@dataclass
class Forbidding:
    """The rules, looked at once the calendars are read, and again whenever one more move turns out to stay.

    `editor` reads the texts of a calendar, by its id. `starts` is from which day on a series moves that the freeze
    window has reached.
    """

    proposal: Proposal
    journal: Journal
    tools: Tools
    editor: Callable[[str], EventEditor]
    starts: dict[int, date] = field(default_factory=dict)
    _stayed: frozenset[int] | None = None

    def forbidden(self) -> Iterator[tuple[ProposedMove, StoppedError]]:
        """The moves that are not begun and cannot be made, each with the reason, which is to be noted at once."""
        while self._waiting and self._stayed != self._staying:
            self._stayed = self._staying
            yield from self._looked()

    @property
    def _waiting(self) -> list[ProposedMove]:
        moves = (move for move in self.proposal.moves if move.number in self.journal)
        return [move for move in moves if is_open(self.journal[move.number]) and not self.journal[move.number].steps]

    @property
    def _staying(self) -> frozenset[int]:
        stopped = {number for number in self.journal.numbers if self.journal[number].state in WILL_NOT}
        return self._changed | stopped

    @cached_property
    def _changed(self) -> frozenset[int]:
        """What others changed, by what was just read: it will be found so once it is its turn."""
        return frozenset(move.number for move in self._waiting if self._is_changed(move))

    def _is_changed(self, move: ProposedMove) -> bool:
        if self.journal.direction == "undo":
            return False  # its calendar may be a file
        try:
            editor = self.editor(move.calendar_id)
        except StoreError:
            raise
        except AppError:
            return False  # a login that cannot be used is said of the move in its turn
        now = editor.versions([one.text for one in self.tools.kept(move.calendar_id, move.uid)])
        seen = as_left(move, self.proposal, self.journal).seen
        return not is_unchanged(None if move.scope == "series" else move.recurrence_id or MASTER, seen, now)

    def _looked(self) -> Iterator[tuple[ProposedMove, StoppedError]]:
        coming = tuple(move for move in self.proposal.moves if move.number not in self._staying)
        try:
            found = self.tools.check(replace(self.proposal, moves=coming))
        except StoreError:
            raise
        except AppError as error:
            yield from ((move, refused(error)) for move in self._waiting)
            return
        self.starts.update(found.starts)
        for move in self._waiting:
            if move.number in found.closed:
                yield move, self._left(found.closed[move.number].text)

    def _left(self, why: str) -> StoppedError:
        if self.journal.direction == "apply":
            return changed(why)
        return StoppedError(MoveState.CHANGED_MEANWHILE, f"it cannot go back: {why}", LEFT)
