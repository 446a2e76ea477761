"""Radicale and Xandikos, over sockets."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from tests.adapters.caldav.dav_remote import DavRemote, DavUser
from tests.adapters.caldav.servers import Authority, Running
from tests.adapters.calendar_store_contract import CalendarStoreContract
from tests.adapters.remote import Fault
from tests.adapters.site import Site

NUMBERS = count()


class TestRadicale(CalendarStoreContract):
    """With passwords, without TLS."""

    @pytest.fixture
    def remote(self, radicale: Running) -> Iterator[DavRemote]:
        user = DavUser(radicale, "dana")
        with Site(lambda _: Fault.RESET) as site:
            yield DavRemote(radicale, site, user, f"/dana/work-{next(NUMBERS)}/")
        user.close()


class TestXandikos(CalendarStoreContract):
    """With passwords, TLS and many users."""

    @pytest.fixture
    def remote(self, xandikos: Running, authority: Authority) -> Iterator[DavRemote]:
        user = DavUser(xandikos, "dana")
        with Site(lambda _: Fault.RESET, authority.for_servers()) as site:
            yield DavRemote(xandikos, site, user, f"/dana/calendars/work-{next(NUMBERS)}/")
        user.close()
