"""Connections, their calendars, and who may see what of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, Row, delete, insert, select, update

from app.adapters.store.database import reading, writing
from app.adapters.store.schema import calendar, calendar_grant, connection
from app.domain.connected import Access, Backend, Connection, StoredCalendar, SyncState, SyncStatus
from app.errors import NotFoundError

EVERYONE = "*"
"""The viewer that stands for everyone who plans here."""

CALENDARS = select(calendar, connection.c.backend).join_from(calendar, connection)
"""Rows of which `calendar_of` and `status_of` can be made."""


class StoredConnections:
    """The connections in the database. Every method raises `StoreError` if that cannot be used."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, one: Connection, secret: bytes | None) -> None:
        """Keep a connection with its sealed secret."""
        values = {name: getattr(one, name) for name in ("id", "person", "account", "url", "created_at")}
        with writing(self._engine) as database:
            database.execute(insert(connection).values(**values, backend=one.backend, secret=secret))

    def all(self) -> list[Connection]:
        """Every connection, the oldest first."""
        with reading(self._engine) as database:
            rows = database.execute(select(connection).order_by(connection.c.created_at, connection.c.id)).all()
        return [_connection_of(row) for row in rows]

    def find(self, connection_id: str) -> tuple[Connection, bytes | None]:
        """A connection and its sealed secret. Raises `NotFoundError`."""
        with reading(self._engine) as database:
            row = database.execute(select(connection).where(connection.c.id == connection_id)).first()
        if row is None:
            raise NotFoundError(f"{connection_id}: there is no such connection; `clearweek calendars` shows all")
        return _connection_of(row), row.secret

    def reseal(self, connection_id: str, secret: bytes | None) -> None:
        """Replace a connection's sealed secret; one that is gone meanwhile stays gone."""
        with writing(self._engine) as database:
            database.execute(update(connection).where(connection.c.id == connection_id).values(secret=secret))

    def forget(self, connection_id: str) -> None:
        """Delete a connection, its secret, its calendars and all that is stored of them. Raises `NotFoundError`."""
        with writing(self._engine) as database:
            gone = delete(connection).where(connection.c.id == connection_id).returning(connection.c.id)
            if database.execute(gone).first() is None:
                raise NotFoundError(f"{connection_id}: there is no such connection; `clearweek calendars` shows all")

    def add_calendar(self, one: StoredCalendar, now: datetime) -> None:
        """Keep a calendar, to be synced at once: its owner may see its details, everyone else how busy they are."""
        fields = ("id", "connection_id", "href", "name", "owner", "access", "writable", "schedules")
        values = {name: getattr(one, name) for name in fields}
        grants = [(one.owner, Access.DETAILS), (EVERYONE, Access.BUSY)]
        with writing(self._engine) as database:
            new = insert(calendar).values(**values, zone=one.zone.key, created_at=now, state=SyncState.NEW)
            database.execute(new)
            rows = [{"calendar_id": one.id, "viewer": viewer, "access": access} for viewer, access in grants]
            database.execute(insert(calendar_grant), rows)

    def grant(self, calendar_id: str, viewer: str, access: Access | None) -> None:
        """Say what a viewer may see of a calendar; None is no more than everyone may."""
        theirs = (calendar_grant.c.calendar_id == calendar_id) & (calendar_grant.c.viewer == viewer)
        with writing(self._engine) as database:
            database.execute(delete(calendar_grant).where(theirs))
            if access is not None:
                new = insert(calendar_grant).values(calendar_id=calendar_id, viewer=viewer, access=access)
                database.execute(new)

    def calendars(self) -> list[tuple[StoredCalendar, SyncStatus]]:
        """Every calendar and how its sync stands, by owner and name."""
        ordered = CALENDARS.order_by(calendar.c.owner, calendar.c.name, calendar.c.id)
        with reading(self._engine) as database:
            rows: Sequence[Row[Any]] = database.execute(ordered).all()
        return [(calendar_of(row), status_of(row)) for row in rows]

    def calendar(self, calendar_id: str) -> tuple[StoredCalendar, SyncStatus]:
        """One calendar and how its sync stands. Raises `NotFoundError`."""
        with reading(self._engine) as database:
            row = database.execute(CALENDARS.where(calendar.c.id == calendar_id)).first()
        if row is None:
            raise no_calendar(calendar_id)
        return calendar_of(row), status_of(row)


def no_calendar(calendar_id: str) -> NotFoundError:
    """What is said of a calendar that is not kept, or not any more."""
    return NotFoundError(f"{calendar_id}: there is no such calendar; `clearweek calendars` shows all")


def calendar_of(row: Row[Any]) -> StoredCalendar:
    """A calendar from a row of `CALENDARS`."""
    return StoredCalendar(
        id=row.id,
        connection_id=row.connection_id,
        backend=Backend(row.backend),
        href=row.href,
        name=row.name,
        owner=row.owner,
        zone=ZoneInfo(row.zone),
        access=Access(row.access),
        writable=row.writable,
        schedules=row.schedules,
        generation=row.generation,
        token=row.token,
    )


def status_of(row: Row[Any]) -> SyncStatus:
    """How the sync of a calendar stands, from a row of `CALENDARS`."""
    return SyncStatus(
        SyncState(row.state),
        row.events,
        row.last_success_at,
        row.last_try_at,
        row.next_try_at,
        row.problem,
        row.remedy,
    )


def _connection_of(row: Row[Any]) -> Connection:
    return Connection(row.id, Backend(row.backend), row.person, row.account, row.url, row.created_at)
