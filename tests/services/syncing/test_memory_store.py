"""The calendars in memory that the tests of the sync use keep to the same contract as real ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.domain.calendar.connected import RemoteCalendar
from app.errors import AppError, ReconnectError, UnavailableError
from tests.adapters.calendar_store_contract import CalendarStoreContract
from tests.adapters.remote import RETRY_AFTER_S, Fault, Given, Remote
from tests.services.memory_store import MemoryStore


class _MemoryRemote(Remote):
    href = "work"
    missing_calendar = "missing"
    missing_object = "missing"

    def __init__(self) -> None:
        self._calendars = MemoryStore(RemoteCalendar(self.href, "Work"))
        self._stores: list[MemoryStore] = []
        self._error: AppError | None = None
        self._left = 0

    def store(self, *, right_login: bool = True) -> MemoryStore:
        store = MemoryStore()
        store.by_href = self._calendars.by_href
        store.fault = self._fault if right_login else _refuse
        self._stores.append(store)
        return store

    def put(self, given: Given) -> None:
        self._calendars[self.href].put(given.uid, given.uid, given.text())

    def delete(self, uid: str) -> None:
        self._calendars[self.href].remove(uid)

    def requests(self) -> int:
        return sum(store.requests for store in self._stores)

    @contextmanager
    def failing(self, fault: Fault, after: int = 0) -> Iterator[None]:
        waits = fault in (Fault.BUSY, Fault.TOO_MANY)
        self._error, self._left = UnavailableError(fault.value, RETRY_AFTER_S if waits else None), after
        yield
        self._error = None

    def forget_tokens(self) -> None:
        self._calendars[self.href].forget_tokens()

    def remove_calendar(self) -> None:
        del self._calendars.by_href[self.href]

    def _fault(self, _number: int) -> None:
        self._left -= 1
        if self._error and self._left < 0:
            raise self._error


def _refuse(_number: int) -> None:
    raise ReconnectError("the login is not accepted")


class TestMemoryStore(CalendarStoreContract):
    @pytest.fixture
    def remote(self) -> Remote:
        return _MemoryRemote()
