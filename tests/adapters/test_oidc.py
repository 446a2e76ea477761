"""Signing in at a provider of OpenID Connect, over a socket; whatever of its answer does not hold lets nobody in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from joserfc.jwk import OctKey, RSAKey

from app.adapters.oidc import OidcProvider
from app.domain.configuration.access import Identity
from app.errors import ConfigError, ReconnectError, UnavailableError
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider, provider_at

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BACK = "http://localhost/signed-in"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with provider_at(NOW.timestamp()) as running:
        yield running


def ours(provider: Provider, secret: str = CLIENT_SECRET) -> OidcProvider:
    return OidcProvider(provider.issuer, CLIENT_ID, secret, lambda: NOW)


def asked(url: str) -> dict[str, str]:
    """What the provider gives the browser to bring back."""
    answer = requests.get(url, allow_redirects=False, timeout=10)
    assert answer.headers["Location"].startswith(BACK)
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def signed_in(provider: Provider) -> Identity:
    us = ours(provider)
    url, begun = us.begin(BACK)
    return us.finish(begun, asked(url), BACK)


def test_somebody_with_a_verified_address_is_known(provider: Provider) -> None:
    provider.claims["email"] = "Dana@Example.com"
    assert signed_in(provider) == Identity("dana@example.com", "Dana")


def test_each_sign_in_has_words_of_its_own(provider: Provider) -> None:
    (url, first), (_, second) = (ours(provider).begin(BACK) for _ in range(2))
    assert len({first.state, first.nonce, first.verifier, second.state, second.nonce, second.verifier}) == 6
    assert first.verifier not in url


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"aud": "somebody-else"},
        {"aud": [CLIENT_ID, "somebody-else"], "azp": "somebody-else"},
        {"iss": "https://elsewhere.example.com"},
        {"exp": int(NOW.timestamp()) - 120},
        {"iat": int(NOW.timestamp()) + 3600},
        {"at_hash": "another"},
        {"email_verified": False},
        {"email_verified": "false"},
        {"email_verified": None},
        {"email": ""},
    ],
)
def test_an_id_token_that_does_not_hold_lets_nobody_in(provider: Provider, wrong: dict[str, Any]) -> None:
    provider.claims.update(wrong)
    with pytest.raises(ReconnectError, match="sign in again"):
        signed_in(provider)


def test_a_token_without_a_signature_lets_nobody_in(provider: Provider) -> None:
    provider.algorithm = "none"
    provider.metadata["id_token_signing_alg_values_supported"] = ["none", "RS256"]
    with pytest.raises(ReconnectError):
        signed_in(provider)


def test_a_secret_that_both_know_signs_nothing(provider: Provider) -> None:
    provider.algorithm = "HS256"
    provider.signed_by = OctKey.import_key(CLIENT_SECRET)
    with pytest.raises(ReconnectError):
        signed_in(provider)


def test_a_key_that_is_not_the_provider_s_lets_nobody_in(provider: Provider) -> None:
    provider.signed_by = RSAKey.generate_key(2048, {"kid": "first"})
    with pytest.raises(ReconnectError):
        signed_in(provider)


def test_new_keys_of_the_provider_are_taken_over(provider: Provider) -> None:
    us = ours(provider)
    for _ in range(2):
        url, begun = us.begin(BACK)
        provider.key = provider.signed_by = RSAKey.generate_key(2048, {"kid": "first"})
        assert us.finish(begun, asked(url), BACK).person == "dana@example.com"


def test_an_answer_belongs_to_the_sign_in_that_was_begun(provider: Provider) -> None:
    us = ours(provider)
    (_, begun), (url, _) = us.begin(BACK), us.begin(BACK)
    with pytest.raises(ReconnectError, match="belongs to no sign-in"):
        us.finish(begun, asked(url), BACK)
    with pytest.raises(ReconnectError, match="belongs to no sign-in"):
        us.finish(begun, {"code": "made up"}, BACK)


def test_a_replayed_answer_lets_nobody_in(provider: Provider) -> None:
    us = ours(provider)
    url, begun = us.begin(BACK)
    answer = asked(url)
    us.finish(begun, answer, BACK)
    with pytest.raises(ReconnectError, match="invalid_grant"):
        us.finish(begun, answer, BACK)


def test_a_stolen_code_is_worth_nothing_without_the_verifier(provider: Provider) -> None:
    us = ours(provider)
    (url, _), (_, thief) = us.begin(BACK), us.begin(BACK)
    stolen = asked(url)["code"]
    with pytest.raises(ReconnectError, match="invalid_grant"):
        us.finish(thief, {"code": stolen, "state": thief.state}, BACK)


def test_who_refuses_is_not_signed_in(provider: Provider) -> None:
    provider.refuses = "access_denied"
    with pytest.raises(ReconnectError, match="access_denied"):
        signed_in(provider)


def test_a_wrong_secret_is_said(provider: Provider) -> None:
    us = ours(provider, "wrong")
    url, begun = us.begin(BACK)
    with pytest.raises(ReconnectError, match="invalid_client"):
        us.finish(begun, asked(url), BACK)


@pytest.mark.parametrize("issuer", ["http://accounts.example.com", "accounts.example.com", ""])
def test_an_issuer_is_asked_over_https(issuer: str) -> None:
    with pytest.raises(ConfigError, match="https://"):
        OidcProvider(issuer, CLIENT_ID, CLIENT_SECRET, lambda: NOW)


def test_a_server_that_calls_itself_otherwise_is_refused(provider: Provider) -> None:
    provider.metadata["issuer"] = "https://elsewhere.example.com"
    with pytest.raises(ConfigError, match=r"elsewhere\.example\.com"):
        ours(provider).begin(BACK)


def test_a_provider_that_is_not_there_is_said() -> None:
    with provider_at(NOW.timestamp()) as gone:
        pass
    with pytest.raises(UnavailableError, match="does not answer"):
        ours(gone).begin(BACK)
