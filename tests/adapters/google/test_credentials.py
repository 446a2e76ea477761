from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.adapters.google.calendar_store import GoogleStore
from app.adapters.google.credentials import SCOPES, WRITING_SCOPES, credentials_of, delegation
from app.domain.calendar.writing import Notify
from app.errors import ConfigError, ReconnectError, UnavailableError
from tests.adapters.google.desk import ID, Desk, at, body, hour_at
from tests.adapters.google.remote import DANA, WRITES, secret, store_at
from tests.google_double import faults
from tests.google_double.double import GoogleDouble
from tests.google_double.routes import routes

ASKED = ("calendarList.list", "events.list", "events.get", "events.watch", "channels.stop", "freebusy.query")


@pytest.mark.parametrize("name", ASKED)
def test_each_method_that_is_called_takes_one_of_the_scopes(name: str) -> None:
    (route,) = (one for one in routes() if one.id == f"calendar.{name}")
    assert set(SCOPES) & route.scopes


@pytest.mark.parametrize("scopes", [SCOPES, WRITING_SCOPES], ids=["reading", "writing"])
def test_no_scope_could_be_left_out(scopes: tuple[str, ...]) -> None:
    for scope in scopes:
        taking = [one for one in routes() if one.id.removeprefix("calendar.") in ASKED and scope in one.scopes]
        others = set(scopes) - {scope}
        assert any(not one.scopes & others for one in taking), scope


def test_who_is_asked_to_let_calendars_be_read_lets_nothing_be_written() -> None:
    """The least scopes; what may write is asked for apart, and may write no more than events."""
    writing = ("insert", "update", "patch", "delete", "import", "move", "quickAdd", "clear")
    may = {scope: {one.id for one in routes() if scope in one.scopes} for scope in {*SCOPES, *WRITING_SCOPES}}
    assert not [one for scope in SCOPES for one in may[scope] if one.rpartition(".")[2] in writing]
    written = {one for scope in WRITING_SCOPES for one in may[scope] if one.rpartition(".")[2] in writing}
    assert {one.rpartition(".")[0] for one in written} == {"calendar.events"}
    assert {f"calendar.{method}" for method in WRITES} <= written


def test_a_login_that_may_only_read_is_told_before_anything_is_sent(double: GoogleDouble) -> None:
    """Whoever reads may plan; to have moves written, they connect again, and know it at once."""
    double.add_event(DANA, body(at(23, 10)))
    desk = Desk(double, scopes=SCOPES)
    seen = desk.seen()
    double.forget_requests()
    with pytest.raises(ReconnectError, match=r"`clearweek connect google --person dana@example\.com --write`"):
        desk.write(hour_at(at(24, 14)), seen)
    assert double.requests == []


def test_a_login_that_lost_the_right_to_write_is_told(double: GoogleDouble) -> None:
    double.add_event(DANA, body(at(23, 10)))
    said = json.loads(secret(double)) | {"scopes": list(WRITING_SCOPES)}
    store = GoogleStore(json.dumps(said).encode(), DANA, double.url)
    with pytest.raises(ReconnectError, match="--write"):
        store.write(DANA, hour_at(at(24, 14)), store.current(DANA, f"{ID}@google.com", ID), Notify.ALL)


@pytest.mark.parametrize(
    "said", [b"", b"[]", b"{}", b'{"type": "authorized_user"}', b'{"type": "authorized_user", "refresh_token": "a"}']
)
def test_a_secret_of_another_form_is_refused(said: bytes) -> None:
    with pytest.raises(ConfigError, match="connect it again"):
        credentials_of(said)


def test_a_secret_of_an_unknown_type_is_refused() -> None:
    with pytest.raises(ConfigError, match="external_account"):
        credentials_of(b'{"type": "external_account"}')


def test_the_token_endpoint_is_the_one_of_the_client_file(double: GoogleDouble) -> None:
    assert credentials_of(secret(double)).token_uri == double.token_url


def test_a_token_that_is_known_to_have_ended_is_not_tried(double: GoogleDouble) -> None:
    said = json.loads(secret(double)) | {"expiry": "2026-11-16T07:00:00Z"}
    GoogleStore(json.dumps(said).encode(), DANA, double.url).calendars()
    assert [request.name for request in double.requests] == ["token", "calendarList.list"]


