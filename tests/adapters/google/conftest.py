from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.adapters.google.remote import DANA
from tests.google_double.double import GoogleDouble


@pytest.fixture
def double() -> Iterator[GoogleDouble]:
    """Google, with Dana in it."""
    with GoogleDouble() as double:
        double.add_user(DANA, zone="Europe/Vienna", name="Dana")
        yield double
