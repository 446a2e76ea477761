"""Who may come with a browser, as the settings say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.settings import Settings
from app.wiring.connected import connections

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.api.visitors import Visitors

NO_KEY = "nobody can sign in yet: set CLEARWEEK_SECRET_KEYS to a key from `clearweek secrets new`"
NO_CLIENT = "nobody can sign in yet: set CLEARWEEK_OIDC_CLIENT_ID and CLEARWEEK_OIDC_CLIENT_SECRET"


def visitors(settings: Settings, engine: Engine) -> Visitors:
    """Who may come with a browser. Raises `ConfigError` for an issuer that cannot be used."""
    from app.adapters.oidc import OidcProvider  # noqa: PLC0415
    from app.api.sessions import Sessions  # noqa: PLC0415
    from app.api.visitors import Visitors  # noqa: PLC0415

    keys, client_id = settings.keys_of_secrets, settings.oidc_client_id
    if settings.oidc_issuer is None:
        return _by_links(keys, settings, engine) if keys else Visitors()
    secret = settings.oidc_client_secret.get_secret_value()
    if not keys or not client_id or not secret:
        return Visitors(closed=NO_CLIENT if keys else NO_KEY)
    return Visitors(
        sessions=Sessions(keys),
        provider=OidcProvider(settings.oidc_issuer, client_id, secret, lambda: datetime.now(UTC)),
        admins=settings.people_who_administer,
        knows=lambda person: any(calendar.owner == person for calendar, _ in connections(engine).calendars()),
        base_url=settings.base_url,
    )


def _by_links(keys: list[str], settings: Settings, engine: Engine) -> Visitors:
    """Without signing in: this machine, and whoever came by the link of a mail and typed the code of another."""
    from app.adapters.store.mails.links import StoredLinks  # noqa: PLC0415
    from app.api.sessions import Sessions  # noqa: PLC0415
    from app.api.visitors import Visitors  # noqa: PLC0415

    links = StoredLinks(engine)
    return Visitors(
        sessions=Sessions(keys),
        base_url=settings.base_url,
        holds=lambda link_id: links.get(link_id).revoked_at is None,
    )
