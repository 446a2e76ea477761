"""Keys of the HTTP API: made once, shown once, kept as a digest."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, Row, insert, select, update

from app.adapters.store.database import reading, writing
from app.adapters.store.schema import api_key
from app.domain.configuration.access import ApiKey, Scope
from app.errors import NotFoundError

PREFIX = "cw_"
"""What each key begins with, so that it is known for one where it was left by mistake."""
BYTES = 32
NOTED_EVERY = timedelta(minutes=1)
"""How exactly is known when a key was used last: a request shall not have to wait for whoever writes."""


class StoredKeys:
    """The keys in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(
        self, name: str, scopes: Collection[Scope], now: datetime, person: str | None = None
    ) -> tuple[ApiKey, str]:
        """Make a key; its text is given back this once and is nowhere to be found later."""
        text = PREFIX + secrets.token_urlsafe(BYTES)
        key = ApiKey(secrets.token_hex(4), name, frozenset(scopes), now, person=person)
        with writing(self._engine) as connection:
            values = {"id": key.id, "name": name, "scopes": sorted(key.scopes), "person": person}
            connection.execute(insert(api_key).values(**values, digest=_digest(text), created_at=now))
        return key, text

    def all(self) -> list[ApiKey]:
        """Every key, revoked ones too, the oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(api_key).order_by(api_key.c.created_at, api_key.c.id))
            return [_key(row) for row in rows]

    def exist(self) -> bool:
        """Whether a key was ever made; one that is revoked counts, so that revoking the last one opens nothing."""
        with reading(self._engine) as connection:
            return connection.execute(select(api_key.c.id).limit(1)).first() is not None

    def revoke(self, key_id: str, now: datetime) -> None:
        """Let a key open nothing any more. Raises `NotFoundError`; a key that is revoked stays as it is."""
        with writing(self._engine) as connection:
            known = connection.execute(select(api_key.c.id).where(api_key.c.id == key_id)).first()
            if known is None:
                raise NotFoundError(f"{key_id}: there is no such key; `clearweek keys list` shows all")
            is_open = (api_key.c.id == key_id) & api_key.c.revoked_at.is_(None)
            connection.execute(update(api_key).where(is_open).values(revoked_at=now))

    def find(self, text: str, now: datetime) -> ApiKey | None:
        """The key of a text, and note to the minute that it was used; None if it is not known or revoked."""
        is_this = (api_key.c.digest == _digest(text)) & api_key.c.revoked_at.is_(None)
        with reading(self._engine) as connection:
            row = connection.execute(select(api_key).where(is_this)).first()
        if row is None:
            return None
        if row.last_used_at is None or now - row.last_used_at >= NOTED_EVERY:
            with writing(self._engine) as connection:
                connection.execute(update(api_key).where(is_this).values(last_used_at=now))
        return _key(row)


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        row.id,
        row.name,
        frozenset(Scope(scope) for scope in row.scopes),
        row.created_at,
        row.last_used_at,
        row.revoked_at,
        row.person,
    )


def _digest(text: str) -> str:
    """A key is random and long, so that a plain hash says nothing of it."""
    return sha256(text.encode()).hexdigest()
