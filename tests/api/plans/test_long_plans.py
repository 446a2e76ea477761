"""Plans that take long: stored, worked at by somebody else, watched, and answered or failed."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import Connection, Engine

from app.adapters.store.database import open_database
from app.adapters.store.plannings import StoredPlannings
from app.api.parts import ApiLimits, ApiParts
from app.api.plans import plannings as module
from app.api.plans.long_plans import RETRY_AFTER_S
from app.domain.plans.asked import PlanScope
from app.domain.plans.plans import Plans
from app.errors import InputError
from app.services.packing.packing import Progress, Watch
from app.services.planning.plan_week import Planned
from app.services.planning.situation.request import Request
from tests.api.calls import CALENDAR, DANA, OPTIONS, PATIENCE_S, Client, client, faults, form, parts, plan, work

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
TEAM = '[[person]]\nemail = "ana@example.com"\nmanager = "dana@example.com"\n'
LONG = {**OPTIONS, "scope": "company"}
STEP = Progress("pattern", 490, 480, 1.5, (0, 0, 490))


@pytest.fixture
def engine(file_database: str) -> Iterator[Engine]:
    made = open_database(file_database)
    yield made
    made.dispose()


@pytest.fixture
def queued() -> list[str]:
    """What was put into the queue."""
    return []


@pytest.fixture
def service(planned: Planned, engine: Engine, queued: list[str]) -> ApiParts:
    """A service whose planner answers at once, after one step of progress."""

    def together(request: Request, scope: PlanScope, watch: Watch) -> Plans:
        assert watch.on_progress
        watch.on_progress(STEP)
        return as_one(planned, scope)

    kept = StoredPlannings(engine, lambda planning_id, _: queued.append(planning_id))
    return parts(plannings=kept, plan_together=together, now=lambda: NOW)


@pytest.fixture
def api(service: ApiParts) -> Client:
    return client(service)


def as_one(planned: Planned, scope: PlanScope) -> Plans:
    return Plans(
        scope=scope,
        status="optimal",
        limited=False,
        wall_time_s=0.1,
        tiers=planned.plan.tiers,
        plans=(planned.plan,),
    )


def ask(api: Client, options: dict[str, Any] = LONG, **more: Any) -> Response:
    return api.post("/v1/plans", files=form([CALENDAR], options, team=TEAM), **more)


def address(answer: Response) -> str:
    assert answer.status_code == 202, answer.text
    found: str = answer.headers["location"]
    return found


def test_a_plan_of_several_managers_is_answered_later(api: Client, service: ApiParts, queued: list[str]) -> None:
    asked = ask(api)
    where = address(asked)
    found = asked.json()
    assert (found["schema"], found["state"], where) == ("clearweek.planning/1", "queued", f"/v1/plans/{found['id']}")
    assert queued == [found["id"]]
    assert api.get(where).json() == found
    work(service)
    done = api.get(where).json()
    assert (done["state"], done["problem"], done["finished_at"]) == ("done", None, NOW.isoformat())
    assert (done["result"]["schema"], done["result"]["scope"]) == ("clearweek.plans/1", "company")
    assert [each["schema"] for each in done["result"]["plans"]] == ["clearweek.plan/1"]


def test_a_plan_of_one_manager_is_answered_at_once(api: Client, queued: list[str]) -> None:
    assert plan(api).json()["schema"] == "clearweek.plan/1"
    assert not queued


def test_a_worker_gets_what_was_asked_as_of_then(service: ApiParts, engine: Engine, planned: Planned) -> None:
    requests: list[Request] = []
    options = {"manager": DANA, "scope": "team", "time_limit_s": 600}

    def note(request: Request, scope: PlanScope, watch: Watch) -> Plans:
        requests.append(request)
        return as_one(planned, scope)

    client(service).post("/v1/plans", files=form([CALENDAR], options, team=TEAM, rules="[budget]\nmax_moves = 3"))
    later = parts(plannings=service.plannings, plan_together=note, now=lambda: NOW.replace(year=2027))
    work(later)
    (found,) = requests
    assert (found.now, str(found.week), found.limits.wall_s) == (NOW, "2026-W49", 600)
    assert [source.calendar.source for source in found.sources] == ["dana.ics"]
    assert found.team
    assert found.team.person[0].email == "ana@example.com"
    assert found.rules.budget.max_moves == 3


def test_what_is_wrong_is_said_at_once_if_no_calendar_has_to_be_read(api: Client, queued: list[str]) -> None:
    assert "#/options/team" in faults(plan(api, options=LONG))
    assert "#/options/scope" in faults(ask(api, {**LONG, "explain": ["Dana / Ana"]}))
    assert "#/options/time_limit_s" in faults(ask(api, {**LONG, "time_limit_s": 601}))
    assert "#/rules" in faults(plan(api, options=LONG, team=TEAM, rules="[budgit]"))
    assert not queued


def test_what_is_wrong_with_a_calendar_is_the_problem_of_the_plan(api: Client, service: ApiParts) -> None:
    where = address(plan(api, [("dana.ics", "")], LONG, team=TEAM))
    work(service)
    found = api.get(where).json()
    assert (found["state"], found["result"]) == ("failed", None)
    assert found["problem"]["type"] == "urn:clearweek:problem:unreadable-calendar"
    assert found["problem"]["errors"][0]["pointer"] == "#/calendars/0"


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (InputError("dana has no week"), "invalid-request", "dana has no week"),
        (RuntimeError("Lunch with Ana"), "internal-error", "not your fault"),
    ],
)
def test_a_plan_that_fails_says_why(service: ApiParts, error: Exception, kind: str, said: str) -> None:
    def fail(*_: object) -> Plans:
        raise error

    made = replace(service, plan_together=fail)
    where = address(ask(client(made)))
    work(made)
    problem = client(made).get(where).json()["problem"]
    assert problem["type"] == f"urn:clearweek:problem:{kind}"
    assert said in problem["detail"]
    assert "Lunch" not in str(problem)


def test_a_worker_that_was_killed_is_followed_by_another(api: Client, service: ApiParts) -> None:
    where = address(ask(api))
    service.plannings.begin(where.rpartition("/")[2])
    assert api.get(where).json()["state"] == "running"
    work(service)
    assert api.get(where).json()["state"] == "done"


def test_what_kills_every_worker_stops(api: Client, service: ApiParts) -> None:
    where = address(ask(api))
    for _ in range(5):
        service.plannings.begin(where.rpartition("/")[2])
    work(service)
    assert "ended 5 times" in api.get(where).json()["problem"]["detail"]


def test_the_same_request_with_the_same_key_is_stored_once(api: Client, queued: list[str]) -> None:
    key = {"Idempotency-Key": "one"}
    first, again, other = (ask(api, headers=headers) for headers in (key, key, {}))
    assert first.json() == again.json()
    assert other.json()["id"] != first.json()["id"]
    assert len(queued) == 2


def test_a_key_belongs_to_its_request(api: Client, service: ApiParts) -> None:
    key = {"Idempotency-Key": "one"}
    where = address(ask(api, headers=key))
    work(service)
    assert address(ask(api, headers=key)) == where
    refused = ask(api, {**LONG, "week": "2026-W50"}, headers=key)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:clearweek:problem:idempotency-key-reused")


def test_a_plan_that_is_as_it_was_is_not_sent_again(api: Client, service: ApiParts) -> None:
    where = address(ask(api))
    known = {"If-None-Match": api.get(where).headers["etag"]}
    assert api.get(where, headers=known).status_code == 304
    work(service)
    changed = api.get(where, headers=known)
    assert (changed.status_code, changed.headers["etag"] != known["If-None-Match"]) == (200, True)


def test_a_plan_can_be_forgotten(api: Client, service: ApiParts) -> None:
    where = address(ask(api))
    assert api.delete(where).status_code == 204
    work(service)
    for gone in (api.get(where), api.delete(where), api.get(f"{where}/events")):
        assert (gone.status_code, "no such plan" in gone.json()["detail"]) == (404, True)


def test_to_forget_a_plan_stops_whoever_works_at_it(service: ApiParts, engine: Engine, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.services.planning.stored_plans.ASKED_EVERY_S", 0.0)
    checked: list[bool] = []

    def together(request: Request, scope: PlanScope, watch: Watch) -> Plans:
        api.delete(where)
        checked.append(True)
        watch.check()
        raise AssertionError("nobody wants this any more")

    made = replace(service, plan_together=together)
    api = client(made)
    where = address(ask(api))
    work(made)
    assert checked
    assert api.get(where).status_code == 404


def test_too_many_waiting_plans_are_refused(service: ApiParts) -> None:
    api = client(replace(service, limits=ApiLimits(plannings=1)))
    address(ask(api))
    refused = ask(api)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, str(RETRY_AFTER_S))
    work(service)
    address(ask(api))


def test_a_request_that_cannot_be_queued_is_not_stored(engine: Engine) -> None:
    def full(planning_id: str, connection: Connection) -> None:
        raise RuntimeError

    made = parts(plannings=StoredPlannings(engine, full))
    assert ask(client(made)).status_code == 500
    assert made.plannings.unfinished() == []


def events(text: str) -> list[dict[str, str]]:
    """The server-sent events of a stream; comments are none."""
    blocks = [block.splitlines() for block in text.split("\n\n") if block]
    return [dict(line.split(": ", 1) for line in lines) for lines in blocks if not lines[0].startswith(":")]


def test_the_end_of_a_plan_is_the_last_event(api: Client, service: ApiParts) -> None:
    where = address(ask(api))
    work(service)
    (last,) = events(api.get(f"{where}/events").text)
    data = json.loads(last["data"])
    assert (last["event"], data["state"], data["result"]) == ("done", "done", None)
    assert last["id"] == str(data["version"])


@pytest.mark.parametrize("resumed", [False, True])
def test_a_plan_is_watched_over_a_socket(
    service: ApiParts, serving: Callable[[ApiParts], str], monkeypatch: pytest.MonkeyPatch, resumed: bool
) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.001)
    monkeypatch.setattr("app.services.planning.stored_plans.REPORTED_EVERY_S", 0.0)
    go = threading.Event()
    real = service.plan_together

    def together(request: Request, scope: PlanScope, watch: Watch) -> Plans:
        found = real(request, scope, watch)
        assert go.wait(PATIENCE_S)
        return found

    made = replace(service, plan_together=together)
    where = address(ask(client(made)))
    headers = {"Last-Event-ID": "1"} if resumed else {}
    asked = urllib.request.Request(f"{serving(made)}{where}/events", headers=headers)
    with ThreadPoolExecutor() as pool, urllib.request.urlopen(asked, timeout=PATIENCE_S) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        worked = pool.submit(work, made) if resumed else None
        found: list[str] = []
        for line in stream:
            name, _, value = line.decode().strip().partition(": ")
            if name == "event":
                found.append(value)
            if value == "queued":
                worked = pool.submit(work, made)
            if name == "data" and json.loads(value)["progress"]:
                assert json.loads(value)["progress"]["values"] == [0, 0, 490]
                go.set()
        assert worked
        worked.result(PATIENCE_S)
    assert found[-1] == "done"
    assert set(found[:-1]) == ({"running"} if resumed else {"queued", "running"})
