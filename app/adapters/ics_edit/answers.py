"""What the guests of each VEVENT of a UID answered (PARTSTAT, RFC 5545 §3.2.12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from app.adapters.ics.vevent import DetailsReader
from app.adapters.ics_edit.parsed import parsed
from app.domain.calendar.writing import RecurrenceKey


def answers(texts: Sequence[str], floating: ZoneInfo) -> Mapping[RecurrenceKey, Mapping[str, str]]:
    """The answer of each guest by address, for each component; without texts there are none.

    Times without a zone are on the clock of `floating`. Raises `ParseError`.
    """
    found = parsed(texts, floating)[0] if texts else {}
    reader = DetailsReader()
    return {
        key: {person.email: person.partstat.value for person in reader.read(one.raw).attendees}
        for key, one in found.items()
    }
