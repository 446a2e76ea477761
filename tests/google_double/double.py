"""The double itself: what a test builds, breaks and looks at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.google_double import calendars, directory, events, freebusy, listing, watches
from tests.google_double.bodies import new_event
from tests.google_double.channels import Channels, Message
from tests.google_double.errors import Json
from tests.google_double.faults import Fault, Switchboard
from tests.google_double.front import Front
from tests.google_double.grants import CLIENT_ID, CLIENT_SECRET, Grant, Grants, ServiceAccount
from tests.google_double.guests import with_roles
from tests.google_double.messages import Logged
from tests.google_double.rooms import answer_invitations
from tests.google_double.server import Server
from tests.google_double.world import Calendar, Mail, User, World, beginning

HANDLERS = (calendars, directory, events, freebusy, listing, watches)
CALENDAR = "https://www.googleapis.com/auth/calendar"


class GoogleDouble:
    """Google Calendar on a loopback socket, for as long as the `with` block lasts.

    It keeps a clock of its own, `now`, that each write moves on by a second.
    """

    def __init__(self, now: datetime | None = None) -> None:
        self.world = World(now or beginning())
        self.channels = Channels(self.world)
        self.grants = Grants(self.world.users)
        self._switchboard = Switchboard()
        self._front = Front(self.world, self.channels, self.grants, self._switchboard)
        self._server = Server(self._front.serve)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the server, its connections and its messages."""
        self._server.close()
        self.channels.close()

    # Where it is.

    @property
    def url(self) -> str:
        """The root of everything, without a slash at its end; the endpoint of the directory is `url + "/"`."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def api_url(self) -> str:
        """The endpoint of the calendar API, for `client_options`."""
        return f"{self.url}/calendar/v3/"

    @property
    def token_url(self) -> str:
        """The token endpoint."""
        return f"{self.url}/token"

    @property
    def client_config(self) -> Json:
        """What a client file of the kind "installed" holds."""
        return {
            "installed": {
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "auth_uri": f"{self.url}/o/oauth2/v2/auth",
                "token_uri": self.token_url,
                "redirect_uris": ["http://localhost"],
            }
        }

    # People, their logins, their calendars.

    def add_user(self, email: str, *, zone: str = "Europe/Berlin", name: str | None = None, **more: Any) -> str:
        """Somebody of the domain with a primary calendar; `more` are fields of `User`. Returns the address."""
        with self.world.open() as world:
            world.users[email] = User(email, name or email.partition("@")[0].title(), **more)
            world.calendars[email] = Calendar(email, email, ZoneInfo(zone), email, primary=True, listed_at=world.tick())
        return email

    def add_calendar(self, name: str, owner: str, *, zone: str = "Europe/Berlin", summary: str | None = None) -> str:
        """A secondary calendar. Returns its id."""
        with self.world.open() as world:
            world.calendars[name] = Calendar(name, summary or name, ZoneInfo(zone), owner, listed_at=world.tick())
        return name

    def add_room(self, email: str, *, zone: str = "Europe/Berlin", name: str | None = None, capacity: int = 8) -> str:
        """A room; it answers invitations when `rooms_answer()` is called."""
        room = Calendar(email, name or email, ZoneInfo(zone), "rooms@system.example", room=True, capacity=capacity)
        with self.world.open() as world:
            room.listed_at = world.tick()
            world.calendars[email] = room
        return email

    def share(self, calendar: str, user: str, role: str) -> None:
        """Give somebody a role on a calendar; it appears in their list."""
        with self.world.open() as world:
            world.calendars[calendar].roles[user] = role
            world.calendars[calendar].listed_at = world.tick()

    def remove_calendar(self, calendar: str) -> None:
        """A calendar is no more."""
        with self.world.open() as world:
            del world.calendars[calendar]

    def credentials(self, user: str, scopes: Collection[str] = (CALENDAR,)) -> Json:
        """An authorized user's tokens, as `google.oauth2.credentials.Credentials.to_json` writes them."""
        grant = Grant(user, frozenset(scopes))
        return {
            "type": "authorized_user",
            "token": self.grants.access_token(grant),
            "refresh_token": self.grants.refresh_token(grant),
            "token_uri": self.token_url,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "scopes": sorted(scopes),
        }

    def add_service_account(self, scopes: Collection[str] = (CALENDAR,)) -> Json:
        """A service account that may act for everybody within the scopes; returns its key file."""
        email = f"sync-{len(self.grants.service_accounts)}@clearweek-test.iam.gserviceaccount.com"
        private, public = _key_pair()
        self.grants.service_accounts[email] = ServiceAccount(email, public, frozenset(scopes))
        return {
            "type": "service_account",
            "project_id": "clearweek-test",
            "private_key_id": "key-1",
            "private_key": private,
            "client_email": email,
            "client_id": "1000",
            "token_uri": self.token_url,
        }

    def consent_as(self, user: str | None, scopes: Collection[str] | None = None) -> None:
        """Who sits at the consent page from now on, None to refuse; `scopes` if they do not tick all."""
        self.grants.consenting = user
        self.grants.granted_scopes = None if scopes is None else frozenset(scopes)

    def expire_access_tokens(self, user: str | None = None) -> None:
        """Access tokens end, as they do after an hour."""
        self.grants.expire_access(user)

    def revoke(self, user: str) -> None:
        """A user withdraws what they allowed: access and refresh tokens end."""
        self.grants.end(user)

    # Events, as if written with another client.

    def add_event(self, calendar: str, body: Mapping[str, Any], *, send_updates: str | None = None) -> Json:
        """What `events.insert` by the calendar's owner does."""
        with self.world.open() as world:
            target = world.calendars[calendar]
            return events.add(world, target, target.owner, dict(body), send_updates)

    def patch_event(self, calendar: str, event_id: str, body: Mapping[str, Any]) -> Json:
        """What `events.patch` by the calendar's owner does; an instance's id changes the instance."""
        with self.world.open() as world:
            target = world.calendars[calendar]
            return events.change(world, target, target.owner, events.event_at(target, event_id), dict(body))

    def delete_event(self, calendar: str, event_id: str) -> None:
        """What `events.delete` by the calendar's owner does."""
        with self.world.open() as world:
            target = world.calendars[calendar]
            events.delete_event(world, target, target.owner, events.event_at(target, event_id))

    def load_events(self, calendar: str, bodies: Iterable[Mapping[str, Any]]) -> int:
        """Put many events on a calendar at once, without copies for their attendees; returns how many."""
        count = 0
        with self.world.open() as world:
            target = world.calendars[calendar]
            for body in bodies:
                event = new_event(world, target, target.owner, dict(body))
                world.put(target, with_roles(event, target))
                count += 1
        return count

    def put_event(self, calendar: str, event: Mapping[str, Any]) -> Json:
        """Store an event just as it is given, faulty or not; it has an `id`."""
        with self.world.open() as world:
            return world.put(world.calendars[calendar], dict(event))

    def event(self, calendar: str, event_id: str) -> Json:
        """An event as its calendar has it now."""
        with self.world.open() as world:
            return events.event_at(world.calendars[calendar], event_id)

    def events(self, calendar: str) -> list[Json]:
        """All that a calendar stores: masters, single events, exceptions, cancelled ones as well."""
        with self.world.open() as world:
            return [stored.event for stored in world.calendars[calendar].events.values()]

    def rooms_answer(self) -> None:
        """The rooms look at what they were invited to since."""
        with self.world.open() as world:
            answer_invitations(world)

    # Messages of watch channels.

    @property
    def messages(self) -> list[Message]:
        """The messages that were posted so far, with what their receivers answered."""
        return list(self.channels.messages)

    def send_message(self, channel_id: str, state: str = "exists", number: int | None = None) -> None:
        """Post one more message, also for a stopped channel; a number that was given before makes it a duplicate."""
        with self.world.open():
            self.channels.send(channel_id, state, number)

    def delivered(self) -> None:
        """Wait until all messages were posted and answered."""
        self.channels.delivered()

    # Time, and what goes wrong.

    @property
    def now(self) -> datetime:
        """The double's clock."""
        return self.world.now

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        with self.world.open() as world:
            world.now += by

    def expire_sync_tokens(self, calendar: str) -> None:
        """All sync tokens that were given for a calendar so far are forgotten."""
        with self.world.open() as world:
            target = world.calendars[calendar]
            target.forgotten, target.revision = target.revision, world.tick()

    def fault(self, fault: Fault, on: str = "events.list", *, nth: int = 1, times: int | None = 1) -> None:
        """Have something go wrong at the n-th request from now whose name fits, `times` times in a row (None: always).

        Names are those of methods (`events.list`, `calendarList.list`, `users.list`), `token`, `auth` and `revoke`;
        `*` and other wildcards fit several.
        """
        self._switchboard.add(fault, on, nth, times)

    def wait_before_answers(self, latency_s: float) -> None:
        """Be so far away from now on: every request waits before it has an effect. For benchmarks."""
        self._front.latency_s = latency_s

    def heal(self) -> None:
        """Nothing goes wrong any more, and held requests are let go."""
        self._switchboard.clear()
        self.release()

    def release(self) -> None:
        """Let go of the requests that are held now: their connections end without an answer."""
        self._server.release()

    def wait_until_held(self, timeout_s: float = 10) -> None:
        """Wait until a request is held by `timeout()`; raises `TimeoutError` if none comes."""
        if not self._server.wait_until_held(timeout_s):
            raise TimeoutError("no request was held")

    # What was done.

    @property
    def requests(self) -> list[Logged]:
        """All requests so far, in the order in which they came."""
        return self._front.logged()

    def forget_requests(self) -> None:
        """Count anew."""
        self._front.forget()

    def count(self, name: str | None = None) -> int:
        """How many requests there were, of a name or in all."""
        counts = Counter(request.name for request in self.requests)
        return counts.total() if name is None else counts[name]

    @property
    def mails(self) -> list[Mail]:
        """The mails that Google would have sent."""
        with self.world.open() as world:
            return list(world.mails)


@cache
def _key_pair() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()
