"""What becomes of a move in the days after it was made: who does not want it, which room, and what a feed shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from app.domain.calendar.writing import MASTER, Counter, Edit, Versions
from app.domain.plans.plan import Plan
from app.domain.proposals.proposal import Change, MoveState, Proposal, ProposalState, ProposedMove, TrailLine, Writing
from app.errors import AppError, ChangedError, StoreError
from app.render import words
from app.render.plans.document import plan_of
from app.services.applying.finishing import wake
from app.services.applying.moves.declining import Declined, declined_now, has_moved, new_among, still
from app.services.applying.tools import Tools
from app.services.proposals.making.showing import CLEARWEEK
from app.services.proposals.writings import to_undo, written
from app.services.surgery.approved import is_done, uid_of

ANY_CLOCK = ZoneInfo("UTC")
"""Who declined matters here, not which occurrence."""
PLACES = 3
"""Other places that are named to whoever hears that somebody declined."""


def follow_up(proposal_id: str, tools: Tools) -> Proposal:
    """See what became of the moves of a proposal, by what was synced last, and note it for the manager.

    A move whose room declined is taken back. What somebody else changes at the same time is seen the next time.
    """
    proposal = tools.store.get(proposal_id)
    now = tools.now()
    wake(proposal, tools.store, now)  # whoever applied it may have ended just before
    seen = {
        move.number: _Seen(move, proposal.id, tools) for move in proposal.moves if move.is_made and move.undo is None
    }
    moves = tuple(_noted(move, proposal, seen[move.number]) if move.number in seen else move for move in proposal.moves)
    back = [number for number, one in seen.items() if one.rooms]
    if moves == proposal.moves and not back:
        return proposal
    lines = tuple(
        TrailLine(now, CLEARWEEK, "follow_up", proposal.id, m.number) for m in moves if m not in proposal.moves
    )
    change = Change(moves=moves, trail=lines)
    if back:
        change = replace(change, state=ProposalState.UNDOING, moves=to_undo(moves, back), enqueue=True)
    try:
        return tools.store.change(proposal.id, proposal.version, change, now)
    except ChangedError:
        return tools.store.get(proposal_id)


@dataclass(frozen=True)
class _Seen:
    """A move that was made, as its calendar was last synced."""

    move: ProposedMove
    proposal_id: str
    tools: Tools

    @property
    def writing(self) -> Writing:
        """How it stands."""
        return self.move.apply or Writing()

    @cached_property
    def rooms(self) -> list[str]:
        """The rooms that declined the new time."""
        return self._among(self.move.rooms)

    @cached_property
    def people(self) -> list[str]:
        """Who has to be there, and declined the new time."""
        return self._among(self.move.required)

    @cached_property
    def counters(self) -> list[Counter]:
        """Other times that were proposed by who has to be there, since the move, for what moved."""
        found = self.tools.counters(self.move.calendar_id)
        mine = [one for one in found if one.guest in self.move.required and self._is_about(one)]
        return sorted(mine, key=lambda one: (one.guest, one.start)) if mine and self.is_there else []

    @property
    def declined(self) -> Declined:
        """Who said no before, and has not answered anew since."""
        left = still(self.writing.declined, self._declined)
        return left if left != self.writing.declined and self.is_there else self.writing.declined

    @cached_property
    def is_there(self) -> bool:
        """Whether the calendar shows the move: what is said of another time says nothing of it."""
        try:
            editor = self.tools.destination(self.proposal_id, self.move.calendar_id).editor
            now: dict[str, Versions] = {uid: editor.versions(self._texts(uid)) for uid in self._uids()}
        except StoreError:
            raise
        except AppError:  # a login that is over, or a text that cannot be read: it is not known
            return False
        return all(is_done(edit, now, self.move.uid) for edit in self._edits)

    def _is_about(self, counter: Counter) -> bool:
        """Whether another time is proposed for the one that the move gave: what is older has an older SEQUENCE."""
        key, known = counter.recurrence, self.writing.seen.get(counter.uid, {})
        now = known.get(key, known.get(MASTER))
        if now is None or counter.sequence < now.sequence or (counter.start, counter.end) == (now.start, now.end):
            return False
        own = (edit for edit in self._edits if uid_of(edit, self.move.uid) == counter.uid)
        return any(has_moved(edit, key, self.move.seen) for edit in own)

    def _among(self, some: Collection[str]) -> list[str]:
        new = new_among(some, self.writing.declined, self._declined)
        return new if new and self.is_there else []

    @cached_property
    def _declined(self) -> Declined:
        answers = {uid: self.tools.answers(self._texts(uid), ANY_CLOCK) for uid in self._uids()}
        return declined_now(self._edits, self.move.uid, self.move.seen, answers)

    @cached_property
    def _edits(self) -> list[Edit]:
        return list(written(self.writing))

    def _uids(self) -> list[str]:
        return list(self.writing.seen)

    def _texts(self, uid: str) -> list[str]:
        return [one.text for one in self.tools.kept(self.move.calendar_id, uid)]


def _noted(move: ProposedMove, proposal: Proposal, seen: _Seen) -> ProposedMove:
    """A move with what there is to say of it since."""
    before = move.apply or Writing()
    rooms = [f"{room} declined: the move is taken back" for room in seen.rooms]
    new = [note for note in (*rooms, *_told(move, proposal, seen)) if note not in before.notes]
    is_shown = before.state is MoveState.WRITTEN and seen.is_there
    state = MoveState.VERIFIED if is_shown else before.state
    after = replace(before, state=state, notes=(*before.notes, *new), declined=seen.declined)
    return move if after == before else replace(move, apply=after)


def _told(move: ProposedMove, proposal: Proposal, seen: _Seen) -> list[str]:
    """Who does not want the new time, with what can be done about it."""
    if not seen.people and not seen.counters:
        return []
    plan = plan_of(proposal.plan)
    undo = f"undo this move (number {move.number}){_places(move, plan)}"
    declined = [f"{person} declined the new time: {undo}" for person in seen.people]
    return [*declined, *(f"{one.guest} proposes {_place(one.start, plan)} instead: {undo}" for one in seen.counters)]


def _places(move: ProposedMove, plan: Plan) -> str:
    first = next((one for one in plan.meetings if one.id in move.meetings), None)
    found = [_place(one.start, plan) for one in first.alternatives[:PLACES]] if first else []
    return f", or plan for {words.listed(found)}" if found else ""


def _place(start: datetime, plan: Plan) -> str:
    local = start.astimezone(ZoneInfo(plan.timezone))
    return f"{words.day(local)} {words.clock(local)}"
