"""The methods of the API as the discovery documents that come with the client library describe them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import googleapiclient

from tests.google_double.channels import Channels
from tests.google_double.errors import ApiError, Json
from tests.google_double.messages import Answer, Request
from tests.google_double.world import World

_SERVED = ("calendar.", "directory.users.", "directory.resources.calendars.")
_DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"


@dataclass(frozen=True)
class Call:
    """A call of a method: who calls, and with what; `path` and `query` hold its parameters."""

    world: World
    channels: Channels
    viewer: str
    path: Mapping[str, str]
    request: Request

    def text(self, name: str) -> str | None:
        """A parameter of the query, None if it is absent."""
        values = self.request.query.get(name)
        return values[-1] if values else None

    def texts(self, name: str) -> list[str]:
        """A parameter that may be repeated."""
        return list(self.request.query.get(name, ()))

    def flag(self, name: str) -> bool | None:
        """A boolean parameter, None if it is absent."""
        text = self.text(name)
        return None if text is None else text.lower() == "true"

    def number(self, name: str, usual: int, most: int) -> int:
        """A number from 1; larger ones than the most are cut."""
        text = self.text(name)
        if text is None:
            return usual
        if not text.isdecimal() or int(text) < 1:
            raise ApiError("invalid", f"Invalid value '{text}'.", location=name)
        return min(int(text), most)

    def header(self, name: str) -> str | None:
        """A header of the request."""
        return self.request.headers.get(name)


Handler = Callable[[Call], Answer | Json]
_HANDLERS: dict[str, Handler] = {}


def answers(method: str) -> Callable[[Handler], Handler]:
    """Mark a function as the answer to a method, named as in the discovery document."""

    def register(handler: Handler) -> Handler:
        _HANDLERS[method] = handler
        return handler

    return register


@dataclass(frozen=True)
class Route:
    """A method: its id, where it is, and which scopes it takes."""

    id: str
    verb: str
    pattern: re.Pattern[str]
    scopes: frozenset[str]

    @property
    def name(self) -> str:
        """Its name for faults and counts: `events.list`."""
        return self.id.partition(".")[2]

    @property
    def handler(self) -> Handler | None:
        """What answers it; None if the double does not know it."""
        return _HANDLERS.get(self.id)


def _methods(resources: Mapping[str, Any]) -> Iterator[Json]:
    for resource in resources.values():
        yield from resource.get("methods", {}).values()
        yield from _methods(resource.get("resources", {}))


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\+?(\w+)\}", r"(?P<\1>[^/]+)", template))


@cache
def routes() -> tuple[Route, ...]:
    """All methods of Calendar v3, and those of the directory that have to do with users and rooms."""
    found = []
    for document, prefix in (("calendar.v3.json", "/calendar/v3/"), ("admin.directory_v1.json", "/")):
        described = json.loads((_DOCUMENTS / document).read_text())
        found += [
            Route(method["id"], method["httpMethod"], _pattern(prefix + method["path"]), frozenset(method["scopes"]))
            for method in _methods(described["resources"])
            if method["id"].startswith(_SERVED)
        ]
    return tuple(found)


def route_of(request: Request) -> tuple[Route, dict[str, str]] | None:
    """The method that a request calls, with the parameters of its path."""
    for route in routes():
        if route.verb == request.method and (match := route.pattern.fullmatch(request.path)):
            return route, {name: unquote(value) for name, value in match.groupdict().items()}
    return None
