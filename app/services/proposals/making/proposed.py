"""The moves of a plan as those of a proposal: one for each unit, numbered for good, with what was seen of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from app.domain.calendar.event import Partstat
from app.domain.calendar.writing import Versions
from app.domain.meetings.meeting import Reason
from app.domain.plans.plan import Plan, PlanMeeting
from app.domain.proposals.around import Held, Refused
from app.domain.proposals.proposal import Decision, MoveScope, ProposedMove
from app.services.proposals.making.dependencies import Shift, dependencies, shift_of

CLASHES = frozenset({"ends_clash", "clash"})
"""Codes of reasons that tell of a clash."""

Seen = Callable[[str, str], Versions]
"""What is stored of a UID in a calendar."""


@dataclass(frozen=True)
class Name:
    """Which unit of a calendar a move is about; of a whole series there is no RECURRENCE-ID."""

    uid: str
    recurrence_id: str | None
    scope: MoveScope


def name_of(move: ProposedMove | PlanMeeting) -> Name:
    """The unit that is moved."""
    return Name(move.uid, None if move.scope == "series" else move.recurrence_id, move.scope)


def units_moved(plan: Plan) -> dict[Name, list[PlanMeeting]]:
    """What a plan moves, by unit, in order of time."""
    found: dict[Name, list[PlanMeeting]] = defaultdict(list)
    for meeting in plan.moves:
        found[name_of(meeting)].append(meeting)
    return found


def proposed(
    plan: Plan, known: Sequence[ProposedMove], seen: Seen, others: Sequence[Shift] = ()
) -> tuple[ProposedMove, ...]:
    """The moves of a plan, those that are `known` under their numbers and with what was decided of them.

    What is new gets the next numbers, whatever has to be made first the lower ones. A decision holds for the place and
    the event for which it was made: of another one, it has to be made anew. What is refused stays on the list. `others`
    are moves of other proposals.
    """
    open_ = sorted((move for move in known if not is_refused(move)), key=lambda move: move.is_accepted)
    names = {name_of(move): move for move in open_}
    last = max((move.number for move in known), default=0)
    found: dict[int, ProposedMove] = {move.number: _left(move) for move in known}
    for name, meetings in _by_need(units_moved(plan)):
        old = names.get(name)
        last = last if old else last + 1
        new = _move(old.number if old else last, meetings, seen)
        found[new.number] = replace(new, decided=old.decided) if old and _is_same(old, new) else new
    return _with_dependencies(plan, found, others)


def _by_need(units: Mapping[Name, Sequence[PlanMeeting]]) -> list[tuple[Name, Sequence[PlanMeeting]]]:
    """The units that are moved, each after those that have to be moved first; else in order of time."""
    ids = {meeting.id: str(n) for n, meetings in enumerate(units.values()) for meeting in meetings}
    shifts = [
        shift_of(str(n), meetings, [ids[each] for meeting in meetings for each in meeting.depends_on if each in ids])
        for n, meetings in enumerate(units.values())
    ]
    levels = dict.fromkeys((shift.name for shift in shifts), 0)
    needs = dependencies(shifts)
    for _ in shifts:  # one more link of a chain each time; in a cycle no number is right
        levels = {name: max((levels[each] + 1 for each in first), default=0) for name, first in needs.items()}
    return [item for _, item in sorted(zip(levels.values(), units.items(), strict=True), key=lambda pair: pair[0])]


def _move(number: int, meetings: Sequence[PlanMeeting], seen: Seen) -> ProposedMove:
    first = meetings[0]
    if first.from_ is None or first.to is None:
        raise ValueError(f"{first.id}: moves from or to nowhere")
    return ProposedMove(
        number=number,
        meetings=tuple(meeting.id for meeting in meetings),
        title=first.title,
        organizer=first.organizer or "",
        calendar_id=first.calendar_id,
        uid=first.uid,
        recurrence_id=first.recurrence_id,
        scope=first.scope,
        start=first.from_.start.astimezone(UTC),
        end=first.from_.end.astimezone(UTC),
        to_start=first.to.start.astimezone(UTC),
        to_end=first.to.end.astimezone(UTC),
        preticked=all(meeting.preticked for meeting in meetings),
        had_clash=any(_had_clash(meeting) for meeting in meetings),
        also=tuple(meeting.to.start.astimezone(UTC) for meeting in meetings[1:] if meeting.to),
        people=tuple(dict.fromkeys(line.email for meeting in meetings for line in meeting.attendees)),
        required=tuple(dict.fromkeys(email for meeting in meetings for email in _required(meeting))),
        rooms=first.rooms.to,
        seen=seen(first.calendar_id, first.uid),
    )


def _required(meeting: PlanMeeting) -> Iterator[str]:
    return (line.email for line in meeting.attendees if line.required and line.partstat != Partstat.DECLINED)


def _had_clash(meeting: PlanMeeting) -> bool:
    gained = meeting.gain is not None and meeting.gain.conflict_minutes > 0
    return gained or any(reason.code in CLASHES for reason in meeting.reasons)


def _is_same(old: ProposedMove, new: ProposedMove) -> bool:
    """Whether what was decided of a move is about the same event, and the same place for it."""
    places = [(move.to_start, move.to_end, move.also, set(move.rooms)) for move in (old, new)]
    return places[0] == places[1] and dict(old.seen) == dict(new.seen)


def _left(move: ProposedMove) -> ProposedMove:
    """A move that the plan does not make any more; a yes to it is no more, either."""
    return replace(move, meetings=(), depends_on=(), decided=None if move.is_accepted else move.decided)


def is_refused(move: ProposedMove) -> bool:
    """Whether somebody said no to it, or pinned its meeting."""
    return move.decided is not None and not move.is_accepted


def _with_dependencies(
    plan: Plan, found: Mapping[int, ProposedMove], others: Sequence[Shift]
) -> tuple[ProposedMove, ...]:
    own = [move for move in found.values() if move.meetings]
    needs = dependencies([*shifts_of(plan, own), *others])
    return tuple(
        replace(move, depends_on=needs[str(number)]) if move.meetings else move
        for number, move in sorted(found.items())
    )


def shifts_of(plan: Plan, moves: Sequence[ProposedMove], prefix: str = "") -> list[Shift]:
    """What each move frees and takes, under the name that others call it by."""
    meetings = {meeting.id: meeting for meeting in plan.meetings}
    names = {meeting: f"{prefix}{move.number}" for move in moves for meeting in move.meetings}
    shifts = []
    for move in moves:
        mine = [meetings[each] for each in move.meetings]
        first = (names[each] for meeting in mine for each in meeting.depends_on if each in names)
        shifts.append(shift_of(f"{prefix}{move.number}", mine, dict.fromkeys(first)))
    return shifts


def held_of(move: ProposedMove) -> Held:
    """A move as it was accepted."""
    return Held(move.uid, move.recurrence_id, move.scope, move.to_start, move.also, move.rooms)


def refused_of(move: ProposedMove) -> Refused:
    """A move as it was refused. Raises `ValueError` for one that was not."""
    decided = move.decided
    if decided is None or decided.decision is Decision.ACCEPT:
        raise ValueError(f"{move.number}: was not refused")
    pinned = decided.decision is Decision.PIN
    reason = Reason("pinned_uid", "you pinned it") if pinned else Reason("rejected", "you rejected its move")
    return Refused(move.uid, move.recurrence_id, move.scope, reason, decided.why, move.to_start)


def around_of(moves: Sequence[ProposedMove]) -> tuple[tuple[Held, ...], tuple[Refused, ...]]:
    """What is to stay as it was decided: what was accepted, and what was refused."""
    held = tuple(held_of(move) for move in moves if move.is_accepted)
    return held, tuple(refused_of(move) for move in moves if is_refused(move))
