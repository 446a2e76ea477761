"""Signed texts for the links of mails (`app.ports.LinkTokens`)."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

from app.errors import ConfigError


class SignedTokens:
    """Signs with the first of some keys, and believes each of them, so that keys can be exchanged.

    Each purpose has a signature of its own. Raises `ConfigError` without any key.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            text = "links of mails have to be signed: put a key from `clearweek secrets new` into CLEARWEEK_SECRET_KEYS"
            raise ConfigError(text)
        self._keys = list(reversed(keys))  # itsdangerous has the newest last

    def of_link(self, link_id: str) -> str:
        """The text that names a link."""
        return str(self._signer("mail-link").dumps(link_id))

    def link(self, token: str) -> str | None:
        """The id of the link that a text names; None if it is none of ours."""
        return self._opened("mail-link", token)

    def of_manager(self, manager: str) -> str:
        """The text by which a manager's mails can be ended."""
        return str(self._signer("mail-end").dumps(manager))

    def manager(self, token: str) -> str | None:
        """Whose mails a text ends; None if it is none of ours."""
        return self._opened("mail-end", token)

    def code_digest(self, link_id: str, code: str) -> str:
        """What is kept of a code: with the database alone, nobody finds it by trying."""
        return hmac.new(self._keys[-1].encode(), f"mail-code {link_id} {code}".encode(), sha256).hexdigest()

    def _opened(self, purpose: str, token: str) -> str | None:
        try:
            value = self._signer(purpose).loads(token)
        except BadData:
            return None
        return value if isinstance(value, str) else None

    def _signer(self, purpose: str) -> URLSafeSerializer:
        options = {"key_derivation": "hmac", "digest_method": sha256}
        return URLSafeSerializer(self._keys, salt=f"clearweek.{purpose}", signer_kwargs=options)
