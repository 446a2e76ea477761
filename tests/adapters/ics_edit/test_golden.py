"""Typical edits of one object of a real program's making, to be read: what is not named by the edit is as it was.

`weekly.ics` is the object before; `git diff --no-index weekly.ics other.ics` shows what an edit changes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.adapters.ics_edit.editor import IcsEditor
from app.domain.calendar.writing import Edit, Insert, Override, Rebase, Remove, Restore, Retime, RoomChange, SetRule
from tests.adapters.text import VIENNA, utc

EDITOR = IcsEditor(VIENNA)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WEEKLY = (Path(__file__).parent / "golden" / "weekly.ics").read_bytes().decode()


def wall(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=VIENNA)


ROOMS = RoomChange(("oak@example.com",), ("elm@example.com",), (("elm@example.com", 'Elm; "big"\nBEGIN:VEVENT'),))
KEY = "2026-12-01T09:00:00+00:00"
HAND, GUEST, OUT = utc(2026, 12, 8, 9), utc(2026, 12, 15, 9), utc(2026, 12, 22, 9)
EDITS: dict[str, Edit] = {
    "override": Retime(KEY, wall(12, 2, 14), wall(12, 2, 14, 45), ROOMS),
    "retimed": Retime(HAND.isoformat(), wall(12, 9, 14), wall(12, 9, 15)),
    "ended": SetRule("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261201T085959Z", (HAND, GUEST)),
    "inserted": Insert(
        "new@example.com",
        wall(12, 2, 14),
        wall(12, 2, 14, 45),
        "FREQ=WEEKLY;BYDAY=WE",
        (
            Override(utc(2026, 12, 9, 13), (wall(12, 10, 15), wall(12, 10, 16)), HAND.isoformat()),
            Override(utc(2026, 12, 16, 13), (utc(2026, 12, 16, 13), utc(2026, 12, 16, 13, 45)), GUEST.isoformat()),
            Override(utc(2026, 12, 23, 13), None),
            Override(utc(2026, 12, 30, 13), (wall(12, 28, 9), wall(12, 28, 9, 45))),
        ),
        ROOMS,
    ),
    "rebased": Rebase(
        wall(1, 7, 14),
        wall(1, 7, 14, 45),
        "FREQ=WEEKLY;BYDAY=WE",
        moved=(
            (utc(2026, 3, 3, 9), utc(2026, 3, 4, 13)),
            (HAND, utc(2026, 12, 9, 13)),
            (GUEST, utc(2026, 12, 16, 13)),
            (OUT, utc(2026, 12, 23, 13)),
        ),
        overrides=(Override(utc(2026, 12, 30, 13), (wall(12, 28, 9), wall(12, 28, 9, 45))),),
    ),
}


def sent(text: str, edit: Edit, guest: str) -> str:
    """The one message about an edit that a guest is sent."""
    [message] = [one for one in EDITOR.messages(text, edit) if guest in one.guests]
    return message.text


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_changes_just_these_lines(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"{name}.ics", EDITOR.edited(WEEKLY, EDITS[name], NOW))


@pytest.mark.parametrize("name", ["override", "ended", "inserted", "rebased"])
def test_a_request_has_what_is_concerned_and_asks_anew(name: str, golden: Callable[[str, str], None]) -> None:
    edited = EDITOR.edited(WEEKLY, EDITS[name], NOW)
    golden(f"{name}-request.ics", sent(edited, EDITS[name], "jonas@example.com"))


@pytest.mark.parametrize("name", ["inserted", "rebased"])
def test_who_is_not_in_an_occurrence_is_not_told_of_it(name: str, golden: Callable[[str, str], None]) -> None:
    edited = EDITOR.edited(WEEKLY, EDITS[name], NOW)
    golden(f"{name}-priya.ics", sent(edited, EDITS[name], "priya@example.com"))


def test_a_removed_series_is_cancelled(golden: Callable[[str, str], None]) -> None:
    inserted = EDITOR.edited(WEEKLY, EDITS["inserted"], NOW)
    golden("removed-request.ics", sent(inserted, Remove("new@example.com"), "jonas@example.com"))


def test_a_restored_occurrence_is_sent_by_itself(golden: Callable[[str, str], None]) -> None:
    restore = Restore(KEY, utc(2026, 12, 1, 9), utc(2026, 12, 1, 9, 45))
    edited = EDITOR.edited(EDITOR.edited(WEEKLY, EDITS["override"], NOW), restore, NOW)
    golden("restored.ics", edited)
    golden("restored-request.ics", sent(edited, restore, "jonas@example.com"))
