from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.ics import text as ics_text
from app.adapters.ics.text import scan
from app.errors import ParseError
from tests.adapters.text import at, calendar, only, read, vevent

PLAIN = calendar(*at("20261123T100000", "SUMMARY:Grüße ☕"))


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\r\n"])
def test_any_line_end_is_read(end: str) -> None:
    data = calendar(*at("20261123T100000", "SUMMARY:Grüße"), end=end)
    assert only(read(data)).title == "Grüße"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_byte_order_marks_and_utf_16_are_read(encoding: str) -> None:
    assert only(read(PLAIN.decode().encode(encoding))).title == "Grüße ☕"


def test_latin_1_bytes_are_read_with_a_warning_that_names_the_line() -> None:
    found = read(calendar(*at("20261123T100000", "SUMMARY:Grüße")).decode().encode("latin-1"))
    assert found.events[0].title == "Grüße"
    assert [(w.code, w.line) for w in found.warnings] == [("encoding", 8)]


def test_one_latin_1_line_does_no_harm_to_utf_8_lines() -> None:
    found = read(PLAIN.replace(b"END:VEVENT", b"LOCATION:Z\xfcrich\r\nEND:VEVENT"))
    assert (found.events[0].title, found.events[0].location) == ("Grüße ☕", "Zürich")


def test_fold_within_a_letter_is_mended() -> None:
    assert only(read(PLAIN.replace(b"\xc3\xbc", b"\xc3\r\n \xbc"))).title == "Grüße ☕"


def test_folded_lines_are_joined_and_line_numbers_count_physical_lines() -> None:
    data = calendar(*at("20261123T100000", "SUMMARY:One\r\n  two\r\n\tthree"), *vevent("SUMMARY:No start", uid="b"))
    found = read(data)
    assert found.events[0].title == "One twothree"
    assert [(w.code, w.uid, w.line) for w in found.warnings] == [("unreadable_event", "b", 12)]


def test_several_vcalendars_in_one_file_are_read() -> None:
    data = calendar(*at("20261123T100000", uid="a")) + calendar(*at("20261124T100000", uid="b"))
    assert [e.ref.uid for e in read(data).events] == ["a", "b"]


def test_properties_of_alarms_are_not_taken_for_those_of_the_event() -> None:
    alarm = ["BEGIN:VALARM", "SUMMARY:Wake up", "DURATION:PT5M", "ATTENDEE:mailto:x@example.com", "END:VALARM"]
    event = only(read(calendar(*at("20261123T100000", *alarm, "SUMMARY:Real"))))
    assert (event.title, event.attendees, event.span.minutes) == ("Real", (), 30)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"\x00\x01\x02", "no iCalendar"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a web page"),
    ],
)
def test_what_is_no_calendar_is_refused_in_one_line_that_names_the_source(data: bytes, said: str) -> None:
    with pytest.raises(ParseError, match=said) as caught:
        scan("dana.ics", data)
    assert str(caught.value).startswith("dana.ics")
    assert "\n" not in str(caught.value)


def test_another_calendar_system_is_refused() -> None:
    with pytest.raises(ParseError, match="CALSCALE"):
        read(calendar("CALSCALE:HEBREW"))


def test_a_calendar_without_events_is_no_error() -> None:
    assert read(calendar()).events == ()


def test_a_file_that_is_cut_off_says_so_and_keeps_what_is_whole() -> None:
    whole = calendar(*at("20261123T100000", uid="a"), *at("20261124T100000", uid="b"))
    found = read(whole[: whole.rindex(b"END:VEVENT")])
    assert [e.ref.uid for e in found.events] == ["a"]
    assert [(w.code, w.uid) for w in found.warnings] == [("cut_off", None), ("unreadable_event", "b")]


