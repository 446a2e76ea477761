"""What became of a move in the calendar: read back, compared with what was written, and said if it is another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from app.domain.calendar.event import Partstat
from app.domain.calendar.writing import MASTER, Edit, Rebase, Retime, Versions
from app.render import words
from app.services.applying.tools import Answers

MOST_NAMED = 5
"""Guests that a note names."""


def surprises(edits: Sequence[Edit], before: Versions, now: Versions, zone: ZoneInfo) -> Iterator[str]:
    """What a server made of edits on its own: another time, or a SEQUENCE that it did not raise."""
    for edit in edits:
        if isinstance(edit, (Retime, Rebase)):
            key = edit.recurrence if isinstance(edit, Retime) else MASTER
            found, old = now.get(key), before.get(key)
            if found is None or (found.start, found.end) != (edit.start, edit.end):
                where = f"at {words.moment(found.start.astimezone(zone))}" if found else "not at all"
                yield f"the server has it {where}, not as it was written"
            elif old is not None and found.sequence <= old.sequence:
                yield f"the server did not raise its SEQUENCE ({found.sequence}): some programs may not see the change"


def kept_answers(edits: Sequence[Edit], organizer: str, answers: Answers) -> str | None:
    """Which guests' answers a server kept, though a change of time resets them (RFC 6638 §3.2.8)."""
    keys = {
        edit.recurrence if isinstance(edit, Retime) else MASTER for edit in edits if isinstance(edit, (Retime, Rebase))
    }
    said = [pair for key in keys for pair in answers.get(key, {}).items()]
    kept = sorted({guest for guest, one in said if one != Partstat.NEEDS_ACTION and guest != organizer})
    return f"the server kept the answers of {words.listed(kept, MOST_NAMED)}" if kept else None
