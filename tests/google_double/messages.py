"""Requests and answers, before and after the socket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.google_double.errors import ApiError, Json


class Ending(Enum):
    """How an answer leaves: whole, cut off in its middle, not at all (the connection reset, or held until released)."""

    WHOLE = auto()
    CUT = auto()
    RESET = auto()
    HELD = auto()


@dataclass(frozen=True)
class Request:
    """A request as it came."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes = b""

    @classmethod
    def of(cls, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Request:
        """A request from its first line; a GET that was too long for a URL comes as a POST that says so."""
        parts = urlsplit(target)
        names = {name.lower(): value for name, value in headers.items()}
        override = names.get("x-http-method-override")
        text = body.decode() if override == "GET" else parts.query
        query = parse_qs(text, keep_blank_values=True)
        return cls(override or method, parts.path, query, names, b"" if override == "GET" else body)

    def form(self) -> dict[str, str]:
        """The body of a form."""
        return {name: values[-1] for name, values in parse_qs(self.body.decode()).items()}

    def json(self) -> Json:
        """The body of a call; an empty one is an empty object."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            raise ApiError("invalid", "Parse Error") from None
        if not isinstance(value, dict):
            raise ApiError("invalid", "Parse Error")
        return value

    def bearer(self) -> str | None:
        """The access token."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme == "Bearer" else None


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    ending: Ending = Ending.WHOLE

    @classmethod
    def of(cls, value: Any, status: int = 200) -> Answer:
        """JSON, with its etag in the head if it has one."""
        etag = value.get("etag") if isinstance(value, dict) else None
        return cls(status, json.dumps(value).encode(), {"ETag": etag} if etag else {})

    @property
    def sent(self) -> int | None:
        """The status that the client sees; None if it sees none."""
        return self.status if self.ending in (Ending.WHOLE, Ending.CUT) else None


@dataclass(frozen=True)
class Logged:
    """A request and what became of it; `status` is None if no answer left."""

    name: str
    method: str
    path: str
    query: Mapping[str, list[str]]
    user: str | None
    status: int | None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
