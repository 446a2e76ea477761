"""Radicale, Xandikos and the scripted server, as they are written to over sockets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from tests.adapters.caldav.remotes import DavRemote, DavUser, ScriptedRemote
from tests.adapters.caldav.scripted import Scripted
from tests.adapters.caldav.servers import Authority, Running
from tests.adapters.calendar_writer_contract import CalendarWriterContract
from tests.adapters.remote import Fault
from tests.adapters.site import Site

NUMBERS = count()


@contextmanager
def _remote(server: Running, folder: str, authority: Authority | None = None) -> Iterator[DavRemote]:
    """A new calendar of Dana's."""
    user = DavUser(server, "dana")
    with Site(lambda _: Fault.RESET, authority.for_servers() if authority else None) as site:
        yield DavRemote(server, site, user, f"{folder}written-{next(NUMBERS)}/")
    user.close()


class TestRadicale(CalendarWriterContract):
    """With passwords, without TLS; it sends no invitations."""

    @pytest.fixture
    def remote(self, radicale: Running) -> Iterator[DavRemote]:
        with _remote(radicale, "/dana/") as remote:
            yield remote


class TestXandikos(CalendarWriterContract):
    """With passwords, TLS and many users; it gives schedule tags."""

    @pytest.fixture
    def remote(self, xandikos: Running, authority: Authority) -> Iterator[DavRemote]:
        with _remote(xandikos, "/dana/calendars/", authority) as remote:
            yield remote


class TestScripted(CalendarWriterContract):
    """The server of the other tests is one like any other."""

    @pytest.fixture
    def remote(self) -> Iterator[ScriptedRemote]:
        server = Scripted()
        with Site(server) as site:
            yield ScriptedRemote(site, server)
