"""Connections, their calendars, and who may see what of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection as Transaction
from sqlalchemy import Engine, Row, Table, delete, insert, select, update

from app.adapters.store.calendars.generations import delete_some
from app.adapters.store.database import reading, writing
from app.adapters.store.schema import calendar, calendar_grant, calendar_object, component, connection, read_warning
from app.domain.calendar.connected import Access, Backend, Connection, Forgotten, StoredCalendar, SyncState, SyncStatus
from app.domain.configuration.access import EVERYONE
from app.errors import InputError, NotFoundError

CALENDARS = select(calendar, connection.c.backend).join_from(calendar, connection)
"""Rows of which `calendar_of` and `status_of` can be made."""


class StoredConnections:
    """The connections in the database. Every method raises `StoreError` if that cannot be used."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(
        self, login: Connection, secret: bytes | None, calendars: Sequence[StoredCalendar], now: datetime
    ) -> list[StoredCalendar]:
        """Keep a login with its sealed secret and its calendars, whole or not at all; one that is kept is renewed.

        A sync that still runs with the old secret writes no more, not even why it failed.
        Returns the calendars as they are kept. Raises `InputError` for one that is kept otherwise.
        """
        with writing(self._engine) as database:
            known = _id_of(database, login)
            if known is None:
                database.execute(insert(connection).values(**_values(login), secret=secret))
            else:
                database.execute(update(connection).where(connection.c.id == known).values(secret=secret))
                _break_claims(database, known, now)
            return [_keep(database, known or login.id, one, now) for one in calendars]

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
            raise _no_connection(connection_id)
        return _connection_of(row), row.secret

    def forget(self, connection_id: str) -> Forgotten:
        """Remove a connection with all that was read through it.

        The secret and everyone's view of it go at once, the rows in short transactions; if that is cut in between, it
        can be done again. Raises `NotFoundError`.
        """
        with writing(self._engine) as database:
            ids = _hide(database, connection_id)
        for table in (component, read_warning):
            self._empty(table, ids)
        objects = self._empty(calendar_object, ids)
        with writing(self._engine) as database:
            database.execute(delete(connection).where(connection.c.id == connection_id))
        return Forgotten(len(ids), objects)

    def grant(self, calendar_id: str, viewer: str, access: Access | None) -> None:
        """Say what a viewer may see of a calendar; None is no more than everyone may. Raises `NotFoundError`."""
        theirs = (calendar_grant.c.calendar_id == calendar_id) & (calendar_grant.c.viewer == viewer)
        with writing(self._engine) as database:
            if database.execute(select(calendar.c.id).where(calendar.c.id == calendar_id)).first() is None:
                raise no_calendar(calendar_id)
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

    def _empty(self, table: Table, calendars: Sequence[str]) -> int:
        """Delete the rows of some calendars, a few at a time; return how many there were."""
        total = 0
        while True:
            with writing(self._engine) as database:
                gone = delete_some(database, table, table.c.calendar_id.in_(calendars))
            if not gone:
                return total
            total += gone


def no_calendar(calendar_id: str) -> NotFoundError:
    """What is said of a calendar that is not kept, or not any more."""
    return NotFoundError(
        f"{calendar_id}: there is no such calendar; `clearweek calendars` or GET /v1/calendars shows all"
    )


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
        row.claimed_until,
    )


def _connection_of(row: Row[Any]) -> Connection:
    return Connection(row.id, Backend(row.backend), row.person, row.account, row.url, row.created_at)


def _values(login: Connection) -> dict[str, object]:
    return {field.name: getattr(login, field.name) for field in fields(login)}


def _id_of(database: Transaction, login: Connection) -> str | None:
    """The id under which a login is kept already."""
    same = [connection.c[name] == getattr(login, name) for name in ("backend", "person", "account", "url")]
    return database.scalars(select(connection.c.id).where(*same).order_by(connection.c.created_at)).first()


def _break_claims(database: Transaction, connection_id: str, now: datetime) -> None:
    """Let what is being synced through a login be synced anew."""
    running = (calendar.c.connection_id == connection_id) & calendar.c.claimed_by.is_not(None)
    anew = {"claimed_by": None, "claimed_until": None, "next_try_at": now}
    database.execute(update(calendar).where(running).values(anew))


