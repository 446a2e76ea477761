"""Every point between two steps of a sync or an apply: before and after each request, transaction, commit and mail."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from unittest import mock

from sqlalchemy import Connection, Engine

from app.adapters.store import calendars, proposals
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
    fault = server.fault
    server.fault, server.after = lambda _number: points.here(), points.here
    with pointed_transactions(points, calendars, proposals):
        try:
            yield
        finally:
            server.fault, server.after = fault, lambda: None


@contextmanager
def pointed_transactions(points: Points, *modules: ModuleType) -> Iterator[None]:
    """Pass a point before, within and after every transaction that some modules write."""

    @contextmanager
    def writing_with_points(engine: Engine) -> Iterator[Connection]:
        points.here()
        with writing(engine) as connection:
            yield connection
            points.here()
        points.here()

    with ExitStack() as patched:
        for module in modules:
            patched.enter_context(mock.patch.object(module, "writing", writing_with_points))
        yield


def ended_by_itself(child: int) -> bool:
    """Whether a process ended by itself, rather than by a kill."""
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.waitstatus_to_exitcode(status) == 0
    return True
