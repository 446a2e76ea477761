"""Text of which only times and how busy they are is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.adapters.ics.object_reader import ObjectReader
from app.domain.calendar.connected import Access, CalendarObject
from app.domain.calendar.event import Event, EventType, Partstat
from app.domain.calendar.timespan import Timespan
from app.domain.configuration.rules import Words
from app.domain.meetings.busy import BusyRules, strength
from tests.adapters.store.kept import ANA, a_calendar

RULES = BusyRules(Words(away=("vacation",), focus=("focus",)))
READER = ObjectReader(RULES)
KEPT = a_calendar(access=Access.BUSY)
WINDOW = Timespan(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
FULL = """BEGIN:VCALENDAR
X-WR-CALNAME:Secret calendar
BEGIN:VTIMEZONE
TZID:Romance
COMMENT:secret zone
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:secret
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:u1
DTSTAMP:20261101T000000Z
SEQUENCE:4
DTSTART;TZID=Romance;X-SECRET=secret:20261102T100000
DTEND;TZID=Romance:20261102T110000
RRULE:FREQ=WEEKLY
EXDATE;TZID=Romance:20261109T100000
SUMMARY:Secret focus
DESCRIPTION:secret
ATTACH:https://docs.example.com/secret
CREATED:20250101T000000Z
LAST-MODIFIED:20260101T000000Z
LOCATION:secret room
CATEGORIES:secret
ORGANIZER;CN=Secret:mailto:secret@example.com
ATTENDEE;CN=Ana Secret;ROLE=OPT-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:ana@example.com
ATTENDEE;CN=Secret;PARTSTAT=ACCEPTED:mailto:secret@example.com
END:VEVENT
BEGIN:VEVENT
UID:u1
RECURRENCE-ID;TZID=Romance:20261116T100000
DTSTART;TZID=Romance:20261117T100000
DURATION:PT30M
SUMMARY:secret
STATUS:TENTATIVE
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def _events(text: str) -> list[Event]:
    [found] = READER.expand({"u1": [text]}, WINDOW, KEPT)
    assert found.warnings == ()
    return list(found.events)


def _reduced(text: str) -> str:
    return READER.reduced(CalendarObject("u1.ics", "u1", text, '"1"', "tag"), KEPT).text


def _all_day(*lines: str) -> str:
    event = ["BEGIN:VEVENT", "UID:u1", "DTSTART;VALUE=DATE:20261102", *lines, "END:VEVENT"]
    return "\r\n".join(["BEGIN:VCALENDAR", *event, "END:VCALENDAR", ""])


def test_nothing_is_left_but_times_and_the_owners_line() -> None:
    text = _reduced(FULL)
    assert "secret" not in text.casefold()
    assert f"ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=ACCEPTED;CUTYPE=INDIVIDUAL:mailto:{ANA}" in text


def test_the_occurrences_are_the_same() -> None:
    before, after = _events(FULL), _events(_reduced(FULL))
    assert [(e.ref, e.span, e.rrule, e.overridden, e.tentative) for e in after] == [
        (e.ref, e.span, e.rrule, e.overridden, e.tentative) for e in before
    ]
    assert len(after) == 4


@pytest.mark.parametrize(
    "text",
    [
        FULL,
        _all_day("SUMMARY:Vacation"),
        _all_day("SUMMARY:Birthday"),
        _all_day("SUMMARY:Vacation", "TRANSP:TRANSPARENT"),
        _all_day("SUMMARY:x", "X-GOOGLE-EVENT-TYPE:workingLocation"),
        _all_day("SUMMARY:x", "X-GOOGLE-EVENT-TYPE:outOfOffice", "TRANSP:TRANSPARENT"),
        _all_day("SUMMARY:focus", f"ATTENDEE;PARTSTAT=DECLINED:mailto:{ANA}"),
        _all_day("SUMMARY:x", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"),
        FULL.replace("Secret focus", "Secret"),
        FULL.replace("DTEND;TZID=Romance:20261102T110000", "DURATION:PT9H").replace("Secret focus", "vacation"),
    ],
)
def test_its_owner_is_as_busy_as_before(text: str) -> None:
    before, after = _events(text), _events(_reduced(text))
    assert [strength(e, e.attendee(ANA), RULES) for e in after] == [strength(e, e.attendee(ANA), RULES) for e in before]
    assert all(event.private for event in after)


def test_the_tags_stay() -> None:
    kept = READER.reduced(CalendarObject("u1.ics", "u1", FULL, '"1"', "tag"), KEPT)
    assert (kept.href, kept.uid, kept.etag, kept.schedule_tag) == ("u1.ics", "u1", '"1"', "tag")


@pytest.mark.parametrize("text", ["", "<html>secret</html>", FULL.replace("20261102T100000", "secret")])
def test_what_cannot_be_read_is_still_reported(text: str) -> None:
    [found] = READER.expand({"u1": [_reduced(text)]}, WINDOW, KEPT)
    assert found.warnings
    assert "secret" not in _reduced(text).casefold()


def test_an_answer_stays() -> None:
    declined = FULL.replace("PARTSTAT=ACCEPTED:mailto:ana", "PARTSTAT=DECLINED:mailto:ana")
    line = _events(_reduced(declined))[0].attendee(ANA)
    assert line is not None
    assert (line.partstat, line.required, line.name) == (Partstat.DECLINED, False, None)


def test_focus_is_a_type() -> None:
    own = FULL.replace("ATTENDEE;CN=Secret;PARTSTAT=ACCEPTED:mailto:secret@example.com\r\n", "")
    own = own.replace("ORGANIZER;CN=Secret:mailto:secret@example.com\r\n", "").replace("ROLE=OPT-PARTICIPANT;", "")
    assert _events(_reduced(own))[0].event_type == EventType.FOCUS
