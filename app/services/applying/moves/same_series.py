"""A series and one of its occurrences moved by the same proposal: each is as approved, but for what the other did."""

from __future__ import annotations

from dataclasses import replace

from app.domain.calendar.writing import MASTER, RecurrenceKey, Versions
from app.domain.proposals.proposal import Proposal, ProposedMove, Writing
from app.services.applying.journal import Journal
from app.services.proposals.making.dependencies import is_occurrence_of


def as_left(move: ProposedMove, proposal: Proposal, journal: Journal) -> ProposedMove:
    """A move with what was seen of it, as the other moves of its series left it that are made by now.

    Occurrences are moved before their series, and undone after it.
    """
    for one in proposal.moves:
        if is_occurrence_of(one, move):
            move = _after_occurrence(move, one, journal)
        elif is_occurrence_of(move, one) and journal.direction == "undo":
            move = _after_undo(move, journal.get(one.number) or one.undo)
    return move


def _after_occurrence(series: ProposedMove, one: ProposedMove, journal: Journal) -> ProposedMove:
    made = journal.get(one.number) if journal.direction == "apply" else one.apply
    if made is None or not made.state.is_done or one.is_undone:
        return series
    return replace(series, seen={**series.seen, **_of(made.seen.get(series.uid, {}), one.recurrence_id)})


def _after_undo(one: ProposedMove, undone: Writing | None) -> ProposedMove:
    if one.apply is None or not one.apply.seen or undone is None or not undone.state.is_done:
        return one
    left = _of(undone.seen.get(one.uid, {}), one.recurrence_id, MASTER)
    seen = {**one.apply.seen, one.uid: {**one.apply.seen.get(one.uid, {}), **left}}
    return replace(one, apply=replace(one.apply, seen=seen))


def _of(versions: Versions, *keys: RecurrenceKey | None) -> Versions:
    return {key: version for key, version in versions.items() if key in keys}
