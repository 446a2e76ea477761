from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.adapters.google.events.translation import FIELDS, calendar_object, is_deleted
from app.domain.calendar.event import Attendee, Cutype, EventType, Partstat
from app.domain.calendar.timespan import Timespan
from tests.adapters.google.given_events import UID, days, monday, read_all, read_one, timed
from tests.adapters.text import VIENNA, starts, utc

WEEKLY = ["RRULE:FREQ=WEEKLY;BYDAY=MO"]
ZONES = ["Europe/Vienna", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]


def text(event: dict[str, Any]) -> str:
    return calendar_object(event, UID).text


def test_an_object_is_named_and_versioned_as_its_server_does() -> None:
    found = calendar_object(monday(), UID)
    assert (found.href, found.uid, found.etag) == ("4h2b3c", UID, '"3588424600000000"')
    assert icalendar.Calendar.from_ical(found.text).events[0]["UID"] == UID


def test_an_event_says_when_and_what_it_is() -> None:
    event = read_one(monday(summary="Planning, part 2; with Ann", location="Blue\nroom", sequence=3))
    assert event.span == Timespan.between(utc(2026, 11, 23, 9), utc(2026, 11, 23, 10), VIENNA)
    assert (event.title, event.location, event.sequence) == ("Planning, part 2; with Ann", "Blue\nroom", 3)
    assert (event.ref.uid, event.ref.recurrence_id, event.rrule) == (UID, None, None)


ABOUT: dict[str, Any] = {
    "description": "<b>Agenda</b>\n1. Budget, by line",
    "attachments": [
        {"fileUrl": "https://docs.example.com/d/1", "mimeType": "application/vnd.google-apps.document"},
        {"fileUrl": "https://docs.example.com/d/2", "mimeType": "video/mp4"},
        {"fileUrl": "https://docs.example.com/d/3"},
    ],
}


def test_an_event_says_what_it_is_about_and_when_it_was_written() -> None:
    event = read_one(monday(**ABOUT, created="2025-01-03T10:11:12.000Z"))
    assert (event.description, event.attachments) == (ABOUT["description"], 2)
    assert (event.created, event.changed) == (utc(2025, 1, 3, 10, 11, 12), utc(2026, 11, 10, 9, 8, 7))


@pytest.mark.parametrize("visibility", ["private", "confidential"])
def test_what_a_private_event_is_about_is_not_even_kept(visibility: str) -> None:
    said = text(monday(**ABOUT, visibility=visibility))
    assert "Budget" not in said
    assert "docs.example.com" not in said


def test_an_event_may_say_nothing_but_when_it_is() -> None:
    event = read_one({"id": "a", "start": monday()["start"], "end": monday()["end"]})
    assert (event.title, event.organizer, event.attendees, event.sequence) == ("", None, (), 0)


def test_the_time_is_that_of_the_events_own_zone() -> None:
    """The offset is the calendar's (`timeZone` of the list), the name is the event's."""
    span = read_one(timed("2026-11-23T16:00:00+01:00", "2026-11-23T17:00:00+01:00", "America/New_York")).span
    assert (span.start, span.zone.key, span.local_start.hour) == (utc(2026, 11, 23, 15), "America/New_York", 10)


def test_a_time_without_a_zone_is_still_that_moment() -> None:
    span = read_one(timed("2026-11-23T16:00:00+02:00", "2026-11-23T17:00:00+02:00", None)).span
    assert (span.start, span.zone) == (utc(2026, 11, 23, 14), VIENNA)


def test_a_time_without_an_offset_is_on_the_clock_of_its_zone() -> None:
    assert read_one(timed("2026-11-23T10:00:00", "2026-11-23T11:00:00")).span.start == utc(2026, 11, 23, 9)


def test_a_series_without_a_zone_is_on_the_calendars_clock() -> None:
    event = timed("2026-10-19T10:00:00+02:00", "2026-10-19T11:00:00+02:00", None, recurrence=WEEKLY)
    assert starts(read_all(event).events) == ["11-23T09:00"]


def test_a_series_in_an_unknown_zone_is_reported_and_not_guessed() -> None:
    event = timed("2026-11-23T10:00:00+01:00", "2026-11-23T11:00:00+01:00", "Moon/Crater", recurrence=WEEKLY)
    found = read_all(event)
    assert (found.events, [w.code for w in found.warnings]) == ((), ["unknown_timezone"])


