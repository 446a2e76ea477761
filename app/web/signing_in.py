"""Signing in and out."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.access import is_loopback_name
from app.api.parts import parts_of
from app.api.problems import FORBIDDEN, NOT_FOUND, ProblemError
from app.api.sessions import COOKIE, SESSION, SIGN_IN
from app.api.visitors import IdentityProvider, Visitors
from app.web.pages import page, see, set_cookie
from app.web.visits import DeedDep

BEGUN = "clearweek_sign_in"
PAGE, BEGIN, DONE, OUT = "/sign-in", "/sign-in/begin", "/sign-in/done", "/sign-out"
_PATH = re.compile(r"/(?![/\\])[\w/.~%?=&-]{0,300}")
"""An address of ours; one that begins with two slashes leads elsewhere."""

router = APIRouter(include_in_schema=False)


@router.get(PAGE)
def sign_in(request: Request, to: str = "/") -> Response:
    """The page that says how to sign in, or why nobody can."""
    visitors = parts_of(request).visitors
    if not visitors.sign_in:
        return see("/")
    return page(request, "sign_in.html.j2", None, closed=visitors.closed, begin=BEGIN, to=_landing(to))


@router.get(BEGIN)
def begin(request: Request, to: str = "/") -> Response:
    """Send the browser to the provider; nothing is kept of it but in its own cookie."""
    parts = parts_of(request)
    url, begun = _provider(parts.visitors).begin(_redirect_uri(request))
    answer = see(url)
    kept = parts.visitors.sessions.keep(begun, _landing(to), parts.now())
    set_cookie(request, answer, BEGUN, kept, int(SIGN_IN.total_seconds()))
    return answer


@router.get(DONE)
def done(request: Request) -> Response:
    """Where the browser comes back to: whoever is known here has a session from now on."""
    parts = parts_of(request)
    visitors, now = parts.visitors, parts.now()
    kept = visitors.sessions.kept(request.cookies.get(BEGUN, ""), now)
    if kept is None:
        raise ProblemError(FORBIDDEN, "no sign-in was begun at this browser, or too long ago: sign in again")
    begun, landing = kept
    identity = _provider(visitors).finish(begun, dict(request.query_params), _redirect_uri(request))
    if not visitors.may_come(identity.person):
        text = "no calendar of yours is connected here; ask whoever runs this service to connect it"
        raise ProblemError(FORBIDDEN, f"{identity.person}: {text}")
    answer = see(landing)
    _, cookie = visitors.sessions.begin(identity, now)
    set_cookie(request, answer, COOKIE, cookie, int(SESSION.total_seconds()))
    answer.delete_cookie(BEGUN)
    return answer


@router.post(OUT)
def sign_out(_deed: DeedDep) -> Response:
    """Forget the session at this browser."""
    answer = see(PAGE)
    answer.delete_cookie(COOKIE)
    return answer


def _provider(visitors: Visitors) -> IdentityProvider:
    if visitors.provider is None:
        raise ProblemError(NOT_FOUND, visitors.closed or "nobody has to sign in here")
    return visitors.provider


def _redirect_uri(request: Request) -> str:
    """Where the provider sends the browser back to; only of this machine is what the browser itself says believed."""
    base = parts_of(request).visitors.base_url
    if base is None and is_loopback_name(request.headers.get("host", "")):
        base = str(request.base_url)
    if base is None:
        raise ProblemError(FORBIDDEN, "nobody can sign in yet: set CLEARWEEK_BASE_URL to the address of this service")
    return base.rstrip("/") + DONE


def _landing(to: str) -> str:
    return to if _PATH.fullmatch(to) else "/"
