"""Desks at which proposals are worked, over a week that every test may change."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from app.adapters.store.database import open_database
from tests.services.desks import Work
from tests.services.weeks import Office

Working = Callable[[Office], Work]


@pytest.fixture
def working(file_database: str) -> Iterator[Working]:
    """Makes a desk over the week of an office."""
    engine = open_database(file_database)
    yield lambda office: Work(office, engine, office.now)
    engine.dispose()
