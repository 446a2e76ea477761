from __future__ import annotations

import pytest

from app.domain.calendar.event import MAX_DESCRIPTION, Attendee, Cutype, Event, EventType, Partstat
from tests.adapters.text import VIENNA, at, calendar, only, read, starts, utc, vevent


def one(*lines: str) -> Event:
    return only(read(calendar(*at("20261123T100000", *lines))))


def unreadable(*lines: str) -> str:
    found = read(calendar(*vevent(*lines)))
    assert not found.events
    assert [(w.code, w.uid, w.line) for w in found.warnings] == [("unreadable_event", "a@example.com", 3)]
    return found.warnings[0].text


def test_people_are_read_with_what_they_are_and_answered() -> None:
    event = one(
        "ORGANIZER;CN=Dana Example:MAILTO:Dana@Example.com",
        'ATTENDEE;CN="Ann, B.";ROLE=OPT-PARTICIPANT;PARTSTAT=DECLINED:mailto:ann@example.com',
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:DANA@example.com",
        "ATTENDEE;CUTYPE=ROOM;CN=Blue;PARTSTAT=TENTATIVE:mailto:blue@example.com",
        "ATTENDEE;CUTYPE=RESOURCE;ROLE=NON-PARTICIPANT:mailto:beamer@example.com",
        "ATTENDEE;CUTYPE=GROUP:mailto:all%2Bteam@example.com",
        "ATTENDEE;CUTYPE=X-BOT;PARTSTAT=X-MAYBE:mailto:bot@example.com",
        "ATTENDEE:mailto:ann@example.com",
    )
    assert event.organizer == "dana@example.com"
    assert event.attendees == (
        Attendee("ann@example.com", "Ann, B.", required=False, partstat=Partstat.DECLINED),
        Attendee("dana@example.com", None, partstat=Partstat.ACCEPTED),
        Attendee("blue@example.com", "Blue", partstat=Partstat.TENTATIVE, cutype=Cutype.ROOM),
        Attendee("beamer@example.com", required=False, cutype=Cutype.RESOURCE, informed=True),
        Attendee("all+team@example.com", cutype=Cutype.GROUP),
        Attendee("bot@example.com", cutype=Cutype.UNKNOWN),
    )


def test_an_organizer_who_is_not_listed_takes_part() -> None:
    event = one("ORGANIZER;CN=Dana:mailto:dana@example.com", "ATTENDEE:mailto:ann@example.com")
    assert event.attendees[1] == Attendee("dana@example.com", "Dana", partstat=Partstat.ACCEPTED)


def test_a_shared_calendar_as_organizer_is_nobody() -> None:
    event = one("ORGANIZER:mailto:abc@group.calendar.google.com", "ATTENDEE:mailto:ann@example.com")
    assert [a.email for a in event.attendees] == ["ann@example.com"]


def test_rooms_of_google_are_rooms() -> None:
    assert one("ATTENDEE:mailto:c_1@resource.calendar.google.com").attendees[0].is_room


@pytest.mark.parametrize(
    ("line", "email"),
    [
        ("ATTENDEE;EMAIL=ann@example.com:/a123/principal/", "ann@example.com"),
        ("ATTENDEE:ann@example.com", "ann@example.com"),
        ("ATTENDEE:mailto:<Ann@Example.com>", "ann@example.com"),
        ("ATTENDEE:invalid:nomail", None),
        ("ATTENDEE:urn:uuid:1@2", None),
    ],
)
def test_addresses_in_odd_forms(line: str, email: str | None) -> None:
    assert [a.email for a in one(line).attendees] == ([email] if email else [])


