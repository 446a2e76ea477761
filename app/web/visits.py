"""Who looks at a page, and whether a form was sent by one of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from app.api.access import is_local
from app.api.parts import ApiParts, parts_of
from app.api.problems import FORBIDDEN, ProblemError
from app.api.sessions import Session
from app.domain.configuration.access import LOCAL, Caller
from app.errors import AppError

DIGITS = 10
"""A number of a page has fewer."""


class SignInNeededError(AppError):
    """Whoever looks has to say who they are first."""


@dataclass(frozen=True)
class Visit:
    """Somebody at a browser. `cookie` is that of a session which begins now."""

    caller: Caller
    session: Session
    csrf: str
    cookie: str | None = None


def visit_of(request: Request) -> Visit:
    """Who looks. Raises `SignInNeededError`, and `ProblemError` where nobody can come in."""
    parts = parts_of(request)
    visitors = parts.visitors
    session = visitors.session_of(request, parts.now())
    if session is not None and session.person is not None:
        return Visit(visitors.caller(session), session, visitors.sessions.csrf(session))
    if visitors.sign_in:
        raise SignInNeededError("sign in first")
    _check_local(request, parts)
    cookie = None
    if session is None:
        session, cookie = visitors.sessions.begin(None, parts.now())
    return Visit(LOCAL, session, visitors.sessions.csrf(session), cookie)


def _check_local(request: Request, parts: ApiParts) -> None:
    """Without a way to sign in, the pages are for this machine alone, and for nobody as soon as keys are asked for."""
    if parts.keys.exist():
        text = "this service asks for keys, so that its pages need people to sign in: set CLEARWEEK_OIDC_ISSUER"
        raise ProblemError(FORBIDDEN, f"{text} (docs/operations.md)")
    if not is_local(request):
        text = (
            "this browser was let in by nothing, or is not any more: open it by the link of your newest mail. Else "
            "only this machine itself sees the pages, at 127.0.0.1 or localhost; whoever runs it lets people sign "
            "in by CLEARWEEK_OIDC_ISSUER (docs/operations.md)"
        )
        raise ProblemError(FORBIDDEN, text)


@dataclass(frozen=True)
class Deed:
    """A form that one of our pages sent, and by whom."""

    visit: Visit
    form: FormData

    def text(self, name: str) -> str:
        """A field; empty if it is not there."""
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    def numbers(self, name: str) -> list[int]:
        """All whole numbers that a field was sent with."""
        found = (whole(value) for value in self.form.getlist(name) if isinstance(value, str))
        return [number for number in found if number is not None]


def whole(text: str) -> int | None:
    """A whole number as our pages write them; None for anything else."""
    return int(text) if text.isdecimal() and len(text) < DIGITS else None


async def deed_of(request: Request) -> Deed:
    """What was sent. Raises as `visit_of` does, and `ProblemError` for a form that none of our pages made."""
    visit = await run_in_threadpool(visit_of, request)
    form = await request.form()
    token = form.get("csrf", "")
    visitors = parts_of(request).visitors
    if not isinstance(token, str) or not visitors.is_meant(request, visit.session, token) or is_foreign(request):
        raise ProblemError(
            FORBIDDEN, "this page is too old, or of another sign-in: go back, load it anew, and try again"
        )
    return Deed(visit, form)


def is_foreign(request: Request) -> bool:
    """Whether a browser says that a page of elsewhere sends it."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host", "")


VisitDep = Annotated[Visit, Depends(visit_of)]
DeedDep = Annotated[Deed, Depends(deed_of)]
