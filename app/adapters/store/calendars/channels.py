"""The push channels that were opened (`app.ports.ChannelStore`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, delete, exists, insert, literal, or_, select, update

from app.adapters.store.calendars.connections import CALENDARS, calendar_of
from app.adapters.store.database import reading, writing
from app.adapters.store.schema import calendar, connection, push_channel
from app.domain.calendar.connected import Access, Backend, PushChannel, SyncState, Watched

_AT_EASE = (SyncState.NEW, SyncState.SYNCED)
_WAITING = (SyncState.RECONNECT, SyncState.GONE)


class StoredChannels:
    """The channels in the database; see `app.ports.ChannelStore` for what each method promises."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def watched(self) -> Sequence[Watched]:
        """The calendars at Google whose events can be seen, and that are not waiting for somebody."""
        can = (connection.c.backend == Backend.GOOGLE, calendar.c.access == Access.DETAILS)
        rows = CALENDARS.where(*can, calendar.c.state.not_in(_WAITING)).order_by(calendar.c.id)
        with reading(self._engine) as database:
            calendars = [calendar_of(row) for row in database.execute(rows)]
            channels = [_channel_of(row) for row in database.execute(select(push_channel))]
        return [Watched(one, tuple(c for c in channels if c.calendar_id == one.id)) for one in calendars]

    def find(self, channel_id: str) -> PushChannel | None:
        """A channel; None if it is not known."""
        with reading(self._engine) as database:
            row = database.execute(select(push_channel).where(push_channel.c.id == channel_id)).first()
        return _channel_of(row) if row else None

    def add(self, channel: PushChannel) -> None:
        """Keep a channel, if its calendar is still there."""
        columns = [column.name for column in push_channel.columns]
        values = select(*(literal(getattr(channel, column.name), column.type) for column in push_channel.columns))
        there = exists().where(calendar.c.id == channel.calendar_id)
        with writing(self._engine) as database:
            database.execute(insert(push_channel).from_select(columns, values.where(there)))

    def remove(self, channel_id: str) -> None:
        """Forget a channel."""
        with writing(self._engine) as database:
            database.execute(delete(push_channel).where(push_channel.c.id == channel_id))

    def make_due(self, calendar_id: str, now: datetime) -> None:
        """Have a calendar synced now, unless its server asked to wait or somebody has to look at it."""
        later = or_(calendar.c.next_try_at.is_(None), calendar.c.next_try_at > now)
        waiting = (calendar.c.id == calendar_id, calendar.c.state.in_(_AT_EASE), later)
        with writing(self._engine) as database:
            database.execute(update(calendar).where(*waiting).values(next_try_at=now))


def _channel_of(row: Row[Any]) -> PushChannel:
    return PushChannel(row.id, row.calendar_id, row.resource_id, row.digest, row.expires_at, row.created_at)