def test_an_event_without_end_is_unreadable_and_the_next_is_read() -> None:
    data = calendar(*at("20261123T100000", uid="a")[:-1], *at("20261124T100000", uid="b"))
    found = read(data)
    assert [e.ref.uid for e in found.events] == ["b"]
    assert [(w.uid, w.line) for w in found.warnings] == [("a", 3)]


def test_too_many_attendees_make_the_event_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ics_text, "MAX_ATTENDEES", 3)
    people = [f"ATTENDEE:mailto:p{n}@example.com" for n in range(4)]
    found = read(calendar(*at("20261123T100000", *people)))
    assert not found.events
    assert "more than 3 attendees" in found.warnings[0].text


def test_a_used_property_without_end_makes_the_event_unreadable_an_unused_one_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ics_text, "MAX_PROPERTY", 500)
    folds = "x" + "\r\n " + "\r\n ".join(["y" * 60] * 20)
    data = calendar(
        *at("20261123T100000", f"SUMMARY:{folds}", uid="a"), *at("20261123T110000", f"ATTACH:{folds}", uid="b")
    )
    found = read(data)
    assert [e.ref.uid for e in found.events] == ["b"]
    assert [w.uid for w in found.warnings] == ["a"]


@pytest.mark.parametrize(
    ("limit", "value", "said"),
    [("MAX_LINES", 5, "lines"), ("MAX_COMPONENTS", 1, "events"), ("MAX_TIMEZONES", 0, "VTIMEZONE")],
)
def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch, limit: str, value: int, said: str) -> None:
    monkeypatch.setattr(ics_text, limit, value)
    zone = ["BEGIN:VTIMEZONE", "TZID:X", "END:VTIMEZONE"]
    with pytest.raises(ParseError, match=said):
        scan("x.ics", calendar(*zone, *at("20261123T100000"), *at("20261124T100000")))


def test_deep_nesting_is_refused_with_its_line() -> None:
    with pytest.raises(ParseError, match=r"x\.ics, line 21: .*nested"):
        scan("x.ics", b"BEGIN:VCALENDAR\n" + b"BEGIN:X-BOX\n" * 100)


@given(st.binary(max_size=300))
def test_no_bytes_end_in_anything_but_a_clear_error(data: bytes) -> None:
    for text in (data, PLAIN[:60] + data + PLAIN[60:]):
        with contextlib.suppress(ParseError):
            read(text)


@pytest.mark.parametrize(
    ("lines", "possible"),
    [
        (["DTSTART:20261001T100000Z"], False),
        (["DTSTART:20261001T100000Z", "DTEND:20261130T100000Z"], True),
        (["DTSTART:20261001T100000Z", "DURATION:P8W"], True),
        (["DTSTART:20261001T100000Z", "DURATION:PT1H"], False),
        (["DTSTART:20270101T100000Z", "RRULE:FREQ=DAILY"], False),
        (["DTSTART:20200101T100000Z", "RRULE:FREQ=DAILY"], True),
        (["DTSTART:20200101T100000Z", "RRULE:FREQ=DAILY;UNTIL=20200201"], False),
        (["DTSTART:20200101T100000Z", "RRULE:FREQ=DAILY;UNTIL=20200201", "RDATE:20261124T100000Z"], True),
        (["DTSTART:nonsense"], True),
    ],
)
def test_the_text_alone_shows_what_cannot_be_in_a_window(lines: list[str], possible: bool) -> None:
    raw = scan("x.ics", calendar(*vevent(*lines))).events[0]
    assert raw.can_occur(date(2026, 11, 23), date(2026, 11, 30)) is possible


def test_zero_bytes_are_left_out() -> None:
    assert only(read(calendar(*at("20261123T100000", "SUMMARY:Gr\x00üße")))).title == "Grüße"


def test_a_uid_longer_than_the_limit_cannot_be_used() -> None:
    (warning,) = read(calendar(*at("20261123T100000", uid="u" * ics_text.MAX_UID))).warnings
    assert "its UID has more than 500 characters" in warning.text
