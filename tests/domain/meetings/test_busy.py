"""How strongly an entry keeps its owner from a meeting."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.domain.calendar.event import Attendee, Event, EventRef, EventType, Partstat
from app.domain.calendar.timespan import Timespan
from app.domain.meetings.busy import BusyRules, Strength, strength
from app.settings import Settings, load_rules

ANA = "ana@example.com"
SPAN = Timespan(datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 1, 10, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
DAYS = replace(SPAN, end=datetime(2026, 12, 4, 17, tzinfo=UTC))
PLAIN = Event(EventRef("a", "1"), SPAN, "Something")
RULES = BusyRules(load_rules(None, Settings()).words)


def asked(partstat: Partstat = Partstat.ACCEPTED, *, required: bool = True, email: str = ANA) -> Event:
    lines = (Attendee("dana@example.com"), Attendee(email, required=required, partstat=partstat))
    return replace(PLAIN, organizer="dana@example.com", attendees=lines)


def line_of(event: Event) -> Attendee | None:
    return event.attendee(ANA)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (PLAIN, Strength.HARD),
        (replace(PLAIN, private=True), Strength.HARD),
        (asked(), Strength.HARD),
        (asked(Partstat.TENTATIVE), Strength.HARD),
        (asked(Partstat.NEEDS_ACTION), Strength.HARD),
        (asked(Partstat.DECLINED), Strength.NONE),
        (replace(PLAIN, attendees=(Attendee("dana@example.com"), Attendee(ANA, informed=True))), Strength.NONE),
        (asked(required=False), Strength.SOFT),
        (replace(PLAIN, cancelled=True), Strength.NONE),
        (replace(PLAIN, transparent=True), Strength.NONE),
        (replace(PLAIN, event_type=EventType.WORKING_LOCATION), Strength.NONE),
        (replace(PLAIN, event_type=EventType.FOCUS), Strength.SOFT),
        (replace(PLAIN, event_type=EventType.OUT_OF_OFFICE), Strength.HARD),
        (replace(PLAIN, event_type=EventType.OUT_OF_OFFICE, span=DAYS), Strength.AWAY),
        (replace(PLAIN, title="Urlaub", span=DAYS), Strength.AWAY),
        (replace(PLAIN, title="Offsite", span=DAYS), Strength.HARD),
        (replace(PLAIN, title="Fokuszeit"), Strength.SOFT),
        (replace(asked(), title="Focus on quality"), Strength.HARD),
        (replace(PLAIN, title="Refocusing"), Strength.HARD),
        (replace(PLAIN, all_day=True, title="On call"), Strength.NONE),
        (replace(PLAIN, all_day=True, title="Urlaub"), Strength.AWAY),
        (replace(PLAIN, all_day=True, title="VACATION!"), Strength.AWAY),
        (replace(PLAIN, all_day=True, transparent=True, title="Ana: vacation"), Strength.NONE),
        (replace(PLAIN, all_day=True, transparent=True, event_type=EventType.OUT_OF_OFFICE), Strength.AWAY),
    ],
)
def test_strength(event: Event, expected: Strength) -> None:
    assert strength(event, line_of(event), RULES) is expected


def test_without_words_nothing_is_away_or_focus() -> None:
    rules = BusyRules(replace(RULES.words, away=(), focus=()))
    assert strength(replace(PLAIN, title="Focus"), None, rules) is Strength.HARD
    assert strength(replace(PLAIN, title="Urlaub", all_day=True), None, rules) is Strength.NONE
