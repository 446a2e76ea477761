"""Watch channels, and the messages that are really posted to their addresses."""

from __future__ import annotations

import hashlib
import queue
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urlsplit

from tests.google_double.errors import ApiError, Json
from tests.google_double.world import Calendar, World

LONGEST = timedelta(days=7)
_POST_TIMEOUT_S = 10


@dataclass(frozen=True)
class Channel:
    """A channel that watches the events of a calendar."""

    id: str
    token: str | None
    address: str
    calendar: str
    resource_id: str
    resource_uri: str
    expiration: datetime
    user: str
    number: int = 1
    open: bool = True

    def reply(self) -> Json:
        """What `watch` answers."""
        token = {} if self.token is None else {"token": self.token}
        return token | {
            "kind": "api#channel",
            "id": self.id,
            "resourceId": self.resource_id,
            "resourceUri": self.resource_uri,
            "expiration": str(int(self.expiration.timestamp() * 1000)),
        }


@dataclass(frozen=True)
class Message:
    """A message that was posted; `status` is the receiver's answer, None if there was none."""

    channel: str
    state: str
    number: int
    status: int | None


class Channels:
    """All channels; one thread posts their messages, in order."""

    def __init__(self, world: World) -> None:
        self.messages: list[Message] = []
        self.longest = LONGEST
        self._world = world
        self._all: dict[str, Channel] = {}
        self._outbox: queue.Queue[tuple[Channel, str] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._post_all, daemon=True)
        self._thread.start()
        world.on_close.append(self._changed)

    @property
    def all(self) -> list[Channel]:
        """Every channel that was ever opened, stopped ones as well."""
        return list(self._all.values())

    def watch(self, calendar: Calendar, user: str, body: Json) -> Channel:
        """Open a channel; its first message is `sync`."""
        _check(body)
        if body["id"] in self._all:
            raise ApiError("channelIdNotUnique", f"Channel id {body['id']} not unique")
        resource = hashlib.sha256(calendar.id.encode()).hexdigest()[:27]
        uri = f"https://www.googleapis.com/calendar/v3/calendars/{calendar.id}/events?alt=json"
        channel = Channel(
            body["id"], body.get("token"), body["address"], calendar.id, resource, uri, self._expiration(body), user
        )
        self._all[channel.id] = channel
        self.post(channel, "sync")
        return channel

    def _expiration(self, body: Json) -> datetime:
        """What was asked for, or less: never more than a week."""
        lifetime = self.longest
        if "ttl" in body.get("params", {}):
            lifetime = min(lifetime, timedelta(seconds=int(body["params"]["ttl"])))
        latest = self._world.now + lifetime
        if "expiration" in body:
            latest = min(latest, datetime.fromtimestamp(int(body["expiration"]) / 1000, UTC))
        return latest.replace(microsecond=0)

    def stop(self, user: str, channel_id: str, resource_id: str) -> None:
        """Close a channel; 404 if it is not known, or another's."""
        channel = self._all.get(channel_id)
        if channel is None or not channel.open or channel.resource_id != resource_id or channel.user != user:
            raise ApiError("notFound", f"Channel '{channel_id}' not found for project")
        self._all[channel_id] = replace(channel, open=False)

    def _changed(self, calendars: set[str]) -> None:
        for channel in self.all:
            if channel.calendar in calendars and channel.open and channel.expiration > self._world.now:
                self.send(channel.id)

    def send(self, channel_id: str, state: str = "exists", number: int | None = None) -> None:
        """Have a message posted, whatever has become of the channel; one with a number given before is a duplicate."""
        channel = self._all[channel_id]
        if number is None:
            channel = self._all[channel_id] = replace(channel, number=channel.number + 1)
        else:
            channel = replace(channel, number=number)
        self.post(channel, state)

    def post(self, channel: Channel, state: str) -> None:
        """Put a message into the outbox."""
        self._outbox.put((channel, state))

    def delivered(self) -> None:
        """Wait until every message was posted and answered."""
        self._outbox.join()

    def close(self) -> None:
        """Post what is waiting, then end."""
        self._outbox.put(None)
        self._thread.join()

    def _post_all(self) -> None:
        while (item := self._outbox.get()) is not None:
            channel, state = item
            self.messages.append(Message(channel.id, state, channel.number, _post(channel, state)))
            self._outbox.task_done()
        self._outbox.task_done()


def _check(body: Json) -> None:
    for name in ("id", "type", "address"):
        if not body.get(name):
            raise ApiError("required", location=f"resource.{name}")
    if body["type"] not in ("web_hook", "webhook"):
        raise ApiError("invalid", f"Unknown channel type: {body['type']}")
    address = urlsplit(body["address"])
    if address.scheme != "https" and address.hostname not in ("127.0.0.1", "localhost"):
        raise ApiError("push.webhookUrlNotHttps", f"WebHook callback must be HTTPS: {body['address']}")


def _post(channel: Channel, state: str) -> int | None:
    headers = {
        "X-Goog-Channel-ID": channel.id,
        "X-Goog-Channel-Expiration": format_datetime(channel.expiration, usegmt=True),
        "X-Goog-Resource-ID": channel.resource_id,
        "X-Goog-Resource-URI": channel.resource_uri,
        "X-Goog-Resource-State": state,
        "X-Goog-Message-Number": str(channel.number),
    }
    if channel.token is not None:
        headers["X-Goog-Channel-Token"] = channel.token
    request = urllib.request.Request(channel.address, data=b"", headers=headers, method="POST")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_POST_TIMEOUT_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return None
