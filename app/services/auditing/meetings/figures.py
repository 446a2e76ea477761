"""What a series costs: how often it is, and whose hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from app.domain.meetings.meeting import Meeting
from app.domain.people.grid import weeks_span
from app.services.auditing.record import Record

WEEKS = 8
"""So many weeks from the planned one on are counted."""
WEEKS_A_MONTH = 52 / 12


def series_ahead(record: Record) -> Iterator[tuple[str, Meeting, float]]:
    """Each series that goes on: the UID by which it is known, what it is like, and how often it is in a month."""
    span = weeks_span(record.week, WEEKS, record.zone)
    for uid, meetings in record.series.items():
        found = [m for m in meetings if record.happens(m) and m.span.overlaps(span)]
        if found:
            yield uid, _typical(found), len(found) / WEEKS * WEEKS_A_MONTH


def _typical(meetings: Sequence[Meeting]) -> Meeting:
    """The next occurrence with those who mostly come: who is away once says nothing of the series."""
    same = [m for m in meetings if m.event.ref.uid == meetings[0].event.ref.uid]
    (mostly, _), *_ = Counter(frozenset(comers(m)) for m in same).most_common(1)
    return next(m for m in same if frozenset(comers(m)) == mostly)


def hours(meeting: Meeting) -> float:
    """How long a meeting is."""
    return meeting.span.minutes / 60


def comers(meeting: Meeting) -> Sequence[str]:
    """Who did not decline."""
    return (*meeting.required, *meeting.optional)


def person_hours(meeting: Meeting) -> float:
    """The hours of all who did not decline."""
    return hours(meeting) * len(comers(meeting))


def past_of(record: Record, uid: str) -> list[Meeting]:
    """The occurrences of a series that are over, the latest first."""
    return [m for m in reversed(record.series.get(uid, ())) if m.span.end <= record.now]
