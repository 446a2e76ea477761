"""Who is answered: this machine alone as long as there is no key, and afterwards whoever brings one that opens it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from app import wiring
from app.adapters.store.database import open_database
from app.adapters.store.keys import StoredKeys
from app.api.access import CallerDep
from app.api.addresses import CALLBACK
from app.api.service import build
from app.domain.configuration.access import Caller, Scope
from app.errors import ConfigError, StoreError
from app.services.planning.plan_week import Planned
from tests.api.calls import client, parts, plan

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def keys(file_database: str) -> Iterator[StoredKeys]:
    engine = open_database(file_database)
    yield StoredKeys(engine)
    engine.dispose()


@pytest.fixture
def door(planned: Planned, keys: StoredKeys) -> Any:
    """Makes clients of one service, each of its own place and with its own headers."""
    made = parts(lambda _: planned, keys=keys, now=lambda: NOW)
    return lambda peer="127.0.0.1", **headers: client(made, peer, **headers)


def bearer(text: str) -> str:
    return f"Bearer {text}"


def challenge(answer: Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    found: str = answer.headers["www-authenticate"]
    assert found.startswith('Bearer realm="clearweek"')
    return found


def asked_by(service: FastAPI, **headers: str) -> Caller:
    """Who asks, as a route below `/v1` gets to know it."""

    def who(caller: CallerDep) -> dict[str, Any]:
        return asdict(caller)

    service.add_api_route("/v1/who", who)
    found = TestClient(service, base_url="http://localhost", client=("127.0.0.1", 50_000), headers=headers)
    return Caller(**found.get("/v1/who").json())


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_without_a_key_this_machine_is_answered(door: Any, peer: str) -> None:
    assert plan(door(peer)).status_code == 200


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_this_machine_goes_by_these_names(door: Any, host: str) -> None:
    assert plan(door(host=host, origin=f"http://{host}")).status_code == 200


@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        ("192.0.2.7", {}),
        ("testclient", {}),
        ("192.0.2.7", {"x-forwarded-for": "127.0.0.1"}),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}),
        ("127.0.0.1", {"x-real-ip": "127.0.0.1"}),
        ("127.0.0.1", {"host": "rebound.example.com"}),
        ("127.0.0.1", {"host": ""}),
        ("127.0.0.1", {"host": "[::1"}),
        ("127.0.0.1", {"origin": "https://page.example.com"}),
        ("127.0.0.1", {"origin": "null"}),
    ],
)
def test_without_a_key_nobody_else_is(door: Any, peer: str, headers: dict[str, str]) -> None:
    answer = plan(door(peer, **headers))
    challenge(answer, 401)
    assert "`clearweek keys create`" in answer.json()["detail"]


def test_a_service_that_nobody_s_address_is_known_of_asks_for_a_key(door: Any) -> None:
    made = door()
    made._transport.client = None
    challenge(plan(made), 401)


def test_with_a_key_this_machine_is_asked_for_it_too(door: Any, keys: StoredKeys) -> None:
    _, text = keys.create("bot", [Scope.PLAN], NOW)
    assert challenge(plan(door()), 401) == 'Bearer realm="clearweek"'
    assert plan(door(authorization=bearer(text))).status_code == 200
    assert plan(door("192.0.2.7", authorization=bearer(text), host="plans.example.com")).status_code == 200


def test_a_revoked_key_opens_nothing_and_still_closes_the_rest(door: Any, keys: StoredKeys) -> None:
    key, text = keys.create("bot", [Scope.PLAN], NOW)
    keys.revoke(key.id, NOW)
    challenge(plan(door(authorization=bearer(text))), 401)
    challenge(plan(door()), 401)


@pytest.mark.parametrize("brought", ["Bearer cw_nobody", "Bearer", "Basic cw_nobody", "", "Bearer \xe9"])
@pytest.mark.parametrize("others", [0, 1])
def test_a_wrong_key_is_never_overlooked(door: Any, keys: StoredKeys, brought: str, others: int) -> None:
    for number in range(others):
        keys.create(f"bot {number}", [Scope.PLAN], NOW)
    answer = plan(door(authorization=brought.encode("latin-1")))
    assert 'error="invalid_token"' in challenge(answer, 401)


def test_a_key_has_to_open_what_is_asked_for(door: Any, keys: StoredKeys) -> None:
    _, text = keys.create("bot", [Scope.CALENDARS], NOW)
    answer = plan(door(authorization=bearer(text)))
    assert challenge(answer, 403).endswith('error="insufficient_scope", scope="plan"')
    assert "--scope plan" in answer.json()["detail"]


def test_an_admin_s_key_opens_everything(door: Any, keys: StoredKeys) -> None:
    _, text = keys.create("bot", [Scope.ADMIN], NOW)
    assert plan(door(authorization=bearer(text))).status_code == 200


def test_who_is_not_let_in_is_refused_before_the_body_is_read(door: Any, keys: StoredKeys) -> None:
    keys.create("bot", [Scope.PLAN], NOW)
    taken: list[int] = []

    def body() -> Iterator[bytes]:
        taken.append(1)
        yield b"x"

    assert door().post("/v1/plans", content=body()).status_code == 401
    assert not taken


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/nothing"])
def test_what_is_not_there_is_no_business_of_strangers(door: Any, path: str) -> None:
    stranger = door("192.0.2.7")
    assert TestClient.request(stranger, "GET", path).status_code == 401


def test_every_route_below_v1_says_which_scope_it_needs() -> None:
    described = build(parts()).openapi()
    assert [*described["components"]["securitySchemes"]] == ["key"]
    for path, operations in described["paths"].items():
        for operation in operations.values():
            if path.startswith("/v1/") and path != CALLBACK:
                (scopes,) = operation["security"][0].values()
                assert set(scopes) <= set(Scope)
                assert scopes
                assert {"401", "403"} <= set(operation["responses"])
            else:
                assert "security" not in operation


def test_the_use_of_a_key_is_noted_to_the_minute(keys: StoredKeys) -> None:
    _, text = keys.create("bot", [Scope.PLAN], NOW)
    for seconds in (0, 59, 60):
        keys.find(text, NOW + timedelta(seconds=seconds))
    assert [key.last_used_at for key in keys.all()] == [NOW + timedelta(seconds=60)]


@pytest.mark.parametrize(
    ("scopes", "person", "caller"),
    [
        ([Scope.PROPOSALS], None, Caller("key:bot")),
        ([Scope.PROPOSALS], "dana@example.com", Caller("dana@example.com", "dana@example.com")),
        ([Scope.ADMIN], None, Caller("key:bot", is_admin=True)),
    ],
)
def test_a_key_says_who_asks(keys: StoredKeys, scopes: list[Scope], person: str | None, caller: Caller) -> None:
    _, text = keys.create("bot", scopes, NOW, person)
    service = build(parts(keys=keys, now=lambda: NOW))
    assert asked_by(service, authorization=bearer(text)) == caller


def test_without_a_key_the_machine_itself_asks(keys: StoredKeys) -> None:
    assert asked_by(build(parts(keys=keys))) == Caller("local", is_admin=True)


@pytest.mark.parametrize(
    ("caller", "may"),
    [
        (Caller("local", is_admin=True), True),
        (Caller("key:bot"), True),
        (Caller("Dana@example.com", "Dana@example.com"), True),
        (Caller("ana@example.com", "ana@example.com"), False),
        (Caller("ana@example.com", "ana@example.com", is_admin=True), True),
    ],
)
def test_only_admins_and_keys_without_a_person_see_everyones(caller: Caller, may: bool) -> None:
    assert caller.may_see("dana@example.com") is may


@pytest.mark.parametrize(
    ("caller", "is_self"),
    [
        (Caller("local", is_admin=True), True),
        (Caller("key:bot"), False),
        (Caller("key:bot", is_admin=True), False),
        (Caller("Dana@example.com", "Dana@example.com"), True),
        (Caller("ana@example.com", "ana@example.com", is_admin=True), False),
    ],
)
def test_what_is_for_ones_own_eyes_is_not_for_admins(caller: Caller, is_self: bool) -> None:
    assert caller.is_self("dana@example.com") is is_self


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/docs", "/openapi.json"])
def test_what_says_nothing_of_anybody_is_open(door: Any, keys: StoredKeys, path: str) -> None:
    keys.create("bot", [Scope.PLAN], NOW)
    assert door("192.0.2.7").get(path).status_code == 200


def raising(error: Exception) -> Any:
    def check() -> None:
        raise error

    return check


def test_a_database_of_another_version_makes_the_service_not_ready() -> None:
    old = ConfigError("the database has schema 0001, this version needs 0002: run `clearweek db upgrade`")
    answer = client(parts(check_database=raising(old))).get("/readyz")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:clearweek:problem:not-ready")
    assert answer.json()["detail"].endswith("run `clearweek db upgrade`")


def test_strangers_do_not_learn_where_the_database_is(caplog: pytest.LogCaptureFixture) -> None:
    gone = StoreError("the database postgresql://db.example.com/clearweek cannot be used: no route")
    answer = client(parts(check_database=raising(gone))).get("/readyz")
    assert (answer.status_code, "db.example.com" in answer.text) == (503, False)
    assert "db.example.com" in caplog.text


def test_who_asks_cannot_be_known_without_the_database(planned: Planned, tmp_path: Path) -> None:
    (tmp_path / "clearweek.sqlite").write_text("no database at all, but long enough to be taken for one" * 20)
    keys = StoredKeys(open_database(f"sqlite:///{tmp_path / 'clearweek.sqlite'}"))
    answer = plan(client(parts(lambda _: planned, keys=keys)))
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:clearweek:problem:not-ready")


def settings(tmp_path: Path) -> wiring.Settings:
    return wiring.Settings(database_url=f"sqlite:///{tmp_path / 'new' / 'clearweek.sqlite'}")


@pytest.mark.parametrize("address", ["0.0.0.0", "192.0.2.7", "::"])  # noqa: S104
def test_others_are_not_served_before_there_is_a_key(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError, match="clearweek keys create"):
        wiring.check_start(address, settings(tmp_path))
    wiring.keys(settings(tmp_path)).create("bot", [Scope.PLAN], NOW)
    wiring.check_start(address, settings(tmp_path))


def test_this_machine_is_served_without_one(tmp_path: Path) -> None:
    wiring.check_start("127.0.0.1", settings(tmp_path))
    assert not wiring.keys(settings(tmp_path)).exist()
