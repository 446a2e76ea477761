"""Who is sent what about an edit: each guest of the components that they are in, and of no others (RFC 5546 §3.2)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from app.adapters.ics_edit.editor import IcsEditor
from app.domain.calendar.writing import MASTER, Edit, Insert, Override, Rebase, Remove, Retime, SetRule
from tests.adapters.text import VIENNA, at, calendar, utc

EDITOR = IcsEditor(VIENNA)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BEN, ZOE = (f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{name}@example.com" for name in ("ben", "zoe"))
WEEK = "20261201T100000", "20261208T100000", "20261215T100000"
PAST, NEXT = utc(2026, 12, 1, 9), utc(2026, 12, 15, 9)
SPLIT = SetRule("FREQ=WEEKLY;UNTIL=20261214T225959Z", ended=(NEXT,))


def series(*overrides: tuple[str, str]) -> str:
    """Ben's series, with occurrences by their start that have a guest list of their own."""
    master = at(WEEK[0], "RRULE:FREQ=WEEKLY", BEN)
    own = [line for start, guests in overrides for line in at(start, *guests.split(), named(start))]
    return calendar(*master, *own).decode()


def named(start: str) -> str:
    return f"RECURRENCE-ID;TZID=Europe/Vienna:{start}"


def sent(old: str, edit: Edit) -> dict[str, list[tuple[str, list[str]]]]:
    """What each guest is sent: the methods, and the names of the components that come with them."""
    text = old if isinstance(edit, Remove) else EDITOR.edited(old, edit, NOW)
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for message in EDITOR.messages(text, edit):
        [method] = re.findall(r"METHOD:(\w+)", message.text)
        for guest in message.guests:
            found.setdefault(guest.partition("@")[0], []).append((method, names(message.text)))
    return found


def names(text: str) -> list[str]:
    versions = EDITOR.versions([re.sub(r"METHOD:\w+\r\n", "", text)])
    return [key[:10] for key in sorted(versions)]


def test_a_guest_of_another_occurrence_hears_nothing() -> None:
    later = Retime(NEXT.isoformat(), utc(2026, 12, 16, 13), utc(2026, 12, 16, 13, 30))
    assert sent(series((WEEK[1], f"{BEN} {ZOE}")), later) == {"ben": [("REQUEST", ["2026-12-15"])]}


def test_a_guest_of_an_occurrence_before_a_split_hears_nothing_and_the_others_hear_of_the_series() -> None:
    found = sent(series((WEEK[1], f"{BEN} {ZOE}"), (WEEK[2], BEN)), SPLIT)
    assert found == {"ben": [("REQUEST", [MASTER, "2026-12-08"])]}


def test_a_guest_of_one_occurrence_that_ends_is_told_that_it_does_not_take_place_there() -> None:
    old = series((WEEK[2], f"{BEN} {ZOE}"))
    assert sent(old, SPLIT) == {"ben": [("REQUEST", [MASTER])], "zoe": [("CANCEL", ["2026-12-15"])]}
    place = utc(2026, 12, 16, 13)
    times = (place, utc(2026, 12, 16, 13, 30))
    new = Insert("b@example.com", *times, "FREQ=WEEKLY", (Override(place, times, NEXT.isoformat()),))
    assert sent(old, new) == {"ben": [("REQUEST", [MASTER, "2026-12-16"])], "zoe": [("REQUEST", ["2026-12-16"])]}


def test_who_is_in_a_series_and_not_in_one_occurrence_has_that_left_out() -> None:
    old = series((WEEK[1], ZOE))
    edit = SetRule("FREQ=WEEKLY;UNTIL=20261222T225959Z")
    assert sent(old, edit) == {"ben": [("REQUEST", [MASTER])]}
    [message] = EDITOR.messages(EDITOR.edited(old, edit, NOW), edit)
    assert "EXDATE;TZID=Europe/Vienna:20261208T100000" in message.text
    assert "zoe" not in message.text


def test_an_occurrence_with_another_name_is_taken_out_by_its_old_one() -> None:
    moved = ((utc(2026, 12, 8, 9), utc(2026, 12, 9, 13)),)
    edit = Rebase(utc(2026, 12, 2, 13), utc(2026, 12, 2, 13, 30), "FREQ=WEEKLY", moved)
    assert sent(series((WEEK[1], f"{BEN} {ZOE}")), edit) == {
        "ben": [("REQUEST", [MASTER, "2026-12-09"])],
        "zoe": [("REQUEST", ["2026-12-09"]), ("CANCEL", ["2026-12-08"])],
    }


def test_a_series_that_is_removed_is_cancelled_for_each_by_what_they_are_in() -> None:
    old = series((WEEK[1], f"{BEN} {ZOE}"))
    assert sent(old, Remove("a@example.com")) == {"ben": [("CANCEL", [MASTER])], "zoe": [("CANCEL", ["2026-12-08"])]}
