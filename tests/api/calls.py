"""Calls of the API; every answer is checked against its own OpenAPI description."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from typing import Any

import uvicorn
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from app import wiring
from app.adapters.store.plannings import StoredPlannings
from app.api.openapi.examples import CALENDAR_EXAMPLE
from app.api.parts import ApiLimits, ApiParts
from app.api.plans.long_plans import answered
from app.api.problems import MEDIA_TYPE, Problem
from app.api.service import build
from app.services.planning.plan_week import Planned
from app.services.planning.situation.request import Request
from app.services.planning.stored_plans import work_at

DANA = "dana@example.com"
OPTIONS = {"manager": DANA, "week": "2026-W49", "now": "2026-11-26T09:00:00+01:00"}
PATIENCE_S = 60.0
"""A test that waits as long for something has failed; none does otherwise."""
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


@contextmanager
def served(app: FastAPI | Callable[[], FastAPI]) -> Iterator[str]:
    """A service, or what makes one, on a port of this machine; gives its URL."""
    factory = not isinstance(app, FastAPI)
    server = uvicorn.Server(uvicorn.Config(app, factory=factory, log_level="warning", lifespan="on"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


def operations_at(paths: Mapping[str, Any], path: str) -> Any:
    """What is described at an address, with or without parts of it that vary."""
    forms = {
        known: re.sub(r"\{\w+_id\}", "[0-9a-f]+", known).replace("{name}", "[^/]+").replace("{manager}", "[^/]+")
        for known in paths
    }
    fitting = (known for known, form in forms.items() if re.fullmatch(form, path))
    return paths[path] if path in paths else paths.get(next(fitting, ""))


def check_documented(description: Mapping[str, Any], method: str, response: Response) -> None:
    """The status of an answer stands at its operation, with its content type; a problem is a whole one."""
    operations = operations_at(description["paths"], response.url.path)
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
    content_type = response.headers.get("content-type", "").partition(";")[0]
    assert content_type in (found.get("content") or [""])
    assert response.headers["x-content-type-options"] == "nosniff"
    assert all(name in response.headers for name in found.get("headers", {}))
    if response.status_code >= 400:
        assert content_type == MEDIA_TYPE
        assert Problem.model_validate(response.json()).status == response.status_code


@cache
def wired() -> ApiParts:
    """The real parts, on the database of the tests; plans that take long wait for `work`."""
    settings = wiring.Settings(config_dir=None)
    waiting = StoredPlannings(wiring.prepared(settings), lambda _id, _transaction: None)
    return replace(wiring.api_parts(settings), plannings=waiting)


def parts(plan: Callable[[Request], Planned] | None = None, limits: ApiLimits | None = None, **more: Any) -> ApiParts:
    """The real parts, with some of them exchanged."""
    planner = wired().plan if plan is None else lambda request, _: plan(request)
    return replace(wired(), plan=planner, limits=limits or ApiLimits(), **more)


def client(made: ApiParts | None = None, peer: str = "127.0.0.1", **headers: str) -> Client:
    """A client of a fresh service, of this machine unless another one is named; `headers` come with each request."""
    return Client(build(made or parts()), base_url="http://localhost", client=(peer, 50_000), headers=headers)


def work(made: ApiParts | None = None) -> None:
    """Be the worker: work at all plans that wait."""
    real = made or wired()
    for planning_id in real.plannings.unfinished():
        work_at(planning_id, real.plannings, partial(answered, parts=real), real.now)


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
