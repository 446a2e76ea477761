from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given
from hypothesis import strategies as st

from app.adapters.ics import calendar as ics_calendar
from app.adapters.ics import recurrence
from app.adapters.ics.calendar import IcsCalendar
from tests.adapters.text import OWNER, VIENNA, at, calendar, only, read, starts, utc, vevent, window

SERIES = "20240101T100000"


def series(*lines: str, start: str = SERIES) -> list[str]:
    return at(start, *lines)


def override(original: str, *lines: str, tzid: str = "Europe/Vienna") -> list[str]:
    return vevent(f"RECURRENCE-ID;TZID={tzid}:{original}", *lines)


def moved(original: str, start: str, minutes: int = 30) -> list[str]:
    return override(original, f"DTSTART;TZID=Europe/Vienna:{start}", f"DURATION:PT{minutes}M")


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (date(2026, 3, 23), ["03-23T09:00", "03-30T08:00"]),
        (date(2026, 10, 19), ["10-19T08:00", "10-26T09:00"]),
    ],
)
def test_a_series_keeps_its_wall_clock_when_the_clock_changes(first: date, expected: list[str]) -> None:
    assert starts(read(calendar(*series("RRULE:FREQ=WEEKLY")), first, 14).events) == expected


def test_new_york_and_vienna_are_five_hours_apart_between_their_changes() -> None:
    data = calendar(*at(SERIES, "RRULE:FREQ=WEEKLY", tzid="America/New_York"))
    assert starts(read(data, date(2026, 3, 2), 35).events) == [
        "03-02T15:00",
        "03-09T14:00",
        "03-16T14:00",
        "03-23T14:00",
        "03-30T14:00",
    ]


def test_a_time_within_the_hour_that_is_left_out_is_an_hour_later_and_keeps_its_length() -> None:
    found = read(calendar(*series("RRULE:FREQ=DAILY", start="20240101T023000")), date(2026, 3, 28), 3)
    assert starts(found.events) == ["03-28T01:30", "03-29T01:30", "03-30T00:30"]
    assert [e.span.minutes for e in found.events] == [30, 30, 30]


def test_a_night_shift_runs_by_the_wall_clock() -> None:
    shift = vevent("DTSTART;TZID=Europe/Vienna:20240101T220000", "DURATION:PT8H", "RRULE:FREQ=DAILY")
    found = read(calendar(*shift), date(2026, 3, 28), 2)
    assert [e.span.local_end.hour for e in found.events] == [6, 6, 6]


def test_occurrences_are_named_by_their_original_start_in_utc() -> None:
    event = only(read(calendar(*series("RRULE:FREQ=WEEKLY", "SUMMARY:Sync"))))
    assert event.ref.recurrence_id == utc(2026, 11, 23, 9)
    assert isinstance(event.ref.recurrence_id, datetime)
    assert event.ref.recurrence_id.tzinfo is UTC
    assert (event.rrule, event.overridden, event.recurring) == ("FREQ=WEEKLY", False, True)


def test_occurrences_of_days_are_named_by_their_day() -> None:
    event = only(read(calendar(*vevent("DTSTART;VALUE=DATE:20240101", "RRULE:FREQ=WEEKLY"))))
    assert event.ref.recurrence_id == date(2026, 11, 23)
    assert not isinstance(event.ref.recurrence_id, datetime)


def test_a_one_off_has_no_recurrence_id() -> None:
    event = only(read(calendar(*at("20261123T100000"))))
    assert (event.ref.recurrence_id, event.rrule, event.recurring) == (None, None, False)


def test_an_override_with_its_own_time_replaces_its_occurrence() -> None:
    data = calendar(*series("RRULE:FREQ=WEEKLY"), *moved("20261123T100000", "20261125T140000"))
    event = only(read(data))
    assert (starts([event]), event.overridden) == (["11-25T13:00"], True)
    assert (event.ref.recurrence_id, event.rrule) == (utc(2026, 11, 23, 9), "FREQ=WEEKLY")


def test_an_override_that_only_renames_has_no_own_time() -> None:
    data = calendar(*series("RRULE:FREQ=WEEKLY"), *moved("20261123T100000", "20261123T100000"))
    assert not only(read(data)).overridden
    data = calendar(*series("RRULE:FREQ=WEEKLY"), *moved("20261123T100000", "20261123T100000", minutes=60))
    assert only(read(data)).overridden


