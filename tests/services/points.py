"""Every point between two steps of a sync: before and after each request, transaction and commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

from sqlalchemy import Connection, Engine

from app.adapters.store import calendars
from app.adapters.store.database import writing
from tests.services.memory_store import MemoryStore


class KilledError(BaseException):
    """As if the process had ended here: nothing catches it."""


class Points:
    """Counts the points that are passed, and calls `then` at the n-th."""

    def __init__(self, at: int, then: Callable[[], None]) -> None:
        self.passed = 0
        self._at = at
        self._then = then

    def here(self) -> None:
        """A point."""
        self.passed += 1
        if self.passed == self._at:
            self._then()


@contextmanager
def pointed(server: MemoryStore, points: Points) -> Iterator[None]:
    """Pass a point around every request to a server, and around every transaction that writes."""

    @contextmanager
    def writing_with_points(engine: Engine) -> Iterator[Connection]:
        points.here()
        with writing(engine) as connection:
            yield connection
            points.here()
        points.here()

    fault = server.fault
    server.fault, server.after = lambda _number: points.here(), points.here
    with mock.patch.object(calendars, "writing", writing_with_points):
        try:
            yield
        finally:
            server.fault, server.after = fault, lambda: None