def test_a_single_event_in_an_unknown_zone_is_still_that_moment() -> None:
    event = timed("2026-11-23T10:00:00+01:00", "2026-11-23T11:00:00+01:00", "Moon/Crater")
    assert read_one(event).span.start == utc(2026, 11, 23, 9)


def test_days_end_before_their_exclusive_end() -> None:
    event = read_one(days("2026-11-24", "2026-11-26"))
    assert event.all_day
    assert event.span == Timespan.between(
        datetime(2026, 11, 24, tzinfo=VIENNA), datetime(2026, 11, 26, tzinfo=VIENNA), VIENNA
    )


def test_an_unspecified_end_is_the_one_that_the_server_gives_for_compatibility() -> None:
    assert read_one(monday(endTimeUnspecified=True)).span.minutes == 60


def test_a_series_lasts_through_the_change_of_the_clock_without_its_exceptions() -> None:
    lines = [*WEEKLY, "EXDATE;TZID=Europe/Vienna:20261026T100000", "RDATE;VALUE=DATE-TIME:20261028T090000Z"]
    series = timed("2026-10-19T10:00:00+02:00", "2026-10-19T11:00:00+02:00", recurrence=lines)
    found = read_all(series, first=date(2026, 10, 19), span=21).events
    assert starts(found) == ["10-19T08:00", "10-28T09:00", "11-02T09:00"]
    assert found[0].rrule == "FREQ=WEEKLY;BYDAY=MO"


def series(**more: Any) -> dict[str, Any]:
    return monday(recurrence=WEEKLY, **more)


def override(original: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"id": "4h2b3c_x", "recurringEventId": "4h2b3c", "originalStartTime": original, **more}


def test_an_override_takes_the_place_of_its_occurrence() -> None:
    moved = timed("2026-11-25T15:00:00+01:00", "2026-11-25T15:30:00+01:00", "America/New_York")
    moved |= override({"dateTime": "2026-11-23T10:00:00+01:00", "timeZone": "Europe/Vienna"}, summary="Moved")
    event = read_all(series(), moved).events[0]
    assert (event.span.start, event.title, event.overridden) == (utc(2026, 11, 25, 14), "Moved", True)
    assert event.ref.recurrence_id == utc(2026, 11, 23, 9)


def test_a_cancelled_occurrence_needs_no_more_than_its_original_start() -> None:
    original = {"dateTime": "2026-11-23T10:00:00+01:00", "timeZone": "Europe/Vienna"}
    cancelled = override(original, status="cancelled")
    assert not is_deleted(cancelled)
    assert starts(read_all(series(), cancelled, span=14).events) == ["11-30T09:00"]
    assert not read_all(cancelled).warnings


@pytest.mark.parametrize("zone", [{}, {"timeZone": "UTC"}, {"timeZone": "America/New_York"}, {"timeZone": "Moon/Mare"}])
def test_an_original_start_is_known_in_any_zone(zone: dict[str, str]) -> None:
    cancelled = override({"dateTime": "2026-11-23T04:00:00-05:00", **zone}, status="cancelled")
    assert not read_all(series(), cancelled).events


