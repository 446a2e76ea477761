"""Who is signed in at a browser: a signed cookie, and the token that a form or script has to bring besides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from app.domain.configuration.access import BegunSignIn, Identity

COOKIE = "clearweek_session"
CSRF_HEADER = "x-csrf-token"
SESSION = timedelta(hours=12)
SIGN_IN = timedelta(minutes=10)
"""How long somebody may take at the provider."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody at one browser; `person` is None where nobody has to say who they are.

    `link` is that of the mail by which they came, if a code of another mail let them in.
    """

    id: str
    person: str | None
    name: str
    until: datetime
    link: str | None = None


class Sessions:
    """Makes and reads what a browser keeps for us. All of it is signed with the first of some keys, and ends.

    A key that is not the first any more still holds, so that keys can be exchanged. Each purpose has a signature of its
    own (`salt`), so that nothing passes for anything else.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("sessions need a key")
        self._keys = list(reversed(keys))  # itsdangerous has the newest last

    def begin(self, identity: Identity | None, now: datetime, link: str | None = None) -> tuple[Session, str]:
        """A new session, and its cookie."""
        person, name = (identity.person, identity.name) if identity else (None, "")
        session = Session(token_urlsafe(16), person, name, now + SESSION, link)
        return session, self._sealed("session", [session.id, person, name, link], session.until)

    def read(self, cookie: str, now: datetime) -> Session | None:
        """The session of a cookie; None if it is none of ours, or is over."""
        match self._opened("session", cookie, now):
            case ([str() as session_id, str() | None as person, str() as name, str() | None as link], until):
                return Session(session_id, person, name, until, link)
        return None

    def csrf(self, session: Session) -> str:
        """What everything that changes something has to bring, in the name of a session."""
        return str(self._signer("csrf").dumps(session.id))

    def is_csrf(self, token: str, session: Session) -> bool:
        """Whether a token is of this session."""
        try:
            return bool(self._signer("csrf").loads(token) == session.id)
        except BadData:
            return False

    def keep(self, begun: BegunSignIn, landing: str, now: datetime) -> str:
        """What to keep of a sign-in that has begun, and where to go after it."""
        return self._sealed("sign-in", [asdict(begun), landing], now + SIGN_IN)

    def kept(self, cookie: str, now: datetime) -> tuple[BegunSignIn, str] | None:
        """What was kept of a sign-in; None if nothing was, or for too long."""
        match self._opened("sign-in", cookie, now):
            case ([dict() as begun, str() as landing], _):
                return BegunSignIn(**begun), landing
        return None

    def _sealed(self, purpose: str, value: Any, until: datetime) -> str:
        return str(self._signer(purpose).dumps([value, until.timestamp()]))

    def _opened(self, purpose: str, text: str, now: datetime) -> tuple[Any, datetime] | None:
        try:
            value, until = self._signer(purpose).loads(text)
        except BadData:
            return None
        return (value, datetime.fromtimestamp(until, now.tzinfo)) if now.timestamp() < until else None

    def _signer(self, purpose: str) -> URLSafeSerializer:
        options = {"key_derivation": "hmac", "digest_method": sha256}
        return URLSafeSerializer(self._keys, salt=f"clearweek.{purpose}", signer_kwargs=options)
