"""The end of a move: what was written is read back and compared, and the letters about it are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from app.domain.calendar.writing import Edit, Insert, Remove, Versions
from app.domain.proposals.delivery import Sender
from app.domain.proposals.proposal import Letter, MoveState
from app.services.applying.moves.declining import Declined, declined_now, new_among, still
from app.services.applying.moves.letters import letters_of
from app.services.applying.moves.moving import Moving, StoppedError
from app.services.applying.moves.objects import Objects
from app.services.applying.moves.verifying import kept_answers, surprises
from app.services.applying.tools import Answers, Tools
from app.services.proposals.writings import written
from app.services.surgery.approved import is_done, uid_of

IN_FILES = "this calendar cannot be written: take the moves over from the files of this proposal"


def settle(moving: Moving, tools: Tools, manager: str) -> None:
    """Read back what was written of a move, once, and note what became of it.

    A room that declined already has all of it taken back. Raises `StoppedError` then, and `UnavailableError` if it
    has to be gone on with later.
    """
    if moving.writing.seen:
        return
    edits = list(written(moving.writing))
    objects = moving.reader.of(edits)
    answers = moving.reader.answers(objects)
    declined = declined_now(edits, moving.move.uid, moving.move.seen, answers)
    _check_rooms(moving, declined)
    for edit in edits:
        if isinstance(edit, Insert):
            tools.store.join(manager, moving.move.uid, edit.uid)
    now = moving.reader.versions(objects)
    is_there = all(is_done(edit, now, moving.move.uid) for edit in edits)
    letters = chain.from_iterable(_letters(moving, edit, objects) for edit in edits)
    moving.journal.note(
        moving.move.number,
        state=MoveState.VERIFIED if is_there and moving.to.sender is not Sender.FILES else MoveState.WRITTEN,
        seen=now,
        declined=still(moving.writing.declined, declined),
        notes=(*moving.writing.notes, *_notes(moving, edits, now, answers)),
        letters=(*moving.writing.letters, *letters),
        problem=None,
        remedy=None,
    )


def _check_rooms(moving: Moving, declined: Declined) -> None:
    """Rooms answer by themselves, some of them at once. Raises `StoppedError` if one declined the new time."""
    rooms = moving.move.rooms if moving.journal.direction == "apply" else ()
    if new := new_among(rooms, moving.writing.declined, declined):
        text = f"{', '.join(new)} declined, so that the meeting is where it was"
        moving.stop(StoppedError(MoveState.FAILED, text, "plan the week again for another room"))


def _letters(moving: Moving, edit: Edit, objects: Objects) -> Iterator[Letter]:
    if not isinstance(edit, Remove):  # of what was removed, they were written before
        changed = objects[uid_of(edit, moving.move.uid)]
        yield from letters_of(edit, changed, moving.to, moving.move, moving.by_letter)


def _notes(
    moving: Moving, edits: list[Edit], now: Mapping[str, Versions], answers: Mapping[str, Answers]
) -> Iterator[str]:
    if moving.to.sender is Sender.FILES:
        yield IN_FILES
        return
    uid = moving.move.uid
    before = moving.seen(uid)
    yield from surprises(edits, before, now.get(uid, {}), moving.to.calendar.zone)
    kept = kept_answers(edits, moving.move.organizer, answers.get(uid, {}))
    if kept and moving.to.sender is Sender.SERVER:
        yield kept