def test_a_cancelled_day_of_an_all_day_series() -> None:
    daily = days("2026-11-23", "2026-11-24", recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    found = read_all(daily, override({"date": "2026-11-24"}, status="cancelled")).events
    assert [event.span.local_start.day for event in found] == [23, 25]


def test_an_all_day_occurrence_that_got_a_time() -> None:
    daily = days("2026-11-23", "2026-11-24", recurrence=["RRULE:FREQ=DAILY;COUNT=2"])
    found = read_all(daily, monday() | override({"date": "2026-11-23"})).events
    assert [(event.all_day, event.ref.recurrence_id) for event in found] == [
        (False, date(2026, 11, 23)),
        (True, date(2026, 11, 24)),
    ]


def test_only_what_is_cancelled_and_no_occurrence_is_deleted() -> None:
    assert is_deleted({"id": "a", "status": "cancelled"})
    assert not is_deleted(monday())


def test_people_answered_and_are_required_or_not() -> None:
    attendees = [
        {"email": "Dana@example.com", "responseStatus": "accepted", "organizer": True, "self": True},
        {"email": "ann@example.com", "displayName": 'Ann "A", B: C', "responseStatus": "declined", "optional": True},
        {"email": "c_1@resource.example.com", "displayName": "Blue", "responseStatus": "tentative", "resource": True},
        {"email": "bo@example.com", "responseStatus": "needsAction", "additionalGuests": 2},
        {"displayName": "without an address"},
    ]
    event = read_one(monday(organizer={"email": "dana@example.com"}, attendees=attendees))
    assert event.organizer == "dana@example.com"
    assert event.attendees == (
        Attendee("dana@example.com", partstat=Partstat.ACCEPTED),
        Attendee("ann@example.com", 'Ann "A", B: C', required=False, partstat=Partstat.DECLINED),
        Attendee("c_1@resource.example.com", "Blue", partstat=Partstat.TENTATIVE, cutype=Cutype.ROOM),
        Attendee("bo@example.com"),
    )
    assert "X-NUM-GUESTS=2" in text(monday(attendees=attendees))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("default", EventType.DEFAULT),
        ("focusTime", EventType.FOCUS),
        ("outOfOffice", EventType.OUT_OF_OFFICE),
        ("workingLocation", EventType.WORKING_LOCATION),
        ("fromGmail", EventType.DEFAULT),
        ("birthday", EventType.DEFAULT),
        ("invented\r\nSTATUS:CANCELLED", EventType.DEFAULT),
    ],
)
def test_types_of_events(said: str, expected: EventType) -> None:
    assert read_one(monday(eventType=said)).event_type == expected


@pytest.mark.parametrize(
    ("visibility", "private"), [("default", False), ("public", False), ("private", True), ("confidential", True)]
)
def test_visibility(visibility: str, private: bool) -> None:
    assert read_one(monday(visibility=visibility)).private is private


def test_status_and_transparency() -> None:
    plain, free = read_one(monday()), read_one(monday(transparency="transparent", status="tentative"))
    assert (plain.transparent, plain.tentative, plain.cancelled) == (False, False, False)
    assert (free.transparent, free.tentative) == (True, True)


def test_what_rfc_5545_has_no_word_for_is_kept() -> None:
    found = text(monday(guestsCanModify=True, attendeesOmitted=True))
    assert "X-CLEARWEEK-GUESTS-CAN-MODIFY:TRUE" in found
    assert "X-CLEARWEEK-ATTENDEES-OMITTED:TRUE" in found
    assert "X-CLEARWEEK" not in text(monday())


def test_the_version_is_that_of_the_server() -> None:
    event = icalendar.Calendar.from_ical(text(monday(sequence=7))).events[0]
    assert (event.get("SEQUENCE"), event.LAST_MODIFIED, event.DTSTAMP) == (7, *[utc(2026, 11, 10, 9, 8, 7)] * 2)


@pytest.mark.parametrize(
    "hostile",
    [
        "a\r\nEND:VEVENT\r\nBEGIN:VEVENT",
        "a\x00b\x0bc",
        "half \ud83d of a letter",
        'q"u;o,t\\e:d',
        "ünï  \t" * 60,
        "\x85\u2028",
    ],
)
def test_hostile_text_stays_within_its_property(hostile: str) -> None:
    person = {"email": f"{hostile}@example.com", "displayName": hostile}
    found = text(monday(summary=hostile, location=hostile, organizer=person, attendees=[person], visibility=hostile))
    parsed = icalendar.Calendar.from_ical(found)
    assert [c.name for c in parsed.walk()] == ["VCALENDAR", "VEVENT"]
    assert not parsed.events[0].errors
    assert "\x00" not in found
    assert len(read_all(monday(summary=hostile, attendees=[person])).events) == 1


@pytest.mark.parametrize(
    "line", ["RRULE:FREQ=WEEKLY\r\nSTATUS:CANCELLED", "FREQ=WEEKLY", "DTSTART:20200101T000000Z", ""]
)
def test_a_rule_that_is_none_is_reported_and_makes_no_single_event(line: str) -> None:
    found = read_all(monday(recurrence=[line]))
    assert [warning.code for warning in found.warnings] == ["unreadable_event"]
    assert not found.events


