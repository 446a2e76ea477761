"""Edits of iCalendar text, line by line: what is changed, in which form, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.ics_edit.editor import IcsEditor
from app.adapters.ics_edit.lines import MAX_TEXT
from app.domain.calendar.writing import (
    MASTER,
    Edit,
    Insert,
    Override,
    Rebase,
    Remove,
    Restore,
    Retime,
    RoomChange,
    SetRule,
)
from app.errors import InputError, ParseError
from tests.adapters.text import VIENNA, at, calendar, utc, vevent, vtimezone

EDITOR = IcsEditor(VIENNA)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STAMPS = ("DTSTAMP", "LAST-MODIFIED", "SEQUENCE")
LATER = Retime(MASTER, utc(2026, 12, 2, 13), utc(2026, 12, 2, 13, 30))
KEY = "2026-12-08T09:00:00+00:00"
OCCURRENCE = Retime(KEY, utc(2026, 12, 9, 13), utc(2026, 12, 9, 13, 30))


def text(*lines: str, end: str = "\r\n") -> str:
    return calendar(*lines, end=end).decode()


def edited(edit: Edit, *lines: str) -> list[str]:
    return EDITOR.edited(text(*lines), edit, NOW).split("\r\n")


def times(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith(("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"))]


FORMS = {
    "zoned": ([";TZID=Europe/Vienna:20261201T100000"], ";TZID=Europe/Vienna:20261202T140000"),
    "utc": ([":20261201T090000Z"], ":20261202T130000Z"),
    "floating": ([":20261201T100000"], ":20261202T140000"),
    "windows": ([";TZID=W. Europe Standard Time:20261201T100000"], ";TZID=W. Europe Standard Time:20261202T140000"),
    "quoted": ([';TZID="Office":20261201T100000'], ';TZID="Office":20261202T140000'),
    "more": ([";X-A=b;VALUE=DATE-TIME:20261201T090000Z"], ";X-A=b;VALUE=DATE-TIME:20261202T130000Z"),
}


@pytest.mark.parametrize(("start", "new"), FORMS.values(), ids=FORMS)
def test_a_time_keeps_its_value_type_and_its_zone(start: list[str], new: str) -> None:
    zone = vtimezone("Office", "+0100", "+0200")
    lines = edited(LATER, *zone, *vevent(f"DTSTART{start[0]}", "DURATION:PT30M"))
    assert times(lines)[-2:] == [f"DTSTART{new}", "DURATION:PT30M"]


@pytest.mark.parametrize(("start", "new"), FORMS.values(), ids=FORMS)
def test_an_override_is_named_by_the_original_start_in_the_form_of_its_series_s25(start: list[str], new: str) -> None:
    """RECURRENCE-ID stays at the original start, with the value type and TZID of DTSTART (RFC 5545 §3.8.4.4)."""
    zone = vtimezone("Office", "+0100", "+0200")
    lines = edited(OCCURRENCE, *zone, *vevent(f"DTSTART{start[0]}", "DURATION:PT30M", "RRULE:FREQ=WEEKLY"))
    assert times(lines)[-3:] == [
        f"DTSTART{new.replace('1202', '1209')}",
        f"RECURRENCE-ID{start[0].replace('1201', '1208')}",
        "DURATION:PT30M",
    ]


def test_a_second_move_of_an_occurrence_keeps_its_name_s25() -> None:
    """However often an occurrence moves, its RECURRENCE-ID is that of the rule, in one object with its master."""
    once = EDITOR.edited(text(*at("20261201T100000", "RRULE:FREQ=WEEKLY")), OCCURRENCE, NOW)
    twice = EDITOR.edited(once, Retime(KEY, utc(2026, 12, 10, 8), utc(2026, 12, 10, 8, 30)), NOW)
    assert twice.count("RECURRENCE-ID;TZID=Europe/Vienna:20261208T100000\r\n") == 1
    assert twice.count("BEGIN:VEVENT") == 2


def test_an_end_keeps_a_zone_of_its_own() -> None:
    flight = vevent("DTSTART;TZID=Europe/Vienna:20261201T100000", "DTEND;TZID=America/New_York:20261201T043000")
    assert times(edited(LATER, *flight)) == [
        "DTSTART;TZID=Europe/Vienna:20261202T140000",
        "DTEND;TZID=America/New_York:20261202T083000",
    ]


@pytest.mark.parametrize("line", ["DURATION:PT1H", "SUMMARY:No end"])
def test_another_length_is_written_as_the_event_says_its_length(line: str) -> None:
    lines = edited(LATER, *vevent("DTSTART:20261201T090000Z", line))
    assert "DURATION:PT30M" in lines


def test_the_end_of_a_floating_rule_is_as_local_as_its_start() -> None:
    """RFC 5545 §3.3.10: UNTIL is in UTC unless DTSTART is local."""
    rule = SetRule("FREQ=WEEKLY;UNTIL=20261207T090000Z")
    floating = edited(rule, *vevent("DTSTART:20261201T100000", "RRULE:FREQ=WEEKLY;INTERVAL=1"))
    zoned = edited(rule, *at("20261201T100000", "RRULE:FREQ=WEEKLY"))
    assert "RRULE:FREQ=WEEKLY;INTERVAL=1;UNTIL=20261207T100000" in floating
    assert "RRULE:FREQ=WEEKLY;UNTIL=20261207T090000Z" in zoned


SCHEDULED: dict[str, tuple[Edit, bool]] = {
    "another time": (LATER, True),
    "the same time": (Retime(MASTER, utc(2026, 12, 1, 9), utc(2026, 12, 1, 9, 30)), False),
    "another length": (Retime(MASTER, utc(2026, 12, 1, 9), utc(2026, 12, 1, 10)), True),
    "another rule": (SetRule("FREQ=WEEKLY;COUNT=9"), True),
    "the same rule": (SetRule("FREQ=WEEKLY"), False),
    "left out": (SetRule("FREQ=WEEKLY", overrides=(Override(utc(2026, 12, 8, 9), None),)), True),
    "another room": (
        Retime(MASTER, utc(2026, 12, 1, 9), utc(2026, 12, 1, 9, 30), RoomChange((), ("elm@example.com",))),
        False,
    ),
}


@pytest.mark.parametrize(("edit", "rises"), SCHEDULED.values(), ids=SCHEDULED)
@pytest.mark.parametrize(("lines", "before"), [(["SEQUENCE:7"], 7), ([], 0)])
def test_sequence_rises_by_one_exactly_with_times_rule_and_exceptions_s23(
    edit: Edit, rises: bool, lines: list[str], before: int
) -> None:
    """SEQUENCE is for a reschedule (RFC 5546 §2.1.4), so that nobody is asked anew about a room."""
    old = text(*at("20261201T100000", "RRULE:FREQ=WEEKLY", *lines))
    new = EDITOR.edited(old, edit, NOW)
    assert EDITOR.versions([new])[MASTER].sequence == before + rises
    assert ("DTSTAMP:20261122T120000Z" in new) == (old != new)


def test_what_did_not_change_is_not_stamped() -> None:
    other = at("20261215T100000", "RECURRENCE-ID;TZID=Europe/Vienna:20261215T100000", "LAST-MODIFIED:20260101T000000Z")
    lines = edited(OCCURRENCE, *at("20261201T100000", "RRULE:FREQ=WEEKLY"), *other)
    assert lines.count("DTSTAMP:20260101T000000Z") == 2
    assert "LAST-MODIFIED:20260101T000000Z" in lines


def test_sequence_of_a_restored_occurrence_is_above_all_that_were_sent_s23() -> None:
    """Who got the override must take the master for newer."""
    old = text(*at("20261201T100000", "RRULE:FREQ=WEEKLY"))
    twice = EDITOR.edited(EDITOR.edited(old, OCCURRENCE, NOW), Retime(KEY, utc(2026, 12, 9), utc(2026, 12, 9, 1)), NOW)
    restored = EDITOR.edited(twice, Restore(KEY, utc(2026, 12, 8, 9), utc(2026, 12, 8, 9, 30)), NOW)
    assert "SEQUENCE:2" in twice
    assert EDITOR.versions([restored])[MASTER].sequence == 3
    assert unstamped(restored) == unstamped(old)


def unstamped(text: str) -> list[str]:
    """The lines of a text but for those that say when and how often it was changed."""
    return [line for line in text.split("\n") if not line.startswith(STAMPS)]


@st.composite
def lone(draw: st.DrawFn) -> str:
    """A lone event in some form, with lines of all kinds, folded and ended in any way."""
    start = datetime(2026, 3, 20, 9, tzinfo=UTC) + timedelta(
        days=draw(st.integers(0, 300)), minutes=15 * draw(st.integers(0, 30))
    )
    head, mark = draw(
        st.sampled_from([("", "Z"), ("", ""), (";TZID=Europe/Vienna", ""), (";TZID=Australia/Sydney", "")])
    )
    ends = [f"DTEND{head}:{start + timedelta(minutes=45):%Y%m%dT%H%M%S}{mark}", "DURATION:PT45M", "DURATION:PT45M0S"]
    lines = [
        f"DTSTART{head}:{start:%Y%m%dT%H%M%S}{mark}",
        draw(st.sampled_from(ends)),
        "SUMMARY:Folded\r\n  here\r\n\tand there; BEGIN:VALARM",
        'X-A;B="c:d;e":f',
        "attendee;partstat=ACCEPTED:mailto:ben@example.com",
        "DESCRIPTION:\u2028\x0b\x85 are no line ends",
        "SEQUENCE:1",
    ]
    shuffled = draw(st.permutations(lines))
    found = text(*vevent(*shuffled, *["BEGIN:VALARM", "DURATION:PT5M", "DTSTART:20200101T000000Z", "END:VALARM"]))
    return found if draw(st.booleans()) else found.replace("\r\n", "\n")


@given(lone(), st.integers(-2000, 2000), st.integers(1, 100))
def test_a_lone_event_that_is_moved_and_moved_back_has_its_lines_again(old: str, quarters: int, length: int) -> None:
    before = EDITOR.versions([old])[MASTER]
    start = before.start + timedelta(minutes=15 * quarters)
    new = Retime(MASTER, start, start + timedelta(minutes=length))
    there = EDITOR.edited(old, new, NOW)
    back = EDITOR.edited(there, Retime(MASTER, before.start, before.end), NOW)
    assert [line for line in unstamped(there) if not line.startswith(("DTSTART", "DTEND", "DURATION"))] == [
        line for line in unstamped(old) if not line.startswith(("DTSTART", "DTEND", "DURATION"))
    ]
    same = [line for line in unstamped(back) if not line.startswith("DURATION:PT45M")]
    assert same == [line for line in unstamped(old) if not line.startswith("DURATION:PT45M")]
    assert (EDITOR.versions([back])[MASTER].start, EDITOR.versions([back])[MASTER].end) == (before.start, before.end)


def test_exceptions_of_any_form_go_along() -> None:
    moved = ((utc(2026, 12, 8, 9), utc(2026, 12, 9, 13)), (utc(2026, 12, 15, 9), utc(2026, 12, 16, 13)))
    edit = Rebase(utc(2026, 12, 2, 13), utc(2026, 12, 2, 13, 30), "FREQ=WEEKLY", moved)
    exceptions = [
        "EXDATE;TZID=Europe/Vienna:20261208T100000,20261215T100000,20270101T000000",
        "EXDATE:20261208T090000Z",
        "EXDATE;VALUE=DATE:20261215",
        "EXDATE;TZID=America/New_York:20261208T040000",
    ]
    lines = edited(edit, *at("20261201T100000", "RRULE:FREQ=WEEKLY", *exceptions))
    assert [line for line in lines if line.startswith("EXDATE")] == [
        "EXDATE;TZID=Europe/Vienna:20261209T140000,20261216T140000,20270101T000000",
        "EXDATE:20261209T130000Z",
        "EXDATE;VALUE=DATE:20261216",
        "EXDATE;TZID=America/New_York:20261209T080000",
    ]


def test_dropped_exceptions_leave_the_others_of_their_line() -> None:
    edit = Rebase(
        utc(2026, 12, 1, 9), utc(2026, 12, 1, 9, 30), "FREQ=WEEKLY", dropped=(utc(2026, 12, 8, 9), utc(2026, 12, 15, 9))
    )
    exceptions = ["EXDATE;TZID=Europe/Vienna:20261208T100000,20261222T100000", "EXDATE:20261215T090000Z"]
    lines = edited(edit, *at("20261201T100000", "RRULE:FREQ=WEEKLY", *exceptions))
    assert [line for line in lines if line.startswith("EXDATE")] == ["EXDATE;TZID=Europe/Vienna:20261222T100000"]


def test_what_is_left_out_already_is_not_left_out_twice() -> None:
    edit = SetRule("FREQ=WEEKLY;COUNT=9", overrides=(Override(utc(2026, 12, 8, 9), None),))
    lines = edited(edit, *at("20261201T100000", "RRULE:FREQ=WEEKLY", "EXDATE:20261208T090000Z"))
    assert [line for line in lines if line.startswith("EXDATE")] == ["EXDATE:20261208T090000Z"]


@pytest.mark.parametrize(("exception", "left"), [("EXDATE:20261208T090000Z", True), ("SEQUENCE:1", False)])
def test_what_is_dropped_is_the_exception_and_only_without_one_the_override(exception: str, left: bool) -> None:
    """An override that its series left out besides says what the occurrence was: it comes back with it."""
    other = at("20261209T100000", "RECURRENCE-ID;TZID=Europe/Vienna:20261208T100000")
    edit = Rebase(utc(2026, 12, 1, 9), utc(2026, 12, 1, 9, 30), "FREQ=WEEKLY", dropped=(utc(2026, 12, 8, 9),))
    lines = edited(edit, *at("20261201T100000", "RRULE:FREQ=WEEKLY", exception), *other)
    assert not [line for line in lines if line.startswith("EXDATE")]
    assert ("RECURRENCE-ID;TZID=Europe/Vienna:20261208T100000" in lines) == left


def test_a_cancelled_exception_with_few_fields_goes_along_s13() -> None:
    """It has no DTSTART to be changed, and none is asked for."""
    sparse = [
        "BEGIN:VEVENT",
        "UID:a@example.com",
        "RECURRENCE-ID;TZID=Europe/Vienna:20261208T100000",
        "STATUS:CANCELLED",
        "END:VEVENT",
    ]
    old = text(*at("20261201T100000", "RRULE:FREQ=WEEKLY", BEN), *sparse)
    moved = ((utc(2026, 12, 8, 9), utc(2026, 12, 9, 13)),)
    edit = Rebase(utc(2026, 12, 2, 13), utc(2026, 12, 2, 13, 30), "FREQ=WEEKLY", moved)
    found = EDITOR.versions([EDITOR.edited(old, edit, NOW)])
    assert {key: one.status for key, one in found.items() if key} == {"2026-12-09T13:00:00+00:00": "CANCELLED"}
    [request] = EDITOR.messages(EDITOR.edited(old, edit, NOW), edit)
    assert "STATUS:CANCELLED" not in request.text
    assert "EXDATE;TZID=Europe/Vienna:20261209T140000" in request.text


OAK = "ATTENDEE;CUTYPE=ROOM;CN=Oak Room:mailto:Oak@example.com"
BEN = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben@example.com"
ELM = "ATTENDEE;CUTYPE=ROOM;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:elm@example.com"
NAMED = 'ATTENDEE;CN="Elm, 2nd floor";CUTYPE=ROOM;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:elm@example.com'
SWAP = RoomChange(("oak@example.com",), ("elm@example.com",))
ROOMS = {
    "booked": ([OAK, BEN, "LOCATION:Berlin"], SWAP, [ELM, BEN, "LOCATION:Berlin"]),
    "named": (
        [BEN, OAK, "LOCATION:oak  room"],
        RoomChange(SWAP.gone, SWAP.added, (("elm@example.com", "Elm, 2nd floor"),)),
        [BEN, NAMED, "LOCATION:Elm\\, 2nd floor"],
    ),
    "no name": ([OAK, "LOCATION:Oak Room"], SWAP, [ELM, "LOCATION:elm@example.com"]),
    "only a location": (
        [BEN, "LOCATION:Oak Room"],
        RoomChange(SWAP.gone, SWAP.added, (("oak@example.com", "Oak Room"), ("elm@example.com", "Elm"))),
        [BEN, "LOCATION:Elm"],
    ),
    "none any more": ([OAK, BEN, "LOCATION:Oak Room"], RoomChange(SWAP.gone, ()), [BEN]),
    "the first one": ([BEN], RoomChange((), SWAP.added), [BEN, ELM]),
    "there already": ([OAK, ELM], SWAP, [ELM]),
}


@pytest.mark.parametrize(("before", "rooms", "after"), ROOMS.values(), ids=ROOMS)
def test_rooms_are_booked_where_the_old_ones_stood(before: list[str], rooms: RoomChange, after: list[str]) -> None:
    edit = Retime(MASTER, utc(2026, 12, 1, 9), utc(2026, 12, 1, 9, 30), rooms)
    lines = EDITOR.edited(text(*at("20261201T100000", *before)), edit, NOW).replace("\r\n ", "").split("\r\n")
    assert [line for line in lines if line.startswith(("ATTENDEE", "LOCATION"))] == after


def test_answers_are_the_servers_to_reset_but_not_of_a_new_series() -> None:
    """RFC 6638 §3.2.8: a scheduling server resets PARTSTAT by itself when the time changes."""
    old = text(*at("20261201T100000", "RRULE:FREQ=WEEKLY", "ORGANIZER:mailto:dana@example.com", BEN))
    assert BEN in EDITOR.edited(old, LATER, NOW)
    insert = Insert("b@example.com", utc(2026, 12, 2, 13), utc(2026, 12, 2, 13, 30), "FREQ=WEEKLY")
    assert "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ben@example.com" in EDITOR.edited(old, insert, NOW)


def test_what_a_server_noted_of_its_mails_is_not_sent() -> None:
    """RFC 6638 §7.1: SCHEDULE-AGENT and its like are never part of a scheduling message."""
    lines = [
        "ORGANIZER;SCHEDULE-AGENT=CLIENT:mailto:dana@example.com",
        'ATTENDEE;SCHEDULE-STATUS="1.2";SCHEDULE-FORCE-SEND=REQUEST:mailto:ben@example.com',
    ]
    [request] = EDITOR.messages(text(*at("20261201T100000", *lines)), LATER)
    assert "SCHEDULE-" not in request.text
    assert "ORGANIZER:mailto:dana@example.com" in request.text


def test_whom_a_server_is_to_leave_alone_is_left_alone_in_a_new_series() -> None:
    """RFC 6638 §7.1: without SCHEDULE-AGENT a server would send a mail that the organizer did not want."""
    lines = [
        "ORGANIZER;SCHEDULE-AGENT=CLIENT:mailto:dana@example.com",
        "ATTENDEE;SCHEDULE-AGENT=NONE;PARTSTAT=ACCEPTED:mailto:ben@example.com",
        'ATTENDEE;SCHEDULE-STATUS="1.2";SCHEDULE-FORCE-SEND=REQUEST:mailto:ana@example.com',
    ]
    insert = Insert("b@example.com", utc(2026, 12, 2, 13), utc(2026, 12, 2, 13, 30), "FREQ=WEEKLY")
    made = EDITOR.edited(text(*at("20261201T100000", "RRULE:FREQ=WEEKLY", *lines)), insert, NOW)
    assert [line for line in made.replace("\r\n ", "").split("\r\n") if line.startswith(("ORGANIZER", "ATTENDEE"))] == [
        lines[0],
        "ATTENDEE;SCHEDULE-AGENT=NONE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ben@example.com",
        "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ana@example.com",
    ]


def test_a_request_about_an_occurrence_has_only_that() -> None:
    """RFC 5546 §3.2.2: a REQUEST for one instance has its RECURRENCE-ID, and not the whole series."""
    there = EDITOR.edited(text(*at("20261201T100000", "RRULE:FREQ=WEEKLY", BEN)), OCCURRENCE, NOW)
    [request] = EDITOR.messages(there, OCCURRENCE)
    assert request.guests == ("ben@example.com",)
    assert request.text.count("BEGIN:VEVENT") == 1
    assert "RRULE" not in request.text
    assert "\r\nMETHOD:REQUEST\r\n" in request.text
    assert "RSVP=TRUE" in request.text


BROKEN = {
    "no calendar": "SUMMARY:x",
    "two calendars": text(*at("20261201T100000")) * 2,
    "cut off": text(*at("20261201T100000"))[:-30],
    "wrong end": text(*at("20261201T100000")).replace("END:VEVENT", "END:VALARM"),
    "a bare return": text(*at("20261201T100000", "SUMMARY:a\rDTSTART:20200101T000000Z")),
    "two masters": text(*at("20261201T100000"), *at("20261201T110000")),
    "no start": text(*vevent("SUMMARY:x")),
    "unknown zone": text(*at("20261201T100000", tzid="Nowhere")),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_what_is_not_understood_is_not_edited(broken: str) -> None:
    with pytest.raises(ParseError) as caught:
        EDITOR.edited(broken, LATER, NOW)
    assert "\n" not in str(caught.value)


def test_an_exception_in_a_zone_that_is_none_is_not_moved() -> None:
    edit = Rebase(LATER.start, LATER.end, "FREQ=WEEKLY", ((utc(2026, 12, 8, 9), utc(2026, 12, 9, 13)),))
    with pytest.raises(ParseError, match=r"the EXDATE of .* cannot be kept: its time zone TZID='Nowhere'"):
        edited(edit, *at("20261201T100000", "RRULE:FREQ=WEEKLY", "EXDATE;TZID=Nowhere:20261208"))


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        (OCCURRENCE, ()),
        (SetRule("FREQ=DAILY"), ()),
        (SetRule("FREQ=DAILY"), ("RRULE:FREQ=WEEKLY", "EXRULE:FREQ=MONTHLY")),
        (SetRule("FREQ=DAILY", (utc(2026, 12, 8, 9),)), ("RRULE:FREQ=WEEKLY",)),
        (Remove("a@example.com"), ()),
    ],
    ids=["no series", "no rule", "exrule", "no override", "removed"],
)
def test_an_edit_of_what_is_not_there_is_refused(edit: Edit, lines: tuple[str, ...]) -> None:
    if edit is OCCURRENCE:
        old = text(*at("20261201T100000", "RECURRENCE-ID;TZID=Europe/Vienna:20261201T100000"))
    else:
        old = text(*at("20261201T100000", *lines))
    with pytest.raises(ParseError):
        EDITOR.edited(old, edit, NOW)


def test_all_day_never_moves() -> None:
    with pytest.raises(InputError, match="all-day"):
        EDITOR.edited(text(*vevent("DTSTART;VALUE=DATE:20261201")), LATER, NOW)


def test_sizes_are_bounded() -> None:
    large = text(*at("20261201T100000", "RRULE:FREQ=DAILY", f"DESCRIPTION:{'x' * (MAX_TEXT // 2)}"))
    with pytest.raises(ParseError, match="would have more than 10,000,000 characters"):
        EDITOR.edited(large, OCCURRENCE, NOW)
    with pytest.raises(ParseError, match="has more than 10,000,000 characters"):
        EDITOR.edited(large * 2, OCCURRENCE, NOW)


def test_calendar_properties_after_components_stay_where_they_are() -> None:
    old = text(*at("20261201T100000"), "X-WR-CALNAME:Late")
    assert EDITOR.edited(old, LATER, NOW).endswith("END:VEVENT\r\nX-WR-CALNAME:Late\r\nEND:VCALENDAR\r\n")
