"""Servers for all tests of CalDAV, started once; each test has a calendar of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.adapters.caldav import servers
from tests.adapters.caldav.servers import Authority, Running


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with servers.radicale(tmp_path_factory.mktemp("radicale")) as running:
        yield running


@pytest.fixture(scope="session")
def radicale_tls(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Running]:
    with servers.radicale(tmp_path_factory.mktemp("radicale_tls"), authority) as running:
        yield running


@pytest.fixture(scope="session")
def xandikos(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Running]:
    with servers.xandikos(tmp_path_factory.mktemp("xandikos"), authority) as running:
        yield running
