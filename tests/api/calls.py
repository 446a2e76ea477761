"""Calls of the API; every answer is checked against its own OpenAPI description."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from app import wiring
from app.api.examples import CALENDAR_EXAMPLE
from app.api.parts import ApiLimits, ApiParts
from app.api.problems import MEDIA_TYPE, Problem
from app.api.service import build
from app.services.plan_week import Planned, Request

DANA = "dana@example.com"
OPTIONS = {"manager": DANA, "week": "2026-W49", "now": "2026-11-26T09:00:00+01:00"}
File = tuple[str, bytes | str]
Part = tuple[str, tuple[str | None, bytes | str] | tuple[str | None, bytes | str, str]]
CALENDAR: File = ("dana.ics", CALENDAR_EXAMPLE)


class Client(TestClient):
    """A client that believes no answer which the description does not know."""

    def request(self, method: str, url: Any, **more: Any) -> Response:
        """Send a request, and check what comes back."""
        response = super().request(method, url, **more)
        assert isinstance(self.app, FastAPI)
        check_documented(self.app.openapi(), method, response)
        return response


def check_documented(description: Mapping[str, Any], method: str, response: Response) -> None:
    """The status of an answer stands at its operation, with its content type; a problem is a whole one."""
    operations = description["paths"].get(response.url.path)
    components = description["components"]["responses"]
    known: Mapping[str, Any]
    if response.url.path in ("/docs", "/openapi.json"):
        return
    if operations is None:
        known = {"404": components["NotFound"], "413": components["TooLarge"]}
    elif method.lower() not in operations:
        known = {"405": components["MethodNotAllowed"]}
    else:
        known = operations[method.lower()]["responses"]
    found = known[str(response.status_code)]
    found = components[found["$ref"].rpartition("/")[2]] if "$ref" in found else found
    content_type = response.headers["content-type"]
    assert content_type in found["content"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert all(name in response.headers for name in found.get("headers", {}))
    if response.status_code >= 400:
        assert content_type == MEDIA_TYPE
        assert Problem.model_validate(response.json()).status == response.status_code


@cache
def wired() -> ApiParts:
    """The real parts, on the database of the tests."""
    return wiring.api_parts(wiring.Settings(config_dir=None))


def parts(plan: Callable[[Request], Planned] | None = None, limits: ApiLimits | None = None, **more: Any) -> ApiParts:
    """The real parts, with some of them exchanged."""
    planner = wired().plan if plan is None else lambda request, _: plan(request)
    return replace(wired(), plan=planner, limits=limits or ApiLimits(), **more)


def client(made: ApiParts | None = None, peer: str = "127.0.0.1", **headers: str) -> Client:
    """A client of a fresh service, of this machine unless another one is named; `headers` come with each request."""
    return Client(build(made or parts()), base_url="http://localhost", client=(peer, 50_000), headers=headers)


def form(
    calendars: Sequence[File] = (CALENDAR,), options: Mapping[str, Any] | str | None = OPTIONS, **configs: bytes | str
) -> list[Part]:
    """The parts of a plan request; `configs` are TOML texts by the name of their part."""
    found: list[Part] = [("calendars", (name, content, "text/calendar")) for name, content in calendars]
    found += [(name, (f"{name}.toml", content, "application/toml")) for name, content in configs.items()]
    if options is not None:
        text = options if isinstance(options, str) else json.dumps(options)
        found.append(("options", (None, text, "application/json")))
    return found


def plan(asked: Client, *given: Any, **more: Any) -> Response:
    """Ask for a plan."""
    return asked.post("/v1/plans", files=form(*given, **more))


def faults(response: Response, status: int = 422) -> dict[str, str]:
    """What is wrong with a request, by its pointer."""
    assert response.status_code == status, response.text
    return {error["pointer"]: error["detail"] for error in response.json()["errors"]}
