"""Radicale and Xandikos, over sockets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import ClassVar

import pytest

from tests.adapters.caldav.remotes import DavRemote, DavUser, ScriptedRemote
from tests.adapters.caldav.scripted import Scripted
from tests.adapters.caldav.servers import Authority, Running
from tests.adapters.calendar_store_contract import LUNCH, Ability, CalendarStoreContract
from tests.adapters.remote import Fault, Mirror
from tests.adapters.site import Asked, Respond, Said, Site
from tests.adapters.text import calendar, starts, vevent, vtimezone

NUMBERS = count()
READING = {"OPTIONS", "PROPFIND", "REPORT"}
ODD = calendar(
    "CALSCALE:GREGORIAN",
    "prodid:-//odd//EN",
    "X-WR-CALNAME;X-A=b:c",
    *vtimezone("Europe/Vienna", "+0100", "+0200", since="1970"),
    *vevent(
        'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE="A & B <c>":geo:48.2,16.4',
        "dtstart;tzid=Europe/Vienna:20361124T090000",
        "DTEND;TZID=Europe/Vienna:20361124T093000",
        "SUMMARY;LANGUAGE=de:Ein sehr langer Titel\\, der umgebrochen ist\\; mit ☕ und ",
        "  einem Rest",
        "DESCRIPTION:",
    ),
).decode()


@contextmanager
def _remote(server: Running, folder: str, authority: Authority | None = None) -> Iterator[DavRemote]:
    """A new calendar of Dana's; whatever stores do with it, they only read."""
    user = DavUser(server, "dana")
    with Site(lambda _: Fault.RESET, authority.for_servers() if authority else None) as site:
        yield DavRemote(server, site, user, f"{folder}work-{next(NUMBERS)}/")
        assert {asked.method for asked in site.asked} <= READING
    user.close()


class _OnServer(CalendarStoreContract):
    def test_the_text_and_tags_are_what_the_server_shows(self, remote: DavRemote) -> None:
        """Both servers write what they are given anew, so that only what they show can be kept."""
        remote.user.put(f"{remote.href}odd.ics", ODD)
        mirror = Mirror(remote)
        mirror.sync()
        (one,) = mirror.objects.values()
        shown = remote.user.ask("GET", one.href)
        assert one.text == shown.content.decode()
        assert (one.etag, one.schedule_tag) == (shown.headers["ETag"], shown.headers.get("Schedule-Tag"))
        assert starts(mirror.events()) == ["11-24T08:00"]


class TestRadicale(_OnServer):
    """With passwords, without TLS."""

    @pytest.fixture
    def remote(self, radicale: Running) -> Iterator[DavRemote]:
        with _remote(radicale, "/dana/") as remote:
            yield remote


class TestXandikos(_OnServer):
    """With passwords, TLS and many users."""

    @pytest.fixture
    def remote(self, xandikos: Running, authority: Authority) -> Iterator[DavRemote]:
        with _remote(xandikos, "/dana/calendars/", authority) as remote:
            yield remote

    def test_tags_of_schedules_are_kept(self, remote: DavRemote) -> None:
        remote.put(LUNCH)
        mirror = Mirror(remote)
        mirror.sync()
        assert all(one.schedule_tag for one in mirror.objects.values())


def _without(respond: Respond, word: bytes) -> Respond:
    """A server that does not promise what a word in its answers says, and refuses to sync by token."""

    def less(asked: Asked) -> Said | Fault:
        if b"sync-collection" in asked.body:
            return Said(403)
        headers = {name: value for name, value in asked.headers.items() if name != "Accept-Encoding"}
        said = respond(replace(asked, headers=headers))
        return replace(said, body=said.body.replace(word, b"unheard-of")) if isinstance(said, Said) else said

    return less


COMPARED: Mapping[Ability, str] = {Ability.TOKENS: "the tags of all objects are compared, which nobody can forget"}


class TestCtag(CalendarStoreContract):
    """Radicale without sync-collection: it has a tag for the whole calendar."""

    cannot = COMPARED

    @pytest.fixture
    def remote(self, radicale: Running) -> Iterator[DavRemote]:
        with _remote(radicale, "/dana/") as remote:
            remote.site.respond = _without(remote.site.respond, b"sync-collection")
            yield remote


class TestEtags(CalendarStoreContract):
    """A server that has nothing but etags."""

    cannot = COMPARED

    @pytest.fixture
    def remote(self) -> Iterator[ScriptedRemote]:
        server = Scripted()
        server.lose_report(None)
        with Site(server) as site:
            remote = ScriptedRemote(site, server)
            remote.requests_when_unchanged = 2
            yield remote


class TestScripted(CalendarStoreContract):
    """The server of the other tests is one like any other."""

    cannot: ClassVar = {Ability.TOKENS: "its tokens count changes; test_changes has each way to refuse one"}

    @pytest.fixture
    def remote(self) -> Iterator[ScriptedRemote]:
        server = Scripted()
        with Site(server) as site:
            yield ScriptedRemote(site, server)
