"""Signing in at Google: by a browser on this machine (`sign_in`), or by one anywhere (`begin`, then `finish`).

OAuth 2.0 for installed and for web applications (RFC 6749, RFC 8252), with PKCE (RFC 7636) and a `state`. What comes of
it is the secret of a connection, as `credentials_of` reads it.
"""

from __future__ import annotations

import hmac
import json
import threading
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from google_auth_oauthlib.flow import Flow
from oauthlib.oauth2 import OAuth2Error
from oauthlib.oauth2.rfc6749.utils import is_secure_transport
from requests import RequestException

from app.adapters.google.credentials import SCOPES
from app.errors import ConfigError, ReconnectError, UnavailableError

SIGN_IN_TIMEOUT_S = 300.0
"""Seconds that `sign_in` waits for the browser."""
_SEEN = b"Clearweek has what it needs. You may close this window.\n"
_OPTIONS = {"access_type": "offline", "prompt": "consent", "include_granted_scopes": "false"}
"""A refresh token, each time, and for nothing but what is asked for now."""


@dataclass(frozen=True)
class Begun:
    """A sign-in that has begun: where to send the browser, and what to keep, secretly, until it comes back."""

    url: str
    state: str
    verifier: str


def client_of(file: Path | None) -> Mapping[str, Any]:
    """The client file that Google Cloud gives for an OAuth client. Raises `ConfigError` if it cannot be used."""
    if file is None:
        raise ConfigError("signing in at Google needs a client: set CLEARWEEK_GOOGLE_CLIENT_FILE to its JSON file")
    try:
        client: Mapping[str, Any] = json.loads(file.read_bytes())
        kind = client.get("web") or client["installed"]
        complete = all(isinstance(kind[name], str) for name in ("client_id", "client_secret", "auth_uri", "token_uri"))
    except OSError as error:
        raise ConfigError(f"{file}: the client file for Google cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        complete = False
    if not complete:
        raise ConfigError(f"{file}: is no client file of Google's (JSON, OAuth client of type web or desktop)")
    for name in ("auth_uri", "token_uri"):
        if not is_secure_transport(kind[name]):  # RFC 6749 §3.1 and §3.2
            raise ConfigError(f"{file}: {name} does not begin with https://; get the client file from Google again")
    return client


def begin(client: Mapping[str, Any], redirect_uri: str, account: str, scopes: Sequence[str] = SCOPES) -> Begun:
    """Begin a sign-in; `account` is proposed to whoever sits at the browser."""
    flow = Flow.from_client_config(client, list(scopes), redirect_uri=redirect_uri)
    url, state = flow.authorization_url(login_hint=account, **_OPTIONS)
    return Begun(url, state, flow.code_verifier)


def finish(
    client: Mapping[str, Any],
    redirect_uri: str,
    begun: Begun,
    answer: Mapping[str, str],
    scopes: Sequence[str] = SCOPES,
) -> bytes:
    """End a sign-in with the query that the browser brought back; the secret of the connection.

    Raises `ReconnectError` if it is not the answer to what was begun, was refused, or does not allow all that is
    needed, and `UnavailableError` if Google cannot be reached.
    """
    if not hmac.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
        raise ReconnectError("this answer from Google belongs to no sign-in that was begun here; begin again")
    if "code" not in answer:
        why = answer.get("error", "no code")
        raise ReconnectError(f"Google was not allowed to let Clearweek read calendars ({why[:80]}); begin again")
    # Without scopes here, a grant of fewer is an answer, and not an exception with the token in it.
    flow = Flow.from_client_config(client, None, redirect_uri=redirect_uri, code_verifier=begun.verifier)
    try:
        granted = flow.fetch_token(code=answer["code"]).get("scope", [])
    except OAuth2Error as error:
        raise ReconnectError(f"Google does not accept this sign-in ({error.error}); begin again") from None
    except RequestException:
        raise UnavailableError("Google cannot be reached to end the sign-in; begin again later") from None
    return _secret(flow, granted if isinstance(granted, list) else granted.split(), scopes)


def sign_in(
    client: Mapping[str, Any],
    account: str,
    show: Callable[[str], object] = webbrowser.open,
    scopes: Sequence[str] = SCOPES,
    *,
    timeout_s: float = SIGN_IN_TIMEOUT_S,
) -> bytes:
    """Sign in with a browser on this machine, which comes back to a port of the loopback (RFC 8252 §7.3).

    `show` is given the URL to open. Raises as `finish` does, and `ReconnectError` too if nobody comes back in time.
    """
    landing = _Landing()
    with make_server("127.0.0.1", 0, landing, _Server, _Quiet) as server:
        redirect_uri = f"http://127.0.0.1:{server.server_port}/"
        begun = begin(client, redirect_uri, account, scopes)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        show(begun.url)
        came_back = landing.arrived.wait(timeout_s)
        server.shutdown()
    if not came_back:
        raise ReconnectError(f"nobody signed in at Google within {timeout_s:g} s; begin again")
    return finish(client, redirect_uri, begun, landing.answer, scopes)


def _secret(flow: Any, granted: Sequence[str], scopes: Sequence[str]) -> bytes:
    missing = sorted(scope.rpartition("/")[2] for scope in set(scopes) - set(granted))
    if missing:
        raise ReconnectError(f"Google was not allowed to give {', '.join(missing)}; begin again and tick all boxes")
    said = json.loads(flow.credentials.to_json())
    if "refresh_token" not in said:
        raise ReconnectError("Google gave no lasting login; remove Clearweek at myaccount.google.com, and begin again")
    return json.dumps({"type": "authorized_user", **said, "scopes": sorted(granted)}).encode()


class _Landing:
    """The page that the browser comes back to; what else asks, such as for an icon, is not what is waited for."""

    def __init__(self) -> None:
        self.answer: dict[str, str] = {}
        self.arrived = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        query = {name: values[-1] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        is_answer = "state" in query
        start_response("200 OK" if is_answer else "404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
        if is_answer and not self.arrived.is_set():
            self.answer = query
            self.arrived.set()
        return [_SEEN] if is_answer else []


class _Server(ThreadingMixIn, WSGIServer):
    """A browser may open connections in advance and leave them idle."""

    daemon_threads = True
    block_on_close = False


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the request has the code in it."""
