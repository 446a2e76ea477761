"""A calendar of the Google double in the store, what a sync makes of it, and what it should be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Engine

from app.adapters.google.calendar_store import GoogleStore
from app.adapters.ics.object_reader import ObjectReader
from app.adapters.store.calendars.calendars import StoredCalendars
from app.adapters.store.calendars.connections import StoredConnections
from app.domain.calendar.connected import Access, Backend, SyncStatus
from app.services.syncing.sync import AHEAD, BEHIND, Synced, sync_calendar
from tests.adapters.google.remote import store_at
from tests.adapters.store.kept import ANA, BERLIN, NOW, a_calendar, a_connection
from tests.adapters.store.syncing import RULES, seen_events
from tests.google_double import GoogleDouble, Json
from tests.google_double.freebusy import busy_spans, merged
from tests.google_double.recurrence import instances, is_cancelled
from tests.google_double.times import span

DANA = "dana@example.com"

Occurrences = Counter[tuple[str, datetime, datetime, str]]


class GoogleSyncing:
    """Dana's calendar: at the double, and as `k1` in the store."""

    stored = replace(a_calendar(), backend=Backend.GOOGLE, href=DANA, owner=DANA)

    def __init__(self, engine: Engine, google: GoogleDouble, **options: Any) -> None:
        self.engine = engine
        self.google = google
        self.kept = StoredConnections(engine)
        self.kept.keep(a_connection(backend=Backend.GOOGLE), b"sealed", [self.stored], NOW)
        self.store = StoredCalendars(engine)
        self._options = options
        self.reader = ObjectReader(RULES)
        self.now = NOW

    @property
    def status(self) -> SyncStatus:
        return self.kept.calendar("k1")[1]

    @cached_property
    def server(self) -> GoogleStore:
        """The login of Dana, who is known to the double by the first sync."""
        return store_at(self.google, DANA, **self._options)

    def sync(self, **how: Any) -> Synced:
        given: dict[str, Any] = {"holder": "test", "now": lambda: self.now, "chance": lambda: 0.5}
        return sync_calendar("k1", self.store, self.server, reader=self.reader, **given | how)

    def seen(self) -> Occurrences:
        """What the store shows, each as often as it does."""
        return Counter(
            (event.ref.uid, event.span.start, event.span.end, event.title) for event in seen_events(self.engine)
        )

    def wanted(self) -> Occurrences:
        """What it should show: the occurrences that the double itself expands."""
        return Counter(
            (event["iCalUID"], *span(event, BERLIN), event.get("summary", "")) for event in self._occurrences()
        )

    def _occurrences(self) -> Iterator[Json]:
        today = datetime.combine(date(2026, 11, 23), datetime.min.time(), UTC)
        start, end = today - BEHIND, today + AHEAD
        with self.google.world.open() as world:
            calendar = world.calendars[DANA]
            for stored in calendar.events.values():
                event = stored.event
                if is_cancelled(event) or "recurringEventId" in event:
                    continue
                each = instances(calendar, event, None, end) if "recurrence" in event else iter([event])
                yield from (one for one in each if _overlaps(one, start, end))


class BusySyncing(GoogleSyncing):
    """Ana's busy times: her calendar at the double, of which Dana sees no more, and as `k1` in the store."""

    stored = replace(a_calendar(access=Access.BUSY), backend=Backend.GOOGLE, href=f"freebusy:{ANA}", owner=ANA)

    def seen(self) -> Occurrences:
        """The times that the store shows; nothing else tells them apart."""
        return Counter(("", start, end, title) for _, start, end, title in super().seen().elements())

    def wanted(self) -> Occurrences:
        """When the double says that Ana is busy."""
        start = datetime(2026, 11, 23, tzinfo=UTC)
        with self.google.world.open() as world:
            spans = merged(busy_spans(world.calendars[ANA], start, start + AHEAD))
        return Counter(("", first, last, "") for first, last in spans)


def _overlaps(event: Json, start: datetime, end: datetime) -> bool:
    first, last = span(event, BERLIN)
    return first < end and max(last, first + timedelta(seconds=1)) > start
