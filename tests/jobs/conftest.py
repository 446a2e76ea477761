"""A database with queues, and workers of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import new_database
from tests.jobs.workers import Workers


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Workers]:
    with Workers(f"sqlite:///{tmp_path / 'clearweek.sqlite'}", tmp_path) as workers:
        yield workers


@pytest.fixture
def on_postgresql(postgresql: str, tmp_path: Path) -> Iterator[Workers]:
    with Workers(new_database(postgresql), tmp_path) as workers:
        yield workers


@pytest.fixture(params=["on_sqlite", "on_postgresql"])
def workers(request: pytest.FixtureRequest) -> Workers:
    found: Workers = request.getfixturevalue(request.param)
    return found