@pytest.mark.parametrize(
    "start", [{}, {"dateTime": "yesterday"}, {"date": 20261123}, {"dateTime": "0001-01-01T00:00:00+14:00"}]
)
def test_an_event_whose_time_cannot_be_read_is_reported(start: dict[str, Any]) -> None:
    found = read_all(monday() | {"start": start, "end": {}})
    assert [(w.code, w.uid) for w in found.warnings] == [("unreadable_event", UID)]


@pytest.mark.parametrize("odd", [5, 0.5, True, ["a"], {"a": 1}])
def test_text_of_another_type_is_read_as_text(odd: Any) -> None:
    names = ("summary", "location", "status", "transparency", "visibility", "eventType", "updated", "sequence")
    person = dict.fromkeys(("email", "displayName", "responseStatus", "additionalGuests"), odd)
    assert read_one(monday() | dict.fromkeys(names, odd) | {"attendees": [person], "organizer": person}).title


def test_the_fields_asked_for_are_those_that_are_read() -> None:
    """Whatever makes a difference to the text has to be asked for."""
    full = monday(
        recurrence=WEEKLY,
        summary="a",
        location="b",
        transparency="transparent",
        visibility="private",
        organizer={"email": "a@example.com", "displayName": "A"},
        attendeesOmitted=True,
        guestsCanModify=True,
        attendees=[
            {
                "email": "b@example.com",
                "displayName": "B",
                "optional": True,
                "resource": True,
                "responseStatus": "accepted",
                "additionalGuests": 1,
            }
        ],
    )
    full |= override({"date": "2026-11-23"})
    top = {name.partition("(")[0] for name in FIELDS.replace("(", "(,").split(",")}
    for name in set(full) - {"eventType"}:
        assert name in top, name
    for name in {*full["organizer"], *full["attendees"][0], "eventType"}:
        assert name in FIELDS, name


moments = st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: utc(2024, 1, 1) + timedelta(minutes=minutes))


@given(moments, st.integers(0, 3000), st.sampled_from(ZONES), st.sampled_from(ZONES))
@example(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), 45, "Europe/Vienna", "UTC")  # the second 2:30 of that night
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 60, "Europe/Vienna", "Europe/Vienna")
@example(datetime(2026, 3, 29, 0, 59, tzinfo=UTC), 2, "Europe/Vienna", "America/New_York")
def test_every_moment_in_every_zone_comes_back(start: datetime, minutes: int, own: str, shown: str) -> None:
    end = start + timedelta(minutes=minutes)
    there = ZoneInfo(shown)
    event = timed(start.astimezone(there).isoformat(), end.astimezone(there).isoformat(), own)
    span = read_one(event, first=start.date() - timedelta(days=1), span=5).span
    assert (span.start, span.end) == (start, end)


@given(moments, st.sampled_from(ZONES), st.sampled_from(ZONES))
@example(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/Vienna", "Europe/Vienna")
def test_every_occurrence_of_a_series_can_be_cancelled(start: datetime, own: str, shown: str) -> None:
    there = ZoneInfo(shown)
    local = start.astimezone(ZoneInfo(own)).replace(fold=0).astimezone(UTC)
    master = timed(
        local.isoformat(), (local + timedelta(hours=1)).isoformat(), own, recurrence=["RRULE:FREQ=DAILY;COUNT=4"]
    )
    window: dict[str, Any] = {"first": local.date() - timedelta(days=1), "span": 8, "zone": ZoneInfo(own)}
    occurrences = read_all(master, **window).events
    assert len(occurrences) == 4
    for gone in occurrences:
        original = {"dateTime": gone.span.start.astimezone(there).isoformat(), "timeZone": own}
        left = read_all(master, override(original, status="cancelled"), **window).events
        assert [e.span.start for e in left] == [e.span.start for e in occurrences if e is not gone]


@given(st.dates(date(2024, 1, 1), date(2028, 1, 1)), st.integers(1, 20), st.sampled_from(ZONES))
def test_every_day_in_every_zone_comes_back(first: date, count: int, own: str) -> None:
    zone, last = ZoneInfo(own), first + timedelta(days=count)
    span = read_one(days(first.isoformat(), last.isoformat()), first=first, span=count, zone=zone).span
    assert (span.local_start.date(), span.local_end.date()) == (first, last)
