"""The calendars that are kept in sync, as the HTTP API needs them (`app.api.parts.KeptCalendars`)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from app.adapters.store.calendars.channels import StoredChannels
from app.adapters.store.calendars.standing import hasten, standing
from app.adapters.store.logins import StoredLogins
from app.api.addresses import CALLBACK
from app.api.calendar_schemas import CaldavLogin, FeedLogin, GoogleSignIn
from app.domain.calendar.connected import (
    Backend,
    Connection,
    Forgotten,
    PushMessage,
    StoredCalendar,
    SyncStanding,
    SyncStatus,
)
from app.errors import ConfigError
from app.services.syncing.channels import heard
from app.services.syncing.connections import new_id
from app.settings import Settings
from app.wiring.connected import connect_login, connections, feed_login, google_login
from app.wiring.pushed import end_channels
from app.wiring.queues import enqueue_sync
from app.wiring.stored import secrets

SIGN_IN_S = 600
"""Seconds that a sign-in in a browser may take."""


class KeptCalendars:
    """The calendars in a database, and what is connected to them."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._kept = connections(engine)
        self._logins = StoredLogins(engine)
        self._enqueue = enqueue_sync(settings)

    def all(self) -> Sequence[tuple[StoredCalendar, SyncStatus]]:
        """All of them, by owner and name."""
        return self._kept.calendars()

    def standing(self, calendar_id: str) -> SyncStanding:
        """How one stands just now. Raises `NotFoundError`."""
        return standing(self._engine, calendar_id, datetime.now(UTC))

    def connect_caldav(self, login: CaldavLogin) -> Sequence[StoredCalendar]:
        """Keep calendars of a CalDAV server, and have them synced."""
        person = login.person.lower()
        kept = Connection(new_id(), Backend.CALDAV, person, login.user, login.url, datetime.now(UTC))
        secret = json.dumps({"password": login.password.get_secret_value()}).encode()
        return self._connect(kept, secret, login.calendars, login.timezone)

    def connect_feed(self, login: FeedLogin) -> Sequence[StoredCalendar]:
        """Keep a feed, and have it synced."""
        kept, secret = feed_login(login.url, login.person.lower())
        return self._connect(kept, secret, (), login.timezone)

    def begin_google(self, wanted: GoogleSignIn) -> tuple[str, datetime]:
        """Begin a sign-in at Google: where to send the browser, and until when it has to be back."""
        from app.adapters.google.credentials import scopes_for  # noqa: PLC0415 - not everyone has calendars there
        from app.adapters.google.login import begin, client_of  # noqa: PLC0415

        now = datetime.now(UTC)
        client = client_of(self._settings.google_client_file)
        begun = begin(client, self._callback(), wanted.person, scopes_for(write=wanted.write))
        zone = wanted.timezone.key if wanted.timezone else None
        asked = {"person": wanted.person, "calendars": wanted.calendars, "timezone": zone, "write": wanted.write}
        kept = {"begun": [begun.url, begun.state, begun.verifier], "wanted": asked}
        sealed = secrets(self._settings).seal(json.dumps(kept).encode())
        self._logins.begin(begun.state, sealed, now + timedelta(seconds=SIGN_IN_S), now)
        return begun.url, now + timedelta(seconds=SIGN_IN_S)

    def finish_google(self, state: str, query: Mapping[str, str]) -> Sequence[StoredCalendar]:
        """End a sign-in with what the browser brought back; keep the calendars, and have them synced."""
        from app.adapters.google.credentials import scopes_for  # noqa: PLC0415
        from app.adapters.google.login import Begun, client_of, finish  # noqa: PLC0415

        sealed = self._logins.take(state, datetime.now(UTC))
        kept = json.loads(secrets(self._settings).open(sealed))
        wanted = GoogleSignIn.model_validate(kept["wanted"])
        client = client_of(self._settings.google_client_file)
        secret = finish(client, self._callback(), Begun(*kept["begun"]), query, scopes_for(write=wanted.write))
        return self._connect(google_login(wanted.person.lower()), secret, wanted.calendars, wanted.timezone)

    def sync(self, calendar_id: str, *, accept_empty: bool = False) -> None:
        """Have one synced soon, and believed if it became empty and that is expected. Raises `NotFoundError`."""
        hasten(self._engine, calendar_id, datetime.now(UTC), accept_empty=accept_empty)
        self._enqueue(calendar_id)

    def forget(self, connection_id: str) -> Forgotten:
        """Forget a login with its calendars, and all that was read of them. Raises `NotFoundError`."""
        end_channels(connection_id, self._engine, self._settings)
        return self._kept.forget(connection_id)

    def heard(self, message: PushMessage) -> None:
        """Take in what came over a push channel, from whoever; a change is synced soon."""
        calendar_id = heard(message, StoredChannels(self._engine), datetime.now(UTC))
        if calendar_id is not None:
            self._enqueue(calendar_id)

    def _connect(
        self, login: Connection, secret: bytes | None, names: Sequence[str], zone: ZoneInfo | None
    ) -> Sequence[StoredCalendar]:
        found = connect_login(login, secret, names, zone, self._engine, self._settings)
        for calendar in found:
            self.sync(calendar.id)
        return found

    def _callback(self) -> str:
        base = (self._settings.base_url or "").rstrip("/")
        if urlsplit(base).scheme not in ("http", "https"):
            raise ConfigError("signing in at Google needs the address of this service: set CLEARWEEK_BASE_URL")
        return base + CALLBACK
