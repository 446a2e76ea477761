"""What has to stay secret in the database: sealed by keys of the environment, the newest first (Fernet)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Column, Engine, select, update

from app.adapters.store.database import reading, writing
from app.adapters.store.schema import connection, login
from app.errors import ConfigError

VARIABLE = "CLEARWEEK_SECRET_KEYS"
REMEDY = f"put a key from `clearweek secrets new` into {VARIABLE}"


class Secrets:
    """Seals with the first of some keys, and opens with whichever fits.

    Raises `ConfigError` without any key, and for one that is none.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ConfigError(f"a secret has to be kept, and there is no key to seal it: {REMEDY}")
        self._keys = MultiFernet([_fernet(key, number) for number, key in enumerate(keys, start=1)])

    def seal(self, secret: bytes) -> bytes:
        """Encrypt with the newest key."""
        return self._keys.encrypt(secret)

    def open(self, sealed: bytes) -> bytes:
        """What was sealed by any of the keys. Raises `ConfigError` if none of them opens it."""
        try:
            return self._keys.decrypt(sealed)
        except InvalidToken:
            raise _unopened() from None

    def rotate(self, sealed: bytes) -> bytes:
        """Seal again with the newest key. Raises `ConfigError` if no key opens it."""
        try:
            return self._keys.rotate(sealed)
        except InvalidToken:
            raise _unopened() from None


def new_key() -> str:
    """A fresh random key."""
    return Fernet.generate_key().decode()


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many secrets the newest key seals now, and what those belong to that no key opens."""

    count: int
    unopened: tuple[str, ...]


def rotate_all(engine: Engine, secrets: Secrets) -> Rotated:
    """Seal every stored secret with the newest key, each in a transaction of its own.

    One that no key opens stays as it is. Raises `UnavailableError` if the database cannot be used; then it can be run
    again.
    """
    count, unopened = 0, []
    for name in (connection.c.id, login.c.digest):
        for key in _named(engine, name):
            try:
                count += _rotate(engine, secrets, name, key)
            except ConfigError:
                unopened.append(f"{name.table.name} {key[:16]}")
    return Rotated(count, tuple(unopened))


def _named(engine: Engine, name: Column[str]) -> Sequence[str]:
    """The keys of all rows that hold a secret."""
    with reading(engine) as transaction:
        return transaction.scalars(select(name).where(_secret(name).is_not(None)).order_by(name)).all()


def _rotate(engine: Engine, secrets: Secrets, name: Column[str], key: str) -> int:
    """Seal the secret of one row again; 0 if it is gone meanwhile. Nobody else can change it in between."""
    with writing(engine) as transaction:
        sealed = transaction.scalar(select(_secret(name)).where(name == key).with_for_update())
        if sealed is None:
            return 0
        transaction.execute(update(name.table).where(name == key).values(secret=secrets.rotate(sealed)))
        return 1


def _secret(name: Column[str]) -> Column[Any]:
    return name.table.c.secret


def _unopened() -> ConfigError:
    return ConfigError(f"no key of {VARIABLE} opens a stored secret: add the key that sealed it at the end")


def _fernet(key: str, number: int) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        raise ConfigError(f"key {number} of {VARIABLE} is not one: {REMEDY}") from None
