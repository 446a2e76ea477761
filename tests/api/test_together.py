"""Several managers through the door, and clients that hang up."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.api.openapi.examples import CALENDAR_EXAMPLE
from app.api.parts import ApiParts
from app.errors import CancelledError
from app.services.packing.packing import Watch
from app.services.planning.plan_week import Planned
from app.services.planning.situation.request import Request
from tests.api.calls import CALENDAR, DANA, OPTIONS, PATIENCE_S, Client, client, faults, form, parts, plan, work

TEAM = (
    '[[person]]\nemail = "dana@example.com"\n[[person]]\nemail = "ana@example.com"\nmanager = "dana@example.com"\n'
    '[[person]]\nemail = "bo@example.com"\nmanager = "ana@example.com"\n'
)
ANA = CALENDAR_EXAMPLE.replace("X-WR-CALNAME:dana@example.com", "X-WR-CALNAME:ana@example.com")


def test_the_weeks_of_several_managers_are_one_document(api: Client) -> None:
    asked = plan(api, [CALENDAR, ("ana.ics", ANA)], {**OPTIONS, "scope": "team"}, team=TEAM)
    work()
    found = api.get(asked.headers["location"]).json()["result"]
    assert (found["schema"], found["scope"]) == ("clearweek.plans/1", "team")
    assert [each["manager"] for each in found["plans"]] == [DANA, "ana@example.com"]
    assert {each["schema"] for each in found["plans"]} == {"clearweek.plan/1"}


@pytest.mark.parametrize(
    ("options", "pointer", "said"),
    [
        ({"scope": "team"}, "#/options/team", "scope team needs a team file"),
        ({"scope": "company", "explain": ["Dana / Ana"]}, "#/options/scope", "ask about one manager's week"),
        ({"scope": "planet"}, "#/options/scope", "'manager', 'team' or 'company'"),
    ],
)
def test_what_several_managers_cannot_be_asked_is_pointed_at(
    api: Client, options: dict[str, Any], pointer: str, said: str
) -> None:
    assert said in faults(plan(api, options={**OPTIONS, **options}))[pointer]


def test_a_client_that_hangs_up_stops_the_solver(serving: Callable[[ApiParts], str]) -> None:
    started, stopped = threading.Event(), threading.Event()

    def patient(request: Request, watch: Watch) -> Planned:
        waited = threading.Event()
        assert watch.cancelled
        started.set()
        while not watch.cancelled():
            waited.wait(0.001)
        stopped.set()
        raise CancelledError("stopped")

    host, _, port = serving(replace(parts(), plan=patient)).removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as caller:
        request = client().build_request("POST", "/v1/plans", files=form())
        head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        caller.sendall(f"POST /v1/plans HTTP/1.1\r\n{head}\r\n".encode() + request.read())
        assert started.wait(PATIENCE_S)
        assert not stopped.is_set()
    assert stopped.wait(PATIENCE_S)
