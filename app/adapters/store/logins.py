"""Sign-ins that were begun in a browser: kept until it comes back, once, or is too late."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import Engine, delete, insert

from app.adapters.store.database import writing
from app.adapters.store.schema import login
from app.errors import ReconnectError


class StoredLogins:
    """The sign-ins in the database, each under the digest of its `state`. Every method raises `StoreError`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, state: str, secret: bytes, expires_at: datetime, now: datetime) -> None:
        """Keep what is needed to end a sign-in, sealed; those that are too late are forgotten."""
        with writing(self._engine) as connection:
            connection.execute(delete(login).where(login.c.expires_at <= now))
            connection.execute(insert(login).values(digest=_digest(state), secret=secret, expires_at=expires_at))

    def take(self, state: str, now: datetime) -> bytes:
        """Give back, once, what was kept. Raises `ReconnectError` if there is nothing, or it is too late."""
        with writing(self._engine) as connection:
            taken = delete(login).where(login.c.digest == _digest(state)).returning(login.c.secret, login.c.expires_at)
            row = connection.execute(taken).first()
        if row is None or row.expires_at <= now:
            raise ReconnectError("this sign-in was not begun here, was ended already or took too long; begin again")
        secret: bytes = row.secret
        return secret


def _digest(state: str) -> str:
    return sha256(state.encode()).hexdigest()
