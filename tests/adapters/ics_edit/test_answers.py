"""What the guests of each component answered, found by the same keys as its fingerprint."""

from __future__ import annotations

from app.adapters.ics_edit.answers import answers
from app.adapters.ics_edit.editor import IcsEditor
from app.domain.calendar.writing import MASTER
from tests.adapters.text import VIENNA, calendar, vevent

SERIES = calendar(
    *vevent("DTSTART:20261123T100000", "RRULE:FREQ=WEEKLY", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben@example.com"),
    *vevent(
        "RECURRENCE-ID:20261130T100000",
        "DTSTART:20261201T100000",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:ben@example.com",
    ),
).decode()


def test_answers_to_an_occurrence_without_a_zone_are_those_on_the_clock_of_its_calendar() -> None:
    found = answers([SERIES], VIENNA)
    assert found.keys() == IcsEditor(VIENNA).versions([SERIES]).keys()
    assert found[MASTER] == {"ben@example.com": "ACCEPTED"}
    assert found["2026-11-30T09:00:00+00:00"] == {"ben@example.com": "DECLINED"}


def test_without_texts_nobody_answered() -> None:
    assert answers([], VIENNA) == {}