def _keep(database: Transaction, connection_id: str, one: StoredCalendar, now: datetime) -> StoredCalendar:
    is_this = (calendar.c.connection_id == connection_id) & (calendar.c.href == one.href)
    row = database.execute(select(calendar).where(is_this).with_for_update()).first()
    if row is None:
        _add(database, connection_id, one, now)
    else:
        _check_same(row, one)
        anew = {} if row.zone == one.zone.key else {"zone": one.zone.key, "reader": None, "next_try_at": now}
        again = _again(row, now) if SyncState(row.state) in (SyncState.RECONNECT, SyncState.GONE) else {}
        database.execute(update(calendar).where(is_this).values({**_said(one), **anew, **again}))
        if (
            database.execute(select(calendar_grant.c.viewer).where(calendar_grant.c.calendar_id == row.id)).first()
            is None
        ):
            _grant(database, row.id, one.owner)
    return calendar_of(database.execute(CALENDARS.where(is_this)).one())


def _add(database: Transaction, connection_id: str, one: StoredCalendar, now: datetime) -> None:
    values = {"id": one.id, "connection_id": connection_id, "href": one.href, "owner": one.owner, **_said(one)}
    new = {"zone": one.zone.key, "access": one.access, "created_at": now, "state": SyncState.NEW}
    database.execute(insert(calendar).values(**values, **new))
    _grant(database, one.id, one.owner)


def _grant(database: Transaction, calendar_id: str, owner: str) -> None:
    """Let the owner of a calendar see its details, and everyone else when they are busy."""
    grants = {owner: Access.DETAILS, EVERYONE: Access.BUSY}
    rows = [{"calendar_id": calendar_id, "viewer": viewer, "access": access} for viewer, access in grants.items()]
    database.execute(insert(calendar_grant), rows)


def _said(one: StoredCalendar) -> dict[str, object]:
    """What a server may say anew of a calendar."""
    return {"name": one.name, "writable": one.writable, "schedules": one.schedules}


def _again(row: Row[Any], now: datetime) -> dict[str, object]:
    """A calendar that waited for somebody goes on at once."""
    state = SyncState.RETRYING if row.generation else SyncState.NEW
    return {"state": state, "problem": None, "remedy": None, "failures": 0, "next_try_at": now}


def _check_same(row: Row[Any], one: StoredCalendar) -> None:
    if row.access != one.access or row.owner != one.owner:
        raise InputError(
            f"{one.name}: is kept as {row.owner}'s, with {row.access}, and is now {one.owner}'s, "
            f"with {one.access}: run `clearweek disconnect {row.connection_id}` first"
        )


def _hide(database: Transaction, connection_id: str) -> list[str]:
    """Let nobody see the calendars of a login any more, nor go on with a sync; return their ids.

    They are as if never synced: whatever rows are left, when that is cut, are those of an aborted sync.
    """
    login = update(connection).where(connection.c.id == connection_id).values(secret=None)
    if database.execute(login).rowcount == 0:
        raise _no_connection(connection_id)
    of_login = calendar.c.connection_id == connection_id
    ids = list(database.scalars(select(calendar.c.id).where(of_login)))
    database.execute(delete(calendar_grant).where(calendar_grant.c.calendar_id.in_(ids)))
    gone = {
        "state": SyncState.RECONNECT,
        "problem": "is being forgotten",
        "remedy": f"run `clearweek disconnect {connection_id}` again",
        **dict.fromkeys(("next_try_at", "claimed_by", "claimed_until"), None),
        **dict.fromkeys(("token", "expanded_from", "expanded_until", "reader"), None),
        **dict.fromkeys(("generation", "events"), 0),
    }
    database.execute(update(calendar).where(of_login).values(gone))
    return ids


def _no_connection(connection_id: str) -> NotFoundError:
    return NotFoundError(
        f"{connection_id}: there is no such connection; `clearweek calendars` or GET /v1/calendars shows all"
    )