def test_an_override_out_of_the_window_leaves_no_occurrence_behind() -> None:
    data = calendar(*series("RRULE:FREQ=WEEKLY"), *moved("20261123T100000", "20261203T140000"))
    assert not read(data).events
    assert starts(read(data, date(2026, 11, 30)).events) == ["11-30T09:00", "12-03T13:00"]


def test_an_override_in_utc_matches_a_series_in_a_zone() -> None:
    changed = vevent("RECURRENCE-ID:20261123T090000Z", "DTSTART:20261124T090000Z", "DURATION:PT30M")
    assert starts(read(calendar(*series("RRULE:FREQ=WEEKLY"), *changed)).events) == ["11-24T09:00"]


def test_an_override_without_its_series_is_an_occurrence() -> None:
    event = only(read(calendar(*moved("20261116T100000", "20261123T140000"))))
    assert (event.rrule, event.overridden, event.ref.recurrence_id) == ("", True, utc(2026, 11, 16, 9))


@pytest.mark.parametrize(
    "exdate",
    [
        "EXDATE;TZID=Europe/Vienna:20261123T100000",
        "EXDATE:20261123T090000Z",
        "EXDATE:20261123T100000",
        "EXDATE;VALUE=DATE:20261123",
        "EXDATE;TZID=Europe/Vienna:20261116T100000,20261123T100000",
    ],
)
def test_exceptions_in_any_form_are_left_out(exdate: str) -> None:
    assert starts(read(calendar(*series("RRULE:FREQ=WEEKLY", exdate)), days=14).events) == ["11-30T09:00"]


def test_dates_and_periods_are_added() -> None:
    data = calendar(
        *series("RRULE:FREQ=WEEKLY", "RDATE;TZID=Europe/Vienna:20261125T140000", "RDATE:20261126T120000Z/PT2H"),
    )
    found = read(data)
    assert starts(found.events) == ["11-23T09:00", "11-25T13:00", "11-26T12:00"]
    assert [e.span.minutes for e in found.events] == [30, 30, 120]


def test_a_series_of_dates_only_has_an_empty_rule() -> None:
    data = calendar(*series("RDATE;TZID=Europe/Vienna:20261125T140000"))
    assert only(read(data)).rrule == ""


def test_empty_lines_of_a_rule_say_nothing() -> None:
    assert only(read(calendar(*at("20261123T100000", "RDATE:", "EXDATE:", "RRULE:")))).rrule is None


def test_this_and_future_moves_the_series_not_the_occurrence() -> None:
    changed = vevent(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Vienna:20261123T100000",
        "DTSTART;TZID=Europe/Vienna:20261124T110000",
        "DURATION:PT45M",
        "SUMMARY:New",
    )
    found = read(calendar(*series("RRULE:FREQ=WEEKLY", "SUMMARY:Old"), *changed), date(2026, 11, 16), 21)
    assert starts(found.events) == ["11-16T09:00", "11-24T10:00", "12-01T10:00"]
    assert [e.title for e in found.events] == ["Old", "New", "New"]
    assert [e.overridden for e in found.events] == [False, False, False]
    assert [e.ref.recurrence_id for e in found.events] == [
        utc(2026, 11, 16, 9),
        utc(2026, 11, 23, 9),
        utc(2026, 11, 30, 9),
    ]


def test_a_cancelled_exception_that_is_left_over_hides_no_occurrence_whose_wall_clock_reads_like_its_name() -> None:
    """11:00 in Vienna is named 10:00 in UTC: of a series that was moved to 10:00 it is none."""
    gone = override("20261123T110000", "DTSTART;TZID=Europe/Vienna:20261123T110000", "STATUS:CANCELLED")
    found = read(calendar(*series("RRULE:FREQ=WEEKLY"), *gone))
    (event,) = [event for event in found.events if not event.cancelled]
    assert (event.span.start, event.span.zone, event.span.minutes) == (utc(2026, 11, 23, 9), VIENNA, 30)
    assert event.ref.recurrence_id == utc(2026, 11, 23, 9)


def test_of_two_occurrences_of_a_day_only_the_one_that_is_named_is_left_out_or_elsewhere() -> None:
    twice = series("RRULE:FREQ=WEEKLY;BYHOUR=10,11", "EXDATE;TZID=Europe/Vienna:20261123T110000")
    assert starts(read(calendar(*twice)).events) == ["11-23T09:00"]
    elsewhere = moved("20261123T110000", "20261123T150000")
    found = read(calendar(*series("RRULE:FREQ=WEEKLY;BYHOUR=10,11"), *elsewhere))
    assert starts(found.events) == ["11-23T09:00", "11-23T14:00"]


