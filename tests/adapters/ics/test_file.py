"""A file of which one UID's events are exchanged: all other bytes stay, wherever they are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.adapters.ics.file import EMPTY, IcsFile
from app.errors import ParseError
from tests.adapters.text import at, calendar, vtimezone

MASTER = at("20261124T090000", "RRULE:FREQ=WEEKLY", "BEGIN:VALARM", "UID:alarm", "END:VALARM", uid="b@example.com")
OVERRIDE = at("20261201T110000", "RECURRENCE-ID;TZID=Europe/Vienna:20261201T090000", uid="b@example.com")
TASK = ["BEGIN:VTODO", "UID:b@example.com", "SUMMARY:no event", "END:VTODO"]
LONG = at("20261123T100000", "DESCRIPTION:a very", "  long line", "\tEND:VEVENT", uid="a@example.com")
BROKEN = at("20261125T100000", "begin:x", uid="c@example.com")
ODD = ["X-WR-CALNAME;X-A=b:Team \u2028 calendar", *TASK, *LONG, *MASTER, *BROKEN, *OVERRIDE]


def _file(*lines: str, end: str = "\r\n") -> IcsFile:
    return IcsFile("team.ics", calendar(*lines, end=end).decode())


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r\r\n"])
def test_an_object_put_back_as_it_was_changes_no_byte(end: str) -> None:
    file = _file(*ODD, end=end)
    assert file.text == calendar(*ODD, end=end).decode()
    for uid in ("a@example.com", "b@example.com", "c@example.com"):
        text = file.object(uid)
        assert text is not None
        assert file.with_object(uid, text).text == file.text


def test_an_object_has_all_but_the_events_of_others() -> None:
    text = _file(*vtimezone("Europe/Vienna", "+0100", "+0200"), *ODD).object("b@example.com")
    assert text is not None
    assert text.count("BEGIN:VEVENT") == 2
    assert "BEGIN:VTIMEZONE" in text
    assert "a@example.com" not in text
    assert _file(*ODD).object("alarm") is None


def test_what_is_longer_or_shorter_stays_at_its_place() -> None:
    shorter = _file(*LONG, *MASTER, *BROKEN, *OVERRIDE, *TASK).with_object("b@example.com", calendar(*MASTER).decode())
    assert shorter.text == calendar(*LONG, *MASTER, *BROKEN, *TASK).decode()
    longer = _file(*MASTER, *LONG).with_object("b@example.com", calendar(*MASTER, *OVERRIDE).decode())
    assert longer.text == calendar(*MASTER, *OVERRIDE, *LONG).decode()


def test_what_is_new_comes_after_the_last_event_with_its_time_zone() -> None:
    zone = vtimezone("Asia/Tokyo", "+0900")
    new = at("20261125T100000", uid="new@example.com", tzid="Asia/Tokyo")
    file = _file(*MASTER, "X-LAST:1").with_object("new@example.com", calendar(*zone, *new).decode())
    assert file.text == calendar(*MASTER, *zone, *new, "X-LAST:1").decode()
    again = file.with_object(
        "other@example.com", calendar(*zone, *at("20261126T100000", uid="other@example.com")).decode()
    )
    assert again.text.count("BEGIN:VTIMEZONE") == 1
    assert file.without("new@example.com").text == calendar(*MASTER, *zone, "X-LAST:1").decode()


def test_an_empty_calendar_takes_events() -> None:
    assert IcsFile("new", EMPTY).with_object("b@example.com", calendar(*MASTER).decode()).object("b@example.com")


@pytest.mark.parametrize("text", ["", "hello", (calendar(*MASTER) * 2).decode()])
def test_what_is_not_one_calendar_is_refused(text: str) -> None:
    with pytest.raises(ParseError, match=r"team\.ics"):
        IcsFile("team.ics", text)


@settings(max_examples=100)
@given(st.lists(st.sampled_from([*ODD, "BEGIN:VEVENT", "END:VEVENT", " folded", "END:VCALENDAR", ""]), max_size=30))
def test_whatever_the_text_it_is_given_back(lines: list[str]) -> None:
    text = calendar(*lines).decode()
    try:
        file = IcsFile("team.ics", text)
    except ParseError:
        return
    assert file.text == text
