"""Bounds on what a request may bring, and on how long it may keep others waiting."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from app.api.parts import ApiLimits
from app.api.turns import RETRY_AFTER_S
from app.domain.people.person import Team
from app.services.planning.plan_week import Planned
from app.services.planning.situation.request import Request
from tests.api.calls import CALENDAR, OPTIONS, PATIENCE_S, Client, client, form, parts, plan


def limited(planned: Planned, **limits: float) -> Client:
    return client(parts(lambda _: planned, ApiLimits(**limits)))  # type: ignore[arg-type]


def test_a_body_that_says_it_is_too_large_is_refused_unread(planned: Planned) -> None:
    answer = limited(planned, body_bytes=100).post("/v1/plans", files=form())
    assert answer.status_code == 413
    assert answer.json()["detail"].startswith("the body is larger than 0.0001 MB")


def chunks(count: int, taken: list[int]) -> Iterator[bytes]:
    yield b'--x\r\nContent-Disposition: form-data; name="calendars"; filename="dana.ics"\r\n\r\n'
    for number in range(count):
        taken.append(number)
        yield b"X" * 1_000


def test_a_body_without_a_length_is_counted_as_it_comes(planned: Planned) -> None:
    taken: list[int] = []
    answer = limited(planned, body_bytes=10_000).post(
        "/v1/plans", content=chunks(1_000, taken), headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:clearweek:problem:too-large")


def test_a_body_counts_wherever_it_is_sent(planned: Planned) -> None:
    made = limited(planned, body_bytes=10)
    assert made.request("GET", "/healthz", content=b"X" * 11).status_code == 413
    assert made.request("GET", "/healthz", content=b"X" * 10).status_code == 200


def test_a_body_may_be_as_large_as_the_limit(planned: Planned) -> None:
    size = int(
        client(parts(lambda _: planned)).build_request("POST", "/v1/plans", files=form()).headers["content-length"]
    )
    assert limited(planned, body_bytes=size).post("/v1/plans", files=form()).status_code == 200


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ({"calendars": 1}, "there are 2 calendars; at most 1"),
        ({"options_bytes": 20}, "options is larger than 20 bytes"),
        ({"config_bytes": 10}, "team is larger than 10 bytes"),
    ],
)
def test_each_part_has_its_limit(planned: Planned, limit: dict[str, int], said: str) -> None:
    answer = plan(limited(planned, **limit), [CALENDAR, ("other.ics", "")], team="# The people of the team")
    assert answer.status_code == 413
    assert answer.json()["detail"].startswith(said)


def test_thousands_of_parts_are_refused(planned: Planned) -> None:
    answer = limited(planned).post("/v1/plans", files=[("calendars", (f"{n}.ics", "")) for n in range(1_001)])
    assert answer.status_code == 400


@dataclass
class SlowPlanner:
    """A planner whose first plan takes until `go`; it notes whether each is made alone."""

    planned: Planned
    started: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)
    alone: list[bool] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Request) -> Planned:
        alone = self._lock.acquire(blocking=False)
        self.alone.append(alone)
        self.started.set()
        assert self.go.wait(PATIENCE_S)
        if alone:
            self._lock.release()
        return self.planned


@pytest.fixture
def slow(planned: Planned) -> Iterator[SlowPlanner]:
    planner = SlowPlanner(planned)
    yield planner
    planner.go.set()


def test_nothing_else_waits_for_a_plan(slow: SlowPlanner) -> None:
    with client(parts(slow)) as api, ThreadPoolExecutor() as pool:
        first = pool.submit(plan, api)
        assert slow.started.wait(PATIENCE_S)
        assert api.get("/healthz").json() == {"status": "ok"}
        assert api.get("/openapi.json").status_code == 200
        assert plan(api, options={}).status_code == 422
        assert not first.done()
        slow.go.set()
        assert first.result(PATIENCE_S).status_code == 200


def test_who_waits_too_long_is_told_when_to_come_back(slow: SlowPlanner) -> None:
    with client(parts(slow, ApiLimits(wait_s=0.001))) as api, ThreadPoolExecutor() as pool:
        first = pool.submit(plan, api)
        assert slow.started.wait(PATIENCE_S)
        refused = plan(api)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, str(RETRY_AFTER_S))
        assert refused.json()["type"] == "urn:clearweek:problem:busy"
        slow.go.set()
        assert first.result(PATIENCE_S).status_code == 200
        assert plan(api).status_code == 200


def test_who_finds_a_full_queue_does_not_wait(slow: SlowPlanner) -> None:
    with client(parts(slow, ApiLimits(wait_s=PATIENCE_S, waiting=0))) as api, ThreadPoolExecutor() as pool:
        first = pool.submit(plan, api)
        assert slow.started.wait(PATIENCE_S)
        assert plan(api).status_code == 503
        slow.go.set()
        assert first.result(PATIENCE_S).status_code == 200


def test_plans_are_made_one_at_a_time(slow: SlowPlanner) -> None:
    everybody_is_here = threading.Barrier(5)

    def team(name: str, data: bytes) -> Team:
        everybody_is_here.wait(PATIENCE_S)
        return Team()

    with (
        client(parts(slow, ApiLimits(wait_s=PATIENCE_S), parse_team=team)) as api,
        ThreadPoolExecutor() as pool,
    ):
        asked = [pool.submit(plan, api, [CALENDAR], OPTIONS, team="") for _ in range(4)]
        everybody_is_here.wait(PATIENCE_S)
        slow.go.set()
        assert [each.result(PATIENCE_S).status_code for each in asked] == [200] * 4
    assert slow.alone == [True] * 4


def test_a_failed_plan_lets_the_next_one_in(planned: Planned) -> None:
    left = [True, False]

    def once(request: Request) -> Planned:
        if left.pop():
            return planned
        raise RuntimeError

    api = client(parts(once, ApiLimits(wait_s=0.001)))
    assert [plan(api).status_code for _ in range(2)] == [500, 200]
