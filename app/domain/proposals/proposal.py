"""Proposals: a stored plan, what was decided about each of its moves, and what became of it (docs/proposals.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from app.domain.calendar.writing import Edit, Fingerprint, Notify, RecurrenceKey
from app.domain.configuration.configured import Rewritten

Document = Mapping[str, Any]
"""Plain JSON values."""


class ProposalState(StrEnum):
    """How far a proposal is."""

    DRAFT = "draft"
    SENT = "sent"
    DECIDED = "decided"
    APPLYING = "applying"
    APPLIED = "applied"
    PARTLY_APPLIED = "partly_applied"
    UNDOING = "undoing"
    UNDONE = "undone"
    PARTLY_UNDONE = "partly_undone"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


DECIDABLE = (ProposalState.DRAFT, ProposalState.SENT, ProposalState.DECIDED)
OPEN = (*DECIDABLE, ProposalState.APPLYING)
"""Of these, there is one for each manager and week."""
WORKING = (ProposalState.APPLYING, ProposalState.UNDOING)
"""In these, somebody has to go on until it is done."""
ENDED = (
    ProposalState.APPLIED,
    ProposalState.PARTLY_APPLIED,
    ProposalState.UNDONE,
    ProposalState.PARTLY_UNDONE,
)
"""In these, that work has come to an end."""

NEXT: Mapping[ProposalState, tuple[ProposalState, ...]] = {
    ProposalState.DRAFT: (*DECIDABLE, ProposalState.EXPIRED, ProposalState.SUPERSEDED),
    ProposalState.SENT: (ProposalState.SENT, ProposalState.DECIDED, ProposalState.EXPIRED, ProposalState.SUPERSEDED),
    ProposalState.DECIDED: (
        ProposalState.DECIDED,
        ProposalState.APPLYING,
        ProposalState.EXPIRED,
        ProposalState.SUPERSEDED,
    ),
    ProposalState.APPLYING: (ProposalState.APPLIED, ProposalState.PARTLY_APPLIED),
    ProposalState.APPLIED: (ProposalState.APPLYING, ProposalState.UNDOING),
    ProposalState.PARTLY_APPLIED: (ProposalState.APPLYING, ProposalState.UNDOING),
    ProposalState.UNDOING: (ProposalState.UNDONE, ProposalState.PARTLY_UNDONE),
    ProposalState.PARTLY_UNDONE: (ProposalState.UNDOING,),
}
"""Which state may follow which."""


class Decision(StrEnum):
    """What a manager says of a move."""

    ACCEPT = "accept"
    REJECT = "reject"
    PIN = "pin"


class Why(StrEnum):
    """Why a move is rejected."""

    WRONG_DAY = "wrong_day"
    WRONG_TIME = "wrong_time"
    NOT_NOW = "not_now"
    NEVER = "never"


PinFor = Literal["week", "always"]
MoveScope = Literal["occurrence", "series"]


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody wants of one move, by its number; `why` goes with a rejection, `pin` with a pin."""

    number: int
    decision: Decision
    why: Why | None = None
    pin: PinFor = "week"


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, who made it and when."""

    decision: Decision
    by: str
    at: datetime
    why: Why | None = None
    pin: PinFor | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody says a meeting of the newest plan, by its id there, is.

    `report` says whether the other person of a 1:1 reports to the manager. None and () leave a thing as it is.
    """

    meeting: str
    kind: str | None = None
    report: bool | None = None
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


class MoveState(StrEnum):
    """How far one move is in the calendar.

    `CHANGED_MEANWHILE`: somebody else changed it, so that it was left alone. `FAILED`: it was refused, or what it
    depends on did not come about. `UNKNOWN`: a server did not answer, and it could not be found out yet what it did.
    """

    PLANNED = "planned"
    WRITING = "writing"
    WRITTEN = "written"
    VERIFIED = "verified"
    CHANGED_MEANWHILE = "changed_meanwhile"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @property
    def is_done(self) -> bool:
        """Whether the calendar has it."""
        return self in (MoveState.WRITTEN, MoveState.VERIFIED)


