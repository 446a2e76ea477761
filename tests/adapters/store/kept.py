"""Connections and calendars to test the store with."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from app.adapters.store.calendars.connections import StoredConnections
from app.domain.calendar.connected import Access, Backend, Connection, StoredCalendar

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
ANA = "ana@example.com"


def a_connection(name: str = "c1", backend: Backend = Backend.CALDAV) -> Connection:
    return Connection(name, backend, ANA, "ana", "https://dav.example.com/", NOW)


def a_calendar(
    name: str = "k1", *, access: Access = Access.DETAILS, owner: str = ANA, connection: str = "c1"
) -> StoredCalendar:
    return StoredCalendar(
        id=name,
        connection_id=connection,
        backend=Backend.CALDAV,
        href=f"/{name}/",
        name=name.title(),
        owner=owner,
        zone=BERLIN,
        access=access,
        writable=True,
        schedules=False,
    )


def keep(engine: Engine, *calendars: StoredCalendar) -> StoredConnections:
    """A connection with these calendars, in the database."""
    kept = StoredConnections(engine)
    kept.keep(a_connection(), b"sealed", calendars, NOW)
    return kept
