"""Which other times guests propose in a scheduling message (METHOD:COUNTER, RFC 5546 §3.2.7)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from app.adapters.ics.vevent import DetailsReader
from app.adapters.ics_edit.parsed import parsed
from app.domain.calendar.event import Cutype
from app.domain.calendar.writing import Counter


def counters(text: str, floating: ZoneInfo) -> list[Counter]:
    """The times that a message proposes, if it is a COUNTER that names one guest: whose it is, is not certain else.

    Times without a zone are on the clock of `floating`. Raises `ParseError`.
    """
    found, scanned = parsed([text], floating)
    if not all(one.properties.get("METHOD", "").strip().upper() == "COUNTER" for one in scanned.calendars):
        return []
    reader = DetailsReader()
    proposed = []
    for key, one in found.items():
        what = reader.read(one.raw)
        guests = [p.email for p in what.attendees if p.email != what.organizer and p.cutype is not Cutype.ROOM]
        if len(guests) == 1:
            proposed.append(Counter(guests[0], one.raw.uid, key, one.start, one.end, one.raw.version[0]))
    return proposed
