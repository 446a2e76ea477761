"""Push channels: whom to open them with, and where their messages are to be sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.api.addresses import HOOK
from app.domain.calendar.connected import StoredCalendar
from app.ports import PushServer
from app.services.syncing.channels import close_channels, renew_channels
from app.settings import Settings
from app.wiring.connected import google_store, opened

if TYPE_CHECKING:
    from sqlalchemy import Engine


def hook_address(settings: Settings) -> str | None:
    """Where Google is to post its messages; None without an address of our own that it would take (HTTPS)."""
    base = (settings.base_url or "").rstrip("/")
    return base + HOOK if base.startswith("https://") else None


def keep_channels(engine: Engine, settings: Settings) -> None:
    """Open the push channels that are due, if messages can reach us. Raises `StoreError`."""
    from app.adapters.store.calendars.channels import StoredChannels  # noqa: PLC0415

    address = hook_address(settings)
    if address is not None:
        renew_channels(StoredChannels(engine), _server_of(engine, settings), address, datetime.now(UTC))


def end_channels(connection_id: str, engine: Engine, settings: Settings) -> None:
    """End the push channels of a connection, as far as Google can be reached with it. Raises `StoreError`."""
    from app.adapters.store.calendars.channels import StoredChannels  # noqa: PLC0415

    store = StoredChannels(engine)
    own = [watched for watched in store.watched() if watched.calendar.connection_id == connection_id]
    close_channels(own, _server_of(engine, settings), store)


def _server_of(engine: Engine, settings: Settings) -> Callable[[StoredCalendar], PushServer]:
    def server_of(calendar: StoredCalendar) -> PushServer:
        login, secret = opened(calendar.connection_id, engine, settings)
        return google_store(secret or b"", login.person, settings)

    return server_of
