"""`/v1/audit`: an audit for its manager alone, and what they say of its findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.adapters.store.database import open_database
from app.adapters.store.keys import StoredKeys
from app.adapters.store.mails.findings import StoredFindings
from app.adapters.store.upgrades import upgrade
from app.api.parts import ApiParts
from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.access import Scope
from app.services.auditing.audit import AuditDesk
from app.services.planning.situation.request import Request
from tests.api.calls import DANA, Client, client, faults, parts
from tests.services.auditing.offices import ANA
from tests.services.auditing.test_audit import busy_office
from tests.services.weeks import NOW

PATH = "/v1/audit"
KEY = f"missing_one_on_one:{ANA}"
WEEK = {"week": "2026-W49"}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    found = open_database(f"sqlite:///{tmp_path / 'clearweek.sqlite'}")
    upgrade(found)
    yield found
    found.dispose()


@pytest.fixture
def made(engine: Engine) -> ApiParts:
    it = busy_office()

    def asked(people: Sequence[str], week: IsoWeek, now: datetime) -> Request:
        return replace(it.request(), manager=people[0], week=week, now=now)

    desk = AuditDesk(asked, StoredFindings(engine), lambda: NOW)
    return parts(audits=desk, keys=StoredKeys(engine), now=lambda: NOW)


@pytest.fixture
def api(made: ApiParts) -> Client:
    return client(made)


@pytest.fixture
def of_key(made: ApiParts, engine: Engine) -> Callable[..., Client]:
    """Makes clients that come with a key, which may be for one person."""

    def with_key(person: str | None = None, *scopes: Scope) -> Client:
        _, text = StoredKeys(engine).create("bot", scopes or (Scope.PROPOSALS,), NOW, person)
        return client(made, authorization=f"Bearer {text}")

    return with_key


def keys(api: Client, **more: str) -> list[str]:
    return [each["key"] for each in api.get(PATH, params={**WEEK, **more}).json()["findings"]]


def test_this_machine_gets_the_audit_of_the_manager_that_it_names(api: Client) -> None:
    answer = api.get(PATH, params={"manager": "Dana@example.com", **WEEK})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert (document["schema"], document["manager"], document["week"]) == ("clearweek.audit/1", DANA, "2026-W49")
    assert KEY in [each["key"] for each in document["findings"]]


def test_the_next_week_is_audited_if_none_is_named(api: Client) -> None:
    assert api.get(PATH, params={"manager": DANA}).json()["week"] == "2026-W49"


def test_a_manager_need_not_say_who_they_are(of_key: Callable[..., Client]) -> None:
    assert KEY in keys(of_key(DANA))


@pytest.mark.parametrize(
    ("person", "scopes"),
    [(ANA, [Scope.PROPOSALS]), (None, [Scope.PROPOSALS]), (None, [Scope.ADMIN])],
    ids=["somebody else", "a key for everyone's proposals", "an admin"],
)
def test_nobody_else_gets_it_nor_says_anything_of_it(
    of_key: Callable[..., Client], person: str | None, scopes: list[Scope]
) -> None:
    api = of_key(person, *scopes)
    assert api.get(PATH, params={"manager": DANA, **WEEK}).status_code == 403
    assert api.post(f"{PATH}/dismissals", json={"manager": DANA, "key": KEY}).status_code == 403
    assert api.delete(f"{PATH}/dismissals", params={"manager": DANA, "key": KEY}).status_code == 403


def test_what_is_dismissed_is_left_out_until_it_is_restored(of_key: Callable[..., Client]) -> None:
    api = of_key(DANA)
    assert api.post(f"{PATH}/dismissals", json={"key": KEY}).status_code == 204
    assert api.post(f"{PATH}/dismissals", json={"key": KEY}).status_code == 204
    assert KEY not in keys(api)
    assert api.delete(f"{PATH}/dismissals", params={"key": KEY}).status_code == 204
    assert KEY in keys(api)
    assert api.delete(f"{PATH}/dismissals", params={"key": KEY}).status_code == 404


def test_what_cannot_be_used_is_refused(api: Client) -> None:
    assert "manager" in str(faults(api.get(PATH, params=WEEK)))
    assert api.get(PATH, params={"manager": DANA, "week": "2026-W54"}).status_code == 422
    assert api.get(PATH, params={"manager": DANA, "week": "2025-W53"}).status_code == 422
    assert api.post(f"{PATH}/dismissals", json={"manager": DANA, "key": "nonsense"}).status_code == 422
    assert api.post(f"{PATH}/dismissals", json={"manager": DANA, "key": KEY, "all": True}).status_code == 422


def test_a_key_of_another_scope_opens_nothing_here(of_key: Callable[..., Client]) -> None:
    assert of_key(None, Scope.PLAN).get(PATH, params=WEEK).status_code == 403
