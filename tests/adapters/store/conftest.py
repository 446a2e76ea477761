"""Databases to test with: an SQLite file, and a PostgreSQL server that the tests start for themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

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


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a server on a socket in a folder of its own; without one on this machine only CI fails."""
    binaries = _binaries()
    if binaries is None:
        assert "CI" not in os.environ, "CI tests with PostgreSQL: install it"
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="clearweek-postgresql-"))  # pytest's own folders are for one user only
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    _as_server(
        binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"
    )
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    _as_server(binaries / "pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
    yield f"postgresql://postgres@/postgres?host={folder}"
    _as_server(binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'clearweek.sqlite'}"
    else:
        server = request.getfixturevalue("postgresql")
        name = f"test_{next(NUMBERS)}"
        admin = open_database(server)
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        url = server.replace("/postgres?", f"/{name}?")
    engine = open_database(url)
    yield engine
    engine.dispose()


@pytest.fixture
def database(empty: Engine) -> Engine:
    """A database of this version's schema."""
    upgrade(empty)
    return empty
