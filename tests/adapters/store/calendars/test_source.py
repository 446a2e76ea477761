"""What a viewer sees of the calendars that are kept."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

from app.adapters.ics.calendar import IcsCalendar
from app.adapters.store.calendars.source import StoredSource, stored_sources
from app.adapters.store.database import reading
from app.adapters.store.schema import calendar_object, component
from app.domain.calendar.connected import Access
from app.domain.calendar.event import Event, Partstat, ReadWarning
from app.domain.calendar.timespan import Timespan
from app.domain.configuration.access import EVERYONE
from app.domain.people.person import Person, Team
from app.services.planning.situation.reading import Source, read
from tests.adapters.store.kept import ANA, BERLIN, NOW, a_calendar
from tests.adapters.store.syncing import RULES, Syncing, vcalendar, vevent

DANA = "dana@example.com"
WINDOW = Timespan(NOW - timedelta(weeks=1), NOW + timedelta(weeks=8), BERLIN)
SERIES = vevent(
    "s",
    "20261102T090000",
    "RRULE:FREQ=WEEKLY",
    "SUMMARY:Budget",
    "LOCATION:Secret room",
    "DESCRIPTION:Budget by line\\nthen cuts",
    "ATTACH:https://docs.example.com/budget",
    "CREATED:20250103T101112Z",
    "LAST-MODIFIED:20260203T101112Z",
    "ORGANIZER:mailto:boss@example.com",
    f"ATTENDEE;PARTSTAT=DECLINED:mailto:{ANA}",
    "ATTENDEE:mailto:tom@example.com",
)
MOVED = vevent("s", "20261201T150000", "RECURRENCE-ID;TZID=Europe/Berlin:20261130T090000", "SUMMARY:Budget")
ALL_DAY = "BEGIN:VEVENT\r\nUID:d\r\nDTSTART;VALUE=DATE:20261202\r\nSUMMARY:Vacation\r\nEND:VEVENT"
BROKEN = vevent("x", "2026", "SUMMARY:Secret")
TEXT = vcalendar(SERIES, MOVED)


@pytest.fixture
def syncing(database: Engine) -> Syncing:
    one = Syncing(database)
    one.remote.put("s.ics", "s", TEXT)
    one.remote.put("d.ics", "d", vcalendar(ALL_DAY))
    one.remote.put("x.ics", "x", vcalendar(BROKEN))
    one.sync()
    return one


def _sources(syncing: Syncing, viewer: str, team: Team | None = None) -> list[StoredSource]:
    return stored_sources(syncing.engine, [viewer], RULES, team)


def _events(syncing: Syncing, viewer: str, team: Team | None = None) -> list[Event]:
    [one] = _sources(syncing, viewer, team)
    return list(one.events(WINDOW, ANA, BERLIN).events)


def test_its_owner_sees_what_the_text_says(syncing: Syncing) -> None:
    fresh = IcsCalendar.read("k1", (TEXT + vcalendar(ALL_DAY)).encode()).events(WINDOW, ANA, BERLIN)
    [one] = _sources(syncing, ANA)
    found = one.events(WINDOW, ANA, BERLIN)
    assert found.events == fresh.events
    assert ("Budget by line\nthen cuts", 1) in {(event.description, event.attachments) for event in found.events}
    assert (found.id, found.owner, found.zone) == ("k1", ANA, BERLIN)
    assert [(warning.code, warning.uid) for warning in found.warnings] == [("unreadable_event", "x")]


def test_everyone_else_sees_when_its_owner_is_busy(syncing: Syncing) -> None:
    own, others = _events(syncing, ANA), _events(syncing, DANA)
    assert [(e.ref, e.span, e.rrule) for e in others] == [(e.ref, e.span, e.rrule) for e in own]
    assert {(e.title, e.organizer, e.location, e.private) for e in others} == {("", None, "", True)}
    assert {(e.description, e.attachments, e.created, e.changed) for e in others} == {("", 0, None, None)}
    assert {line.email for event in others for line in event.attendees} == {ANA}
    assert "Budget" not in repr(others)


def test_a_warning_does_not_name_or_quote_the_event_to_others(syncing: Syncing) -> None:
    [one] = _sources(syncing, DANA)
    [warning] = one.events(WINDOW, ANA, BERLIN).warnings
    text = f"k1: an event of {ANA} cannot be read as it stands"
    assert warning == ReadWarning("unreadable_event", text, "k1", uid=None)


def test_others_are_told_how_many_events_cannot_be_read(syncing: Syncing) -> None:
    syncing.remote.put("y.ics", "y", vcalendar(BROKEN.replace("UID:x", "UID:y")))
    syncing.sync()
    [one] = _sources(syncing, DANA)
    [warning] = one.events(WINDOW, ANA, BERLIN).warnings
    assert (warning.text, warning.uid) == (f"k1: 2 events of {ANA} cannot be read as they stand", None)


def test_a_grant_of_details_shows_them_and_no_grant_shows_nothing(syncing: Syncing) -> None:
    syncing.kept.grant("k1", DANA, Access.DETAILS)
    assert _events(syncing, DANA) == _events(syncing, ANA)
    syncing.kept.grant("k1", DANA, None)
    syncing.kept.grant("k1", EVERYONE, None)
    assert _sources(syncing, DANA) == []
    assert len(_sources(syncing, ANA)) == 1


def test_people_are_known_by_all_their_addresses(syncing: Syncing) -> None:
    team = Team((Person("ana.k@example.com", aliases=(ANA,)),))
    assert _events(syncing, "ana.k@example.com", team)[0].title == "Budget"
    line = _events(syncing, DANA, team)[0].attendees[0]
    assert (line.email, line.partstat) == (ANA, Partstat.DECLINED)


def test_a_calendar_that_was_never_synced_is_no_source(database: Engine) -> None:
    assert _sources(Syncing(database), ANA) == []


def test_of_a_calendar_that_shows_only_busy_times_no_more_is_stored(database: Engine) -> None:
    syncing = Syncing(database, a_calendar(access=Access.BUSY))
    syncing.remote.put("s.ics", "s", TEXT)
    syncing.sync()
    with reading(database) as connection:
        stored = [*connection.scalars(select(calendar_object.c.text)), *connection.scalars(select(component.c.details))]
    assert not any(word in text for text in stored for word in ("Budget", "Secret", "tom@", "boss@"))
    assert [e.title for e in _events(syncing, ANA)] == [""] * 9
    assert _events(syncing, DANA)[0].attendees[0].partstat == Partstat.DECLINED


def test_a_day_is_that_of_the_zone_that_is_asked_for(syncing: Syncing) -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    [one] = _sources(syncing, ANA)
    [day] = [event for event in one.events(WINDOW, ANA, lisbon).events if event.all_day]
    assert (day.span.zone, day.span.local_start.hour, day.span.minutes) == (lisbon, 0, 24 * 60)


def test_weeks_that_are_not_kept_are_a_warning(syncing: Syncing) -> None:
    later = Timespan(NOW + timedelta(weeks=26), NOW + timedelta(weeks=34), BERLIN)
    [one] = _sources(syncing, ANA)
    assert [w.code for w in one.events(later, ANA, BERLIN).warnings] == ["weeks_not_kept", "unreadable_event"]


def test_they_are_read_as_any_other_source(syncing: Syncing) -> None:
    found = read(
        [Source(one) for one in _sources(syncing, ANA)],
        manager=ANA,
        team=None,
        timezone=None,
        window=lambda _zone: WINDOW,
    )
    assert (found.zone, found.owners) == (BERLIN, {"k1": ANA})
    assert len(found.events) == 10