# Service accounts.


@pytest.fixture
def key(double: GoogleDouble, tmp_path: Path) -> Path:
    """The key file of a service account that may act for everybody."""
    file = tmp_path / "key.json"
    file.write_text(json.dumps(double.add_service_account(SCOPES)))
    return file


def delegated(double: GoogleDouble, key: Path, subject: str, *subjects: str, **more: Any) -> GoogleStore:
    said = json.dumps({"type": "service_account", "file": str(key), "subject": subject}).encode()
    return GoogleStore(said, subject, double.url, subjects=subjects, sleep=lambda _: None, **more)


def test_a_service_account_acts_for_a_listed_person(double: GoogleDouble, key: Path) -> None:
    assert [one.href for one in delegated(double, key, "Dana@example.com", DANA).calendars()] == [DANA]
    assert {request.user for request in double.requests if request.name != "token"} == {DANA}


@pytest.mark.parametrize("fault", [faults.unavailable(), faults.cut_json()], ids=["a front end's page", "cut JSON"])
def test_an_answer_that_is_no_json_refuses_no_login(
    double: GoogleDouble, key: Path, fault: faults.Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    stores = [delegated(double, key, DANA, DANA), store_at(double)]
    double.expire_access_tokens()
    double.fault(fault, on="token", times=None)
    for store in stores:
        with pytest.raises(UnavailableError, match="breaks off or is no JSON"):
            store.calendars()
    double.heal()
    assert all(store.calendars() for store in stores)


def test_what_a_service_account_asks_for_counts_for_the_person(double: GoogleDouble, key: Path) -> None:
    delegated(double, key, DANA, DANA).calendars()
    (request,) = (one for one in double.requests if one.name == "calendarList.list")
    (user,) = request.query["quotaUser"]
    assert DANA not in user
    assert len(user) == 40
    double.forget_requests()
    store_at(double).calendars()
    assert "quotaUser" not in double.requests[-1].query


@pytest.mark.parametrize("subjects", [(), ("ana@example.com",), ("dana@example.org", "")])
def test_a_person_who_is_not_listed_is_refused_before_any_request(
    double: GoogleDouble, key: Path, subjects: tuple[str, ...]
) -> None:
    with pytest.raises(ConfigError, match="CLEARWEEK_GOOGLE_SUBJECTS"):
        delegated(double, key, DANA, *subjects)
    assert double.requests == []


def test_a_service_account_asks_for_writing_only_where_it_may(double: GoogleDouble, tmp_path: Path) -> None:
    """An administrator allows exact scopes; asking for more than these is refused as a whole."""
    file = tmp_path / "key.json"
    file.write_text(json.dumps(double.add_service_account(WRITING_SCOPES)))
    double.add_event(DANA, body(at(23, 10)))
    store = GoogleStore(delegation(file, DANA, write=True), DANA, double.url, subjects=[DANA])
    store.write(DANA, hour_at(at(24, 14)), store.current(DANA, f"{ID}@google.com", ID), Notify.ALL)
    assert double.event(DANA, ID)["start"]["dateTime"] == at(24, 14).isoformat()
    reading = GoogleStore(delegation(file, DANA), DANA, double.url, subjects=[DANA])
    with pytest.raises(ReconnectError, match="administrator has to allow it all scopes"):
        reading.calendars()


def test_a_delegation_that_does_not_cover_the_scopes_asks_for_them(double: GoogleDouble, tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    file.write_text(json.dumps(double.add_service_account(SCOPES[:1])))
    with pytest.raises(ReconnectError, match="administrator has to allow it all scopes"):
        delegated(double, file, DANA, DANA).calendars()


@pytest.mark.parametrize(("text", "told"), [(None, "cannot be read"), ("{}", "is no key"), ("[", "is no key")])
def test_a_key_that_cannot_be_used_is_told(double: GoogleDouble, tmp_path: Path, text: str | None, told: str) -> None:
    file = tmp_path / "key.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(ConfigError, match=told):
        delegated(double, file, DANA, DANA)
