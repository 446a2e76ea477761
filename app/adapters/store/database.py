"""Opening the database: SQLite or PostgreSQL by URL, at the schema that this version knows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from app.errors import ConfigError, StoreError

BUSY_TIMEOUT_S = 5
"""Seconds that a writer waits for another one of the same SQLite file."""
PRAGMAS = (f"busy_timeout={BUSY_TIMEOUT_S * 1000}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
UNUSABLE = (OperationalError, DatabaseError)
"""What is the fault of the database; SQLite says the second, and no kind of it, of a file that is none of its own."""
DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
PREPARE_NOTHING = {"prepare_threshold": None}
"""For psycopg: a statement that PostgreSQL prepared compares each row with each of 500 names, one after the other."""


def open_database(url: str) -> Engine:
    """An engine for a URL such as `sqlite:////var/lib/clearweek.sqlite` or `postgresql://user@host/name`.

    Nothing is connected yet. Raises `ConfigError` for a URL that is not one of these.
    """
    engine = _create(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "do_connect", _prepare_nothing)
    return engine


def open_for_jobs(url: str) -> Engine:
    """An engine for the jobs' tables in the same database, as the library that keeps them wants it.

    It begins a transaction of SQLite with the first thing that it writes, after reading without one. What is lost of
    its bookkeeping with the power is done again, so that it need not wait for the disk: it stays in order behind ours.
    """
    engine = _create(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite_for_jobs)
    return engine


def named(engine: Engine) -> str:
    """The URL as it was given, fit for messages: without its password."""
    return engine.url.set(drivername=engine.dialect.name).render_as_string(hide_password=True)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database. Raises `StoreError` if that cannot be reached."""
    # PostgreSQL would show each statement what is newest; SQLite does as it should by itself.
    is_server = engine.dialect.name == "postgresql"
    reader = engine.execution_options(isolation_level="REPEATABLE READ") if is_server else engine
    with _explained(engine), reader.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A short transaction that writes: whole or not at all. Raises `StoreError` if others write for too long."""
    writer = engine.execution_options(clearweek_writes=True)
    with _explained(engine), writer.connect() as connection, connection.begin():
        yield connection


def _create(url: str) -> Engine:
    try:
        parsed = make_url(url)
        driver = DRIVERS[parsed.get_backend_name()]
    except (ArgumentError, KeyError):
        raise ConfigError(
            "CLEARWEEK_DATABASE_URL: give sqlite:////path or postgresql://user:password@host/name"
        ) from None
    return create_engine(parsed.set(drivername=driver), pool_pre_ping=True)


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        if type(error) not in UNUSABLE:
            raise
        why = " ".join(str(error.orig).split())
        raise StoreError(f"the database {named(engine)} cannot be used: {why}") from error


def _prepare_nothing(_dialect: object, _record: object, _arguments: object, options: dict[str, Any]) -> None:
    options.update(PREPARE_NOTHING)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says so, and nowhere else
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _prepare_sqlite_for_jobs(connection: Any, record: object) -> None:
    _prepare_sqlite(connection, record)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.isolation_level = "IMMEDIATE"


def _begin_sqlite(connection: Connection) -> None:
    """Who will write takes the lock at once: a lock that is asked for later cannot be waited for."""
    writes = connection.get_execution_options().get("clearweek_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
