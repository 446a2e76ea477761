"""Desks at which proposals are worked, over a week that every test may change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.adapters.store.database import open_database
from app.adapters.store.upgrades import upgrade
from tests.services.desks import Work
from tests.services.weeks import Office

Working = Callable[[Office], Work]


@pytest.fixture
def working(tmp_path: Path) -> Iterator[Working]:
    """Makes a desk over the week of an office."""
    engine = open_database(f"sqlite:///{tmp_path / 'clearweek.sqlite'}")
    upgrade(engine)
    yield lambda office: Work(office, engine, office.now)
    engine.dispose()
