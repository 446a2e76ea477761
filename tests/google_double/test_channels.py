"""Watch channels: what they answer, what they post, when they stop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.google_double import GoogleDouble
from tests.google_double.client import Client, reason
from tests.google_double.conftest import DANA
from tests.google_double.receiver import Receiver, receiving
from tests.google_double.samples import meeting


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def watch(client: Client, address: str, channel: str = "channel-1", **more: Any) -> dict[str, Any]:
    body = {"id": channel, "type": "web_hook", "address": address, "token": "secret", **more}
    answer: dict[str, Any] = client.events.watch(calendarId="primary", body=body).execute()
    return answer


def states(receiver: Receiver) -> list[tuple[str, str]]:
    return [(head["x-goog-resource-state"], head["x-goog-message-number"]) for head in receiver.heads]


def test_a_channel_says_hello_then_posts_each_change(google: GoogleDouble, dana: Client, receiver: Receiver) -> None:
    opened = watch(dana, receiver.url)
    google.add_event(DANA, meeting())
    google.delivered()
    assert states(receiver) == [("sync", "1"), ("exists", "2")]
    head = receiver.heads[1]
    assert head["x-goog-channel-id"] == opened["id"] == "channel-1"
    assert head["x-goog-channel-token"] == "secret"
    assert head["x-goog-resource-id"] == opened["resourceId"]
    expires = datetime.fromtimestamp(int(opened["expiration"]) / 1000, UTC)
    assert head["x-goog-channel-expiration"] == f"{expires:%a, %d %b %Y %H:%M:%S} GMT"
    assert [message.status for message in google.messages] == [200, 200]


def test_changes_elsewhere_are_not_told(google: GoogleDouble, dana: Client, receiver: Receiver) -> None:
    watch(dana, receiver.url)
    google.add_event("ana@example.com", meeting())
    google.delivered()
    assert states(receiver) == [("sync", "1")]


@pytest.mark.parametrize(
    ("asked", "lifetime"),
    [
        ({}, timedelta(days=7)),
        ({"params": {"ttl": "3600"}}, timedelta(hours=1)),
        ({"expiration": "1795000000000"}, None),
        ({"params": {"ttl": "99999999"}}, timedelta(days=7)),
    ],
)
def test_a_channel_expires_when_its_answer_says(
    google: GoogleDouble, dana: Client, receiver: Receiver, asked: dict[str, Any], lifetime: timedelta | None
) -> None:
    google.channels.longest = timedelta(days=7)
    answer = watch(dana, receiver.url, **asked)
    expires = datetime.fromtimestamp(int(answer["expiration"]) / 1000, UTC)
    if lifetime is not None:
        assert expires == google.now + lifetime
    google.advance(expires - google.now)
    google.add_event(DANA, meeting())
    google.delivered()
    assert states(receiver) == [("sync", "1")]


def test_a_stopped_channel_is_silent_but_for_a_late_message(
    google: GoogleDouble, dana: Client, receiver: Receiver
) -> None:
    opened = watch(dana, receiver.url)
    stop = dana.api.channels().stop(body={"id": opened["id"], "resourceId": opened["resourceId"]})
    stop.execute()
    google.add_event(DANA, meeting())
    google.delivered()
    assert states(receiver) == [("sync", "1")]
    google.send_message("channel-1")
    google.send_message("channel-1", number=2)
    google.delivered()
    assert states(receiver) == [("sync", "1"), ("exists", "2"), ("exists", "2")]
    with pytest.raises(HttpError) as refused:
        stop.execute()
    assert reason(refused.value) == (404, "notFound")


def test_what_a_channel_must_have(dana: Client, receiver: Receiver) -> None:
    watch(dana, receiver.url)
    for body, why in (
        ({"id": "channel-1"}, "channelIdNotUnique"),
        ({"id": "other", "address": "http://example.com/hook"}, "push.webhookUrlNotHttps"),
        ({"id": "other", "type": "mail"}, "invalid"),
        ({"id": ""}, "required"),
    ):
        whole = {"type": "web_hook", "address": receiver.url, **body}
        with pytest.raises(HttpError) as refused:
            dana.events.watch(calendarId="primary", body=whole).execute()
        assert reason(refused.value) == (400, why)


def test_a_receiver_that_fails_is_noted(google: GoogleDouble, dana: Client, receiver: Receiver) -> None:
    receiver.status = 503
    watch(dana, receiver.url)
    google.delivered()
    assert [message.status for message in google.messages] == [503]


def test_a_receiver_that_is_away_is_noted(google: GoogleDouble, dana: Client) -> None:
    with receiving() as gone:
        address = gone.url
    watch(dana, address)
    google.delivered()
    assert [message.status for message in google.messages] == [None]
