"""Calendars through the door: connected, synced, watched and forgotten."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from httpx2 import Response

from app import wiring
from app.adapters.store.calendars.calendars import StoredCalendars
from app.adapters.store.calendars.channels import StoredChannels
from app.adapters.store.secrets import new_key
from app.api.addresses import CALLBACK
from app.api.calendars import calendars as module
from app.api.openapi.examples import CALENDAR_EXAMPLE
from app.api.parts import ApiParts
from app.domain.calendar.connected import PushChannel, SyncState
from app.domain.configuration.access import Scope
from app.wiring.pushed import keep_channels
from tests.adapters.google.given_events import monday
from tests.api.calls import DANA, OPTIONS, Client, client, faults, plan
from tests.google_double.double import GoogleDouble

BASE = "https://clearweek.example.com"
NOBODY = "/v1/calendars/00000000"


class Feed(BaseHTTPRequestHandler):
    """Serves one text at every address but one."""

    text: ClassVar[str] = CALENDAR_EXAMPLE

    def do_GET(self) -> None:
        gone = self.path.startswith("/gone.ics")
        self.send_response(404 if gone else 200)
        self.end_headers()
        self.wfile.write(b"" if gone else self.text.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a feed on the loopback."""
    monkeypatch.setattr(Feed, "text", CALENDAR_EXAMPLE)
    with ThreadingHTTPServer(("127.0.0.1", 0), Feed) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/dana.ics?key=secret-word"
        server.shutdown()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> wiring.Settings:
    monkeypatch.setenv("CLEARWEEK_DATABASE_URL", f"sqlite:///{tmp_path / 'clearweek.sqlite'}")
    monkeypatch.setenv("CLEARWEEK_SECRET_KEYS", new_key())
    monkeypatch.setenv("CLEARWEEK_ALLOW_PRIVATE_FEEDS", "true")
    monkeypatch.setenv("CLEARWEEK_BASE_URL", BASE)
    found = wiring.Settings()
    wiring.prepared(found).dispose()
    wiring.make_queues(found)
    return found


@pytest.fixture
def service(settings: wiring.Settings) -> ApiParts:
    return wiring.api_parts(settings)


@pytest.fixture
def api(service: ApiParts) -> Client:
    return client(service)


def connect(api: Client, url: str, **more: Any) -> Any:
    answer = api.post("/v1/calendars/feed", json={"url": url, "person": "Dana@example.com", **more})
    assert answer.status_code == 201, answer.text
    (one,) = answer.json()["calendars"]
    assert answer.headers["location"] == f"/v1/calendars/{one['id']}"
    return one


def sync(settings: wiring.Settings) -> None:
    """Be the worker."""
    engine = wiring.prepared(settings)
    for calendar_id in wiring.due_calendars(engine):
        wiring.sync_stored(calendar_id, engine, settings, holder="test", on_progress=lambda _: None)


def test_a_feed_is_connected_and_kept_in_sync(api: Client, feed: str, settings: wiring.Settings) -> None:
    one = connect(api, feed)
    assert (one["backend"], one["owner"], one["timezone"], one["state"]) == ("feed", DANA, "Europe/Berlin", "new")
    assert "secret-word" not in json.dumps(one)
    sync(settings)
    (listed,) = api.get("/v1/calendars").json()["calendars"]
    assert (listed["id"], listed["state"], listed["events"], listed["problem"]) == (one["id"], "synced", 1, None)
    assert api.get(f"/v1/calendars/{one['id']}").json() == listed | {"lag_s": pytest.approx(listed["lag_s"], abs=60)}


def test_a_new_calendar_waits_in_the_queue(api: Client, feed: str, service: ApiParts) -> None:
    queued: list[str] = []
    service.calendars._enqueue = queued.append  # type: ignore[attr-defined]
    one = connect(api, feed)
    assert queued == [one["id"]]
    asked = api.post(f"/v1/calendars/{one['id']}/sync")
    assert (asked.status_code, asked.headers["location"]) == (202, f"/v1/calendars/{one['id']}")
    assert queued == [one["id"]] * 2