def test_a_cancelled_occurrence_is_gone_and_so_is_a_cancelled_event() -> None:
    gone = override("20261123T100000", "DTSTART;TZID=Europe/Vienna:20261123T100000", "STATUS:CANCELLED")
    data = calendar(*series("RRULE:FREQ=WEEKLY"), *gone)
    assert starts(read(data, days=14).events) == ["11-30T09:00"]
    assert not read(calendar(*at("20261123T100000", "STATUS:CANCELLED"))).events
    assert not read(calendar("METHOD:CANCEL", *at("20261123T100000"))).events


@pytest.mark.parametrize("until", ["20261124", "20261124T100000", "20261124T090000Z"])
def test_the_last_day_of_until_is_kept_in_any_form(until: str) -> None:
    found = read(calendar(*series(f"RRULE:FREQ=DAILY;UNTIL={until}")))
    assert starts(found.events) == ["11-23T09:00", "11-24T09:00"]


def test_until_of_all_day_series_may_be_a_time() -> None:
    data = calendar(*vevent("DTSTART;VALUE=DATE:20240101", "RRULE:FREQ=DAILY;UNTIL=20261124T235959Z"))
    assert len(read(data).events) == 2


def test_spaces_and_small_letters_in_a_rule_do_no_harm() -> None:
    assert starts(read(calendar(*series("RRULE:freq=weekly;byday=mo, tu;"))).events) == ["11-23T09:00", "11-24T09:00"]


def test_long_events_that_began_before_the_window_are_found() -> None:
    data = calendar(*vevent("DTSTART:20261120T100000Z", "DURATION:P5D", "RRULE:FREQ=MONTHLY"))
    assert starts(read(data).events) == ["11-20T10:00"]


def test_events_that_touch_the_window_are_not_in_it() -> None:
    before = at("20261122T233000", uid="before")
    after = at("20261130T000000", uid="after")
    empty = vevent("DTSTART;TZID=Europe/Vienna:20261123T000000", uid="empty")
    assert [e.ref.uid for e in read(calendar(*before, *after, *empty)).events] == ["empty"]


def test_events_are_sorted_by_start_then_uid() -> None:
    data = calendar(*at("20261124T100000", uid="b"), *at("20261124T100000", uid="a"), *at("20261123T100000", uid="c"))
    assert [e.ref.uid for e in read(data).events] == ["c", "a", "b"]


def test_the_newer_version_of_an_event_wins_whichever_calendar_it_is_in() -> None:
    old = calendar(*at("20261123T100000", "SEQUENCE:1"))
    new = calendar(*at("20261124T100000", "SEQUENCE:2"))
    for data in (old + new, new + old):
        assert starts([only(read(data))]) == ["11-24T09:00"]
    later = new.replace(b"SEQUENCE:2", b"SEQUENCE:1").replace(b"DTSTAMP:2026", b"DTSTAMP:2027")
    assert starts([only(read(later + old))]) == ["11-24T09:00"]


def test_two_events_with_one_uid_in_one_calendar_are_reported() -> None:
    found = read(calendar(*at("20261123T100000"), *at("20261124T100000")))
    assert len(found.events) == 1
    assert [(w.code, w.line) for w in found.warnings] == [("duplicate_uid", 9)]


def test_events_without_uid_are_told_apart() -> None:
    lines = [line for line in (*at("20261123T100000"), *at("20261124T100000")) if not line.startswith("UID")]
    found = read(calendar(*lines))
    assert len({e.ref.uid for e in found.events}) == 2


@pytest.mark.parametrize(
    ("name", "calname", "hint"),
    [
        ("x.ics", "dana@example.com", "dana@example.com"),
        ("x.ics", "Dana Example <Dana@Example.com>", "dana@example.com"),
        ("in/ann@example.com.ics", "dana@example.com", "dana@example.com"),
        ("in/Ann@example.com.ics", "My calendar", "ann@example.com"),
        ("https://c.example/ical/ann%40example.com/private-1/basic.ics", "", "ann@example.com"),
        ("ann.ics", "Ann", None),
    ],
)
def test_the_owner_is_who_the_source_says(name: str, calname: str, hint: str | None) -> None:
    assert IcsCalendar.read(name, calendar(f"X-WR-CALNAME:{calname}")).owner_hint == hint


