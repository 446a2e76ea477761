"""Radicale, Xandikos and the scripted server, as they are written to over sockets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from tests.adapters.caldav.remotes import DavRemote, DavUser, ScriptedRemote
from tests.adapters.caldav.scripted import Scripted
from tests.adapters.caldav.servers import Authority, Running
from tests.adapters.calendar_writer_contract import LATER, CalendarWriterContract, Desk
from tests.adapters.remote import Fault, Mirror
from tests.adapters.site import Site
from tests.adapters.text import calendar, vevent, vtimezone

NUMBERS = count()
UID = "odd@example.com"
ODD = calendar(
    "PRODID:-//odd//EN",
    *vtimezone("Europe/Vienna", "+0100", "+0200", since="1970"),
    *vevent(
        "X-UNHEARD;X-A=b:of",
        "DTSTART;TZID=Europe/Vienna:20361124T120000",
        "DTEND;TZID=Europe/Vienna:20361124T123000",
        "SUMMARY:Lunch",
        "DESCRIPTION:a\\nb\\, c ☕",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:soon",
        "TRIGGER:-PT5M",
        "END:VALARM",
        uid=UID,
    ),
).decode()


@contextmanager
def _remote(server: Running, folder: str, authority: Authority | None = None) -> Iterator[DavRemote]:
    """A new calendar of Dana's."""
    user = DavUser(server, "dana")
    with Site(lambda _: Fault.RESET, authority.for_servers() if authority else None) as site:
        yield DavRemote(server, site, user, f"{folder}written-{next(NUMBERS)}/")
    user.close()


class _OnServer(CalendarWriterContract):
    def test_what_is_not_named_stays_as_the_server_shows_it(self, remote: DavRemote) -> None:
        """Both servers write a text anew as they take it, but lose nothing of it, and nor do we."""
        remote.user.put(f"{remote.href}odd.ics", ODD)
        desk = Desk(remote, Mirror(remote), remote.writer())
        (before,) = desk.seen(UID)
        desk.write(LATER, [before])
        (after,) = desk.seen(UID)
        lines = [Counter(one.text.split("\r\n")) for one in (before, after)]
        changed = {line.partition(":")[0].partition(";")[0] for line in (lines[0] - lines[1]) + (lines[1] - lines[0])}
        assert changed <= {"DTSTART", "DTEND", "DTSTAMP", "SEQUENCE", "LAST-MODIFIED"}
        assert "X-UNHEARD" in after.text
        assert "BEGIN:VALARM" in after.text


class TestRadicale(_OnServer):
    """With passwords, without TLS; it sends no invitations."""

    @pytest.fixture
    def remote(self, radicale: Running) -> Iterator[DavRemote]:
        with _remote(radicale, "/dana/") as remote:
            yield remote


class TestXandikos(_OnServer):
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
