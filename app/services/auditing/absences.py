"""The days on which people are not there, as an audit sees them: over all of the weeks that it looks at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from app.domain.calendar.event import Event
from app.domain.meetings.busy import BusyRules, Strength, strength
from app.services.auditing.record import AHEAD_WEEKS, PAST_WEEKS, Record

DAY = timedelta(days=1)


class Absences:
    """Who is away when: by the team file, by entries that say so, and by the public holidays of their country."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._entries = _entries(record)
        self._holidays: dict[str, frozenset[date]] = {}

    def is_away(self, email: str, day: date) -> bool:
        """Whether somebody is not there on a day."""
        person = self._record.team.find(email)
        by_entry = day in self._entries.get(email, ())
        return by_entry or person.is_away(day) or (person.country is not None and day in self._public(person.country))

    def days_between(self, people: tuple[str, ...], first: date, last: date) -> int:
        """The days after the first and before the last on which any of some people is away."""
        days = (first + n * DAY for n in range(1, (last - first).days))
        return sum(any(self.is_away(email, day) for email in people) for day in days)

    def _public(self, country: str) -> frozenset[date]:
        if country not in self._holidays:
            first = self._record.week.plus(-PAST_WEEKS).monday
            days = [first + n * DAY for n in range(7 * (PAST_WEEKS + AHEAD_WEEKS))]
            self._holidays[country] = frozenset(self._record.request.holidays.names(country, days))
        return self._holidays[country]


def _entries(record: Record) -> Mapping[str, frozenset[date]]:
    """The days that entries in people's own calendars take as an absence, by the main address of the person."""
    rules = BusyRules(record.request.rules.words)
    found: dict[str, set[date]] = defaultdict(set)
    for event in record.reading.events:
        if strength(event, None, rules) is Strength.AWAY:
            owner = record.team.canonical(record.reading.owners[event.ref.calendar_id])
            found[owner].update(_days(event))
    return {email: frozenset(days) for email, days in found.items()}


def _days(event: Event) -> Iterator[date]:
    day, last = event.span.local_start.date(), (event.span.local_end - timedelta(microseconds=1)).date()
    while day <= last:
        yield day
        day += DAY
