"""Browsers of the tests: people at the pages, with the real parts behind them unless others are given."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import requests
from httpx2 import Response
from starlette.testclient import TestClient

from app.adapters.oidc import OidcProvider
from app.api.sessions import Sessions
from app.api.visitors import Visitors
from app.web.service import build
from tests.api.calls import parts
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DANA, BEN, RUTH = "dana@example.com", "ben@example.com", "ruth@example.com"


class NoKeys:
    """No key of the API was made."""

    def exist(self) -> bool:
        return False


def browser(
    visitors: Visitors | None = None, peer: str = "127.0.0.1", base: str = "http://localhost", **more: Any
) -> TestClient:
    """A browser before the pages; it follows no redirect by itself."""
    made = parts(**{"keys": NoKeys(), "now": lambda: NOW, "visitors": visitors or Visitors(), **more})
    return TestClient(build(made), base_url=base, client=(peer, 50_000), follow_redirects=False)


def visitors_by(provider: Provider, **more: Any) -> Visitors:
    """People who sign in at a provider; Dana and Ben have calendars here, Ruth is an admin."""
    ours = OidcProvider(provider.issuer, CLIENT_ID, CLIENT_SECRET, lambda: NOW)
    given: dict[str, Any] = {"admins": frozenset({RUTH}), "knows": lambda person: person in (DANA, BEN), **more}
    return Visitors(sessions=Sessions(["a key"]), provider=ours, **given)


def at_provider(url: str) -> str:
    """Where the provider sends the browser back to."""
    answer = requests.get(url, allow_redirects=False, timeout=10)
    return answer.headers["Location"]


def sign_in(at: TestClient, provider: Provider, person: str = DANA, to: str = "/") -> Response:
    """Sign somebody in, all the way; the answer to the browser that comes back."""
    provider.claims |= {"email": person, "name": person.partition("@")[0]}
    back = at_provider(at.get("/sign-in/begin", params={"to": to}).headers["Location"])
    return at.get(back)


def csrf_of(page: Response) -> str:
    """The token in a page's forms."""
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]
