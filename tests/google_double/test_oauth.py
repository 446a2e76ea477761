"""Logging in: consent, tokens, their end, service accounts."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import google_auth_httplib2
import httplib2
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth.exceptions import RefreshError
from google.oauth2 import service_account
from google_auth_oauthlib.flow import Flow
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from tests.google_double import CALENDAR, GoogleDouble, refused
from tests.google_double.client import Client, reason
from tests.google_double.conftest import ANA, DANA
from tests.google_double.grants import CLIENT_ID, CLIENT_SECRET, JWT_BEARER
from tests.google_double.samples import meeting

READONLY = "https://www.googleapis.com/auth/calendar.readonly"
BACK = "http://localhost:8765/back"


@pytest.fixture
def flow(google: GoogleDouble, monkeypatch: pytest.MonkeyPatch) -> Flow:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    flow: Flow = Flow.from_client_config(google.client_config, scopes=[READONLY], redirect_uri=BACK)
    return flow


def browse(url: str) -> str:
    """Where the consent page sends the browser."""
    parts = urlsplit(url)
    assert parts.hostname
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        response = connection.getresponse()
        response.read()
        return response.getheader("Location") or ""
    finally:
        connection.close()


def answer_of(location: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def test_a_user_consents_and_the_tokens_work(google: GoogleDouble, flow: Flow) -> None:
    google.consent_as(DANA)
    url, state = flow.authorization_url(access_type="offline")
    location = browse(url)
    assert location.startswith(BACK)
    assert answer_of(location)["state"] == state
    tokens = flow.fetch_token(authorization_response=location)
    assert tokens["scope"] == [READONLY]
    assert tokens["refresh_token"]
    http_ = google_auth_httplib2.AuthorizedHttp(flow.credentials, http=httplib2.Http(timeout=10))
    options = {"api_endpoint": google.api_url}
    with build("calendar", "v3", http=http_, static_discovery=True, client_options=options) as api:
        assert api.calendars().get(calendarId="primary").execute()["id"] == DANA


def test_without_offline_access_there_is_no_refresh_token(google: GoogleDouble, flow: Flow) -> None:
    google.consent_as(DANA)
    location = browse(flow.authorization_url(access_type="online")[0])
    assert "refresh_token" not in flow.fetch_token(authorization_response=location)


def test_who_refuses_sends_the_browser_back_with_the_error(google: GoogleDouble, flow: Flow) -> None:
    google.consent_as(None)
    assert answer_of(browse(flow.authorization_url()[0]))["error"] == "access_denied"


def test_a_code_is_good_once_and_with_its_verifier_only(google: GoogleDouble, flow: Flow) -> None:
    google.consent_as(DANA)
    location = browse(flow.authorization_url()[0])
    with pytest.raises(Exception, match="invalid_grant"):
        flow.fetch_token(authorization_response=location, code_verifier="x" * 64)
    with pytest.raises(Exception, match="invalid_grant"):
        flow.fetch_token(authorization_response=location)


def test_a_user_may_grant_less_than_was_asked_for(google: GoogleDouble, flow: Flow) -> None:
    google.consent_as(DANA, scopes=[])
    assert "scope" not in answer_of(browse(flow.authorization_url()[0]))


def test_an_expired_access_token_is_refreshed_by_the_library(google: GoogleDouble, dana: Client) -> None:
    google.expire_access_tokens(DANA)
    assert dana.list()[0] == []
    assert [(request.name, request.status) for request in google.requests] == [
        ("events.list", 401),
        ("token", 200),
        ("events.list", 200),
    ]


def test_a_withdrawn_grant_ends_in_invalid_grant(google: GoogleDouble, dana: Client) -> None:
    google.revoke(DANA)
    with pytest.raises(RefreshError) as error:
        dana.list()
    assert "invalid_grant" in str(error.value)


def test_revoking_a_token_ends_the_others_of_its_user(google: GoogleDouble, dana: Client, ana: Client) -> None:
    response, _ = dana.plain.request(f"{google.url}/revoke", "POST", f"token={dana.credentials.refresh_token}")
    assert response.status == 200
    with pytest.raises(RefreshError):
        dana.list()
    assert ana.list()[0] == []


def test_an_unknown_bearer_token_is_refused(google: GoogleDouble) -> None:
    plain = httplib2.Http(timeout=10)
    response, body = plain.request(f"{google.api_url}users/me/calendarList", headers={"Authorization": "Bearer no"})
    plain.close()
    assert response.status == 401
    assert b'"reason": "authError"' in body


def test_a_token_without_the_scope_is_refused(google: GoogleDouble, client_of: Callable[..., Client]) -> None:
    reader = client_of(DANA, scopes=[READONLY])
    assert reader.list()[0] == []
    with pytest.raises(HttpError) as error:
        reader.events.insert(calendarId="primary", body=meeting()).execute()
    assert reason(error.value) == (403, "insufficientPermissions")


def service(google: GoogleDouble, key: dict[str, Any], subject: str, scopes: list[str]) -> Any:
    credentials = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
        key, scopes=scopes, subject=subject
    )
    http_ = google_auth_httplib2.AuthorizedHttp(credentials, http=httplib2.Http(timeout=10))
    options = {"api_endpoint": google.api_url}
    return build("calendar", "v3", http=http_, static_discovery=True, client_options=options)


def test_a_service_account_acts_for_a_subject_within_its_scopes(google: GoogleDouble) -> None:
    key = google.add_service_account([CALENDAR])
    with service(google, key, ANA, [CALENDAR]) as api:
        assert api.calendars().get(calendarId="primary").execute()["id"] == ANA
    for subject, scope, error in (
        (ANA, "https://www.googleapis.com/auth/drive", "unauthorized_client"),
        ("nobody@example.com", CALENDAR, "Invalid email"),
    ):
        with service(google, key, subject, [scope]) as api, pytest.raises(RefreshError, match=error):
            api.calendars().get(calendarId="primary").execute()


def test_an_assertion_of_an_unknown_account_is_refused(google: GoogleDouble) -> None:
    key = google.add_service_account() | {"client_email": "other@clearweek-test.iam.gserviceaccount.com"}
    with service(google, key, ANA, [CALENDAR]) as api, pytest.raises(RefreshError, match="account not found"):
        api.calendars().get(calendarId="primary").execute()


def test_the_library_asks_a_failing_token_endpoint_again(
    google: GoogleDouble, dana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    google.expire_access_tokens()
    google.fault(refused("backendError"), on="token", times=1)
    assert dana.list()[0] == []
    google.expire_access_tokens()
    google.fault(refused("backendError"), on="token", times=None)
    with pytest.raises(RefreshError):
        dana.list()


def post(google: GoogleDouble, **form: str) -> tuple[int, str]:
    http_ = httplib2.Http(timeout=10)
    response, body = http_.request(google.token_url, "POST", urlencode(form))
    http_.close()
    return response.status, json.loads(body)["error"]


def test_what_the_token_endpoint_refuses(google: GoogleDouble) -> None:
    ours = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    assert post(google, grant_type="password") == (400, "unsupported_grant_type")
    assert post(google, grant_type="refresh_token", refresh_token="x", **ours) == (400, "invalid_grant")
    assert post(google, grant_type="refresh_token", refresh_token="x") == (401, "invalid_client")
    assert post(google, grant_type=JWT_BEARER, assertion="x") == (400, "invalid_grant")


def test_a_code_is_for_the_address_that_it_was_sent_to(google: GoogleDouble) -> None:
    google.consent_as(DANA)
    asked = {"client_id": CLIENT_ID, "response_type": "code", "redirect_uri": BACK, "scope": READONLY}
    code = answer_of(browse(f"{google.url}/o/oauth2/v2/auth?{urlencode(asked)}"))["code"]
    ours = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "redirect_uri": "http://localhost/else"}
    assert post(google, grant_type="authorization_code", code=code, **ours) == (400, "redirect_uri_mismatch")


@pytest.mark.parametrize("change", [{"client_id": "other"}, {"response_type": "token"}, {"code_challenge": "x"}])
def test_what_the_consent_page_refuses(google: GoogleDouble, change: dict[str, str]) -> None:
    asked = {"client_id": CLIENT_ID, "response_type": "code", "redirect_uri": BACK, **change}
    assert browse(f"{google.url}/o/oauth2/v2/auth?{urlencode(asked)}") == ""


def test_an_assertion_that_another_key_signed_is_refused(google: GoogleDouble) -> None:
    key = google.add_service_account()
    google.grants.service_accounts[key["client_email"]] = replace(
        google.grants.service_accounts[key["client_email"]], public_key=_other_public_key()
    )
    with service(google, key, ANA, [CALENDAR]) as api, pytest.raises(RefreshError, match="Invalid JWT Signature"):
        api.calendars().get(calendarId="primary").execute()


def _other_public_key() -> str:
    public = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return public.public_bytes(serialization.Encoding.PEM, form).decode()


def test_a_token_that_is_unknown_cannot_be_revoked(google: GoogleDouble) -> None:
    http_ = httplib2.Http(timeout=10)
    response, _ = http_.request(f"{google.url}/revoke?token=unknown", "POST")
    http_.close()
    assert response.status == 400