@pytest.mark.parametrize(
    ("line", "transparent", "tentative", "event_type"),
    [
        ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", True, False, EventType.DEFAULT),
        ("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", False, True, EventType.DEFAULT),
        ("X-MICROSOFT-CDO-BUSYSTATUS:BUSY", False, False, EventType.DEFAULT),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", False, False, EventType.OUT_OF_OFFICE),
        ("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", False, False, EventType.WORKING_LOCATION),
        ("X-GOOGLE-EVENT-TYPE:focusTime", False, False, EventType.FOCUS),
        ("X-GOOGLE-EVENT-TYPE:outOfOffice", False, False, EventType.OUT_OF_OFFICE),
        ("TRANSP:TRANSPARENT", True, False, EventType.DEFAULT),
        ("STATUS:TENTATIVE", False, True, EventType.DEFAULT),
    ],
)
def test_how_busy_an_event_makes(line: str, transparent: bool, tentative: bool, event_type: EventType) -> None:
    event = one(line)
    assert (event.transparent, event.tentative, event.event_type) == (transparent, tentative, event_type)


@pytest.mark.parametrize(("value", "private"), [("PRIVATE", True), ("CONFIDENTIAL", True), ("PUBLIC", False)])
def test_private_events(value: str, private: bool) -> None:
    assert one(f"CLASS:{value}").private is private


def test_words_and_numbers_are_read() -> None:
    event = one(
        "SUMMARY:Plan\\, do\\; check",
        "LOCATION:Room\\nBlue",
        "CATEGORIES:One,Two",
        "CATEGORIES:Two,Three\\,4",
        "X-CLEARWEEK-KIND:Team_Sync",
        "SEQUENCE:7",
    )
    assert (event.title, event.location) == ("Plan, do; check", "Room\nBlue")
    assert event.categories == ("One", "Two", "Three,4")
    assert (event.kind, event.sequence) == ("team_sync", 7)


def test_what_an_event_is_about_is_read_with_when_it_was_written() -> None:
    event = one(
        "DESCRIPTION;LANGUAGE=en:Agenda\\n1. Budget\\, by line\\n2. Anything else?",
        "ATTACH;FMTTYPE=application/pdf;X-FILENAME=plan.pdf;VALUE=BINARY;ENCODING=BASE64:" + "QUJD" * 60_000,
        "ATTACH:https://docs.example.com/d/1",
        "CREATED:20250103T101112Z",
        "LAST-MODIFIED:20260203T101112Z",
    )
    assert (event.description, event.attachments) == ("Agenda\n1. Budget, by line\n2. Anything else?", 2)
    assert (event.created, event.changed) == (utc(2025, 1, 3, 10, 11, 12), utc(2026, 2, 3, 10, 11, 12))


def test_a_moment_that_is_not_in_utc_is_none() -> None:
    event = one("CREATED:20250103T101112", "LAST-MODIFIED:yesterday")
    assert (event.created, event.changed) == (None, None)


@pytest.mark.parametrize("kind", ["image/png", "text/calendar", "AUDIO/basic", '"video/mp4"', "application/ms-tnef"])
def test_what_nobody_reads_is_no_attachment(kind: str) -> None:
    assert one(f"ATTACH;FMTTYPE={kind}:https://docs.example.com/d/1").attachments == 0


def test_the_attachment_of_an_alarm_is_none_of_the_event() -> None:
    sound = ["BEGIN:VALARM", "TRIGGER:-PT5M", "ACTION:AUDIO", "ATTACH:https://docs.example.com/bell", "END:VALARM"]
    assert one(*sound).attachments == 0


def test_a_long_description_is_cut_and_the_event_is_there() -> None:
    text = "a, " * 100_000
    assert one("DESCRIPTION:" + text.replace(",", "\\,")).description == text[:MAX_DESCRIPTION]


def test_a_private_event_is_about_nothing() -> None:
    event = one("CLASS:PRIVATE", "DESCRIPTION:Doctor", "ATTACH:https://docs.example.com/d/1")
    assert (event.description, event.attachments) == ("", 0)


@pytest.mark.parametrize(
    ("rules", "endless"),
    [
        ([], False),
        (["RRULE:FREQ=WEEKLY"], True),
        (["RRULE:FREQ=WEEKLY;COUNT=60"], False),
        (["RRULE:FREQ=WEEKLY;UNTIL=20271231T225959Z"], False),
        (["RDATE:20261124T100000"], False),
    ],
)
def test_a_series_is_endless_if_its_rule_names_no_end(rules: list[str], endless: bool) -> None:
    assert {event.endless for event in read(calendar(*at("20261123T100000", *rules))).events} == {endless}


