"""Several managers through the door, and clients that hang up."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from app.api.examples import CALENDAR_EXAMPLE
from app.api.service import build
from app.domain.asked import PlanScope
from app.domain.plan import Plans
from app.errors import CancelledError
from app.services.child import in_child
from app.services.packing import Watch
from app.services.plan_week import Planned, Request
from tests.api.calls import CALENDAR, DANA, OPTIONS, Client, client, faults, form, parts, plan

PATIENCE_S = 60.0
TEAM = (
    '[[person]]\nemail = "dana@example.com"\n[[person]]\nemail = "ana@example.com"\nmanager = "dana@example.com"\n'
    '[[person]]\nemail = "bo@example.com"\nmanager = "ana@example.com"\n'
)
ANA = CALENDAR_EXAMPLE.replace("X-WR-CALNAME:dana@example.com", "X-WR-CALNAME:ana@example.com")


def as_one(planned: Planned) -> Plans:
    return Plans(
        scope="team",
        status="optimal",
        limited=False,
        wall_time_s=0.1,
        tiers=planned.plan.tiers,
        weighted=False,
        plans=(planned.plan,),
    )


def test_the_weeks_of_several_managers_are_one_document(api: Client) -> None:
    answer = plan(api, [CALENDAR, ("ana.ics", ANA)], {**OPTIONS, "scope": "team"}, team=TEAM)
    assert answer.status_code == 200
    found = answer.json()
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


def until_told(folder: Path, plans: Plans, watch: Watch) -> Plans:
    """Work of another process that says that it has begun, and keeps its interpreter busy until it is told to end."""
    (folder / "begun").touch()
    while not (folder / "end").exists():
        pass
    return plans


def test_other_requests_are_answered_while_a_company_is_planned(planned: Planned, tmp_path: Path) -> None:
    def together(request: Request, scope: PlanScope, watch: Watch) -> Plans:
        return in_child(partial(until_told, tmp_path, as_one(planned)), watch)

    with client(parts(plan_together=together)) as api, ThreadPoolExecutor() as pool:
        first = pool.submit(plan, api, [CALENDAR], {**OPTIONS, "scope": "company"}, team=TEAM)
        waited = threading.Event()
        while not (tmp_path / "begun").exists():
            waited.wait(0.01)
        assert api.get("/healthz").json() == {"status": "ok"}
        assert not first.done()
        (tmp_path / "end").touch()
        assert first.result(PATIENCE_S).json()["schema"] == "clearweek.plans/1"


def test_a_client_that_hangs_up_stops_the_solver() -> None:
    started, stopped = threading.Event(), threading.Event()

    def patient(request: Request, watch: Watch) -> Planned:
        waited = threading.Event()
        assert watch.cancelled
        started.set()
        while not watch.cancelled():
            waited.wait(0.001)
        stopped.set()
        raise CancelledError("stopped")

    server = uvicorn.Server(uvicorn.Config(build(replace(parts(), plan=patient)), log_level="warning"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            with socket.create_connection(listening.getsockname()) as caller:
                request = client().build_request("POST", "/v1/plans", files=form())
                head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
                caller.sendall(f"POST /v1/plans HTTP/1.1\r\n{head}\r\n".encode() + request.read())
                assert started.wait(PATIENCE_S)
                assert not stopped.is_set()
            assert stopped.wait(PATIENCE_S)
        finally:
            server.should_exit = True
            thread.join(PATIENCE_S)
