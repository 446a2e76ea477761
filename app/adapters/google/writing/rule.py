"""What the rule of a series says, by the reader of all back ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.adapters.google.events.translation import calendar_object
from app.adapters.ics.calendar import IcsCalendar
from app.adapters.ics.recurrence import rule_parts
from app.adapters.ics_edit.fingerprints import DEFAULTS
from app.domain.calendar.timespan import Timespan
from app.domain.calendar.writing import RecurrenceKey

_UTC = ZoneInfo("UTC")


def is_same_rule(rule: str, other: str) -> bool:
    """Whether two values of an RRULE have the same parts, whatever their order."""
    return _parts(rule) == _parts(other)


def _parts(rule: str) -> set[tuple[str, frozenset[str]]]:
    return {(name, frozenset(value.split(","))) for name, value in rule_parts(rule).items() - DEFAULTS}


def occurs(series: Mapping[str, Any], key: RecurrenceKey) -> bool:
    """Whether a series with a time has an occurrence that originally begins then."""
    original = datetime.fromisoformat(key).astimezone(_UTC)
    text = calendar_object(series, "series").text
    span = Timespan.between(original, original + timedelta(minutes=1))
    found = IcsCalendar.read("series", text.encode()).events(span, "", _UTC).events
    return any(event.ref.recurrence_id == original.astimezone(UTC) for event in found)