class LetterState(StrEnum):
    """How far a mail is: `SENDING` is stored before anything is sent, so that none is sent twice.

    `KEPT`: it is a file of the proposal, for the manager to send.
    """

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    KEPT = "kept"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Letter:
    """An invitation by mail (iMIP, RFC 6047) to some people, with the iCalendar text that it brings."""

    to: tuple[str, ...]
    text: str
    state: LetterState = LetterState.PLANNED
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One edit of a move on its way; one that goes `back` takes back what was begun of a move that cannot be whole."""

    edit: Edit
    state: MoveState = MoveState.PLANNED
    back: bool = False


@dataclass(frozen=True, slots=True)
class Writing:
    """How one move stands in the calendar, applied or undone: its edits in their order, and the mails that follow.

    `problem` and `remedy` are for people; `notes` are what else there is to say, such as what a server changed by
    itself. `seen` are the fingerprints after it was written, by UID and component: what an undo is compared with.
    `declined` are who said no before, by the component that the move gave another time: that is no answer to that time.
    `attempt` rises whenever it is begun anew, so that nothing has the name of what was taken back.
    `starts` is from which week on a series was written, where that is later than planned.
    """

    state: MoveState = MoveState.PLANNED
    steps: tuple[Step, ...] = ()
    letters: tuple[Letter, ...] = ()
    problem: str | None = None
    remedy: str | None = None
    notes: tuple[str, ...] = ()
    seen: Mapping[str, Mapping[RecurrenceKey, Fingerprint]] = field(default_factory=dict)
    updated_at: datetime | None = None
    declined: Mapping[RecurrenceKey, tuple[str, ...]] = field(default_factory=dict)
    attempt: int = 0
    starts: date | None = None

    @property
    def is_begun(self) -> bool:
        """Whether the calendar has any of it, or may have, that was not taken back again."""
        back = [step.state for step in self.steps if step.back]
        if back and all(state is MoveState.WRITTEN for state in back):
            return False
        begun = (MoveState.WRITING, MoveState.WRITTEN)
        return any(step.state in begun for step in self.steps if not step.back)

    @property
    def is_whole(self) -> bool:
        """Whether all of it was written, whatever is still to be read or told of it."""
        return bool(self.steps) and all(not s.back and s.state is MoveState.WRITTEN for s in self.steps)


Direction = Literal["apply", "undo"]


@dataclass(frozen=True, slots=True)
class ProposedMove:
    """One move of a proposal. `number` is its name for people, and stays the same whatever is planned anew.

    `meetings` are its ids in the newest plan: several of a series that is on two weekdays, none if that plan does not
    move it any more. `uid`, `recurrence_id` and `calendar_id` name the organizer's copy; of a series move,
    `recurrence_id` is that of the planned week's first occurrence. `start`, `end`, `to_start` and `to_end` are of that
    occurrence, `also` the new starts of the others of that week. `people` are all on the guest list, `required` those
    who have to be there, `rooms` those that it is to have. `seen` are the fingerprints that the approval covers.
    `depends_on` are the numbers of moves that have to be made first; one of another proposal is named `id:number`.
    """

    number: int
    meetings: tuple[str, ...]
    title: str
    organizer: str
    calendar_id: str
    uid: str
    recurrence_id: str | None
    scope: MoveScope
    start: datetime
    end: datetime
    to_start: datetime
    to_end: datetime
    preticked: bool
    had_clash: bool = False
    also: tuple[datetime, ...] = ()
    people: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    seen: Mapping[RecurrenceKey, Fingerprint] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    decided: Decided | None = None
    apply: Writing | None = None
    undo: Writing | None = None
    moved_back_at: datetime | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether the manager said yes to it."""
        return self.decided is not None and self.decided.decision is Decision.ACCEPT

    @property
    def is_made(self) -> bool:
        """Whether the calendar has it, and it was not taken back."""
        return self.apply is not None and self.apply.state.is_done and not self.is_undone

    @property
    def is_there(self) -> bool:
        """Whether the calendar has any of it, or may have, so that it can be undone."""
        return self.is_made or (self.apply is not None and self.apply.is_begun and not self.is_undone)

    @property
    def is_undone(self) -> bool:
        """Whether it was taken back."""
        return self.undo is not None and self.undo.state.is_done

    def writing(self, direction: Direction) -> Writing | None:
        """How it stands in one direction; None if nobody asked for that."""
        return self.apply if direction == "apply" else self.undo


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new plan changes against the one before, of one meeting: for people, one line each."""

    kind: Literal["added", "gone", "elsewhere"]
    meeting: str
    text: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A stored plan with its decisions. `version` rises with every change of it; it is the ETag.

    `revision` counts the plans: each decision that plans anew makes one, and none is ever changed. `plan` is the newest
    plan document (`clearweek.plan/1`). `ahead` is how far its clock runs ahead of the real one, for a plan made for
    another moment. `stale` says that a place that it wants was taken by others, so that it is planned anew before it is
    shown. `group` joins the proposals of one team plan. `differences` are against the plan before.
    """

    id: str
    manager: str
    week: str
    state: ProposalState
    version: int
    revision: int
    plan: Document
    created_at: datetime
    created_by: str
    expires_at: datetime
    moves: tuple[ProposedMove, ...] = ()
    options: Document = field(default_factory=dict)
    notify: Notify = Notify.ALL
    ahead: timedelta = timedelta(0)
    stale: bool = False
    supersedes: str | None = None
    group: str | None = None
    differences: tuple[Difference, ...] = ()
    applied_at: datetime | None = None
    undo_until: datetime | None = None

    def clock(self, now: datetime) -> datetime:
        """What it takes for now."""
        return now + self.ahead

    def move(self, number: int) -> ProposedMove | None:
        """The move of a number, if there is one."""
        return next((move for move in self.moves if move.number == number), None)

    @property
    def accepted(self) -> tuple[ProposedMove, ...]:
        """What the manager said yes to."""
        return tuple(move for move in self.moves if move.is_accepted)


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One line of the audit trail: who did what, when, and why."""

    at: datetime
    by: str
    what: str
    proposal_id: str | None = None
    move: int | None = None
    detail: Document = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What one transaction changes of a proposal; None stays as it is.

    `plan` is a new revision, `moves` are all moves as they are from then on. `own` are texts of the manager that come
    of it; `trail` is written with it. `enqueue` has it worked at as soon as it is committed.
    """

    state: ProposalState | None = None
    plan: Document | None = None
    moves: tuple[ProposedMove, ...] | None = None
    differences: tuple[Difference, ...] | None = None
    options: Document | None = None
    notify: Notify | None = None
    stale: bool | None = None
    expires_at: datetime | None = None
    applied_at: datetime | None = None
    undo_until: datetime | None = None
    own: tuple[Rewritten, ...] = ()
    trail: tuple[TrailLine, ...] = ()
    enqueue: bool = False


@dataclass(frozen=True, slots=True)
class Working:
    """The claim of whoever works at a proposal: `fence` is what each write has to show."""

    proposal_id: str
    fence: str
