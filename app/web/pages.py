"""A page as an answer: filled in, and closed to whatever is not its own."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.api.access import is_local
from app.api.parts import parts_of
from app.api.problems import NOT_FOUND, ProblemError
from app.api.sessions import COOKIE, SESSION
from app.render.plans.html import templates
from app.web.visits import Visit

# The week's grid places what is in it by style attributes, which can name numbers only; style sheets are our own.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
STATIC = {
    "plan.css": ("render/plan.css", "text/css"),
    "pages.css": ("web/static/pages.css", "text/css"),
    "pages.js": ("web/static/pages.js", "text/javascript"),
    "htmx.min.js": ("web/static/htmx.min.js", "text/javascript"),
}
_LONG = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


def page(request: Request, template: str, visit: Visit | None, status: int = 200, **values: Any) -> Response:
    """A filled template; what somebody else wrote is escaped in it."""
    text = (
        templates("web/templates")
        .get_template(template)
        .render(visit=visit, asset=asset, sign_in=parts_of(request).visitors.sign_in, **values)
    )
    answer = HTMLResponse(text, status, HEADERS)
    if visit and visit.cookie:
        set_cookie(request, answer, COOKIE, visit.cookie, int(SESSION.total_seconds()))
    return answer


def see(path: str) -> Response:
    """Send the browser on to a page, after something was done (RFC 9110 §15.4.4)."""
    return RedirectResponse(path, 303, HEADERS)


def set_cookie(request: Request, answer: Response, name: str, value: str, seconds: int) -> None:
    """Leave a cookie that no script reads, and no page of elsewhere sends."""
    answer.set_cookie(name, value, seconds, secure=is_secure(request), httponly=True, samesite="lax")


def is_secure(request: Request) -> bool:
    """Whether the browser reaches the service by HTTPS; one of this machine itself need not."""
    base = parts_of(request).visitors.base_url or str(request.base_url)
    return base.startswith("https://") and not (is_local(request) and request.url.scheme == "http")


def asset(name: str) -> str:
    """The address of a static file, which changes with it."""
    return f"/static/{name}?v={sha256(_content(name)).hexdigest()[:12]}"


@cache
def _content(name: str) -> bytes:
    return Path(str(files("app") / STATIC[name][0])).read_bytes()


@router.get("/static/{name}")
def static(name: str) -> Response:
    """Style sheets and scripts; the same for everyone."""
    if name not in STATIC:
        raise ProblemError(NOT_FOUND, "there is no such file")
    return Response(_content(name), headers={"Cache-Control": _LONG}, media_type=STATIC[name][1])
