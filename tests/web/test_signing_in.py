"""Signing in at the pages, with a real provider on a socket, and what a session opens."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app import wiring
from app.api.sessions import COOKIE, SESSION, Sessions
from app.api.visitors import Visitors
from app.domain.configuration.access import Identity
from app.errors import ConfigError
from app.wiring.signing_in import visitors as wired_visitors
from tests.oidc_provider import Provider
from tests.web.visiting import BEN, DANA, NOW, RUTH, at_provider, browser, sign_in, visitors_by


def test_who_is_known_has_a_session_and_lands_where_they_wanted_to(provider: Provider) -> None:
    at = browser(visitors_by(provider))
    answer = sign_in(at, provider, to="/proposals/1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/proposals/1")
    cookie = next(each for each in answer.headers.get_list("set-cookie") if each.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "secure" not in cookie.lower()
    assert f"Max-Age={int(SESSION.total_seconds())}" in cookie


def test_a_cookie_goes_by_https_only_where_the_service_is_reached_so(provider: Provider) -> None:
    at = browser(visitors_by(provider, base_url="https://plans.example.com"), base="https://plans.example.com")
    cookies = [*at.get("/sign-in/begin").headers.get_list("set-cookie")]
    cookies += [each for each in sign_in(at, provider).headers.get_list("set-cookie") if '=""' not in each]
    assert len(cookies) == 2
    assert all("Secure" in cookie for cookie in cookies)


def test_who_has_no_calendar_here_is_not_let_in(provider: Provider) -> None:
    at = browser(visitors_by(provider))
    answer = sign_in(at, provider, "stranger@example.com")
    assert answer.status_code == 403
    assert "no calendar of yours is connected here" in answer.text
    assert COOKIE not in at.cookies


def test_an_admin_needs_no_calendar(provider: Provider) -> None:
    assert sign_in(browser(visitors_by(provider)), provider, RUTH).status_code == 303


def test_an_answer_is_good_once_and_at_the_browser_that_asked(provider: Provider) -> None:
    at, elsewhere = (browser(visitors_by(provider)) for _ in range(2))
    back = at_provider(at.get("/sign-in/begin").headers["Location"])
    assert elsewhere.get(back).status_code == 403
    assert at.get(back).status_code == 303
    assert at.get(back).status_code == 403


def test_a_replayed_state_lets_nobody_in(provider: Provider) -> None:
    at = browser(visitors_by(provider))
    begun = at.get("/sign-in/begin")
    kept = at.cookies["clearweek_sign_in"]
    back = at_provider(begun.headers["Location"])
    at.get(back)
    at.cookies.clear()
    answer = at.get(back, headers={"cookie": f"clearweek_sign_in={kept}"})
    assert answer.status_code == 422
    assert COOKIE not in at.cookies


@pytest.mark.parametrize(
    "wrong", [{"nonce": "another"}, {"aud": "somebody-else"}, {"exp": 1}, {"email_verified": False}]
)
def test_an_id_token_that_does_not_hold_is_said_in_a_page(provider: Provider, wrong: dict[str, object]) -> None:
    at = browser(visitors_by(provider))
    provider.claims.update(wrong)
    answer = sign_in(at, provider)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert COOKIE not in at.cookies


def test_a_provider_that_is_away_is_said_in_a_page(provider: Provider) -> None:
    provider.metadata["token_endpoint"] = "http://127.0.0.1:9/token"
    answer = sign_in(browser(visitors_by(provider)), provider)
    assert answer.status_code == 503
    assert "does not answer" in answer.text


@pytest.mark.parametrize(
    "to", ["//evil.example.com", "https://evil.example.com", "/\\evil.example.com", "javascript:x", "/a\nb"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(provider: Provider, to: str) -> None:
    assert sign_in(browser(visitors_by(provider)), provider, to=to).headers["location"] == "/"


def test_where_the_browser_comes_back_to_is_not_what_a_stranger_says(provider: Provider) -> None:
    away = browser(visitors_by(provider), base="http://evil.example.com").get("/sign-in/begin")
    assert away.status_code == 403
    assert "CLEARWEEK_BASE_URL" in away.text
    at = browser(visitors_by(provider, base_url="https://plans.example.com/"), base="http://evil.example.com")
    assert (
        "redirect_uri=https%3A%2F%2Fplans.example.com%2Fsign-in%2Fdone" in at.get("/sign-in/begin").headers["location"]
    )


def test_a_session_opens_the_api_and_says_who_asks(provider: Provider) -> None:
    at = browser(visitors_by(provider), peer="192.0.2.7")
    missing = "/v1/plans/" + "0" * 32
    assert at.get(missing).status_code == 401
    sign_in(at, provider)
    assert at.get(missing).status_code == 404
    assert at.get("/v1/calendars").status_code == 403
    sign_in(at, provider, RUTH)
    assert at.get("/v1/calendars").status_code == 200


def test_what_changes_something_needs_the_token_of_the_session(provider: Provider) -> None:
    visitors = visitors_by(provider)
    at = browser(visitors)
    sign_in(at, provider)
    missing = "/v1/plans/" + "0" * 32
    session = visitors.sessions.read(at.cookies[COOKIE], NOW)
    other, _ = visitors.sessions.begin(Identity(BEN, "Ben"), NOW)
    assert session
    assert at.delete(missing).status_code == 403
    assert at.delete(missing, headers={"x-csrf-token": visitors.sessions.csrf(other)}).status_code == 403
    assert at.delete(missing, headers={"x-csrf-token": visitors.sessions.csrf(session)}).status_code == 404


def test_a_session_that_is_over_opens_nothing(provider: Provider) -> None:
    visitors = visitors_by(provider)
    _, cookie = visitors.sessions.begin(Identity(DANA, "Dana"), NOW - SESSION - timedelta(seconds=1))
    at = browser(visitors)
    at.cookies.set(COOKIE, cookie)
    assert at.get("/v1/plans/" + "0" * 32).status_code == 401


def test_where_people_sign_in_this_machine_is_nobody_in_particular(provider: Provider) -> None:
    assert browser(visitors_by(provider)).get("/v1/plans/" + "0" * 32).status_code == 401


def test_a_session_of_nobody_opens_nothing_where_people_sign_in(provider: Provider) -> None:
    visitors = visitors_by(provider)
    _, cookie = visitors.sessions.begin(None, NOW)
    at = browser(visitors)
    at.cookies.set(COOKIE, cookie)
    assert at.get("/v1/plans/" + "0" * 32).status_code == 401


def test_without_keys_nobody_signs_in_and_the_page_says_so() -> None:
    at = browser(Visitors(closed="nobody can sign in yet: set CLEARWEEK_SECRET_KEYS"))
    page = at.get("/sign-in")
    assert "CLEARWEEK_SECRET_KEYS" in page.text
    assert "/sign-in/begin" not in page.text
    assert at.get("/sign-in/begin").status_code == 404


def settings(tmp_path: Path, **more: object) -> wiring.Settings:
    given = {
        "database_url": f"sqlite:///{tmp_path / 'clearweek.sqlite'}",
        "oidc_issuer": "https://id.example.com",
        **more,
    }
    return wiring.Settings.model_validate(given)


CLIENT = {"oidc_client_id": "clearweek", "oidc_client_secret": "secret"}


def test_the_environment_says_who_signs_in_where(tmp_path: Path) -> None:
    given = settings(
        tmp_path, **CLIENT, secret_keys="new,old", admins="Ruth@example.com, ", base_url="https://c.example.com"
    )
    made = wired_visitors(given, wiring.prepared(given))
    assert made.provider
    assert made.admins == frozenset({RUTH})
    assert (made.base_url, made.closed) == ("https://c.example.com", None)
    assert made.may_come(RUTH)
    assert not made.may_come(DANA)
    _, cookie = Sessions(["old"]).begin(Identity(RUTH, "Ruth"), NOW)
    assert made.sessions.read(cookie, NOW)


@pytest.mark.parametrize(
    ("given", "wanted"), [(CLIENT, "CLEARWEEK_SECRET_KEYS"), ({"secret_keys": "k"}, "CLEARWEEK_OIDC_CLIENT_ID")]
)
def test_half_a_set_up_closes_the_door_and_says_what_is_missing(
    tmp_path: Path, given: dict[str, str], wanted: str
) -> None:
    half = settings(tmp_path, **given)
    made = wired_visitors(half, wiring.prepared(half))
    assert made.sign_in
    assert made.closed
    assert wanted in made.closed
    assert made.provider is None


def test_others_are_served_once_they_have_to_sign_in(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="signing in"):
        wiring.check_start("192.0.2.7", settings(tmp_path, oidc_issuer=None))
    wiring.check_start("192.0.2.7", settings(tmp_path, **CLIENT, secret_keys="k"))


def test_pages_are_closed_to_whatever_is_not_their_own(provider: Provider) -> None:
    headers = browser(visitors_by(provider)).get("/sign-in").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in policy
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_what_scripts_and_styles_there_are_is_kept_by_browsers(provider: Provider) -> None:
    at = browser(visitors_by(provider))
    page = at.get("/sign-in").text
    for name in ("plan.css", "pages.css", "pages.js", "htmx.min.js"):
        address = next(part for part in page.split('"') if part.startswith(f"/static/{name}?v="))
        answer = at.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert at.get("/static/../main.py").status_code == 404
    assert at.get("/static/passwd").status_code == 404