def test_a_busy_time_without_a_title_is_an_event() -> None:
    assert one().title == ""


def test_duration_and_defaults_of_the_end() -> None:
    hour = only(read(calendar(*vevent("DTSTART:20261123T100000Z", "DURATION:PT1H30M"))))
    none = only(read(calendar(*vevent("DTSTART:20261123T100000Z"))))
    day = only(read(calendar(*vevent("DTSTART;VALUE=DATE:20261123"))))
    days = only(read(calendar(*vevent("DTSTART;VALUE=DATE:20261123", "DURATION:P2D"))))
    same = only(read(calendar(*vevent("DTSTART;VALUE=DATE:20261123", "DTEND;VALUE=DATE:20261123"))))
    assert [e.span.minutes for e in (hour, none, day, days, same)] == [90, 0, 1440, 2880, 1440]
    assert [e.all_day for e in (hour, none, day, days, same)] == [False, False, True, True, True]


def test_days_are_those_of_the_owners_zone() -> None:
    event = only(read(calendar("X-WR-TIMEZONE:America/New_York", *vevent("DTSTART;VALUE=DATE:20261123"))))
    assert (event.span.start, event.span.zone) == (utc(2026, 11, 22, 23), VIENNA)


def test_floating_times_are_the_calendars_own_else_the_owners() -> None:
    floating = vevent("DTSTART:20261123T100000", "DTEND:20261123T110000")
    assert starts([only(read(calendar(*floating)))]) == ["11-23T09:00"]
    assert starts([only(read(calendar("X-WR-TIMEZONE:America/New_York", *floating)))]) == ["11-23T15:00"]


def test_a_one_off_in_utc_has_the_owners_wall_clock_a_series_has_its_own() -> None:
    one_off = only(read(calendar(*vevent("DTSTART:20261123T100000Z"))))
    series = only(read(calendar(*vevent("DTSTART:20261123T100000Z", "RRULE:FREQ=WEEKLY"))))
    assert (one_off.span.zone, series.span.zone.key) == (VIENNA, "UTC")


def test_start_and_end_may_be_in_two_zones() -> None:
    lines = ("DTSTART;TZID=Europe/Vienna:20261123T100000", "DTEND;TZID=America/New_York:20261123T140000")
    assert only(read(calendar(*vevent(*lines)))).span.minutes == 600


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("SUMMARY:x",), "no DTSTART"),
        (("DTSTART:20261323T100000Z",), "DTSTART"),
        (("DTSTART;VALUE=TIME:100000",), "DTSTART is no date"),
        (("DTSTART:20261123T100000Z", "DTEND:20261123T090000Z"), "before it starts"),
        (("DTSTART:20261123T100000Z", "DURATION:-PT1H"), "DURATION is negative"),
        (("DTSTART;VALUE=DATE:20261123", "DTEND:20261123T090000Z"), "without a time"),
        (("DTSTART:20261123T100000Z", "RRULE:FREQ=WEEKLY;BYDAY=XX"), "RRULE"),
        (("DTSTART:20261123T100000Z", "RRULE:FREQ=SECONDLY"), "hourly is the finest"),
        (("DTSTART:20261123T100000Z", "EXDATE:nonsense", "RRULE:FREQ=DAILY"), "EXDATE"),
    ],
)
def test_an_unreadable_event_is_left_out_and_says_why(lines: tuple[str, ...], said: str) -> None:
    assert said in unreadable(*lines)


def test_an_unreadable_event_does_no_harm_to_the_others() -> None:
    found = read(calendar(*vevent("DTSTART:x", uid="bad"), *at("20261123T100000", uid="good")))
    assert [e.ref.uid for e in found.events] == ["good"]


def test_a_property_that_cannot_be_read_does_no_harm_to_the_event() -> None:
    assert one("ATTENDEE", "ORGANIZER;CN=x", "CATEGORIES", "SUMMARY:Still here").title == "Still here"
