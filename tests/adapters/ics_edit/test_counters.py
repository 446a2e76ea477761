"""Which other times guests propose in messages (METHOD:COUNTER)."""

from __future__ import annotations

import pytest

from app.adapters.ics_edit.counters import counters
from app.domain.calendar.writing import MASTER, Counter
from tests.adapters.text import VIENNA, at, calendar, utc

DANA, BEN, CAT = (f"ATTENDEE;PARTSTAT=TENTATIVE:mailto:{name}@example.com" for name in ("dana", "ben", "cat"))
OWN = "ORGANIZER:mailto:dana@example.com"
NAMED = "RECURRENCE-ID;TZID=Europe/Vienna:20261201T100000"


def message(*lines: str, method: str = "COUNTER") -> str:
    text = calendar(*at("20261203T140000", OWN, "SEQUENCE:2", *lines)).decode()
    return text.replace("BEGIN:VEVENT", f"METHOD:{method}\r\nBEGIN:VEVENT", 1)


@pytest.mark.parametrize(("lines", "key"), [((BEN,), MASTER), ((DANA, BEN, NAMED), "2026-12-01T09:00:00+00:00")])
def test_a_guest_proposes_another_time(lines: tuple[str, ...], key: str) -> None:
    times = utc(2026, 12, 3, 13), utc(2026, 12, 3, 13, 30)
    assert counters(message(*lines), VIENNA) == [Counter("ben@example.com", "a@example.com", key, *times, 2)]


@pytest.mark.parametrize("text", [message(BEN, method="REPLY"), message(BEN, CAT), message(DANA)])
def test_any_other_message_proposes_nothing_that_is_certain(text: str) -> None:
    assert counters(text, VIENNA) == []