def test_connecting_again_doubles_nothing(api: Client, feed: str) -> None:
    assert connect(api, feed)["id"] == connect(api, feed)["id"]
    assert len(api.get("/v1/calendars").json()["calendars"]) == 1


@pytest.mark.parametrize(
    ("path", "change", "pointer", "said"),
    [
        ("feed", {"url": "/etc/passwd"}, "#/url", "pattern"),
        ("feed", {"url": "file:///etc/passwd"}, "#/url", "pattern"),
        ("feed", {"person": "dana"}, "#/person", "write it like dana@example.com"),
        ("feed", {"timezone": "Berlin"}, "#/timezone", "write it like Europe/Berlin"),
        ("feed", {"password": "x"}, "#/password", "not permitted"),
        ("caldav", {"user": "dana"}, "#/password", "required"),
        ("caldav", {"user": "dana", "password": ""}, "#/password", "at least 1"),
        ("google", {"calendars": [""]}, "#/calendars/0", "at least 1"),
    ],
)
def test_what_is_wrong_with_a_request_is_pointed_at(
    api: Client, path: str, change: dict[str, Any], pointer: str, said: str
) -> None:
    body = {"url": "https://calendar.example.com/a.ics", "person": DANA} if path != "google" else {"person": DANA}
    assert said in faults(api.post(f"/v1/calendars/{path}", json=body | change))[pointer]


def test_what_is_not_at_the_address_is_pointed_at(api: Client, feed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Feed, "text", "<html>Sign in</html>")
    for url in (feed, feed.replace("dana.ics", "gone.ics")):
        refused = api.post("/v1/calendars/feed", json={"url": url, "person": DANA})
        assert "#/url" in faults(refused)
        assert "secret-word" not in refused.text


def test_a_private_address_is_refused(api: Client, feed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARWEEK_ALLOW_PRIVATE_FEEDS", "false")
    strict = client(wiring.api_parts(wiring.Settings()))
    refused = strict.post("/v1/calendars/feed", json={"url": feed, "person": DANA})
    assert refused.status_code == 422
    assert strict.get("/v1/calendars").json() == {"calendars": []}


def test_without_a_key_for_secrets_nothing_is_kept(feed: str, settings: wiring.Settings, monkeypatch: Any) -> None:
    monkeypatch.delenv("CLEARWEEK_SECRET_KEYS")
    answer = client(wiring.api_parts(wiring.Settings())).post("/v1/calendars/feed", json={"url": feed, "person": DANA})
    assert (answer.status_code, "clearweek secrets new" in answer.json()["detail"]) == (503, True)


@pytest.mark.parametrize(("kind", "login"), [("caldav", {"user": "dana", "password": "hush"}), ("feed", {})])
def test_a_server_that_does_not_answer_is_no_fault_of_the_request(
    api: Client, kind: str, login: dict[str, str]
) -> None:
    answer = api.post(f"/v1/calendars/{kind}", json={"url": "http://127.0.0.1:1/", "person": DANA, **login})
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:clearweek:problem:server-unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert "hush" not in answer.text


def test_a_calendar_that_became_empty_waits_for_a_word(
    api: Client, feed: str, settings: wiring.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = CALENDAR_EXAMPLE[CALENDAR_EXAMPLE.index("BEGIN:VEVENT") : CALENDAR_EXAMPLE.index("END:VCALENDAR")]
    many = "".join(event.replace("UID:", f"UID:{number}-") for number in range(12))
    monkeypatch.setattr(Feed, "text", CALENDAR_EXAMPLE.replace(event, many))
    path = f"/v1/calendars/{connect(api, feed)['id']}"
    sync(settings)
    monkeypatch.setattr(Feed, "text", CALENDAR_EXAMPLE.replace(event, ""))
    for body, state, events in ((None, "confirm", 12), ({"accept_empty": True}, "synced", 0)):
        assert api.post(f"{path}/sync", json=body).status_code == 202
        sync(settings)
        found = api.get(path).json()
        if body is None:
            assert "sync it with accept_empty" in found["remedy"]
        assert (found["state"], found["events"]) == (state, events)


def test_a_calendar_is_forgotten_with_its_login(api: Client, feed: str, settings: wiring.Settings) -> None:
    one = connect(api, feed)
    sync(settings)
    gone = api.delete(f"/v1/calendars/{one['id']}")
    assert gone.json() == {"connection": one["connection"], "calendars": 1, "events": 1}
    assert api.get(f"/v1/calendars/{one['id']}").status_code == 404
    assert api.get("/v1/calendars").json() == {"calendars": []}


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("GET", "/events"), ("POST", "/sync"), ("DELETE", "")])
def test_a_calendar_that_is_not_there_is_not_found(api: Client, method: str, path: str) -> None:
    answer = api.request(method, NOBODY + path)
    assert (answer.status_code, "GET /v1/calendars shows all" in answer.json()["detail"]) == (404, True)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("POST", "/feed"), ("POST", "/google"), ("DELETE", "/00000000")]
)
def test_calendars_need_a_scope_of_their_own(service: ApiParts, settings: Any, method: str, path: str) -> None:
    _, text = wiring.keys(settings).create("bot", [Scope.PLAN], datetime.now(UTC))
    api = client(service, authorization=f"Bearer {text}")
    assert api.request(method, f"/v1/calendars{path}").status_code == 403


