"""The places of workers: a job belongs to the place of the worker that does it, and whoever is alive holds one.

A place is held as long as its process lives, however it ends; so what was left there may be taken up by others.
"""

from __future__ import annotations

import fcntl
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread
from typing import Protocol

import psycopg
from sqlalchemy import Engine, text

from app.errors import ClaimedError, ConfigError, UnavailableError

LOCKS = 0x436C7721
"""The first half of the key of each advisory lock; the second one is the number of the place."""
PLACES = 64
"""Workers that one database can have."""
PING_S = 5
"""Seconds between two questions whether the connection that holds a place still answers."""
OURS = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""A worker that cannot reach the server gives up within 15 seconds …"""
THEIRS = ("tcp_keepalives_idle = 10", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 4")
"""… before the server, within 30, gives its place to others."""
LOST = 1


class Slot(Protocol):
    """A place that this process holds."""

    @property
    def name(self) -> str:
        """What the engine calls the worker."""
        ...

    @contextmanager
    def hold(self, name: str) -> Iterator[bool]:
        """Hold another place, too, for a while; say whether it was free."""
        ...

    def release(self) -> None:
        """Give the place to others."""
        ...


def take_slot(engine: Engine) -> Slot:
    """A place for this process.

    Raises `ClaimedError` if there is none, `UnavailableError` if the database cannot be reached.
    """
    return DatabaseSlot(engine) if engine.dialect.name == "postgresql" else FileSlot(engine)


def _name(place: int) -> str:
    return f"slot-{place}"


class FileSlot:
    """The one place that an SQLite file has, held by a lock on a file beside it."""

    def __init__(self, engine: Engine) -> None:
        if not engine.url.database or engine.url.database == ":memory:":
            raise ConfigError("a worker needs a database that others can open: give sqlite:////path or postgresql://…")
        self.name = _name(0)
        path = Path(f"{engine.url.database}.worker")
        self._file = path.open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise ClaimedError(
                f"{engine.url.database} has a worker already, and SQLite can have one: take PostgreSQL for more"
            ) from None

    @contextmanager
    def hold(self, name: str) -> Iterator[bool]:  # noqa: ARG002
        """Every other place is free: it is a name that came with a copy of the file."""
        yield True

    def release(self) -> None:
        """Give the place to others."""
        self._file.close()


class DatabaseSlot:
    """One of the places of a PostgreSQL database, held by an advisory lock of a session of its own.

    When that session is lost, another worker may have the place and do the work again: this process ends at once.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection = _session(engine)
        place = next((place for place in range(PLACES) if self._lock(place)), None)
        if place is None:
            self._connection.close()
            raise ClaimedError(f"the database has {PLACES} workers already: end one of them")
        self.name = _name(place)
        self._bell, self._ear = socket.socketpair()
        self._guard = Thread(target=self._watch, name="slot", daemon=True)
        self._guard.start()

    @contextmanager
    def hold(self, name: str) -> Iterator[bool]:
        """Hold another place, too, for a while; say whether it was free."""
        key = {"locks": LOCKS, "place": int(name.removeprefix(_name(0)[:-1]))}
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            held = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:locks, :place)"), key))
            try:
                yield held
            finally:
                if held:
                    connection.execute(text("SELECT pg_advisory_unlock(:locks, :place)"), key)

    def release(self) -> None:
        """Give the place to others."""
        self._bell.send(b".")
        self._guard.join()
        with suppress(psycopg.Error):  # a session that is lost holds nothing
            self._connection.execute("SELECT pg_advisory_unlock_all()")  # its end alone would do so a little later
        for one in (self._connection, self._bell, self._ear):
            one.close()

    def _lock(self, place: int) -> bool:
        row = self._connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCKS, place)).fetchone()
        return bool(row and row[0])

    def _watch(self) -> None:
        """Wake up as soon as the server ends the session, and ask in between whether it is there."""
        try:
            while self._ear not in wait([self._connection.fileno(), self._ear], PING_S):
                self._connection.execute("SELECT 1")
        except (psycopg.Error, OSError) as error:
            sys.stderr.write(f"clearweek: the database ended the worker's session, and so the worker: {_line(error)}\n")
            sys.stderr.flush()
            os._exit(LOST)


def _session(engine: Engine) -> psycopg.Connection:
    _, options = engine.dialect.create_connect_args(engine.url)
    try:
        connection = psycopg.connect(**{**OURS, **options}, autocommit=True)
    except psycopg.OperationalError as error:
        raise UnavailableError(f"the database cannot be reached: {_line(error)}") from None
    for setting in THEIRS:
        connection.execute(f"SET {setting}")
    return connection


def _line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