def test_a_second_window_in_another_year_is_read_as_well() -> None:
    source = IcsCalendar.read("x.ics", calendar(*series("RRULE:FREQ=YEARLY")))
    for year in (2025, 2027, 2026, 2029, 2030, 2025):
        found = source.events(window(date(year, 1, 1)), OWNER, VIENNA)
        assert starts(found.events) == ["01-01T09:00"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=5",
        "FREQ=DAILY;BYHOUR=1,2,3,4;BYMINUTE=" + ",".join(map(str, range(60))),
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYSETPOS=2",
        "FREQ=DAILY;BYHOUR=9,9;BYSETPOS=2",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=WEEKLY;BYDAY=MO;BYMONTHDAY=31;BYMONTH=2",
        "FREQ=DAILY;BYYEARDAY=400",
        "FREQ=HOURLY;COUNT=10000000",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;BYDAY=" + "MO," * 500 + "MO",
        "RSCALE=CHINESE;FREQ=YEARLY",
        "INTERVAL=2",
    ],
)
def test_rules_that_cost_too_much_or_never_occur_are_refused_at_once(rule: str) -> None:
    start = "19900101T100000" if "COUNT=1000" in rule else "20240101T100000"
    found = read(calendar(*series(f"RRULE:{rule}", start=start)))
    assert not found.events
    assert [w.code for w in found.warnings] == ["unreadable_event"]


@pytest.mark.parametrize(
    ("module", "limit"),
    [(recurrence, "MAX_OCCURRENCES"), (ics_calendar, "MAX_TOTAL_STEPS"), (recurrence, "MAX_STEPS")],
)
def test_occurrences_are_bounded(monkeypatch: pytest.MonkeyPatch, module: object, limit: str) -> None:
    monkeypatch.setattr(module, limit, 5)
    found = read(calendar(*series("RRULE:FREQ=DAILY", start="20261101T100000")))
    assert not found.events
    assert [w.code for w in found.warnings] == ["unreadable_event"]


def test_warnings_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ics_calendar, "MAX_WARNINGS", 2)
    found = read(calendar(*[line for n in range(5) for line in vevent("DTSTART:x", uid=str(n))]))
    assert [w.code for w in found.warnings] == ["unreadable_event", "unreadable_event", "more_warnings"]


RULES = st.builds(
    lambda frequency, interval, byday, until, wkst: ";".join(
        [f"FREQ={frequency}", f"INTERVAL={interval}", *byday, *until, f"WKST={wkst}"]
    ),
    st.sampled_from(["DAILY", "WEEKLY", "HOURLY", "MONTHLY"]),
    st.integers(1, 9),
    st.sampled_from([(), ("BYDAY=MO,WE,SU",), ("BYDAY=MO,TU,WE,TH,FR,SA,SU", "BYHOUR=3,10")]),
    st.sampled_from([(), ("UNTIL=20261126T120000Z",), ("COUNT=500",)]),
    st.sampled_from(["MO", "SU"]),
)


@given(RULES, st.datetimes(datetime(2024, 1, 1), datetime(2024, 12, 20)), st.integers(0, 800))  # noqa: DTZ001
def test_a_rule_begun_shortly_before_the_window_occurs_as_if_begun_at_its_start(
    rule: str, start: datetime, day: int
) -> None:
    assume(not ("HOURLY" in rule and "BYHOUR" in rule))  # dateutil itself refuses most of these
    first = date(2025, 1, 1) + timedelta(days=day)
    data = calendar(*vevent(f"DTSTART;TZID=Europe/Vienna:{start:%Y%m%dT%H%M%S}", f"RRULE:{rule}"))
    found = read(data, first)
    if found.warnings:  # for this reason only: looking for an occurrence would take until the year 9999
        assert "never occurs" in found.warnings[0].text
        return
    week, local = window(first), start.replace(microsecond=0, tzinfo=VIENNA)
    expected = rrulestr(rule, dtstart=local).between(week.local_start, week.local_end, inc=True)
    moments = {moment.astimezone(UTC) for moment in [*expected, local]}
    assert {e.span.start for e in found.events} == {m for m in moments if week.start <= m < week.end}
