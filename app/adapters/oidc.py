"""Who somebody is, by a provider of OpenID Connect (Core 1.0 §3.1).

The code flow, with PKCE (RFC 7636), `state` and `nonce`.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from requests import RequestException

from app.domain.configuration.access import BegunSignIn, Identity, is_loopback
from app.errors import ConfigError, ReconnectError, UnavailableError

DISCOVERY = "/.well-known/openid-configuration"
SCOPE = "openid email profile"
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""What an ID token may be signed with: never `none`, and never a secret that we share with the provider."""
TIMEOUT_S = 10.0
LEEWAY_S = 60
"""Seconds by which the provider's clock may differ from ours."""
_AGAIN = "sign in again"


class OidcProvider:
    """One provider, known by its issuer. Its addresses and keys are fetched when they are needed first.

    Raises `ConfigError` for an issuer that is not an HTTPS address; HTTP is for one of this machine alone.
    """

    def __init__(self, issuer: str, client_id: str, client_secret: str, now: Callable[[], datetime]) -> None:
        host = urlsplit(issuer).hostname or ""
        if not issuer.startswith("https://") and not (host == "localhost" or is_loopback(host)):
            raise ConfigError(f"CLEARWEEK_OIDC_ISSUER {issuer} does not begin with https://")
        self._issuer = issuer
        self._client = (client_id, client_secret)
        self._now = now
        self._metadata: Mapping[str, Any] | None = None

    def begin(self, redirect_uri: str) -> tuple[str, BegunSignIn]:
        """Where to send the browser, and what to keep. Raises `UnavailableError` if the provider does not answer."""
        state, nonce, verifier = generate_token(32), generate_token(32), generate_token(64)
        with closing(self._session(redirect_uri)) as session:
            address = self._known(session)["authorization_endpoint"]
            url, _ = session.create_authorization_url(address, state, verifier, nonce=nonce)
        return url, BegunSignIn(state, nonce, verifier)

    def finish(self, begun: BegunSignIn, answer: Mapping[str, str], redirect_uri: str) -> Identity:
        """Who it is, by the query that the browser brought back.

        Raises `ReconnectError` if it is no answer to what was begun, was refused, or its ID token does not hold, and
        `UnavailableError` if the provider does not answer.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
            raise ReconnectError(f"this answer belongs to no sign-in that was begun here: {_AGAIN}")
        if "code" not in answer:
            raise ReconnectError(
                f"the provider did not say who you are ({answer.get('error', 'no code')[:80]}): {_AGAIN}"
            )
        with closing(self._session(redirect_uri)) as session:
            token = self._token(session, answer["code"], begun)
            return self._identity(token, self._keys(session), begun.nonce)

    def _session(self, redirect_uri: str) -> Any:
        client_id, secret = self._client
        return OAuth2Session(
            client_id,
            secret,
            scope=SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            default_timeout=TIMEOUT_S,
        )

    def _token(self, session: Any, code: str, begun: BegunSignIn) -> Mapping[str, Any]:
        address = self._known(session)["token_endpoint"]
        try:
            token: Mapping[str, Any] = session.fetch_token(address, code=code, code_verifier=begun.verifier)
        except OAuthError as error:
            raise ReconnectError(f"the provider does not accept this sign-in ({error.error}): {_AGAIN}") from None
        except (RequestException, ValueError):
            raise self._silent() from None
        return token

    def _known(self, session: Any) -> Mapping[str, Any]:
        """What the provider says of itself (Discovery 1.0 §4); it has to be the issuer that was asked."""
        if self._metadata is None:
            found = self._fetched(session, self._issuer.rstrip("/") + DISCOVERY)
            if found.get("issuer") != self._issuer:
                said = str(found.get("issuer"))[:200]
                raise ConfigError(f"CLEARWEEK_OIDC_ISSUER is {self._issuer}, but its server calls itself {said}")
            self._metadata = found
        return self._metadata

    def _keys(self, session: Any) -> KeySet:
        """The provider's keys, fetched each time: a sign-in is rare, and keys are exchanged."""
        return KeySet.import_key_set(self._fetched(session, self._known(session)["jwks_uri"]))

    def _fetched(self, session: Any, url: str) -> Any:
        try:
            answer = session.get(url, withhold_token=True)
            answer.raise_for_status()
            return answer.json()
        except (RequestException, ValueError):
            raise self._silent() from None

    def _silent(self) -> UnavailableError:
        return UnavailableError(f"{self._issuer} does not answer as it should, so that nobody can sign in: try later")

    def _identity(self, token: Mapping[str, Any], keys: KeySet, nonce: str) -> Identity:
        expected = {"iss": {"values": [self._issuer]}, "aud": {"values": [self._client[0]]}}
        params = {"nonce": nonce, "client_id": self._client[0], "access_token": token.get("access_token")}
        try:
            signed = jwt.decode(
                str(token.get("id_token", "")),
                keys,
                registry=JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False),
            )
            claims = CodeIDToken(signed.claims, signed.header, expected, params)
            claims.validate(now=int(self._now().timestamp()), leeway=LEEWAY_S)
        except (JoseError, ValueError) as error:
            raise ReconnectError(f"the provider's ID token does not hold ({_named(error)}): {_AGAIN}") from None
        return _person(claims)


def _person(claims: Mapping[str, Any]) -> Identity:
    email = str(claims.get("email") or "").strip().lower()
    if "@" not in email or claims.get("email_verified") is not True:
        raise ReconnectError("your address is not verified at the provider: verify it there, and sign in again")
    return Identity(email, str(claims.get("name") or email))


def _named(error: Exception) -> str:
    """What is wrong, in a word; the text of the error may quote the token."""
    return str(getattr(error, "error", type(error).__name__))
