"""What an approval covers of each VEVENT of a UID (`app.domain.calendar.writing.Fingerprint`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.adapters.ics.recurrence import rule_parts
from app.adapters.ics.timezones import BROKEN
from app.adapters.ics.vevent import DetailsReader
from app.adapters.ics_edit.parsed import SOURCE, Parsed, parsed
from app.domain.calendar.writing import CANCELLED, THIS_AND_FUTURE, Fingerprint, Versions
from app.errors import ParseError

DEFAULTS = {("INTERVAL", "1"), ("WKST", "MO")}
"""Parts of a rule that say no more than their absence (RFC 5545 §3.3.10)."""


def versions(texts: Sequence[str], floating: ZoneInfo, reader: DetailsReader) -> Versions:
    """The fingerprint of every component in the objects of one UID; without texts there are none.

    Times without a zone are on the clock of `floating`. Raises `ParseError`.
    """
    if not texts:
        return {}
    found, _ = parsed(texts, floating)
    return {key: _fingerprint(one, reader) for key, one in found.items()}


def _fingerprint(one: Parsed, reader: DetailsReader) -> Fingerprint:
    try:
        what = reader.read(one.raw)
        recurrence = tuple(sorted(_recurrence(one)))
    except BROKEN as error:
        raise ParseError(f"{SOURCE} {one.raw.uid[:200]!r}, line {one.raw.line}, cannot be read: {error}") from None
    return Fingerprint(
        start=one.start,
        end=one.end,
        tzid=one.zone.key if one.zone else "",
        recurrence=recurrence,
        status=CANCELLED if what.cancelled else one.raw.value("STATUS").strip().upper() or "CONFIRMED",
        organizer=what.organizer,
        addresses=tuple(sorted(person.email for person in what.attendees)),
        location=what.location,
        sequence=one.raw.version[0],
    )


def _recurrence(one: Parsed) -> Iterator[str]:
    component: Any = one.timing._component  # noqa: SLF001 - the library has no other way to the values
    for rule in (one.timing.rule or "").split("\n"):
        if rule:
            yield f"RRULE:{canonical_rule(rule)}"
    for name in ("RDATE", "EXDATE"):
        found = component.get(name, [])
        lists = found if isinstance(found, list) else [found]
        moments = sorted({_written(value.dt) for each in lists for value in each.dts})
        if moments:
            yield f"{name}:{','.join(moments)}"
    if one.timing.this_and_future:
        yield THIS_AND_FUTURE


def canonical_rule(rule: str) -> str:
    """The value of an RRULE with its parts in order, without those that are defaults."""
    parts = rule_parts(rule)
    return ";".join(f"{name}={value}" for name, value in sorted(parts.items()) if (name, value) not in DEFAULTS)


def _written(when: Any) -> str:
    """A date, a moment in UTC, or a period of two."""
    if isinstance(when, tuple):
        start, end = when
        return f"{_written(start)}/{_written(start + end if isinstance(end, timedelta) else end)}"
    if isinstance(when, datetime):
        return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    assert isinstance(when, date)  # noqa: S101 - the parser gives nothing else
    return f"{when:%Y%m%d}"
