"""Servers for all tests of CalDAV, started once; each test has a calendar of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.adapters.caldav import servers
from tests.adapters.caldav.remotes import DavUser, ScriptedRemote
from tests.adapters.caldav.scripted import Scripted
from tests.adapters.caldav.servers import Authority, Running
from tests.adapters.calendar_store_contract import LUNCH
from tests.adapters.remote import Mirror
from tests.adapters.site import Site


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


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Running]:
    """A server that sends invitations, as it knows the addresses of Dana and Ana."""
    with servers.xandikos(tmp_path_factory.mktemp("people"), authority) as running:
        for name in ("dana", "ana"):
            user = DavUser(running, name)
            user.set_address(f"{name}@example.com")
            user.close()
        yield running


@pytest.fixture
def server() -> Scripted:
    """A server that answers as a test wants, with five events."""
    return Scripted(*(replace(LUNCH, uid=f"{n}@example.com") for n in range(5)))


@pytest.fixture
def site(server: Scripted) -> Iterator[Site]:
    """Where it is reached."""
    with Site(server) as site:
        yield site


@pytest.fixture
def mirror(site: Site, server: Scripted) -> Mirror:
    """A copy of its calendar that has seen nothing yet."""
    return Mirror(ScriptedRemote(site, server))
