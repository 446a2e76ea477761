"""Many objects read at once: each as if it were alone."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest

from app.adapters.ics.object_reader import ObjectReader
from app.domain.calendar.connected import Expansion
from app.domain.calendar.timespan import Timespan
from tests.adapters.store.kept import BERLIN, NOW, a_calendar
from tests.adapters.store.syncing import RULES, vcalendar, vevent

WINDOW = Timespan(NOW, NOW + timedelta(weeks=4), BERLIN)
SERIES = vcalendar(vevent("series", "20261102T090000", "RRULE:FREQ=WEEKLY"))
OVERRIDE = vcalendar(vevent("series", "20261202T150000", "RECURRENCE-ID;TZID=Europe/Berlin:20261130T090000"))
CANCELLED = vcalendar(
    vevent("series", "20261207T090000", "RECURRENCE-ID;TZID=Europe/Berlin:20261207T090000", "STATUS:CANCELLED")
)
CUSTOM = vcalendar("BEGIN:VEVENT\r\nUID:custom\r\nDTSTART;TZID=Ours:20261124T100000\r\nEND:VEVENT")
ZONE = """BEGIN:VTIMEZONE
TZID:Ours
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE""".replace("\n", "\r\n")
TEXTS = {
    "series": (SERIES, OVERRIDE, CANCELLED),
    "one": (vcalendar(vevent("one")),),
    "gone": (),
    "broken": (vcalendar(vevent("broken", "2026")),),
    "page": ("<html></html>",),
    "cut": (vcalendar(vevent("cut"))[:-30],),
    "escaped": (vcalendar(vevent("es\\,caped")),),
    "twice": (vcalendar(vevent("twice"), vevent("twice", "20261126T100000")),),
    "custom": (CUSTOM,),
    "defined": (vcalendar(ZONE, vevent("defined", "20261124T100000").replace("Europe/Berlin", "Ours")),),
}


@pytest.fixture
def reader() -> ObjectReader:
    return ObjectReader(RULES)


def _expanded(reader: ObjectReader, *uids: str) -> dict[str, Expansion]:
    found = reader.expand({uid: TEXTS[uid] for uid in uids}, WINDOW, a_calendar())
    return {one.uid: one for one in found}


def test_all_objects_of_a_uid_are_one_series(reader: ObjectReader) -> None:
    starts = [event.span.local_start.strftime("%d %H") for event in _expanded(reader, "series")["series"].events]
    assert starts == ["02 15", "14 09", "21 09"]


def test_each_is_read_as_if_it_were_alone(reader: ObjectReader) -> None:
    together = _expanded(reader, *TEXTS)
    assert list(together) == list(TEXTS)
    for uid in TEXTS:
        assert together[uid] == _expanded(ObjectReader(RULES), uid)[uid], uid


def test_what_cannot_be_read_is_said_of_its_own_uid(reader: ObjectReader) -> None:
    found = _expanded(reader, *TEXTS)
    codes = {uid: [warning.code for warning in one.warnings] for uid, one in found.items()}
    assert {uid: said for uid, said in codes.items() if said} == {
        "broken": ["unreadable_event"],
        "page": ["unreadable_event"],
        "cut": ["cut_off", "unreadable_event"],
        "twice": ["duplicate_uid"],
        "custom": ["unknown_timezone"],
    }
    assert [len(found[uid].events) for uid in ("one", "gone", "broken", "escaped", "defined")] == [1, 0, 0, 1, 1]


def test_what_is_sound_is_read_at_once(reader: ObjectReader) -> None:
    with mock.patch.object(reader, "_alone", side_effect=AssertionError):
        assert all(one.events for one in _expanded(reader, "series", "one", "defined").values())


@pytest.mark.parametrize(
    ("text", "recurs"),
    [
        (vcalendar(vevent("u", "20260105T100000")), False),
        (vcalendar(vevent("u", "20261124T100000")), True),
        (vcalendar(vevent("u", "20200105T100000", "RRULE:FREQ=YEARLY")), True),
        (vcalendar(vevent("u", "20200105T100000", "RRULE:FREQ=YEARLY;COUNT=3")), False),
        (vcalendar(vevent("u", "20200105T100000", "RRULE:FREQ=DAILY")), True),
        (vcalendar(vevent("u", "2020")), True),
        ("<html></html>", True),
    ],
)
def test_what_still_takes_place(reader: ObjectReader, text: str, recurs: bool) -> None:
    assert reader.recur(text, NOW, a_calendar()) is recurs
