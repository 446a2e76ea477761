"""Google posts that a calendar changed: it is synced soon, whatever else comes over the channel."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from app.adapters.store.calendars.channels import StoredChannels
from app.domain.calendar.connected import PushMessage, SyncState
from app.services.syncing.channels import heard, renew_channels
from app.services.syncing.sync import due
from tests.adapters.store.kept import NOW
from tests.google_double import GoogleDouble, lost_answer
from tests.google_double.receiver import Head, Receiver, receiving
from tests.google_double.samples import meeting
from tests.services.google_syncing import DANA, GoogleSyncing


class Pushing(GoogleSyncing):
    """A calendar that was synced, and a service that hears of its changes."""

    def __init__(self, engine: Engine, google: GoogleDouble) -> None:
        super().__init__(engine, google)
        self.channels = StoredChannels(engine)
        google.add_event(DANA, meeting(id="event0"))
        assert self.sync().state == SyncState.SYNCED
        self.now += timedelta(minutes=1)

    def hear(self, head: Head) -> None:
        """What the service does with a message."""
        names = ("x-goog-channel-id", "x-goog-channel-token", "x-goog-resource-state")
        heard(PushMessage(*(head.get(name, "") for name in names)), self.channels, self.now)

    def renew(self, address: str) -> int:
        """What a worker does from time to time."""
        return renew_channels(self.channels, lambda _calendar: self.server, address, self.now)

    def due(self) -> list[str]:
        self.google.delivered()
        return due(self.store, self.now, 10)


@pytest.fixture
def pushing(database: Engine) -> Iterator[Pushing]:
    with GoogleDouble(NOW) as google:
        google.add_user(DANA)
        yield Pushing(database, google)


@pytest.fixture
def receiver(pushing: Pushing) -> Iterator[Receiver]:
    with receiving(pushing.hear) as made:
        assert pushing.renew(made.url) == 1
        yield made
        pushing.google.delivered()


def test_a_change_is_told_and_synced(pushing: Pushing, receiver: Receiver) -> None:
    assert pushing.due() == []
    pushing.google.add_event(DANA, meeting(hour=14, summary="New"))
    assert pushing.due() == ["k1"]
    assert pushing.sync().changed == 1
    assert pushing.seen() == pushing.wanted()
    assert pushing.due() == []


def test_double_and_late_messages_cost_a_request_each(pushing: Pushing, receiver: Receiver) -> None:
    (channel,) = pushing.google.channels.all
    pushing.google.add_event(DANA, meeting(hour=14))
    assert pushing.sync().changed == 1
    for number in (2, 2, 1):
        pushing.google.send_message(channel.id, number=number)
        assert pushing.due() == ["k1"]
        pushing.google.forget_requests()
        synced = pushing.sync()
        assert (synced.state, synced.changed, pushing.google.count()) == (SyncState.SYNCED, 0, 1)
    assert pushing.seen() == pushing.wanted()


def test_a_channel_that_was_renewed_tells_once_and_the_old_one_may_still_speak(
    pushing: Pushing, receiver: Receiver
) -> None:
    (old,) = pushing.google.channels.all
    pushing.now = old.expiration - timedelta(hours=1)
    pushing.sync()
    assert pushing.renew(receiver.url) == 1
    assert [channel.open for channel in pushing.google.channels.all] == [False, True]
    assert pushing.due() == []
    before = len(receiver.heads)
    pushing.google.add_event(DANA, meeting(hour=14))
    assert pushing.due() == ["k1"]
    assert [head["x-goog-resource-state"] for head in receiver.heads[before:]] == ["exists"]
    pushing.sync()
    pushing.google.send_message(old.id)
    assert pushing.due() == []


def test_a_channel_whose_opening_was_not_answered_is_not_believed(pushing: Pushing) -> None:
    with receiving(pushing.hear) as receiver:
        pushing.google.fault(lost_answer(), on="events.watch")
        pushing.renew(receiver.url)
        assert len(pushing.google.channels.all) == 1
        pushing.google.add_event(DANA, meeting(hour=14))
        assert pushing.due() == []
        assert [head["x-goog-resource-state"] for head in receiver.heads] == ["sync", "exists"]
        pushing.now += timedelta(hours=1)
        pushing.sync()
        assert pushing.renew(receiver.url) == 1
        pushing.google.add_event(DANA, meeting(hour=16))
        assert pushing.due() == ["k1"]


@pytest.mark.parametrize("change", [{"X-Goog-Channel-ID": "unknown"}, {"X-Goog-Channel-Token": "guessed"}])
def test_who_does_not_know_a_channel_is_answered_alike_and_changes_nothing(
    pushing: Pushing, receiver: Receiver, change: dict[str, str]
) -> None:
    (channel,) = pushing.google.channels.all
    genuine = {
        "X-Goog-Channel-ID": channel.id,
        "X-Goog-Channel-Token": channel.token or "",
        "X-Goog-Resource-State": "exists",
    }
    assert _post(receiver.url, genuine | change) == 200
    assert pushing.due() == []
    assert _post(receiver.url, genuine) == 200
    assert pushing.due() == ["k1"]


def test_without_any_message_the_calendar_is_due_all_the_same(pushing: Pushing, receiver: Receiver) -> None:
    (channel,) = pushing.google.channels.all
    pushing.google.channels.stop(channel.user, channel.id, channel.resource_id)
    pushing.google.add_event(DANA, meeting(hour=14))
    assert pushing.due() == []
    pushing.now += timedelta(minutes=20)
    assert pushing.due() == ["k1"]
    pushing.sync()
    assert pushing.seen() == pushing.wanted()


def _post(address: str, head: dict[str, str]) -> int:
    request = urllib.request.Request(address, data=b"", headers=head, method="POST")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        return int(answer.status)
