"""Databases to test with: an SQLite file, and a PostgreSQL server that the tests start for themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, make_url, text

from app.adapters.store.database import open_database
from app.adapters.store.upgrades import upgrade

NUMBERS = count()


def _binaries() -> Path | None:
    """Where PostgreSQL's programs are: on the path, or where Debian keeps them."""
    found = shutil.which("initdb")
    return Path(found).parent if found else max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


def _as_server(*command: str | Path) -> None:
    """Run one of them; PostgreSQL refuses to run as root."""
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd="/")


class Server:
    """A PostgreSQL server on a socket in a folder of its own."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._folder = Path(tempfile.mkdtemp(prefix="clearweek-postgresql-"))  # pytest's own are for one user only
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres")
        self._data = self._folder / "data"
        self.url = f"postgresql://postgres@/postgres?host={self._folder}"
        options = ("-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        _as_server(binaries / "initdb", "-D", self._data, *options)

    def start(self) -> None:
        """Return when it answers."""
        options = f"-c listen_addresses= -c unix_socket_directories={self._folder} -c fsync=off -c autovacuum=off"
        self._control("start", "-l", self._folder / "log", "-o", options)

    def stop(self) -> None:
        """End it at once, as a crash does."""
        self._control("stop", "-m", "immediate")

    def remove(self) -> None:
        """Delete all that it has."""
        shutil.rmtree(self._folder)

    def _control(self, *command: str | Path) -> None:
        _as_server(self._binaries / "pg_ctl", "-D", self._data, "-w", *command)


@contextmanager
def running_server() -> Iterator[Server]:
    """A server; without PostgreSQL on this machine only CI fails."""
    binaries = _binaries()
    if binaries is None:
        assert "CI" not in os.environ, "CI tests with PostgreSQL: install it"
        pytest.skip("PostgreSQL is not installed")
    server = Server(binaries)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        server.remove()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a server that all tests share."""
    with running_server() as server:
        yield server.url


def new_database(server: str) -> str:
    """The URL of a database that nobody has used, given that of a server."""
    name = f"test_{next(NUMBERS)}"
    with _administering(server) as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return server.replace("/postgres?", f"/{name}?")


def copy_database(server: str, original: str, name: str, *, crashes: bool = False) -> str:
    """The URL of a copy of a database, by its URL; what had the copy's name, and who uses either, is gone.

    Of a server that crashes, PostgreSQL keeps the sequences of a copy only once there was a checkpoint.
    """
    template = make_url(original).database
    users = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    with _administering(server) as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(users, {"name": template})
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        if crashes:
            connection.execute(text("CHECKPOINT"))
    return server.replace("/postgres?", f"/{name}?")


@contextmanager
def _administering(server: str) -> Iterator[Connection]:
    admin = open_database(server)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Of which kind the database of a test is: each test is done with both, unless it names one."""
    kind: str = request.param
    return kind


@pytest.fixture
def empty(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any tables."""
    if dialect == "sqlite":
        url = f"sqlite:///{tmp_path / 'clearweek.sqlite'}"
    else:
        url = new_database(request.getfixturevalue("postgresql"))
    engine = open_database(url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def upgraded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file of this version's schema, to copy."""
    path = tmp_path_factory.mktemp("upgraded") / "clearweek.sqlite"
    _upgraded(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def upgraded_database(postgresql: str) -> str:
    """The URL of a PostgreSQL database of this version's schema, to copy."""
    return _upgraded(new_database(postgresql))


def _upgraded(url: str) -> str:
    engine = open_database(url)
    upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture
def file_database(upgraded_file: Path, tmp_path: Path) -> str:
    """The URL of an SQLite file of this version's schema."""
    path = shutil.copyfile(upgraded_file, tmp_path / "clearweek.sqlite")
    return f"sqlite:///{path}"


@pytest.fixture
def database(dialect: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database of this version's schema."""
    if dialect == "sqlite":
        url = request.getfixturevalue("file_database")
    else:
        server, original = request.getfixturevalue("postgresql"), request.getfixturevalue("upgraded_database")
        url = copy_database(server, original, f"test_{next(NUMBERS)}")
    engine = open_database(url)
    yield engine
    engine.dispose()
