from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, update

from app.adapters.store.calendars.calendars import StoredCalendars
from app.adapters.store.calendars.channels import StoredChannels
from app.adapters.store.calendars.connections import StoredConnections
from app.adapters.store.database import writing
from app.adapters.store.schema import calendar
from app.domain.calendar.connected import Access, Backend, PushChannel, SyncState
from app.services.syncing.sync import SyncProgress
from tests.adapters.store.kept import NOW, a_calendar, a_connection, keep
from tests.adapters.store.syncing import Syncing

CHANNEL = PushChannel("channel-1", "k1", "res-1", "d" * 64, NOW + timedelta(days=7), NOW)
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def channels(database: Engine) -> StoredChannels:
    """A connection at Google with a calendar `k1`."""
    StoredConnections(database).keep(a_connection(backend=Backend.GOOGLE), b"sealed", [a_calendar()], NOW)
    return StoredChannels(database)


def stand(database: Engine, state: SyncState) -> None:
    with writing(database) as connection:
        connection.execute(update(calendar).values(state=state, next_try_at=LATER))


def test_a_channel_is_kept_until_it_is_removed(channels: StoredChannels) -> None:
    channels.add(CHANNEL)
    assert channels.find("channel-1") == CHANNEL
    assert [one.channels for one in channels.watched()] == [(CHANNEL,)]
    channels.remove("channel-1")
    assert channels.find("channel-1") is None
    assert [one.channels for one in channels.watched()] == [()]


def test_a_channel_of_a_calendar_that_is_gone_is_not_kept(channels: StoredChannels) -> None:
    channels.add(replace(CHANNEL, calendar_id="gone"))
    assert channels.find("channel-1") is None


def test_channels_go_with_their_connection(database: Engine, channels: StoredChannels) -> None:
    channels.add(CHANNEL)
    StoredConnections(database).forget("c1")
    assert channels.find("channel-1") is None


def test_only_calendars_whose_server_tells_are_watched(database: Engine) -> None:
    keep(database, a_calendar())
    google = a_connection("c2", Backend.GOOGLE)
    more = [a_calendar("k2", connection="c2"), a_calendar("k3", connection="c2", access=Access.BUSY)]
    StoredConnections(database).keep(google, b"sealed", more, NOW)
    assert [one.calendar.id for one in StoredChannels(database).watched()] == ["k2"]


@pytest.mark.parametrize(
    ("state", "watched"), [(SyncState.SYNCED, True), (SyncState.RETRYING, True), (SyncState.RECONNECT, False)]
)
def test_what_waits_for_somebody_is_not_watched(
    database: Engine, channels: StoredChannels, state: SyncState, watched: bool
) -> None:
    stand(database, state)
    assert bool(channels.watched()) is watched


@pytest.mark.parametrize(
    ("state", "due"),
    [
        (SyncState.SYNCED, True),
        (SyncState.RETRYING, False),
        (SyncState.CONFIRM, False),
        (SyncState.GONE, False),
    ],
)
def test_a_calendar_that_is_as_it_should_be_is_made_due(
    database: Engine, channels: StoredChannels, state: SyncState, due: bool
) -> None:
    stand(database, state)
    assert StoredCalendars(database).due(NOW, 10) == []
    channels.make_due("k1", NOW)
    assert list(StoredCalendars(database).due(NOW, 10)) == (["k1"] if due else [])


def test_an_unknown_calendar_is_not_made_due(channels: StoredChannels) -> None:
    channels.make_due("gone", NOW)


def test_a_change_that_is_told_while_its_calendar_is_synced_is_not_lost(database: Engine) -> None:
    """That sync may have asked before the change."""
    syncing = Syncing(database)
    syncing.put("a")
    syncing.sync()
    syncing.put("b")
    later = NOW + timedelta(minutes=1)

    def tell(_: SyncProgress) -> None:
        StoredChannels(database).make_due("k1", later)

    assert syncing.sync(on_progress=tell).state is SyncState.SYNCED
    assert list(syncing.store.due(later, 10)) == ["k1"]
    syncing.now = later
    syncing.sync()
    assert list(syncing.store.due(later, 10)) == []
