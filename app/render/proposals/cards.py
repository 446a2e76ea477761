"""A proposal as its page and its mail show it: each move with what can be said to it now, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.domain.calendar.writing import Notify
from app.domain.meetings.meeting import Reason
from app.domain.plans.plan import PlanMeeting
from app.domain.proposals.proposal import (
    Decision,
    Direction,
    LetterState,
    ProposedMove,
    Why,
    Writing,
)
from app.domain.proposals.shown import Shown
from app.domain.proposals.ticks import ticked as ticked_beforehand
from app.render import words
from app.render.plans.moves import MoveView, move_view
from app.render.proposals.proposals import Seen, is_unconfirmed
from app.render.proposals.states import AS_FILES, LETTERS, MOVE_TONES, WRITTEN

WHYS = {
    Why.WRONG_DAY: "wrong day",
    Why.WRONG_TIME: "wrong time",
    Why.NOT_NOW: "not now",
    Why.NEVER: "never move this",
}
MAILS = {
    Notify.ALL: "everyone who is invited",
    Notify.EXTERNAL_ONLY: "only people outside the organization",
    Notify.NONE: "nobody",
}


@dataclass(frozen=True, slots=True)
class WritingView:
    """How a move, or its undoing, stands in the calendar; `tone` is `good`, `bad` or nothing."""

    text: str
    tone: str
    problem: str
    remedy: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a meeting, and whether they have to be there."""

    email: str
    name: str
    required: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One move: what it is, what can be said to it, and what became of it.

    `view` is None if the newest plan does not make it. `said` is what was decided, `closed` why it cannot be accepted
    any more, `starts` from when it would move later than was planned. `by_file` says that its calendar is only read,
    `remark` what else has to be known of how it is written.
    `undoable` says that it can be taken back.
    """

    number: int
    title: str
    old: str
    new: str
    view: MoveView | None
    meetings: tuple[PlanMeeting, ...]
    people: tuple[Person, ...]
    ticked: bool
    said: str
    refused: bool
    closed: str
    starts: str
    unconfirmed: bool
    by_file: bool
    remark: Reason | None
    written: WritingView | None
    undone: WritingView | None
    undoable: bool

    @property
    def open(self) -> bool:
        """Whether it can be ticked."""
        return self.view is not None and not self.refused and not self.closed


def cards(shown: Shown, ticked: Collection[int] | None = None, only_read: Collection[str] = ()) -> tuple[Card, ...]:
    """The moves in the order of their numbers; without `ticked`, with a tick where it was accepted, or pre-ticked.

    `only_read` are the ids of the calendars that moves are not written into.
    """
    seen = Seen(shown)
    chosen = ticked_beforehand(shown.proposal, shown.closed) if ticked is None else ticked
    return tuple(_card(seen, move, chosen, by_file=move.calendar_id in only_read) for move in shown.proposal.moves)


def _card(seen: Seen, move: ProposedMove, ticked: Collection[int], *, by_file: bool) -> Card:
    meetings = tuple(m for m in seen.meetings(move) if m.action == "move")
    old, new = seen.path(move)
    closed, starts = seen.shown.closed.get(move.number), seen.shown.starts.get(move.number)
    return Card(
        number=move.number,
        title=words.title(seen.title(move)),
        old=old,
        new=new,
        view=move_view(seen.plan, meetings[0], seen.numbers) if meetings else None,
        meetings=meetings,
        people=_people(seen, meetings),
        ticked=closed is None and bool(meetings) and move.number in ticked,
        said=_said(move),
        refused=move.decided is not None and not move.is_accepted,
        closed=words.clean(closed.text) if closed else "",
        starts=words.week_of(starts) if starts else "",
        unconfirmed=any(is_unconfirmed(meeting) for meeting in meetings),
        by_file=by_file,
        remark=seen.shown.remarks.get(move.number),
        written=_standing(move.apply, "apply", by_file=by_file),
        undone=_standing(move.undo, "undo", by_file=by_file),
        undoable=move.is_there,
    )


def _people(seen: Seen, meetings: Sequence[PlanMeeting]) -> tuple[Person, ...]:
    names = {person.email: person.name for person in seen.plan.people}
    found = {a.email: a.required for m in meetings for a in m.attendees if a.email != seen.proposal.manager}
    return tuple(
        Person(email, words.clean(names.get(email) or email, words.TITLE_LIMIT), required)
        for email, required in found.items()
    )


def _said(move: ProposedMove) -> str:
    decided = move.decided
    if decided is None:
        return ""
    if decided.decision is Decision.ACCEPT:
        what = "accepted"
    elif decided.decision is Decision.PIN:
        what = "pinned for good" if decided.pin == "always" else "pinned this week"
    else:
        what = f"rejected ({WHYS[decided.why]})" if decided.why else "rejected"
    return f"{what} by {words.clean(decided.by)}"


def _standing(writing: Writing | None, direction: Direction, *, by_file: bool) -> WritingView | None:
    """How a move stands; of letters that are kept as files its notes tell."""
    if writing is None:
        return None
    letters = tuple(
        f"mail to {words.listed(each.to)}: {LETTERS[each.state]} ({each.problem or 'no answer'})"
        for each in writing.letters
        if each.state in (LetterState.FAILED, LetterState.UNKNOWN)
    )
    return WritingView(
        AS_FILES if by_file and writing.state.is_done else WRITTEN[direction][writing.state],
        MOVE_TONES[writing.state],
        words.clean(writing.problem or ""),
        words.clean(writing.remedy or ""),
        tuple(words.clean(note) for note in (*writing.notes, *letters)),
    )
