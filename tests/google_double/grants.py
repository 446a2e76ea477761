"""OAuth: consent, tokens, their end (RFC 6749, RFC 7636, RFC 7523; Google's guides for web and server applications)."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlencode

from google.auth import jwt
from google.auth.exceptions import GoogleAuthError

from tests.google_double.errors import ApiError, Json, OauthError
from tests.google_double.messages import Answer, Request

CLIENT_ID = "clearweek-test.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-test"
LIFETIME_S = 3599
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_NO_GRANT = "Token has been expired or revoked."


@dataclass(frozen=True)
class Grant:
    """What somebody allowed."""

    user: str
    scopes: frozenset[str]


@dataclass(frozen=True)
class _Code:
    grant: Grant
    redirect_uri: str
    challenge: str | None
    offline: bool


@dataclass(frozen=True)
class ServiceAccount:
    """An account with domain-wide delegation: which scopes an administrator allowed it."""

    email: str
    public_key: str
    scopes: frozenset[str]


@dataclass
class Grants:
    """All codes and tokens; `consenting` is who sits at the consent page, None if they refuse."""

    users: Collection[str]
    consenting: str | None = None
    granted_scopes: frozenset[str] | None = None
    service_accounts: dict[str, ServiceAccount] = field(default_factory=dict)
    _codes: dict[str, _Code] = field(default_factory=dict)
    _access: dict[str, Grant] = field(default_factory=dict)
    _refresh: dict[str, Grant] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def of(self, token: str | None) -> Grant:
        """What a bearer token allows; 401 if it is unknown, expired or revoked."""
        with self._lock:
            grant = self._access.get(token or "")
        if grant is None:
            raise ApiError("authError")
        return grant

    def access_token(self, grant: Grant) -> str:
        """A new access token."""
        token = f"ya29.{secrets.token_urlsafe(16)}"
        with self._lock:
            self._access[token] = grant
        return token

    def refresh_token(self, grant: Grant) -> str:
        """A new refresh token."""
        token = f"1//{secrets.token_urlsafe(16)}"
        with self._lock:
            self._refresh[token] = grant
        return token

    def expire_access(self, user: str | None = None) -> None:
        """Access tokens (of one user, or all) are over; refreshing helps."""
        with self._lock:
            self._access = {token: grant for token, grant in self._access.items() if user not in (None, grant.user)}

    def end(self, user: str) -> None:
        """A user's tokens are over: withdrawn, or too old."""
        with self._lock:
            self.expire_access(user)
            self._refresh = {token: grant for token, grant in self._refresh.items() if grant.user != user}

    # The endpoints.

    def consent(self, request: Request) -> Answer:
        """Send the browser back with a code, or with what was refused."""
        query = {name: values[-1] for name, values in request.query.items()}
        if query.get("client_id") != CLIENT_ID or query.get("response_type") != "code" or "redirect_uri" not in query:
            return Answer(400, b"invalid_request")
        if query.get("code_challenge") and query.get("code_challenge_method") != "S256":
            return Answer(400, b"invalid_request")
        back = {"error": "access_denied"} if self.consenting is None else self._given(query, self.consenting)
        if "state" in query:
            back["state"] = query["state"]
        joint = "&" if "?" in query["redirect_uri"] else "?"
        return Answer(302, b"", {"Location": query["redirect_uri"] + joint + urlencode(back)})

    def _given(self, query: dict[str, str], user: str) -> dict[str, str]:
        asked = frozenset(query.get("scope", "").split())
        scopes = asked if self.granted_scopes is None else asked & self.granted_scopes
        code = f"4/{secrets.token_urlsafe(16)}"
        offline = query.get("access_type") == "offline"
        with self._lock:
            self._codes[code] = _Code(Grant(user, scopes), query["redirect_uri"], query.get("code_challenge"), offline)
        return {"code": code, "scope": " ".join(sorted(scopes))}

    def token(self, request: Request) -> Answer:
        """A code, a refresh token or an assertion for an access token."""
        form = request.form()
        kinds = {"authorization_code": self._by_code, "refresh_token": self._by_refresh, JWT_BEARER: self._by_assertion}
        by = kinds.get(form.get("grant_type", ""))
        if by is None:
            raise OauthError("unsupported_grant_type", "Invalid grant_type: " + form.get("grant_type", ""))
        return Answer.of(by(form, request))

    def _by_code(self, form: dict[str, str], request: Request) -> Json:
        _check_client(form, request)
        with self._lock:
            code = self._codes.pop(form.get("code", ""), None)
        if code is None:
            raise OauthError("invalid_grant", "Malformed auth code.")
        if code.redirect_uri != form.get("redirect_uri"):
            raise OauthError("redirect_uri_mismatch", "Bad Request")
        if code.challenge is not None and _challenge(form.get("code_verifier", "")) != code.challenge:
            raise OauthError("invalid_grant", "Invalid code verifier.")
        refresh = {"refresh_token": self.refresh_token(code.grant)} if code.offline else {}
        return self._tokens(code.grant) | refresh

    def _by_refresh(self, form: dict[str, str], request: Request) -> Json:
        _check_client(form, request)
        with self._lock:
            grant = self._refresh.get(form.get("refresh_token", ""))
        if grant is None:
            raise OauthError("invalid_grant", _NO_GRANT)
        return self._tokens(grant)

    def _by_assertion(self, form: dict[str, str], _request: Request) -> Json:
        assertion = form.get("assertion", "")
        account = self.service_accounts.get(_unverified(assertion).get("iss", ""))
        if account is None:
            raise OauthError("invalid_grant", "Invalid grant: account not found")
        try:
            claims = dict(jwt.decode(assertion, certs=account.public_key))  # type: ignore[no-untyped-call]
        except (ValueError, GoogleAuthError):
            raise OauthError("invalid_grant", "Invalid JWT Signature.") from None
        return self._tokens(self._delegated(account, claims))

    def _delegated(self, account: ServiceAccount, claims: Json) -> Grant:
        scopes = frozenset(str(claims.get("scope", "")).split())
        subject = claims.get("sub", account.email)
        if subject != account.email and not scopes <= account.scopes:
            text = "Client is unauthorized to retrieve access tokens using this method, or client not authorized"
            raise OauthError("unauthorized_client", f"{text} for any of the scopes requested.", 401)
        if subject != account.email and subject not in self.users:
            raise OauthError("invalid_grant", "Invalid email or User ID")
        return Grant(subject, scopes)

    def _tokens(self, grant: Grant) -> Json:
        return {
            "access_token": self.access_token(grant),
            "expires_in": LIFETIME_S,
            "scope": " ".join(sorted(grant.scopes)),
            "token_type": "Bearer",
        }

    def revoke(self, request: Request) -> Answer:
        """End a token and what belongs to it."""
        token = request.form().get("token") or request.query.get("token", [""])[-1]
        with self._lock:
            grant = self._refresh.get(token) or self._access.get(token)
        if grant is None:
            raise OauthError("invalid_token", "Token expired or revoked")
        self.end(grant.user)
        return Answer.of({})


def _check_client(form: dict[str, str], request: Request) -> None:
    given = (form.get("client_id"), form.get("client_secret"))
    basic = request.headers.get("authorization", "")
    if basic.startswith("Basic "):
        name, _, secret = base64.b64decode(basic.removeprefix("Basic ")).decode().partition(":")
        given = (name, secret)
    if given != (CLIENT_ID, CLIENT_SECRET):
        raise OauthError("invalid_client", "The OAuth client was not found.", 401)


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _unverified(assertion: str) -> Json:
    try:
        claims: Json = json.loads(base64.urlsafe_b64decode(assertion.split(".")[1] + "=="))
    except (IndexError, ValueError):
        raise OauthError("invalid_grant", "Invalid JWT") from None
    return claims