def test_a_week_is_planned_from_what_is_kept(api: Client, feed: str, settings: wiring.Settings) -> None:
    options = {**OPTIONS, "from_store": True}
    said = faults(plan(api, [], options))["#/options/manager"]
    assert said.startswith("no calendar of dana@example.com was synced yet: connect one (`clearweek connect`, /v1/cal")
    connect(api, feed)
    sync(settings)
    found = plan(api, [], options).json()
    assert [meeting["title"] for meeting in found["meetings"]] == ["Dana / Ana"]
    assert "#/calendars" in faults(plan(api, options=options))
    assert "#/options/scope" in faults(plan(api, [], options | {"scope": "team"}, team=""))


def test_a_week_is_planned_by_the_managers_own_rules_and_wanted_week(
    api: Client, feed: str, settings: wiring.Settings
) -> None:
    options = {**OPTIONS, "from_store": True}
    connect(api, feed)
    sync(settings)
    own = wiring.configurations(wiring.store(settings))
    own.save("rules", DANA, '[pins]\nkinds = ["one_on_one"]\n', datetime.now(UTC))
    own.save("pattern", DANA, '[meeting_free_days]\ndays = ["friday"]\n', datetime.now(UTC))
    found = plan(api, [], options).json()
    assert [meeting["pinned_reason"]["code"] for meeting in found["meetings"]] == ["kind"]
    assert len(found["pattern"]["meeting_free"]) == 1
    named = plan(api, [], options, rules="").json()
    assert [meeting["pinned_reason"] for meeting in named["meetings"]] == [None]


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\n\n") if block]
    return [(block["event"], json.loads(block["data"])) for block in blocks]


def test_a_sync_is_watched_over_a_socket(
    api: Client, feed: str, service: ApiParts, settings: Any, serving: Callable[[ApiParts], str], monkeypatch: Any
) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.001)
    one = connect(api, feed)
    url = f"{serving(service)}/v1/calendars/{one['id']}/events"
    seen: list[str] = []
    with requests.get(url, stream=True, timeout=60) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines(chunk_size=1, decode_unicode=True):
            name, _, value = line.partition(": ")
            if name == "event":
                seen.append(value)
            elif name == "data" and len(seen) == 1:
                assert json.loads(value)["syncing"] is False
                sync(settings)
    assert (seen[0], seen[-1]) == ("syncing", "synced")


def test_a_calendar_says_that_it_is_being_synced(api: Client, feed: str, settings: wiring.Settings) -> None:
    one = connect(api, feed)
    assert one["syncing"] is False
    StoredCalendars(wiring.prepared(settings)).claim(str(one["id"]), "somebody", datetime.now(UTC))
    (listed,) = api.get("/v1/calendars").json()["calendars"]
    assert (listed["syncing"], api.get(f"/v1/calendars/{one['id']}").json()["syncing"]) == (True, True)


