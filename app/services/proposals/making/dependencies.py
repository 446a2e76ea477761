"""Which moves have to be made before which, so that nobody is in two places on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.calendar.event import Partstat
from app.domain.plans.plan import PlanMeeting, When
from app.domain.proposals.proposal import ProposedMove


@dataclass(frozen=True)
class Shift:
    """What one move frees and takes: its places in the planned week, and the people and rooms that it needs there.

    `name` is what others call it: its number, or `id:number` if it is of another proposal. `after` are names of moves
    that are known to come before it. `uids` are of what moves: one part of a series is not in the way of another.
    """

    name: str
    leaves: tuple[When, ...]
    enters: tuple[When, ...]
    frees: frozenset[str]
    takes: frozenset[str]
    after: tuple[str, ...] = ()
    uids: frozenset[str] = frozenset()


def shift_of(name: str, meetings: Iterable[PlanMeeting], after: Iterable[str] = ()) -> Shift:
    """The shift of a move, from its meetings in the plan."""
    moved = [(meeting, meeting.from_, meeting.to) for meeting in meetings if meeting.from_ and meeting.to]
    people = frozenset(
        line.email
        for meeting, _, _ in moved
        for line in meeting.attendees
        if line.required and line.partstat != Partstat.DECLINED
    )
    organizers = frozenset(meeting.organizer for meeting, _, _ in moved if meeting.organizer)
    return Shift(
        name,
        tuple(old for _, old, _ in moved if old),
        tuple(new for _, _, new in moved if new),
        people | organizers | {room for meeting, _, _ in moved for room in meeting.rooms.from_},
        people | organizers | {room for meeting, _, _ in moved for room in meeting.rooms.to},
        tuple(after),
        frozenset(meeting.uid for meeting, _, _ in moved),
    )


def dependencies(shifts: Sequence[Shift]) -> dict[str, tuple[str, ...]]:
    """For each move, by its name, those that have to be made first: they are today where it goes."""
    return {
        own.name: tuple(
            other.name for other in shifts if other is not own and (other.name in own.after or _blocks(other, own))
        )
        for own in shifts
    }


def _blocks(other: Shift, own: Shift) -> bool:
    """Whether a move goes where somebody or a room that it needs is before another one."""
    shared = not own.takes.isdisjoint(other.frees) and own.uids.isdisjoint(other.uids)
    return shared and any(new.start < old.end and old.start < new.end for new in own.enters for old in other.leaves)


def order(moves: Sequence[ProposedMove]) -> tuple[tuple[ProposedMove, ...], ...]:
    """The moves in groups, each after all those that it depends on; equals stay in the order in which they are given.

    A group of several is a cycle: each of them waits for another. What depends on no move among these does not wait.
    A series comes after its own occurrences, whose names, their original times, may go with it.
    """
    named = {str(move.number): move for move in moves}
    needs = {
        name: [each for each, first in named.items() if each in move.depends_on or is_occurrence_of(first, move)]
        for name, move in named.items()
    }
    return tuple(tuple(named[name] for name in group) for group in _components(needs))


def is_occurrence_of(one: ProposedMove, series: ProposedMove) -> bool:
    """Whether a move is of one occurrence of what another one moves whole."""
    same = (one.calendar_id, one.uid) == (series.calendar_id, series.uid)
    return same and (one.scope, series.scope) == ("occurrence", "series")


def _components(needs: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The strongly connected components, each after those that it needs (Tarjan 1972)."""
    found: list[list[str]] = []
    index: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_: list[str] = []

    def visit(name: str) -> None:
        index[name] = lowest[name] = len(index)
        open_.append(name)
        for other in needs[name]:
            if other not in index:
                visit(other)
            if other in open_:
                lowest[name] = min(lowest[name], lowest[other])
        if lowest[name] == index[name]:
            begin = open_.index(name)
            found.append(open_[begin:])
            del open_[begin:]

    for name in needs:
        if name not in index:
            visit(name)
    return found
