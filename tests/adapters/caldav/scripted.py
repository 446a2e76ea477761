"""A CalDAV server of one user and one calendar, small enough to answer any way that a test wants."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias
from xml.sax.saxutils import escape

from lxml import etree

from tests.adapters.remote import Fault, Given
from tests.adapters.site import Asked, Said

HEAD = '<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/">'
Instead: TypeAlias = Said | Fault | Callable[[Asked], Said | Fault]


def multistatus(*responses: str, token: str | None = None) -> Said:
    tail = f"<D:sync-token>{token}</D:sync-token>" if token else ""
    body = f'<?xml version="1.0"?>{HEAD}{"".join(responses)}{tail}</D:multistatus>'
    return Said(207, body.encode(), {"Content-Type": "application/xml; charset=utf-8"})


def response(href: str, properties: str = "", status: int = 200) -> str:
    """What is said of one resource: its properties, or a status alone."""
    line = f"<D:status>HTTP/1.1 {status} Whatever</D:status>"
    inside = f"<D:propstat><D:prop>{properties}</D:prop>{line}</D:propstat>" if properties else line
    return f"<D:response><D:href>{href}</D:href>{inside}</D:response>"


def href(name: str, text: str) -> str:
    return f"<{name}><D:href>{text}</D:href></{name}>"


def name_of(uid: str) -> str:
    """What a scripted server calls the object of a UID."""
    return f"/cal/{uid.replace('@', '%40')}.ics"


class NothingKnown:
    """What a store that has nothing yet is `Known` to have."""

    def etags(self) -> dict[str, str | None]:
        return {}

    def uid_of(self, href: str) -> str | None:
        return None

    def past(self, moment: datetime) -> list[str]:
        return []


class Scripted:
    """Answers by what it keeps, except where `instead` has something else for that kind of question.

    Kinds are `start`, `well-known`, `principal`, `home` and `options` for finding the calendar, `about`, `sync`, `tags`
    and `multiget` for reading it, and `get`, `query`, `put` and `delete` for writing.
    """

    def __init__(self, *given: Given) -> None:
        self.objects: dict[str, tuple[int, str]] = {}
        self.log: list[str] = []
        self.at_once: int | None = None
        self.instead: dict[str, Instead] = {}
        self.kinds: list[str] = []
        for one in given:
            self.put(one)

    def put(self, given: Given) -> None:
        self.keep(name_of(given.uid), given.text())

    def keep(self, name: str, text: str) -> None:
        self.log.append(name)
        self.objects[name] = (len(self.log), text)

    def delete(self, name: str) -> None:
        self.log.append(name)
        del self.objects[name]

    def lose_report(self, ctag: str | None = "1") -> None:
        """Have no sync-collection, and perhaps no tag for the calendar."""
        tag = f"<CS:getctag>{ctag}</CS:getctag>" if ctag else ""
        self.instead |= {"about": multistatus(response("/cal/", CALENDAR + tag)), "sync": Said(403)}

    def __call__(self, asked: Asked) -> Said | Fault:
        kind = self._kind(asked)
        if kind is None:
            return Said(404)
        self.kinds.append(kind)
        if asked.headers.get("Depth") != DEPTHS.get(kind):
            return Said(400, f"a wrong Depth for {kind}".encode())
        instead = self.instead.get(kind)
        if instead is not None:
            return instead(asked) if callable(instead) else instead
        answers: Mapping[str, Callable[[Asked], Said]] = {
            "start": lambda _: multistatus(response("/", href("D:current-user-principal", "/me/"))),
            "well-known": lambda _: Said(404),
            "principal": lambda _: multistatus(response("/me/", href("C:calendar-home-set", "/"))),
            "home": lambda _: multistatus(response("/cal/", CALENDAR)),
            "options": lambda _: Said(200),
            "about": lambda _: multistatus(response("/cal/", CALENDAR + REPORTS)),
            "sync": self.sync,
            "tags": self.tags,
            "multiget": self.multiget,
            "query": self.query,
            "get": self.get,
            "put": self.write,
            "delete": self.write,
        }
        return answers[kind](asked)

    def _kind(self, asked: Asked) -> str | None:
        if asked.method == "REPORT":
            kinds = {"sync": b"sync-collection", "query": b"calendar-query", "multiget": b"calendar-multiget"}
            return next((kind for kind, word in kinds.items() if word in asked.body), None)
        if asked.method in ("OPTIONS", "GET", "PUT", "DELETE"):
            return asked.method.lower()
        named = {"/": "start", "/.well-known/caldav": "well-known", "/me/": "principal", "/cal/": "about"}
        kind = named.get(asked.path)
        return {"start": "home", "about": "tags"}.get(str(kind)) if asked.headers.get("Depth") == "1" else kind

    def sync(self, asked: Asked) -> Said:
        """What has changed since a token, which counts the changes; no more than `at_once` of them."""
        token = etree.fromstring(asked.body).findtext("{DAV:}sync-token") or "token-0"
        since = int(token.partition("-")[2])
        until = len(self.log) if self.at_once is None else min(len(self.log), since + self.at_once)
        names = [name for name in dict.fromkeys(self.log[since:until]) if since or name in self.objects]
        responses = [self.tag(name) for name in names]
        more = [response("/cal/", status=507)] if until < len(self.log) else []
        return multistatus(*responses, *more, token=f"token-{until}")

    def tag(self, name: str) -> str:
        if name not in self.objects:
            return response(name, status=404)
        return response(name, f'<D:getetag>"{self.objects[name][0]}"</D:getetag>')

    def tags(self, asked: Asked) -> Said:
        return multistatus(response("/cal/", CALENDAR), *map(self.tag, self.objects))

    def multiget(self, asked: Asked) -> Said:
        names = [one.text or "" for one in etree.fromstring(asked.body).iter("{DAV:}href")]
        if any(name.endswith("/") for name in names):
            return Said(400, b"asked for the text of a collection")
        return multistatus(*map(self.whole, names))

    def query(self, asked: Asked) -> Said:
        """Objects whose UID has a text in it (RFC 4791 §9.7.5)."""
        text = etree.fromstring(asked.body).findtext(".//{urn:ietf:params:xml:ns:caldav}text-match") or ""
        found = [name for name, (_, kept) in self.objects.items() if re.search(f"\r\nUID:.*{re.escape(text)}", kept)]
        return multistatus(*map(self.whole, found))

    def get(self, asked: Asked) -> Said:
        if asked.path not in self.objects:
            return Said(404)
        version, text = self.objects[asked.path]
        return Said(200, text.encode(), {"Content-Type": "text/calendar; charset=utf-8", "ETag": f'"{version}"'})

    def write(self, asked: Asked) -> Said:
        """A PUT or a DELETE, if its conditions hold (RFC 9110 §13.1)."""
        there = self.objects.get(asked.path)
        wanted = asked.headers.get("If-Match")
        unwanted = asked.headers.get("If-None-Match")
        if (wanted is not None and (there is None or wanted != f'"{there[0]}"')) or (unwanted == "*" and there):
            return Said(412)
        if asked.method == "PUT":
            self.keep(asked.path, asked.body.decode())
            return Said(204 if there else 201)
        if there is None:
            return Said(404)
        self.delete(asked.path)
        return Said(204)

    def whole(self, name: str) -> str:
        if name not in self.objects:
            return response(name, status=404)
        version, text = self.objects[name]
        data = f"<C:calendar-data>{escape(text)}</C:calendar-data>"
        return response(name, f'<D:getetag>"{version}"</D:getetag>{data}')


DEPTHS = {"home": "1", "tags": "1", "query": "1"} | dict.fromkeys(
    ("start", "well-known", "principal", "about", "sync"), "0"
)
"""RFC 6578 §3.2 asks for 0 with sync-collection, RFC 4791 §7.9 for none with calendar-multiget."""
CALENDAR = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype><D:displayname>Work</D:displayname>"
REPORTS = (
    "<D:supported-report-set><D:supported-report><D:report><D:sync-collection/></D:report></D:supported-report>"
    "</D:supported-report-set><CS:getctag>ctag-1</CS:getctag>"
)
