"""A calendar in the store, its server in memory, and what a sync makes of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, select

from app.adapters.ics.object_reader import ObjectReader
from app.adapters.store.calendars.calendars import StoredCalendars
from app.adapters.store.calendars.generations import seen
from app.adapters.store.calendars.occurrences import decoded, event_at
from app.adapters.store.database import reading
from app.adapters.store.schema import calendar, component, occurrence
from app.domain.calendar.connected import RemoteCalendar, StoredCalendar, SyncStatus
from app.domain.calendar.event import Event
from app.domain.configuration.rules import Words
from app.domain.meetings.busy import BusyRules
from app.services.syncing.sync import Synced, sync_calendar
from tests.adapters.store.kept import NOW, a_calendar, keep
from tests.services.memory_store import MemoryCalendar, MemoryStore

HREF = "/k1/"
RULES = BusyRules(Words(away=("vacation",), focus=("focus",)))


def vevent(uid: str, start: str = "20261124T100000", *lines: str, minutes: int = 30) -> str:
    """A VEVENT in Berlin."""
    times = (f"DTSTART;TZID=Europe/Berlin:{start}", f"DURATION:PT{minutes}M")
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *times, *lines, "END:VEVENT"])


def vcalendar(*events: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""])


class Syncing:
    """A calendar `k1` with a server that has one calendar."""

    def __init__(self, engine: Engine, stored: StoredCalendar | None = None) -> None:
        self.engine = engine
        self.stored = stored or a_calendar()
        self.kept = keep(engine, self.stored)
        self.store = StoredCalendars(engine)
        self.server = MemoryStore(RemoteCalendar(HREF, "K1"))
        self.reader = ObjectReader(RULES)
        self.now = NOW

    @property
    def remote(self) -> MemoryCalendar:
        return self.server[HREF]

    @property
    def status(self) -> SyncStatus:
        return self.kept.calendar("k1")[1]

    def put(self, *uids: str, start: str = "20261124T100000") -> None:
        for uid in uids:
            self.remote.put(f"{uid}.ics", uid, vcalendar(vevent(uid, start, f"SUMMARY:{uid} {start}")))

    def sync(self, **how: Any) -> Synced:
        given: dict[str, Any] = {
            "holder": "test",
            "now": lambda: self.now,
            "chance": lambda: 0.5,
            "pause": lambda _: None,
        }
        return sync_calendar("k1", self.store, self.server, reader=self.reader, **given | how)

    def events(self) -> list[Event]:
        """All events that are seen."""
        return seen_events(self.engine)

    def titles(self) -> list[str]:
        return [event.title for event in self.events()]


def seen_events(engine: Engine) -> list[Event]:
    """All events of `k1` that are seen, in order of time."""
    with reading(engine) as connection:
        generation = connection.execute(select(calendar.c.generation).where(calendar.c.id == "k1")).scalar_one()
        rows = select(component.c.uid, component.c.details, occurrence).join_from(component, occurrence)
        found = connection.execute(rows.where(seen(component, "k1", generation))).all()
    events = [event_at(row, decoded(row.uid, row.details)) for row in found]
    return sorted(events, key=lambda event: (event.span.start, event.ref.uid, event.span.end))
