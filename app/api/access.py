"""Who may ask for what: below `/v1` a key of the API, or somebody who is signed in at a browser.

As long as there is no key, and nobody has to sign in, it is this machine itself.
"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Asked

from app.api.addresses import CALLBACK
from app.api.parts import ApiParts
from app.api.problems import FORBIDDEN, UNAUTHORIZED, ProblemError
from app.api.sessions import CSRF_HEADER
from app.domain.configuration.access import EVERYTHING, LOCAL, Caller, Scope, caller_of, is_loopback, opens

GUARDED = "/v1"
NO_STORE = {"Cache-Control": "no-store"}
"""The header of an answer that is for whoever asked, and for no cache on the way."""
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
"""What a proxy adds: who came through one is not this machine, whatever these say."""
_SCHEME = HTTPBearer(
    scheme_name="key",
    description="A key of the API, made by `clearweek keys create NAME --scope plan`. As long as none was ever made, "
    "the service answers its own machine without one, and nobody else.",
    auto_error=False,
)


class Door:
    """Lets a request below `/v1` in before its body is read.

    It notes what the request may do in `request.state.scopes`, and who asks in `request.state.caller`.
    """

    def __init__(self, app: ASGIApp, parts: ApiParts) -> None:
        self._app = app
        self._parts = parts

    async def __call__(self, scope: Asked, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http" and _is_guarded(scope["path"]):
            request = Request(scope)
            request.state.scopes, request.state.caller = await run_in_threadpool(self._who, request)
        await self._app(scope, receive, send)

    def _who(self, request: Request) -> tuple[frozenset[Scope], Caller]:
        """What the request may do, and who asks. Raises `ProblemError` if it may not come in."""
        if "authorization" in request.headers:
            return self._of_key(request)
        return self._of_session(request) or self._of_machine(request)

    def _of_session(self, request: Request) -> tuple[frozenset[Scope], Caller] | None:
        """Whoever is signed in; for a page of elsewhere, a browser sends the cookie, but not the token."""
        visitors = self._parts.visitors
        session = visitors.session_of(request, self._parts.now())
        if session is None or session.person is None:
            return None
        if not visitors.is_meant(request, session):
            raise ProblemError(FORBIDDEN, f"say that a page of this service sends it: {CSRF_HEADER} with its token")
        return visitors.scopes(session), visitors.caller(session)

    def _of_key(self, request: Request) -> tuple[frozenset[Scope], Caller]:
        scheme, text = get_authorization_scheme_param(request.headers["authorization"])
        found = self._parts.keys.find(text, self._parts.now()) if scheme.lower() == "bearer" else None
        if found is None:
            raise _unauthorized("this is no key of this service, or it is revoked", ', error="invalid_token"')
        return found.scopes, caller_of(found)

    def _of_machine(self, request: Request) -> tuple[frozenset[Scope], Caller]:
        if self._parts.visitors.sign_in or self._parts.keys.exist():
            raise _unauthorized("say who asks: Authorization: Bearer with a key from `clearweek keys create`")
        if not is_local(request):
            raise _unauthorized(
                "no key was made yet, and without one only this machine itself is answered, at 127.0.0.1 or localhost: "
                "run `clearweek keys create` where the service runs"
            )
        return EVERYTHING, LOCAL


def _is_guarded(path: str) -> bool:
    return (path + "/").startswith(GUARDED + "/") and path != CALLBACK


def lacking(scope: Scope) -> dict[str, str]:
    """The header of a 403 that names the scope which would open it (RFC 6750 §3.1)."""
    return {"WWW-Authenticate": f'Bearer realm="clearweek", error="insufficient_scope", scope="{scope}"'}


def needs(scope: Scope) -> Any:
    """The dependency of a route that a scope opens."""

    def check(
        request: Request,
        _shown: Annotated[HTTPAuthorizationCredentials | None, Security(_SCHEME)],
    ) -> None:
        if not opens(request.state.scopes, scope):
            text = f"the key does not open this; make one with `clearweek keys create NAME --scope {scope}`"
            raise ProblemError(FORBIDDEN, text, headers=lacking(scope))

    return Security(check, scopes=[scope.value])


def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


CallerDep = Annotated[Caller, Depends(_caller)]
"""Who asks, below `/v1`."""


def _unauthorized(text: str, error: str = "") -> ProblemError:
    """The refusal of somebody unknown, with its challenge (RFC 6750 §3)."""
    return ProblemError(UNAUTHORIZED, text, headers={"WWW-Authenticate": f'Bearer realm="clearweek"{error}'})


def is_local(request: Request) -> bool:
    """Whether a program of this machine asks, and no page of elsewhere that a browser here shows."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    named = [request.headers.get("host", "")]
    if "origin" in request.headers:
        named.append(urlsplit(request.headers["origin"]).netloc)
    return is_loopback(request.client.host) and all(is_loopback_name(name) for name in named)


def is_loopback_name(netloc: str) -> bool:
    """Whether a host, with or without a port, is a name of this machine alone."""
    try:
        host = urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return False
    return host == "localhost" or is_loopback(host)
