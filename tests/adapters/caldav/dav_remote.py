"""A calendar on a real CalDAV server, reached by stores through a site that can go out of order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import requests

from app.adapters.caldav.server import Limits
from app.adapters.caldav_store import CaldavStore
from tests.adapters.caldav.servers import PASSWORDS, Running
from tests.adapters.remote import Fault, Given, Remote
from tests.adapters.site import Asked, Respond, Said, Site, forwarding

MKCALENDAR = """<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<D:displayname>{name}</D:displayname>{more}</D:prop></D:set></C:mkcalendar>"""
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

    def put(self, path: str, text: str) -> None:
        self.ask("PUT", path, text, **{"Content-Type": "text/calendar; charset=utf-8"})

    def close(self) -> None:
        self._session.close()


class DavRemote(Remote):
    requests_when_unchanged = 1

    def __init__(self, server: Running, site: Site, user: DavUser, href: str) -> None:
        self.href = href
        self.missing_calendar = href.rstrip("/") + "-missing/"
        self.missing_object = href + "missing.ics"
        self.user = user
        self.site = site
        self._server = server
        self._limits = Limits()
        self._stores: list[CaldavStore] = []
        self._forgotten = False
        site.respond = self._with_memory(
            forwarding("127.0.0.1", server.port, server.authority.for_clients() if server.authority else None)
        )
        user.make_calendar(href, "Work ☕")

    def store(self, *, right_login: bool = True) -> CaldavStore:
        password = PASSWORDS[self.user.name] if right_login else "wrong"
        authorities = str(self._server.authority.certificate) if self._server.authority else None
        store = CaldavStore(
            self.site.url,
            self.user.name,
            password,
            person=f"{self.user.name}@example.com",
            authorities=authorities,
            limits=self._limits,
        )
        self._stores.append(store)
        return store

    def put(self, given: Given) -> None:
        self.user.put(f"{self.href}{given.uid}.ics", given.text())

    def delete(self, uid: str) -> None:
        self.user.ask("DELETE", f"{self.href}{uid}.ics")

    def requests(self) -> int:
        return len(self.site.asked)

    @contextmanager
    def failing(self, fault: Fault, after: int = 0) -> Iterator[None]:
        self._limit(replace(self._limits, silence_s=0.3 if fault is Fault.SILENCE else self._limits.silence_s))
        with self.site.failing(fault, after):
            yield
        self._limit(Limits())

    def _limit(self, limits: Limits) -> None:
        self._limits = limits
        for store in self._stores:
            store._server._http._limits = limits

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
