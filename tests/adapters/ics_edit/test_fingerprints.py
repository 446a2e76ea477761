"""What an approval covers of an event, read from its text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from app.adapters.google.events.translation import calendar_object
from app.adapters.ics_edit.editor import IcsEditor
from app.domain.calendar.writing import MASTER, THIS_AND_FUTURE, Fingerprint
from app.errors import ParseError
from tests.adapters.text import VIENNA, at, calendar, utc, vevent, vtimezone

EDITOR = IcsEditor(VIENNA)
ORIGINAL = "2026-11-30T09:00:00+00:00"


def text(*lines: str) -> str:
    return calendar(*lines).decode()


def alone(*lines: str, tzid: str = "Europe/Vienna") -> Fingerprint:
    return EDITOR.versions([text(*at("20261123T100000", *lines, tzid=tzid))])[MASTER]


def test_a_fingerprint_has_what_an_approval_covers() -> None:
    found = alone(
        "RRULE:FREQ=WEEKLY;BYDAY=MO",
        "SEQUENCE:3",
        "LOCATION:Oak Room",
        "ORGANIZER:mailto:Dana@example.com",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben@example.com",
        "ATTENDEE;CUTYPE=ROOM:mailto:oak@example.com",
    )
    assert found == Fingerprint(
        start=utc(2026, 11, 23, 9),
        end=utc(2026, 11, 23, 9, 30),
        tzid="Europe/Vienna",
        recurrence=("RRULE:BYDAY=MO;FREQ=WEEKLY",),
        status="CONFIRMED",
        organizer="dana@example.com",
        addresses=("ben@example.com", "dana@example.com", "oak@example.com"),
        location="Oak Room",
        sequence=3,
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU", "RRULE:wkst=SU;INTERVAL=2;FREQ=WEEKLY"),
        ("RRULE:FREQ=WEEKLY;INTERVAL=1;WKST=MO", "RRULE:FREQ=WEEKLY"),
        ("RRULE:FREQ=WEEKLY;UNTIL=20261231T100000", "RRULE:FREQ=WEEKLY;UNTIL=20261231T090000Z"),
        ("RRULE:FREQ=WEEKLY\r\nX-MOZ-LASTACK:20261101T100000Z", "RRULE:FREQ=WEEKLY"),
        ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben@example.com", "ATTENDEE;PARTSTAT=DECLINED:mailto:ben@example.com"),
        ("STATUS:CONFIRMED", "TRANSP:OPAQUE"),
        ("EXDATE;TZID=Europe/Vienna:20261207T100000,20261214T100000", "EXDATE:20261214T090000Z,20261207T090000Z"),
    ],
)
def test_another_way_to_write_the_same_is_no_change(one: str, other: str) -> None:
    assert alone(one) == alone(other)


@pytest.mark.parametrize(
    "line",
    [
        "RRULE:FREQ=WEEKLY",
        "EXDATE;TZID=Europe/Vienna:20261207T100000",
        "RDATE;TZID=Europe/Vienna:20261208T100000",
        "STATUS:TENTATIVE",
        "STATUS:CANCELLED",
        "ORGANIZER:mailto:eve@example.com",
        "ATTENDEE:mailto:ben@example.com",
        "LOCATION:Elm Room",
        "SEQUENCE:1",
    ],
)
def test_each_of_these_is_a_change(line: str) -> None:
    assert alone(line) != alone()


def test_exceptions_and_additions_are_moments_in_utc() -> None:
    found = alone(
        "RRULE:FREQ=WEEKLY",
        "EXDATE;TZID=Europe/Vienna:20261207T100000",
        "EXDATE;VALUE=DATE:20261214",
        "RDATE;TZID=Europe/Vienna:20261208T100000",
        "RDATE;VALUE=PERIOD:20261209T090000Z/PT1H",
    )
    assert found.recurrence == (
        "EXDATE:20261207T090000Z,20261214",
        "RDATE:20261208T090000Z,20261209T090000Z/20261209T100000Z",
        "RRULE:FREQ=WEEKLY",
    )


@pytest.mark.parametrize(
    ("start", "zone", "key"),
    [
        (";TZID=Europe/Vienna:20261123T100000", "Europe/Vienna", ORIGINAL),
        (":20261123T090000Z", "UTC", ORIGINAL),
        (":20261123T100000", "Europe/Vienna", ORIGINAL),
        (";VALUE=DATE:20261123", "", "2026-11-30"),
        (";TZID=W. Europe Standard Time:20261123T100000", "Europe/Berlin", ORIGINAL),
        (";TZID=Office:20261123T100000", "Europe/Berlin", ORIGINAL),
    ],
)
def test_components_are_named_by_their_original_start_in_utc_or_their_day(start: str, zone: str, key: str) -> None:
    original = start.replace("1123", "1130")
    found = EDITOR.versions(
        [
            text(
                *vtimezone("Office", "+0100", "+0200"),
                *vevent(f"DTSTART{start}", "RRULE:FREQ=WEEKLY"),
                *vevent(f"DTSTART{original}", f"RECURRENCE-ID{original}", "SUMMARY:Other"),
            )
        ]
    )
    assert set(found) == {MASTER, key}
    assert found[MASTER].tzid == zone


def test_a_day_is_midnight_in_utc() -> None:
    found = EDITOR.versions([text(*vevent("DTSTART;VALUE=DATE:20261123", "DTEND;VALUE=DATE:20261125"))])[MASTER]
    assert (found.start, found.end, found.tzid) == (utc(2026, 11, 23), utc(2026, 11, 25), "")


def test_the_newest_of_two_descriptions_counts() -> None:
    found = EDITOR.versions([text(*at("20261123T100000", "SEQUENCE:1")), text(*at("20261123T110000", "SEQUENCE:2"))])
    assert found[MASTER].sequence == 2


def test_an_override_of_all_that_follows_is_told() -> None:
    series = at("20261123T100000", "RRULE:FREQ=WEEKLY")
    range_ = at("20261130T110000", "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Vienna:20261130T100000")
    assert EDITOR.versions([text(*series, *range_)])[ORIGINAL].recurrence == (THIS_AND_FUTURE,)


def test_a_cancelled_exception_with_few_fields_is_a_version_s13() -> None:
    """A cancelled exception may say no more than which occurrence it is."""
    sparse: Mapping[str, Any] = {
        "id": "s_20261130T090000Z",
        "recurringEventId": "s",
        "status": "cancelled",
        "originalStartTime": {"dateTime": "2026-11-30T10:00:00+01:00", "timeZone": "Europe/Vienna"},
    }
    found = EDITOR.versions(
        [text(*at("20261123T100000", "RRULE:FREQ=WEEKLY")), calendar_object(sparse, "a@example.com").text]
    )
    assert found[ORIGINAL].status == "CANCELLED"
    assert found[ORIGINAL].start == utc(2026, 11, 30, 9)


def test_an_occurrence_that_is_only_cancelled_needs_no_start_s13() -> None:
    gone = vevent("RECURRENCE-ID;TZID=Europe/Vienna:20261130T100000", "STATUS:CANCELLED")
    found = EDITOR.versions([text(*at("20261123T100000", "RRULE:FREQ=WEEKLY"), *gone)])
    assert found[ORIGINAL].status == "CANCELLED"


def test_of_nothing_there_are_no_versions() -> None:
    assert EDITOR.versions([]) == {}


@pytest.mark.parametrize("line", ["DTSTART:soon", "DTSTART;TZID=Nowhere/Land:20261123T100000", "SUMMARY:No start"])
def test_what_cannot_be_read_is_refused_in_one_line(line: str) -> None:
    with pytest.raises(ParseError, match=r"the event 'a@example.com', line \d+, cannot be read") as caught:
        EDITOR.versions([text(*vevent(line))])
    assert "\n" not in str(caught.value)


def test_events_of_two_uids_are_refused() -> None:
    with pytest.raises(ParseError, match="other UIDs"):
        EDITOR.versions([text(*at("20261123T100000"), *at("20261123T100000", uid="b@example.com"))])
