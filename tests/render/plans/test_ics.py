from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from hypothesis import given, settings
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event

from app.domain.plans.plan import Plan
from app.render.plans.ics import week_ics
from app.render.plans.week import place_after
from tests.render.given_plans import with_title
from tests.render.hostile import titles, unseen
from tests.render.sample import sample_plan, small_plan


def read(plan: Plan) -> Calendar:
    """Read the file back by a parser that has nothing to do with the writer."""
    return IcsCalendarStream.calendar_from_ics(week_ics(plan).decode())


def find(plan: Plan, title: str) -> Event:
    return next(e for e in read(plan).events if e.summary == title)


def names(text: str) -> list[str]:
    """The names of all properties, in order."""
    return [line.partition(":")[0].partition(";")[0] for line in text.split("\r\n") if not line.startswith(" ")]


def test_golden(golden: Any) -> None:
    golden("week.ics", week_ics(sample_plan()).decode())


def test_every_meeting_after_is_there_at_its_time() -> None:
    plan = sample_plan()
    expected = sorted((m.title, place.start, place.end) for m in plan.meetings if (place := place_after(m)))
    found = sorted((e.summary, e.dtstart, e.dtend) for e in read(plan).events)
    assert [(title, start, end) for title, start, end in found] == expected


def test_it_is_only_to_look_at() -> None:
    text = week_ics(sample_plan()).decode()
    assert "METHOD:PUBLISH" in text
    assert text.count("TRANSP:TRANSPARENT") == text.count("BEGIN:VEVENT")
    assert not {"ORGANIZER", "ATTENDEE", "VALARM", "RRULE"} & set(names(text))


def test_uids_are_its_own_and_stay_the_same() -> None:
    plan = sample_plan()
    uids = [e.uid for e in read(plan).events]
    assert len(set(uids)) == len(uids)
    assert not {m.uid for m in plan.meetings} & set(uids)
    assert uids == [e.uid for e in read(plan).events]
    assert not set(uids) & {e.uid for e in read(replace(plan, id="pln_other")).events}


def test_the_stamp_is_when_the_plan_was_made() -> None:
    assert {e.dtstamp for e in read(sample_plan()).events} == {datetime(2026, 11, 26, 7, 0, tzinfo=UTC)}


def test_a_move_says_from_where_to_where_and_why() -> None:
    text = find(sample_plan(), "Platform weekly").description or ""
    assert "Tue 1 Dec 14:00" in text
    assert "Mon 30 Nov 11:15" in text
    assert "Why: Tuesday is meeting-free" in text


def test_what_stays_says_nothing_of_a_move() -> None:
    assert "Moved" not in (find(sample_plan(), "Architecture guild").description or "")


def test_a_private_title_stays_private() -> None:
    plan = sample_plan()
    told = replace(plan, meetings=tuple(replace(m, title="Kita") if m.private else m for m in plan.meetings))
    assert b"Kita" not in week_ics(told)
    assert find(told, "busy").classification == "PRIVATE"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
def test_the_zone_is_what_it_says(zone: str) -> None:
    plan = replace(sample_plan(), timezone=zone)
    assert find(plan, "Architecture guild").dtstart == datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
    if zone == "UTC":
        return
    text = week_ics(plan).decode().replace("\r\n", "\n")
    start, end = text.index("BEGIN:VTIMEZONE"), text.index("END:VTIMEZONE")
    told = tzical(StringIO(text[start:end] + "END:VTIMEZONE\n")).get(zone)
    true = ZoneInfo(zone)
    for hours in range(-4000, 4000, 7):
        moment = datetime(2026, 11, 26, tzinfo=UTC) + timedelta(hours=hours)
        wall = moment.astimezone(true)
        if not wall.fold and moment == wall.replace(tzinfo=true).astimezone(UTC):
            assert wall.replace(tzinfo=told).utcoffset() == wall.utcoffset(), wall


def test_lines_are_folded_and_end_as_they_must() -> None:
    lines = week_ics(with_title(sample_plan(), "語" * 150)).split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert not [line for line in lines if b"\n" in line]


@settings(max_examples=40)
@given(titles)
def test_no_title_adds_a_line(title: str) -> None:
    plan = with_title(small_plan(), title)
    text = week_ics(plan).decode()
    assert names(text) == names(week_ics(with_title(small_plan(), "Plain")).decode())
    assert not unseen(text.replace("\r\n", ""))
    assert len(read(plan).events) == names(text).count("SUMMARY")
