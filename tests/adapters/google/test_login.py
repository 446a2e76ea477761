from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from app.adapters.google.calendar_store import GoogleStore
from app.adapters.google.credentials import SCOPES
from app.adapters.google.login import Begun, begin, client_of, finish, sign_in
from app.errors import ConfigError, ReconnectError, UnavailableError
from tests.adapters.google.remote import DANA
from tests.google_double import faults
from tests.google_double.double import GoogleDouble

HOME = "https://clearweek.example.com/connect/google"


@pytest.fixture(autouse=True)
def _plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """The double has no TLS; oauthlib asks for it."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def client(double: GoogleDouble, tmp_path: Path) -> Mapping[str, Any]:
    file = tmp_path / "client.json"
    file.write_text(json.dumps(double.client_config))
    return client_of(file)


def consent(url: str) -> dict[str, str]:
    """Visit the page of consent; what it sends the browser back with."""
    answer = requests.get(url, allow_redirects=False, timeout=5)
    assert answer.headers["Location"].startswith(HOME)
    return {name: values[-1] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


# From any browser.


def test_a_sign_in_gives_a_lasting_login(double: GoogleDouble, client: Mapping[str, Any]) -> None:
    double.consent_as(DANA)
    begun = begin(client, HOME, DANA)
    secret = finish(client, HOME, begun, consent(begun.url))
    assert json.loads(secret)["type"] == "authorized_user"
    double.expire_access_tokens()
    assert [one.href for one in GoogleStore(secret, DANA, double.url).calendars()] == [DANA]


def test_a_sign_in_asks_for_no_more_than_is_needed(client: Mapping[str, Any]) -> None:
    begun = begin(client, HOME, DANA)
    query = {name: values[-1] for name, values in parse_qs(urlsplit(begun.url).query).items()}
    assert set(query["scope"].split()) == set(SCOPES)
    assert query["access_type"] == "offline"
    assert query["code_challenge_method"] == "S256"
    assert query["state"] == begun.state
    assert begun.verifier not in begun.url
    assert query["login_hint"] == DANA


def test_no_two_sign_ins_share_a_secret(client: Mapping[str, Any]) -> None:
    one, other = begin(client, HOME, DANA), begin(client, HOME, DANA)
    assert one.state != other.state
    assert one.verifier != other.verifier


@pytest.mark.parametrize("state", [None, "", "forged", "ünï"])
def test_an_answer_to_nothing_that_was_begun_is_refused(
    double: GoogleDouble, client: Mapping[str, Any], state: str | None
) -> None:
    double.consent_as(DANA)
    begun = begin(client, HOME, DANA)
    answer = consent(begun.url) | {"state": state}
    with pytest.raises(ReconnectError, match="belongs to no sign-in"):
        finish(client, HOME, begun, {name: value for name, value in answer.items() if value is not None})
    assert double.count("token") == 0


def test_a_code_without_its_verifier_is_worth_nothing(double: GoogleDouble, client: Mapping[str, Any]) -> None:
    double.consent_as(DANA)
    begun = begin(client, HOME, DANA)
    answer = consent(begun.url)
    stolen = Begun(begun.url, begun.state, "x" * 64)
    with pytest.raises(ReconnectError, match="invalid_grant"):
        finish(client, HOME, stolen, answer)


def test_a_refusal_is_told(double: GoogleDouble, client: Mapping[str, Any]) -> None:
    double.consent_as(None)
    begun = begin(client, HOME, DANA)
    with pytest.raises(ReconnectError, match="access_denied"):
        finish(client, HOME, begun, consent(begun.url))


def test_a_box_that_was_not_ticked_is_named(double: GoogleDouble, client: Mapping[str, Any]) -> None:
    double.consent_as(DANA, SCOPES[:2])
    begun = begin(client, HOME, DANA)
    with pytest.raises(ReconnectError, match=r"calendar\.freebusy; begin again and tick all boxes"):
        finish(client, HOME, begun, consent(begun.url))


@pytest.mark.parametrize("fault", [faults.reset(), faults.cut_off()])
def test_google_out_of_reach_is_told(double: GoogleDouble, client: Mapping[str, Any], fault: faults.Fault) -> None:
    double.consent_as(DANA)
    begun = begin(client, HOME, DANA)
    answer = consent(begun.url)
    double.fault(fault, on="token")
    with pytest.raises(UnavailableError):
        finish(client, HOME, begun, answer)


@pytest.mark.parametrize("fault", [faults.refused("backendError"), faults.cut_json()])
def test_an_answer_that_is_no_token_is_told(
    double: GoogleDouble, client: Mapping[str, Any], fault: faults.Fault
) -> None:
    double.consent_as(DANA)
    begun = begin(client, HOME, DANA)
    answer = consent(begun.url)
    double.fault(fault, on="token")
    with pytest.raises(ReconnectError, match="begin again"):
        finish(client, HOME, begun, answer)


# From a browser on this machine.


def visit(url: str) -> None:
    """A browser: a page for an icon too, and the same answer once more."""
    answer = requests.get(url, allow_redirects=False, timeout=5)
    back = answer.headers["Location"]
    assert requests.get(back.partition("?")[0] + "favicon.ico", timeout=5).status_code == 404
    assert requests.get(back, timeout=5).ok


def test_a_sign_in_on_this_machine(double: GoogleDouble, client: Mapping[str, Any]) -> None:
    double.consent_as(DANA)
    shown: list[str] = []

    def show(url: str) -> None:
        shown.append(url)
        visit(url)

    secret = sign_in(client, DANA, show, timeout_s=5)
    assert json.loads(secret)["refresh_token"]
    back = parse_qs(urlsplit(shown[0]).query)["redirect_uri"][0]
    assert urlsplit(back).hostname == "127.0.0.1"
    with pytest.raises(requests.ConnectionError):
        requests.get(back, timeout=5)


def test_an_answer_that_was_forged_ends_the_sign_in(double: GoogleDouble, client: Mapping[str, Any]) -> None:
    def forge(url: str) -> None:
        back = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        requests.get(back, params={"state": "forged", "code": "4/evil"}, timeout=5)

    with pytest.raises(ReconnectError, match="belongs to no sign-in"):
        sign_in(client, DANA, forge, timeout_s=5)
    assert double.count("token") == 0


def test_nobody_at_the_browser(client: Mapping[str, Any]) -> None:
    with pytest.raises(ReconnectError, match="nobody signed in"):
        sign_in(client, DANA, lambda _: None, timeout_s=0.01)


# Clients.


def test_a_client_has_to_be_named() -> None:
    with pytest.raises(ConfigError, match="CLEARWEEK_GOOGLE_CLIENT_FILE"):
        client_of(None)


@pytest.mark.parametrize(
    "text", [None, "", "[]", "{}", '{"installed": {"client_id": "a"}}', '{"web": 5}', '{"web": []}']
)
def test_a_file_that_is_no_client_is_refused(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "client.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(ConfigError, match=r"client\.json"):
        client_of(file)


@pytest.mark.parametrize("name", ["auth_uri", "token_uri"])
def test_a_client_file_that_leads_to_plain_http_is_refused(
    double: GoogleDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("OAUTHLIB_INSECURE_TRANSPORT")
    ((kind, config),) = double.client_config.items()
    safe = {"auth_uri": "https://a.example.com/auth", "token_uri": "https://a.example.com/token"}
    file = tmp_path / "client.json"
    file.write_text(json.dumps({kind: {**config, **safe}}))
    assert client_of(file)
    file.write_text(json.dumps({kind: {**config, **safe, name: "http://a.example.com/"}}))
    with pytest.raises(ConfigError, match=rf"client\.json: {name} does not begin with https://"):
        client_of(file)
