"""The work at a proposal that is applied or undone: move by move, each written once or reported (docs/proposals.md).

Whoever does it holds a claim, and may end anywhere: the next one goes on from what is noted. Nothing is written before
it is noted, and nothing that is noted as begun is written again before it was looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, cached_property, partial
from hashlib import sha256
from typing import TypeVar
from zoneinfo import ZoneInfo

from app.domain.calendar.writing import Edit, Versions
from app.domain.plans.plan import Plan
from app.domain.proposals.proposal import MoveState, Proposal, ProposedMove, Working, Writing
from app.errors import AppError, ChangedError, ClaimedError, StoreError, UnavailableError
from app.render.plans.document import plan_of
from app.services.applying.finishing import change_at_the_end, wake
from app.services.applying.journal import Journal
from app.services.applying.moves.cycles import Stops, visits
from app.services.applying.moves.forbidding import Forbidding
from app.services.applying.moves.leaving import can_be_taken_back, left
from app.services.applying.moves.letters import Post
from app.services.applying.moves.moving import AGAIN, MEND, Moving, StoppedError, refused
from app.services.applying.moves.objects import Reader
from app.services.applying.moves.same_series import as_left
from app.services.applying.moves.settling import settle
from app.services.applying.moves.waiting import Wait, Waiting
from app.services.applying.resync import Resynced, resync
from app.services.applying.tools import Destination, Tools
from app.services.proposals.writings import TRIED_AGAIN, begun, has_left, is_given_up, is_open
from app.services.surgery.edits import beginning, edits_of, reversed_edits

CYCLE = "it wants the place of a move that wants its own, and neither has a free place to wait at"
T = TypeVar("T")


def work_at_proposal(proposal_id: str, tools: Tools, *, holder: str) -> Proposal:
    """Apply or undo what was asked for, and give back the proposal as it is then.

    `holder` names who does it: the same one may begin again what it did not end. Raises `ClaimedError` if somebody else
    does it just now, `ChangedError` if there is nothing to do, `UnavailableError` if something is in the way, so that
    it has to be gone on with later; what is done until then is noted.
    """
    work = Work(proposal_id, tools, holder)
    for number in work.begin():
        work.move(number)
    return work.finish()


class Work:
    """The work at one proposal, in steps that may be repeated, also by another process.

    The first one that a process does claims the proposal and looks at the calendars. Each raises as `work_at_proposal`.
    """

    def __init__(self, proposal_id: str, tools: Tools, holder: str) -> None:
        self._id = proposal_id
        self._tools = tools
        self._holder = holder
        self._session: _Session | None = None

    def begin(self) -> list[int]:
        """Look at everything; the numbers of the moves that are to be made, in their order."""
        return self._in_session(lambda session: session.order())

    def move(self, number: int) -> None:
        """Make, or undo, one move as far as it can be; why it cannot be is noted."""
        self._in_session(lambda session: session.move(number))

    def finish(self) -> Proposal:
        """End the work. If it was ended, what follows that is done again: a process may have ended in between."""
        try:
            ended = self._in_session(lambda session: session.finish())
        except ChangedError:
            ended = self._tools.store.get(self._id)
        wake(ended, self._tools.store, self._tools.now())
        self._tools.ended(ended)
        return ended

    def _in_session(self, step: Callable[[_Session], T]) -> T:
        """Do a step; after an error nothing that was known before it is relied on."""
        session, self._session = self._session, None
        session = session or open_session(self._id, self._tools, self._holder)
        with _given_back(session.journal.working, self._tools):
            result = step(session)
        self._session = session
        return result


def open_session(proposal_id: str, tools: Tools, holder: str) -> _Session:
    """Claim a proposal, sync its calendars, and leave alone what is impossible by now."""
    working = tools.store.claim(proposal_id, holder, tools.now())
    with _given_back(working, tools):
        return _opened(proposal_id, tools, working)


@contextmanager
def _given_back(working: Working, tools: Tools) -> Iterator[None]:
    """Give the claim back if somebody stops the work by hand, so that whoever goes on need not wait for its end."""
    try:
        yield
    except KeyboardInterrupt:
        tools.store.release(working)
        raise


def _opened(proposal_id: str, tools: Tools, working: Working) -> _Session:
    proposal = tools.store.get(proposal_id)
    journal = Journal(tools.store, working, proposal, tools.now)
    todo = [move for move in proposal.moves if move.number in journal and is_open(journal[move.number])]
    resynced = resync(proposal, (move.calendar_id for move in todo), tools)
    session = _Session(proposal, journal, replace(tools, kept=cache(tools.kept)), resynced)
    session.leave_impossible()
    return session


@dataclass(frozen=True)
class _Session:
    """A claimed proposal whose calendars were just read; `away` are those whose servers do not answer."""

    proposal: Proposal
    journal: Journal
    tools: Tools
    resynced: Resynced
    away: dict[str, str] = field(default_factory=dict)
    destinations: dict[str, Destination] = field(default_factory=dict)

    @cached_property
    def stops(self) -> Stops:
        """Where moves wait that want each other's places."""
        return Stops(self.proposal, self.plan, self.tools, {})

    @cached_property
    def rules(self) -> Forbidding:
        """What they forbid by now."""
        return Forbidding(
            self.proposal, self.journal, self.tools, lambda calendar_id: self._destination(calendar_id).editor
        )

    @cached_property
    def plan(self) -> Plan:
        """The plan that the moves are from."""
        return plan_of(self.proposal.plan)

    @cached_property
    def room_names(self) -> Mapping[str, str]:
        """What the manager's team calls its rooms."""
        return self.tools.room_names(self.proposal.manager)

    def order(self) -> list[int]:
        """The moves in the order in which they can be made; undone are they the other way round."""
        moves = [move for move in self.proposal.moves if move.number in self.journal]
        numbers = visits(moves, self.stops.find)
        for move in self.stops.stuck(moves):
            if not self.journal[move.number].steps:
                self._stopped(move, StoppedError(MoveState.FAILED, CYCLE, MEND))
        return numbers if self.journal.direction == "apply" else numbers[::-1]

    def leave_impossible(self) -> None:
        """Note of moves that are not begun, and that a rule forbids by now, why they are left alone."""
        for move, why in self.rules.forbidden():
            self._stopped(move, why)

    def move(self, number: int) -> None:
        """Make, or undo, one move as far as it can be."""
        move = self.proposal.move(number)
        self.leave_impossible()
        if move is None or not is_open(self.journal[number]):
            return
        try:
            self._make(as_left(move, self.proposal, self.journal))
        except StoppedError as stopped:
            self._stopped(move, stopped)
        except (ClaimedError, StoreError):
            raise
        except UnavailableError as error:
            self.away[move.calendar_id] = str(error)
            self._later(move, str(error))
        except AppError as error:
            self._leave(move, refused(error))

    def finish(self) -> Proposal:
        """End the work, unless something is left that is tried again by itself."""
        now = self.tools.now()
        left = [number for number in self.journal.numbers if self._is_left(number, now)]
        if left:
            self.tools.store.release(self.journal.working)
            raise UnavailableError(self.journal[left[0]].problem or "a move waits for another one")
        self.tools.ending(self.tools.store.get(self.proposal.id))
        trail = self.tools.store.trail(self.proposal.id)
        change = change_at_the_end(self.proposal, self.journal, trail, now)
        return self.tools.store.finish(self.journal.working, change, now)

    def _make(self, move: ProposedMove) -> None:
        wait = Waiting(self.proposal, self.journal, self.tools.store).of(move)
        is_stop = move.number in self.stops.found or has_left(self.journal[move.number])
        if wait is not None and not is_stop:
            self._wait(move, wait)
            return
        if move.calendar_id in self.away:
            raise UnavailableError(self.away[move.calendar_id])
        self.resynced.check(move.calendar_id)
        moving = self._moving(move)
        self._note_unread(move)
        if wait is not None and wait.final:
            moving.stop(StoppedError(MoveState.FAILED, wait.text, MEND))
        moving.go_on(must_stop=wait is not None)
        if wait is not None:
            return
        settle(moving, self.tools, self.proposal.manager)
        Post(move, moving.to, self.journal, self.tools, self.plan).go_on()

    def _moving(self, move: ProposedMove) -> Moving:
        to = self._destination(move.calendar_id)
        reader = Reader(move.uid, to, self.tools)
        return Moving(move, to, self.journal, self.proposal.notify, reader, partial(self._edits, move, to))

    def _note_unread(self, move: ProposedMove) -> None:
        """Have it said with the next note whose calendars could not be looked at before."""
        before = self.journal[move.number].notes
        new = tuple(note for note in self.resynced.note_on(move) if note not in before)
        if new:
            self.journal.hold(move.number, notes=(*before, *new))

    def _destination(self, calendar_id: str) -> Destination:
        if calendar_id not in self.destinations:
            self.destinations[calendar_id] = self.tools.destination(self.proposal.id, calendar_id)
        return self.destinations[calendar_id]

    def _edits(self, move: ProposedMove, to: Destination, now: Versions) -> Sequence[Edit]:
        if self.journal.direction == "undo":
            back = reversed_edits(list(begun(move.apply or Writing())), move.seen)
            return self.stops.on_the_way(move, back)
        meetings = [meeting for meeting in self.plan.meetings if meeting.id in move.meetings]
        starts = self.rules.starts.get(move.number)
        self.journal.hold(move.number, starts=starts)
        attempt = self.journal[move.number].attempt
        key = sha256(f"{self.proposal.id}:{move.number}:{attempt}".encode()).hexdigest()[:32]
        edits = edits_of(
            meetings,
            now,
            effective_from=starts or beginning(meetings[0]),
            zone=ZoneInfo(self.plan.timezone),
            uid=to.writer.new_uid(key),
            room_names=self.room_names,
        )
        return self.stops.on_the_way(move, edits)

    def _wait(self, move: ProposedMove, wait: Wait) -> None:
        if wait.final:
            self._stopped(move, StoppedError(MoveState.FAILED, wait.text, MEND))
        elif wait.others:
            self.journal.note(move.number, problem=wait.text, remedy=TRIED_AGAIN)

    def _stopped(self, move: ProposedMove, why: StoppedError) -> None:
        self.journal.note(move.number, state=why.state, problem=why.problem, remedy=why.remedy)

    def _later(self, move: ProposedMove, problem: str) -> None:
        """Note that something is in the way of a move: for a while it is tried again by itself."""
        writing = self.journal[move.number]
        sent = any(step.state is MoveState.WRITING for step in writing.steps)
        state = MoveState.UNKNOWN if sent else writing.state
        problem = (writing.problem if any(step.back for step in writing.steps) else None) or problem
        noted = self.journal.note(move.number, state=state, problem=problem, remedy=TRIED_AGAIN)
        if is_given_up(noted, self.tools.now()):
            self._give_up(move, StoppedError(MoveState.FAILED, problem, AGAIN))

    def _give_up(self, move: ProposedMove, why: StoppedError) -> None:
        """Leave a move at what the calendar has of it; half of it is taken back, if its server allows that now."""
        if can_be_taken_back(self.journal[move.number]):
            try:
                self._moving(as_left(move, self.proposal, self.journal)).stop(why)
            except StoppedError as stopped:
                self._stopped(move, stopped)
                return
            except (ClaimedError, StoreError):
                raise
            except AppError:  # it is left as it is then, for the first reason
                pass
        self._leave(move, why)

    def _leave(self, move: ProposedMove, why: StoppedError) -> None:
        self.journal.note(move.number, **left(self.journal[move.number], why, self.journal.direction))

    def _is_left(self, number: int, now: datetime) -> bool:
        """Whether a move has to be gone on with by itself, though not because of another proposal."""
        writing = self.journal[number]
        move = self.proposal.move(number)
        if move is None or not is_open(writing) or is_given_up(writing, now):
            return False
        wait = None if writing.steps else Waiting(self.proposal, self.journal, self.tools.store).of(move)
        return wait is None or not wait.others
