"""A double with three people, and clients of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.google_double import GoogleDouble
from tests.google_double.client import Client

DANA, ANA, BEN = "dana@example.com", "ana@example.com", "ben@example.com"


@pytest.fixture
def google() -> Iterator[GoogleDouble]:
    with GoogleDouble() as double:
        for email in (DANA, ANA, BEN):
            double.add_user(email)
        yield double


@pytest.fixture
def client_of(google: GoogleDouble) -> Iterator[Callable[..., Client]]:
    made: list[Client] = []

    def make(user: str, **options: Any) -> Client:
        made.append(Client(google, user, **options))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def dana(client_of: Callable[..., Client]) -> Client:
    return client_of(DANA)


@pytest.fixture
def ana(client_of: Callable[..., Client]) -> Client:
    return client_of(ANA)
