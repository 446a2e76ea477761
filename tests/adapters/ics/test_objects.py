from __future__ import annotations

from datetime import date

import pytest

from app.adapters.ics.objects import objects
from app.adapters.ics.text import MAX_ATTENDEES, scan
from app.domain.calendar.connected import CalendarObject
from tests.adapters.text import at, calendar, read, starts, vevent, vtimezone

VIENNA = vtimezone("Europe/Vienna", "+0100", "+0200")
SERIES = at("20261123T090000", "RRULE:FREQ=DAILY;COUNT=3", uid="series")
OVERRIDE = at("20261124T150000", "RECURRENCE-ID;TZID=Europe/Vienna:20261124T090000", uid="series")


def split(data: bytes) -> dict[str, CalendarObject]:
    return {one.href: one for one in objects(scan("dana.ics", data))}


def etag(*lines: str) -> str | None:
    (one,) = split(calendar(*lines)).values()
    return one.etag


def test_each_uid_is_an_object_that_can_be_read_alone() -> None:
    found = split(calendar(*VIENNA, *SERIES, *at("20261125T100000", uid="lunch"), *OVERRIDE))
    assert [(one.href, one.uid) for one in found.values()] == [("series", "series"), ("lunch", "lunch")]
    assert starts(read(found["series"].text.encode()).events) == ["11-23T08:00", "11-24T14:00", "11-25T08:00"]
    assert starts(read(found["lunch"].text.encode()).events) == ["11-25T09:00"]


def test_all_objects_together_say_what_the_calendar_says() -> None:
    data = calendar(*VIENNA, *SERIES, *OVERRIDE, *vevent("DTSTART:20261124T120000", "SUMMARY:Lunch", uid=""))
    together = "".join(one.text for one in split(data).values()).encode()
    assert read(together).events == read(data).events


def test_an_object_has_the_time_zones_that_it_names_and_no_others() -> None:
    own = vtimezone("Wherever it is", "+0900")
    found = split(calendar(*VIENNA, *own, *at("20261123T090000", uid="a", tzid="Wherever it is"), *SERIES))
    assert starts(read(found["a"].text.encode()).events) == ["11-23T00:00"]
    assert "Europe/Vienna" not in found["a"].text
    assert "Wherever" not in found["series"].text


def test_floating_times_keep_the_zone_of_their_calendar() -> None:
    found = split(calendar("X-WR-TIMEZONE:Asia/Tokyo", *vevent("DTSTART:20261123T090000", "DURATION:PT1H")))
    assert starts(read(found["a@example.com"].text.encode()).events) == ["11-23T00:00"]


def test_a_calendar_may_define_its_own_zone() -> None:
    event = vevent("DTSTART:20261123T090000", "DURATION:PT1H")
    (one,) = split(calendar("X-WR-TIMEZONE:Head office", *vtimezone("Head office", "+0900"), *event)).values()
    assert starts(read(one.text.encode()).events) == ["11-23T00:00"]


def test_events_of_one_uid_in_several_calendars_keep_their_own() -> None:
    first = calendar("X-WR-TIMEZONE:Asia/Tokyo", *vevent("DTSTART:20261123T090000", "DURATION:PT1H", "SEQUENCE:1"))
    moved = vevent("DTSTART:20261124T090000", "DURATION:PT1H", "RECURRENCE-ID:20261124T090000")
    second = calendar("X-WR-TIMEZONE:Europe/Vienna", *moved)
    (one,) = split(first + second).values()
    assert starts(read(one.text.encode()).events) == starts(read(first + second).events)


def test_a_cancelled_calendar_stays_cancelled() -> None:
    (one,) = split(calendar("METHOD:CANCEL", *SERIES)).values()
    assert not read(one.text.encode()).events


@pytest.mark.parametrize(
    "changed",
    [
        ["SUMMARY:Other"],
        ["DTSTART;TZID=Europe/Vienna:20261124T090000"],
        ["ATTENDEE;PARTSTAT=DECLINED:mailto:dana@example.com"],
        ["STATUS:CANCELLED"],
        ["SEQUENCE:2"],
        ["DESCRIPTION:See you"],
        ["ATTACH:https://docs.example.com/d/1"],
    ],
)
def test_what_an_event_says_is_in_its_etag(changed: list[str]) -> None:
    plain = ["DTSTART;TZID=Europe/Vienna:20261123T090000", "SUMMARY:One", "ATTENDEE:mailto:dana@example.com"]
    names = [line.partition(":")[0].partition(";")[0] for line in changed]
    others = [line for line in plain if not line.startswith(tuple(names))]
    assert etag(*vevent(*plain)) != etag(*vevent(*others, *changed))


def test_what_nobody_reads_is_neither_kept_nor_in_the_etag() -> None:
    noisy = [line.replace("20260101", "20261122") for line in SERIES]
    noisy[2:2] = ["COMMENT:See you", "LAST-MODIFIED:20261122T000000Z", "BEGIN:VALARM", "END:VALARM"]
    assert etag(*SERIES) == etag(*noisy)
    assert "See you" not in next(iter(split(calendar(*noisy)).values())).text


def test_what_a_private_event_is_about_is_not_kept() -> None:
    about = ["DESCRIPTION:See you", "ATTACH:https://docs.example.com/d/1"]
    (shown,) = split(calendar(*at("20261123T090000", *about))).values()
    (hidden,) = split(calendar(*at("20261123T090000", *about, "CLASS:PRIVATE"))).values()
    assert "See you" in shown.text
    assert "docs.example.com" in shown.text
    assert "See you" not in hidden.text
    assert "docs.example.com" not in hidden.text


def test_the_order_of_properties_and_of_overrides_is_not_in_the_etag() -> None:
    later = at("20261125T150000", "RECURRENCE-ID;TZID=Europe/Vienna:20261125T090000", uid="series")
    turned = [SERIES[0], *SERIES[-2:0:-1], SERIES[-1]]
    assert etag(*SERIES, *OVERRIDE, *later) == etag(*later, *OVERRIDE, *turned)


def test_which_of_two_versions_is_the_newer_one_is_in_the_etag() -> None:
    old, new = (vevent("DTSTART:20261123T090000Z", f"SUMMARY:{word}") for word in ("One", "Two"))
    newer = [line.replace("20260101", "20261122") for line in new]
    assert etag(*old, *new) != etag(*old, *newer)


def test_an_event_that_cannot_be_used_still_cannot_and_says_why() -> None:
    guests = [f"ATTENDEE:mailto:guest{number}@example.com" for number in range(MAX_ATTENDEES + 1)]
    (one,) = split(calendar(*at("20261123T090000", *guests))).values()
    (warning,) = read(one.text.encode()).warnings
    assert "more than 1,000 attendees" in warning.text


def test_an_event_without_uid_is_named_by_what_it_says() -> None:
    lunch = vevent("DTSTART:20261123T120000Z", "DURATION:PT1H", "SUMMARY:Lunch", uid="")
    tea = vevent("DTSTART:20261123T150000Z", "DURATION:PT1H", "SUMMARY:Tea", uid="")
    found = split(calendar(*lunch, *tea))
    assert len(found) == 2
    for uid, one in found.items():
        assert [event.ref.uid for event in read(one.text.encode(), date(2026, 11, 23)).events] == [uid]
