from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.adapters.calendar_store_contract import CalendarStoreContract
from tests.adapters.calendar_writer_contract import CalendarWriterContract
from tests.adapters.google.remote import GoogleRemote
from tests.google_double.double import GoogleDouble


class TestGoogleStore(CalendarStoreContract):
    @pytest.fixture
    def remote(self) -> Iterator[GoogleRemote]:
        with GoogleDouble() as double:
            yield GoogleRemote(double)


class TestGoogleWriter(CalendarWriterContract):
    @pytest.fixture
    def remote(self) -> Iterator[GoogleRemote]:
        with GoogleDouble() as double:
            yield GoogleRemote(double)
