"""Who says no to the time that a move gave: of the components that moved alone, and not who said no before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from app.domain.calendar.event import Partstat
from app.domain.calendar.writing import MASTER, Edit, Insert, Rebase, RecurrenceKey, Retime, Versions
from app.services.applying.tools import Answers
from app.services.surgery.approved import uid_of

Declined: TypeAlias = Mapping[RecurrenceKey, tuple[str, ...]]
"""Who said no, by component."""


def declined_before(edits: Sequence[Edit], answers: Answers) -> Declined:
    """Who said no to what edits move, before they do, by the component that it becomes.

    A series that is inserted asks everyone anew.
    """
    sources = dict(pair for edit in edits for pair in _sources(edit))
    return {key: _no(answers.get(old, answers.get(MASTER, {}))) for key, old in sources.items()}


def declined_now(edits: Sequence[Edit], uid: str, before: Versions, answers: Mapping[str, Answers]) -> Declined:
    """Who says no to what edits moved, by the answers to each UID; `before` is the event of `uid` before them."""
    said = ((uid_of(edit, uid), edit) for edit in edits)
    return {
        key: found
        for own, edit in said
        for key, each in answers.get(own, {}).items()
        if has_moved(edit, key, before) and (found := _no(each))
    }


def new_among(people: Collection[str], before: Declined, now: Declined) -> list[str]:
    """Who of some people, or rooms, says no, and did not before."""
    new = {one for key, some in now.items() for one in some if one not in before.get(key, before.get(MASTER, ()))}
    return sorted(new.intersection(people))


def still(before: Declined, now: Declined) -> Declined:
    """Who said no before, without those whose answer is open again: if they say it once more, it is a new one."""
    return {key: tuple(one for one in some if one in now.get(key, ())) for key, some in before.items()}


def _sources(edit: Edit) -> Iterator[tuple[RecurrenceKey, RecurrenceKey]]:
    """What an edit moves: each component as it is named after it, and before."""
    if isinstance(edit, Retime):
        yield edit.recurrence, edit.recurrence
    elif isinstance(edit, Rebase):
        yield MASTER, MASTER
        yield from ((new.isoformat(), old.isoformat()) for old, new in edit.moved)


def has_moved(edit: Edit, key: RecurrenceKey, before: Versions) -> bool:
    """Whether a component is at a time that an edit gave it; an override by hand keeps its own."""
    if isinstance(edit, Retime):
        return key == edit.recurrence
    if not isinstance(edit, Rebase | Insert):
        return False
    kept = (one for one in edit.overrides if one.was in before and one.original.isoformat() == key)
    return all(one.to != (before[one.was].start, before[one.was].end) for one in kept if one.was is not None)


def _no(said: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(one for one, answer in said.items() if answer == Partstat.DECLINED))