def test_the_stream_of_a_calendar_at_rest_ends_at_once(api: Client, feed: str, settings: wiring.Settings) -> None:
    one = connect(api, feed)
    sync(settings)
    ((name, data),) = events(api.get(f"/v1/calendars/{one['id']}/events").text)
    assert (name, data["state"], data["syncing"], data["written"]) == ("synced", "synced", False, 0)


@pytest.fixture
def google(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleDouble]:
    """Google, where Dana sits at the browser."""
    with GoogleDouble() as double:
        double.add_user(DANA, zone="Europe/Vienna")
        double.put_event(DANA, monday())
        double.consent_as(DANA)
        (tmp_path / "client.json").write_text(json.dumps(double.client_config))
        monkeypatch.setenv("CLEARWEEK_GOOGLE_API_URL", double.url)
        monkeypatch.setenv("CLEARWEEK_GOOGLE_CLIENT_FILE", str(tmp_path / "client.json"))
        monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
        yield double


@pytest.fixture
def with_google(google: GoogleDouble) -> ApiParts:
    return wiring.api_parts(wiring.Settings())


def visit(url: str) -> dict[str, str]:
    """What the browser is sent back with."""
    location = requests.get(url, allow_redirects=False, timeout=5).headers["Location"]
    assert location.startswith(BASE + CALLBACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def begin(api: Client, **wanted: Any) -> Any:
    answer = api.post("/v1/calendars/google", json={"person": "Dana@example.com", **wanted})
    assert answer.status_code == 200, answer.text
    return answer.json()


def land(made: ApiParts, query: dict[str, str]) -> Response:
    """A browser from elsewhere, without any key."""
    return client(made, "192.0.2.7").get(CALLBACK, params=query)


def test_calendars_of_google_are_connected_by_a_browser(with_google: ApiParts) -> None:
    api = client(with_google)
    begun = begin(api)
    query = visit(begun["url"])
    landed = land(with_google, query)
    assert (landed.status_code, landed.text) == (200, f"Connected: {DANA} ({DANA}). You may close this window.\n")
    assert landed.headers["referrer-policy"] == "no-referrer"
    sync(wiring.Settings())
    (one,) = api.get("/v1/calendars").json()["calendars"]
    assert (one["backend"], one["timezone"], one["state"], one["events"]) == ("google", "Europe/Vienna", "synced", 1)


@pytest.mark.parametrize("write", [False, True])
def test_who_wants_moves_written_says_so(google: GoogleDouble, with_google: ApiParts, *, write: bool) -> None:
    landed = land(with_google, visit(begin(client(with_google), write=write)["url"]))
    assert landed.status_code == 200
    (asked,) = (request.query["scope"][0].split() for request in google.requests if request.name == "auth")
    assert ("https://www.googleapis.com/auth/calendar.events" in asked) == write


def test_a_sign_in_is_good_once(with_google: ApiParts) -> None:
    query = visit(begin(client(with_google))["url"])
    assert land(with_google, query).status_code == 200
    again = land(with_google, query)
    assert (again.status_code, again.json()["type"]) == (422, "urn:clearweek:problem:login-refused")


@pytest.mark.parametrize(
    "change", [{"state": "guessed"}, {"state": ""}, {"code": "4/stolen"}, {"error": "access_denied"}]
)
def test_a_sign_in_that_is_not_the_one_that_was_begun_is_refused(with_google: ApiParts, change: dict[str, str]) -> None:
    query = visit(begin(client(with_google))["url"])
    if "error" in change:
        query.pop("code")
    assert land(with_google, query | change).status_code == 422
    assert with_google.calendars.all() == []


def test_a_sign_in_that_takes_too_long_is_refused(with_google: ApiParts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.wiring.kept_calendars.SIGN_IN_S", 0)
    query = visit(begin(client(with_google))["url"])
    assert "took too long" in land(with_google, query).json()["detail"]


def test_an_address_of_our_own_is_needed_for_google(google: GoogleDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLEARWEEK_BASE_URL")
    answer = client(wiring.api_parts(wiring.Settings())).post("/v1/calendars/google", json={"person": DANA})
    assert (answer.status_code, "CLEARWEEK_BASE_URL" in answer.json()["detail"]) == (503, True)


def test_google_is_told_to_say_no_more_of_what_is_forgotten(
    google: GoogleDouble, with_google: ApiParts, tmp_path: Path
) -> None:
    api = client(with_google)
    land(with_google, visit(begin(api)["url"]))
    keep_channels(wiring.prepared(wiring.Settings()), wiring.Settings())
    assert [one.open for one in google.channels.all] == [True]
    (one,) = api.get("/v1/calendars").json()["calendars"]
    assert api.delete(f"/v1/calendars/{one['id']}").status_code == 200
    assert [one.open for one in google.channels.all] == [False]


def test_several_calendars_of_a_login_are_not_forgotten_by_the_way(google: GoogleDouble, with_google: ApiParts) -> None:
    google.add_calendar("offsite@group.calendar.google.com", DANA, summary="Offsites")
    api = client(with_google)
    land(with_google, visit(begin(api, calendars=[DANA, "Offsites"])["url"]))
    first, _ = api.get("/v1/calendars").json()["calendars"]
    path = f"/v1/calendars/{first['id']}"
    refused = api.delete(path)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:clearweek:problem:conflict")
    assert "with_others=true" in refused.json()["detail"]
    assert api.delete(path, params={"with_others": "true"}).json()["calendars"] == 2


class TestHooks:
    """What comes in over a push channel."""

    @pytest.fixture
    def kept(self, api: Client, feed: str, settings: wiring.Settings, service: ApiParts) -> Any:
        """A calendar at rest with a channel, and what is queued."""
        one = connect(api, feed)
        sync(settings)
        now = datetime.now(UTC)
        channel = PushChannel(
            "channel", one["id"], "resource", sha256(b"token").hexdigest(), now + timedelta(days=7), now
        )
        StoredChannels(wiring.prepared(settings)).add(channel)
        queued: list[str] = []
        service.calendars._enqueue = queued.append  # type: ignore[attr-defined]
        return one["id"], queued

    def hear(self, service: ApiParts, **changed: str) -> Response:
        said = {"id": "channel", "token": "token", "state": "exists"} | changed
        names = {"id": "Channel-ID", "token": "Channel-Token", "state": "Resource-State"}
        headers = {f"X-Goog-{names[name]}": value for name, value in said.items()}
        return client(service, "192.0.2.7").post("/hooks/google", headers=headers)

    def test_a_change_makes_its_calendar_due(self, service: ApiParts, kept: Any) -> None:
        calendar_id, queued = kept
        assert not service.calendars.standing(calendar_id).pending
        for _ in range(3):
            assert self.hear(service).status_code == 200
        assert service.calendars.standing(calendar_id).pending
        assert queued == [calendar_id] * 3
        assert service.calendars.standing(calendar_id).status.state is SyncState.SYNCED

    @pytest.mark.parametrize("changed", [{"token": "wrong"}, {"token": ""}, {"id": "unknown"}, {"state": "sync"}])
    def test_anything_else_is_answered_alike_and_changes_nothing(
        self, service: ApiParts, kept: Any, changed: dict[str, str]
    ) -> None:
        calendar_id, queued = kept
        answer = self.hear(service, **changed)
        assert (answer.status_code, answer.text) == (200, "")
        assert (queued, service.calendars.standing(calendar_id).pending) == ([], False)

    def test_a_bare_request_is_harmless(self, service: ApiParts) -> None:
        assert client(service, "192.0.2.7").post("/hooks/google").status_code == 200


def test_a_body_that_is_no_text_cannot_be_read(api: Client) -> None:
    headers = {"Content-Type": "application/json"}
    for path in ("feed", "caldav", "google"):
        assert api.post(f"/v1/calendars/{path}", content=b"\xfa\xfb", headers=headers).status_code == 400
        assert api.post(f"/v1/calendars/{path}", content=b"{", headers=headers).status_code == 422
