"""People who sign in with a browser: by whom they are known, and what they may see then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Protocol

from starlette.requests import Request

from app.api.sessions import COOKIE, CSRF_HEADER, Session, Sessions
from app.domain.configuration.access import EVERYTHING, BegunSignIn, Caller, Identity, Scope

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110 §9.2.1)."""


class IdentityProvider(Protocol):
    """Knows who somebody is."""

    def begin(self, redirect_uri: str) -> tuple[str, BegunSignIn]:
        """Where to send the browser, and what to keep until it is back. Raises `UnavailableError`, `ConfigError`."""
        ...

    def finish(self, begun: BegunSignIn, answer: Mapping[str, str], redirect_uri: str) -> Identity:
        """Who it is, by what the browser brought back. Raises `ReconnectError` if that does not hold, too."""
        ...


@dataclass(frozen=True)
class Visitors:
    """Who may come with a browser.

    `provider` is None where nobody can sign in; `closed` says why, if somebody wants that they could. `knows` says
    whether somebody has a calendar here: who has none, and is no admin, has nothing to look at. `base_url` is where a
    browser reaches the service. `holds` says whether the link of a mail, by which somebody came, was not revoked since.
    """

    sessions: Sessions = field(default_factory=lambda: Sessions([token_hex(32)]))
    provider: IdentityProvider | None = None
    closed: str | None = None
    admins: frozenset[str] = frozenset()
    knows: Callable[[str], bool] = lambda _: False
    base_url: str | None = None
    holds: Callable[[str], bool] = lambda _: False

    @property
    def sign_in(self) -> bool:
        """Whether people have to say who they are."""
        return self.provider is not None or self.closed is not None

    def may_come(self, person: str) -> bool:
        """Whether there is anything here for somebody."""
        return person in self.admins or self.knows(person)

    def caller(self, session: Session) -> Caller:
        """Whoever is signed in; only with a person."""
        person = session.person or ""
        return Caller(person, person, person in self.admins)

    def scopes(self, session: Session) -> frozenset[Scope]:
        """What a session opens below `/v1`."""
        if session.link is not None:
            return frozenset({Scope.PROPOSALS})
        return EVERYTHING if session.person in self.admins else frozenset({Scope.PLAN, Scope.PROPOSALS})

    def session_of(self, request: Request, now: datetime) -> Session | None:
        """The session that a request comes with, if it is one of ours and not over."""
        cookie = request.cookies.get(COOKIE)
        session = self.sessions.read(cookie, now) if cookie else None
        return None if session and session.link is not None and not self.holds(session.link) else session

    def is_meant(self, request: Request, session: Session, token: str | None = None) -> bool:
        """Whether a request is known to come from a page of ours: it changes nothing, or has the session's token."""
        if request.method in SAFE:
            return True
        return self.sessions.is_csrf(token or request.headers.get(CSRF_HEADER, ""), session)
