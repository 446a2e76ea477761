"""How a calendar stands just now, for whoever watches its sync."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, func, select, update

from app.adapters.store.calendars.connections import CALENDARS, calendar_of, no_calendar, status_of
from app.adapters.store.database import reading, writing
from app.adapters.store.schema import calendar, calendar_object
from app.domain.calendar.connected import SyncStanding, SyncState


def standing(engine: Engine, calendar_id: str, now: datetime) -> SyncStanding:
    """A calendar, its status, and the sync that is due or running. Raises `NotFoundError` and `StoreError`."""
    with reading(engine) as connection:
        row = connection.execute(CALENDARS.where(calendar.c.id == calendar_id)).first()
        if row is None:
            raise no_calendar(calendar_id)
        status = status_of(row)
        syncing = status.is_syncing(now)
        new = (calendar_object.c.calendar_id == calendar_id) & (calendar_object.c.since == row.generation + 1)
        written = connection.scalar(select(func.count()).where(new)) if syncing else 0
    due = row.state != SyncState.RECONNECT and (row.next_try_at is None or row.next_try_at <= now)
    return SyncStanding(calendar_of(row), status, due, syncing, written or 0)


def hasten(engine: Engine, calendar_id: str, now: datetime, *, accept_empty: bool = False) -> None:
    """Make a calendar due now, whatever its server asked for; with `accept_empty` it is believed if it became empty.

    Raises `NotFoundError` and `StoreError`.
    """
    believed = {"accepts_empty": True} if accept_empty else {}
    with writing(engine) as connection:
        soon = update(calendar).where(calendar.c.id == calendar_id).values(next_try_at=now, **believed)
        if not connection.execute(soon).rowcount:
            raise no_calendar(calendar_id)
