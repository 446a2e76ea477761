"""Push channels: opened before the last one ends, and what is made of their messages.

A message only makes its calendar due, so that late, lost and double ones do no harm: whoever syncs asks the server what
changed, and does so from time to time without any message.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from app.domain.calendar.connected import PushChannel, PushMessage, StoredCalendar, Watched
from app.errors import AppError, StoreError
from app.ports import ChannelStore, PushServer

RENEWED_AT = 0.75
"""The part of a channel's life after which the next one is opened; how long they live is the server's choice."""
REFUSED_FOR = timedelta(minutes=30)
"""How long a calendar goes without a channel after its server refused one."""
OPENED_EVERY = timedelta(minutes=30)
"""At most so often a calendar gets a channel, even if by our clock, which may be wrong, each has ended as it begins."""
AT_ONCE = 20
"""Channels that one call opens, so that many do not come due together for ever."""

_CHANGED = ("exists", "not_exists")


def heard(message: PushMessage, store: ChannelStore, now: datetime) -> str | None:
    """Take in a message: make its calendar due, and give back its id; None if it says nothing.

    One that is not ours, or not genuine, is as if it never came. Raises `StoreError` if the database cannot be used;
    then the server sends it again.
    """
    channel = store.find(message.channel_id)
    if channel is None or not channel.digest:
        return None
    if not hmac.compare_digest(_digest(message.token), channel.digest) or message.state not in _CHANGED:
        return None
    store.make_due(channel.calendar_id, now)
    return channel.calendar_id


def renew_channels(
    store: ChannelStore, server_of: Callable[[StoredCalendar], PushServer], address: str, now: datetime
) -> int:
    """Open the channels that are due, those that end first before others; how many were tried.

    Whatever a server or its login says against it only concerns that calendar. Raises `StoreError`.
    """
    due = [watched for watched in store.watched() if _is_due(watched, now)]
    due.sort(key=lambda watched: max((channel.expires_at for channel in watched.channels), default=now))
    for watched in due[:AT_ONCE]:
        _renew(watched, server_of, address, store, now)
    return min(len(due), AT_ONCE)


def close_channels(
    calendars: Sequence[Watched], server_of: Callable[[StoredCalendar], PushServer], store: ChannelStore
) -> None:
    """End all channels of some calendars, as far as their server can be reached; what is left ends by itself.

    Raises `StoreError`.
    """
    for watched in calendars:
        if not watched.channels:
            continue
        try:
            server = server_of(watched.calendar)
        except StoreError:
            raise
        except AppError:
            continue
        for channel in watched.channels:
            _end(channel, server, store)


def _is_due(watched: Watched, now: datetime) -> bool:
    """Whether no channel lives, or the last one has lived most of its life; a refused one counts until its end."""
    return all(now >= _renewal(channel) for channel in watched.channels)


def _renewal(channel: PushChannel) -> datetime:
    if not channel.resource_id:
        return channel.expires_at
    return channel.created_at + max((channel.expires_at - channel.created_at) * RENEWED_AT, OPENED_EVERY)


def _renew(
    watched: Watched,
    server_of: Callable[[StoredCalendar], PushServer],
    address: str,
    store: ChannelStore,
    now: datetime,
) -> None:
    """Open a new channel, then end the old ones: between the two a message may come twice, but none is lost."""
    calendar = watched.calendar
    channel_id, token = str(uuid4()), secrets.token_urlsafe(32)
    try:
        server = server_of(calendar)
        resource_id, expires_at = server.watch(calendar.href, channel_id, token, address)
    except StoreError:
        raise
    except AppError:
        store.add(PushChannel(channel_id, calendar.id, "", "", now + REFUSED_FOR, now))
        _forget_ended(watched, store, now)
        return
    store.add(PushChannel(channel_id, calendar.id, resource_id, _digest(token), expires_at, now))
    for old in watched.channels:
        _end(old, server, store)


def _end(channel: PushChannel, server: PushServer, store: ChannelStore) -> None:
    """End a channel; one whose server cannot be reached now is forgotten when it has ended by itself."""
    if channel.resource_id:
        try:
            server.stop(channel.id, channel.resource_id)
        except AppError:
            return
    store.remove(channel.id)


def _forget_ended(watched: Watched, store: ChannelStore, now: datetime) -> None:
    for channel in watched.channels:
        if channel.expires_at <= now:
            store.remove(channel.id)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
