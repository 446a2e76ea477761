"""A provider of OpenID Connect on a socket of this machine, that can be made to answer wrongly."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "clearweek", "a secret of this test alone"


class Provider:
    """Signs in `claims["email"]` without asking; `claims` are laid over those of every ID token."""

    def __init__(self, issuer: str, now: float) -> None:
        self.issuer = issuer
        self.now = now
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self.signed_by: RSAKey | OctKey = self.key
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {"email": "dana@example.com", "email_verified": True, "name": "Dana"}
        self.refuses = ""
        self.metadata: dict[str, Any] = {}
        self._asked: dict[str, dict[str, str]] = {}

    def get(self, path: str, query: dict[str, str]) -> tuple[int, dict[str, str], Any]:
        """Answer a GET: discovery, keys, or the page that asks who somebody is."""
        if path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
            known = {name: self.issuer + at for name, at in names.items()}
            return 200, {}, {"issuer": self.issuer, **known, **self.metadata}
        if path == "/keys":
            return 200, {}, {"keys": [self.key.as_dict(private=False)]}
        assert path == "/authorize"
        return 302, {"Location": f"{query['redirect_uri']}?{urlencode(self._said(query))}"}, {}

    def _said(self, query: dict[str, str]) -> dict[str, str]:
        assert (query["client_id"], query["response_type"], query["code_challenge_method"]) == (
            CLIENT_ID,
            "code",
            "S256",
        )
        assert "openid" in query["scope"].split()
        if self.refuses:
            return {"state": query["state"], "error": self.refuses}
        code = token_urlsafe(16)
        self._asked[code] = query
        return {"state": query["state"], "code": code}

    def post(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, str], Any]:
        """Answer a request for a token: each code is good for one (RFC 6749 §4.1.2)."""
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = self._asked.pop(form.get("code", ""), None)
        if authorization != f"Basic {expected}":
            return 401, {}, {"error": "invalid_client"}
        if asked is None or asked["redirect_uri"] != form["redirect_uri"]:
            return 400, {}, {"error": "invalid_grant"}
        digest = sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {}, {"error": "invalid_grant"}
        token = {"access_token": token_urlsafe(8), "token_type": "Bearer", "id_token": self._id_token(asked["nonce"])}
        return 200, {}, token

    def _id_token(self, nonce: str) -> str:
        times = {"iat": int(self.now), "exp": int(self.now) + 300}
        claims = {"iss": self.issuer, "sub": "1", "aud": CLIENT_ID, "nonce": nonce, **times, **self.claims}
        if self.algorithm == "none":
            parts = ({"alg": "none", "kid": "first"}, claims)
            return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts) + "."
        header = {"alg": self.algorithm, "kid": "first"}
        return jwt.encode(header, claims, self.signed_by, algorithms=[self.algorithm])


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        self._answer(*self.provider.get(asked.path, dict(parse_qsl(asked.query))))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._answer(*self.provider.post(form, self.headers.get("authorization", "")))

    def _answer(self, status: int, headers: dict[str, str], value: Any) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, said in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
            self.send_header(name, said)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def provider_at(now: float) -> Iterator[Provider]:
    """A provider whose clock stands still."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        provider = Provider(f"http://127.0.0.1:{server.server_port}", now)
        server.RequestHandlerClass = type("Handler", (_Handler,), {"provider": provider})
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield provider
        server.shutdown()
        thread.join()
