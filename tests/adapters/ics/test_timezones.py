from __future__ import annotations

from datetime import date

import icalendar
import pytest

from app.adapters.ics.calendar import IcsCalendar
from app.adapters.ics.zone_names import is_custom, zone_by_name
from tests.adapters.text import at, calendar, only, read, starts, vtimezone


@pytest.mark.parametrize("year", [2030, 2037, 2038, 2050, 2090])
def test_a_definition_holds_for_years_to_come(year: int) -> None:
    data = calendar(*vtimezone("Home", "+0100", "+0200", since="1970"), *at(f"{year}0701T100000", tzid="Home"))
    assert starts([only(read(data, date(year, 7, 1), 1))]) == ["07-01T08:00"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Europe/Vienna", "Europe/Vienna"),
        ("europe/vienna", "Europe/Vienna"),
        ("/mozilla.org/20050126_1/Europe/Vienna", "Europe/Vienna"),
        ("/vendor/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("Romance Standard Time", "Europe/Paris"),
        ("romance standard time", "Europe/Paris"),
        ("Pacific Daylight Time", "America/Los_Angeles"),
        ("Eastern Standard Time 1", "America/New_York"),
        ("Central European", "Europe/Warsaw"),
        ("Central Europe", "Europe/Budapest"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Amsterdam"),
        ("(UTC-08:00) Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("(GMT-05.00) Eastern Time (US & Canada)", "America/New_York"),
        ("Eastern Time (US & Canada)", "America/New_York"),
        ("(UTC) Dublin, Edinburgh, Lisbon, London", "Europe/London"),
        ("(UTC-07:00) Chihuahua, La Paz, Mazatlan", "America/Mazatlan"),
        ("tzone://Microsoft/Utc", "Etc/UTC"),
        ("UTC+02:00", "Etc/GMT-2"),
        ("(UTC+02:00) Amsterdam", None),
        ("(UTC+01:00) Nowhere", None),
        ("Mars/Phobos", None),
        ("Customized Time Zone", None),
        ("", None),
    ],
)
def test_a_name_is_known_or_nothing(name: str, key: str | None) -> None:
    zone = zone_by_name(name, 2026)
    assert (zone.key if zone else None) == key


@pytest.mark.parametrize("name", ["Customized Time Zone", "Customized Time Zone 2", "tzone://Microsoft/Custom"])
def test_customized_names_say_nothing(name: str) -> None:
    assert is_custom(name)
    assert not is_custom("Central Europe Standard Time")


@pytest.mark.parametrize(
    ("tzid", "utc"),
    [
        ("Romance Standard Time", "11-23T09:00"),
        ('"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"', "11-23T09:00"),
        ("(UTC+01:00) Amsterdam\\, Berlin\\, Bern\\, Rome\\, Stockholm\\, Vienna", "11-23T09:00"),
        ("tzone://Microsoft/Utc", "11-23T10:00"),
        ('"tzone://Microsoft/Utc"', "11-23T10:00"),
        ("Central European", "11-23T09:00"),
        ("Eastern Standard Time 1", "11-23T15:00"),
        ("/mozilla.org/20050126_1/Europe/Vienna", "11-23T09:00"),
    ],
)
def test_outlook_names_are_read_without_a_definition(tzid: str, utc: str) -> None:
    assert starts([only(read(calendar(*at("20261123T100000", tzid=tzid))))]) == [utc]


@pytest.mark.parametrize("tzid", ["Customized Time Zone", "tzone://Microsoft/Custom"])
def test_a_customized_zone_is_what_its_definition_says(tzid: str) -> None:
    data = calendar(*vtimezone(tzid, "+0100", "+0200"), *at("20261123T100000", "RRULE:FREQ=WEEKLY", tzid=tzid))
    event = only(read(data))
    assert (starts([event]), event.span.zone.key) == (["11-23T09:00"], "Europe/Berlin")


def test_a_definition_that_comes_after_the_event_counts() -> None:
    data = calendar(*at("20261123T100000", tzid="Odd"), *vtimezone("Odd", "+0100", "+0200"))
    assert starts([only(read(data))]) == ["11-23T09:00"]


def test_a_definition_wins_over_a_known_name() -> None:
    zone = vtimezone("Pacific Standard Time", "+0545")
    event = only(read(calendar(*zone, *at("20261123T100000", tzid="Pacific Standard Time"))))
    assert starts([event]) == ["11-23T04:15"]
    assert event.span.zone.key in ("Asia/Kathmandu", "Asia/Katmandu")


def test_a_definition_that_agrees_with_its_name_keeps_the_name() -> None:
    zone = vtimezone("Europe/Vienna", "+0100", "+0200")
    assert only(read(calendar(*zone, *at("20261123T100000")))).span.zone.key == "Europe/Vienna"


def test_a_change_that_outlook_writes_a_second_early_is_the_same_change() -> None:
    zone = "\n".join(vtimezone("Brasil", "+0100", "+0200")).replace("T030000", "T025959").replace("T020000", "T015959")
    assert (
        only(read(calendar(*zone.split("\n"), *at("20261123T100000", tzid="Brasil")))).span.zone.key == "Europe/Berlin"
    )


@pytest.mark.parametrize(("tzid", "utc"), [("Europe/Vienna", "11-23T09:00"), ("America/New_York", "11-23T15:00")])
def test_a_definition_that_changes_the_clock_an_hour_late_keeps_its_name(tzid: str, utc: str) -> None:
    """As the `icalendar` library writes definitions, and with it Xandikos to guests, and many feeds."""
    made = icalendar.Calendar.from_ical(calendar(*at("20261123T100000", tzid=tzid)))
    made.add_missing_timezones()
    data = made.to_ical()
    assert b"BEGIN:VTIMEZONE" in data
    event = only(read(data))
    assert (starts([event]), event.span.zone.key) == ([utc], tzid)


def test_a_definition_in_another_vcalendar_of_the_file_is_found() -> None:
    data = calendar(*vtimezone("Odd", "+0100", "+0200")) + calendar(*at("20261123T100000", tzid="Odd"))
    assert starts([only(read(data))]) == ["11-23T09:00"]


def test_a_definition_like_no_known_zone_makes_its_events_unreadable() -> None:
    data = calendar(*vtimezone("Lab", "+0017"), *at("20261123T100000", tzid="Lab", uid="lab-1"))
    found = read(data)
    assert not found.events
    assert [(w.code, w.uid, w.line) for w in found.warnings] == [("unknown_timezone", "lab-1", 11)]
    assert "'Lab'" in found.warnings[0].text
    assert "'lab-1'" in found.warnings[0].text


def test_a_broken_definition_leaves_the_name_to_say_it() -> None:
    broken = ["BEGIN:VTIMEZONE", "TZID:Europe/Vienna", "BEGIN:STANDARD", "DTSTART:x", "END:STANDARD", "END:VTIMEZONE"]
    assert starts([only(read(calendar(*broken, *at("20261123T100000"))))]) == ["11-23T09:00"]


def test_a_definition_that_changes_every_second_is_not_expanded() -> None:
    zone = [line.replace("YEARLY", "SECONDLY") for line in vtimezone("Odd", "+0100", "+0200")]
    assert [w.code for w in read(calendar(*zone, *at("20261123T100000", tzid="Odd"))).warnings] == ["unknown_timezone"]


def test_a_definition_of_single_changes_that_ends_agrees_with_its_name() -> None:
    zone = vtimezone("Europe/Vienna", "+0100", "+0200")
    listed = [line for line in zone if not line.startswith("RRULE")]
    text = "\n".join(listed).replace("16010101T03", "20241027T03").replace("16010101T02", "20240331T02")
    assert starts([only(read(calendar(*text.split("\n"), *at("20270705T100000")), date(2027, 7, 5)))]) == [
        "07-05T08:00"
    ]


def test_a_definition_of_the_one_change_before_the_event_agrees_with_its_name() -> None:
    lines = ["BEGIN:VTIMEZONE", "TZID:Europe/Vienna", "BEGIN:DAYLIGHT", "DTSTART:20260329T030000"]
    lines += ["TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "END:DAYLIGHT", "END:VTIMEZONE"]
    event = only(read(calendar(*lines, *at("20260706T100000")), date(2026, 7, 6)))
    assert (starts([event]), event.span.zone.key) == (["07-06T08:00"], "Europe/Vienna")


def test_a_definition_without_summer_time_is_honoured() -> None:
    data = calendar(*vtimezone("Europe/Vienna", "+0100"), *at("20260706T100000"))
    assert starts([only(read(data, date(2026, 7, 6)))]) == ["07-06T09:00"]


@pytest.mark.parametrize("tzid", ["Mars/Phobos", "(UTC+01:00) Nowhere"])
def test_an_unknown_zone_is_never_guessed(tzid: str) -> None:
    data = calendar("X-WR-TIMEZONE:Europe/Vienna", *at("20261123T100000", tzid=tzid), *at("20261124T100000", uid="b"))
    found = read(data)
    assert [e.ref.uid for e in found.events] == ["b"]
    assert [w.code for w in found.warnings] == ["unknown_timezone"]
    assert tzid in found.warnings[0].text


def test_an_unknown_zone_does_no_harm_to_times_in_utc() -> None:
    event = ["BEGIN:VEVENT", "UID:a", "DTSTART;TZID=Mars/Phobos:20261123T100000Z", "END:VEVENT"]
    assert starts([only(read(calendar(*event)))]) == ["11-23T10:00"]


def test_a_customized_zone_without_definition_is_the_calendars_own_and_said() -> None:
    data = calendar("X-WR-TIMEZONE:America/New_York", *at("20261123T100000", tzid="Customized Time Zone"))
    found = read(data)
    assert starts(found.events) == ["11-23T15:00"]
    assert [w.code for w in found.warnings] == ["assumed_timezone"]


def test_a_customized_zone_with_nothing_to_say_it_is_unreadable() -> None:
    found = read(calendar(*at("20261123T100000", tzid="Customized Time Zone")))
    assert [w.code for w in found.warnings] == ["unknown_timezone"]


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        (["X-WR-TIMEZONE:America/New_York"], "America/New_York"),
        (["X-WR-TIMEZONE:Nowhere"], "Europe/Vienna"),
        ([], "Europe/Vienna"),
        (at("20261123T100000", "RRULE:FREQ=WEEKLY", tzid="Europe/Paris", uid="b"), None),
        (["BEGIN:VEVENT", "UID:b", "DTSTART:20261123T100000Z", "RRULE:FREQ=WEEKLY", "END:VEVENT"], None),
    ],
)
def test_the_calendars_own_zone_is_what_it_says_or_what_all_its_timed_series_say(
    lines: list[str], key: str | None
) -> None:
    series = at("20261123T100000", "RRULE:FREQ=WEEKLY")
    all_day = ["BEGIN:VEVENT", "UID:c", "DTSTART;VALUE=DATE:20261123", "RRULE:FREQ=WEEKLY", "END:VEVENT"]
    hint = IcsCalendar.read("x.ics", calendar(*lines, *series, *all_day)).zone_hint
    assert (hint.key if hint else None) == key
