"""A calendar on a CalDAV server, real or not, reached by stores through a site that can go out of order."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import requests

from app.adapters.caldav.calendar_store import CaldavStore, CaldavWriter
from app.adapters.caldav.server import Limits
from app.adapters.ics_edit.editor import IcsEditor
from tests.adapters.caldav.scripted import Scripted, name_of
from tests.adapters.caldav.servers import PASSWORDS, Running
from tests.adapters.remote import Fault, Given, Remote
from tests.adapters.site import Asked, Respond, Said, Site, forwarding
from tests.adapters.text import VIENNA

MKCALENDAR = """<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<D:displayname>{name}</D:displayname>{more}</D:prop></D:set></C:mkcalendar>"""
NOW = datetime(2036, 11, 20, 12, tzinfo=UTC)
"""When everything is written."""
ADDRESSES = """<D:propertyupdate xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<C:calendar-user-address-set><D:href>mailto:{}</D:href></C:calendar-user-address-set></D:prop></D:set></D:propertyupdate>"""
WRITING = ("PUT", "DELETE")
_TOKEN = re.compile(rb"(sync-token>)[^<]+<")


class DavUser:
    """Somebody at a CalDAV server, with a client of their own."""

    def __init__(self, server: Running, name: str) -> None:
        self.name = name
        self.url = server.url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = (name.encode(), PASSWORDS[name].encode())  # type: ignore[assignment]
        if server.authority:
            self._session.verify = str(server.authority.certificate)

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> requests.Response:
        answer = self._session.request(method, self.url.rstrip("/") + path, data=body.encode(), headers=headers)
        assert answer.status_code < 300, (method, path, answer.status_code, answer.text)
        return answer

    def make_calendar(self, path: str, name: str, more: str = "") -> None:
        self.ask("MKCALENDAR", path, MKCALENDAR.format(name=name, more=more), **{"Content-Type": "text/xml"})

    def set_address(self, address: str) -> None:
        """Tell the server by which address this is a guest of meetings (RFC 6638 §2.4.1)."""
        self.ask("PROPPATCH", f"/{self.name}/", ADDRESSES.format(address), **{"Content-Type": "text/xml"})

    def put(self, path: str, text: str) -> None:
        self.ask("PUT", path, text, **{"Content-Type": "text/calendar; charset=utf-8"})

    def close(self) -> None:
        self._session.close()


class CaldavRemote(Remote):
    """A CalDAV server that stores reach through a site."""

    def __init__(self, site: Site, user: str, password: str, authorities: Path | None = None) -> None:
        self.site = site
        self._login = (user, password)
        self._authorities = str(authorities) if authorities else None
        self._limits = Limits()
        self._stores: list[CaldavStore] = []

    def store(self, *, right_login: bool = True) -> CaldavStore:
        user, password = self._login
        store = CaldavStore(
            self.site.url,
            user,
            password if right_login else "wrong",
            person=f"{user}@example.com",
            authorities=self._authorities,
            limits=self._limits,
        )
        self._stores.append(store)
        return store

    def writer(self, *, right_login: bool = True) -> CaldavWriter:
        return self.store(right_login=right_login).writer(IcsEditor(VIENNA), lambda: NOW)

    def unanswered(self) -> AbstractContextManager[None]:
        return self.site.unanswered(*WRITING)

    def refusing(self) -> AbstractContextManager[None]:
        said = Said(403, b'<D:error xmlns:D="DAV:">\n<D:need-privileges/></D:error>', {"Content-Type": "text/xml"})
        return self.site.refusing(said, *WRITING)

    def requests(self) -> int:
        return len(self.site.asked)

    @contextmanager
    def failing(self, fault: Fault, after: int = 0) -> Iterator[None]:
        self._limit(Limits(silence_s=0.3) if fault is Fault.SILENCE else Limits())
        with self.site.failing(fault, after):
            yield
        self._limit(Limits())

    def _limit(self, limits: Limits) -> None:
        self._limits = limits
        for store in self._stores:
            store._server._http._limits = limits


class DavRemote(CaldavRemote):
    """A real server."""

    def __init__(self, server: Running, site: Site, user: DavUser, href: str, *, is_new: bool = True) -> None:
        authority = server.authority
        super().__init__(site, user.name, PASSWORDS[user.name], authority.certificate if authority else None)
        self.href = href
        self.missing_calendar = href.rstrip("/") + "-missing/"
        self.missing_object = href + "missing.ics"
        self.user = user
        self._forgotten = False
        tls = authority.for_clients() if authority else None
        site.respond = self._with_memory(forwarding("127.0.0.1", server.port, tls))
        if is_new:
            user.make_calendar(href, "Work ☕")

    def put(self, given: Given) -> None:
        self.user.put(f"{self.href}{given.uid}.ics", given.text())

    def delete(self, uid: str) -> None:
        self.user.ask("DELETE", f"{self.href}{uid}.ics")

    def forget_tokens(self) -> None:
        """Until everything is listed anew, the server is asked with a token that it never gave."""
        self._forgotten = True

    def remove_calendar(self) -> None:
        self.user.ask("DELETE", self.href)

    def _with_memory(self, respond: Respond) -> Respond:
        def remembering(asked: Asked) -> Said | Fault:
            if b"sync-collection" in asked.body and not _TOKEN.search(asked.body):
                self._forgotten = False
            if self._forgotten:
                asked = replace(asked, body=_TOKEN.sub(rb"\1http://example.com/ns/unknown<", asked.body))
            return respond(asked)

        return remembering


class ScriptedRemote(CaldavRemote):
    """A server of the tests' own."""

    href = "/cal/"
    missing_calendar = "/missing/"
    missing_object = "/cal/missing.ics"

    def __init__(self, site: Site, server: Scripted) -> None:
        super().__init__(site, "dana", "secret")
        self._server = server
        site.respond = self._with_login(server)

    def put(self, given: Given) -> None:
        self._server.put(given)

    def delete(self, uid: str) -> None:
        self._server.delete(name_of(uid))

    def remove_calendar(self) -> None:
        self._server.instead = dict.fromkeys(("about", "sync", "tags", "multiget"), Said(404))

    def _with_login(self, respond: Respond) -> Respond:
        right = "Basic " + b64encode(":".join(self._login).encode()).decode()

        def asking(asked: Asked) -> Said | Fault:
            if asked.headers.get("Authorization") == right:
                return respond(asked)
            return Said(401, headers={"WWW-Authenticate": 'Basic realm="calendars"'})

        return asking
