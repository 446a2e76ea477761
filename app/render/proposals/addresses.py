"""Addresses and ids in the headers of a mail: built of values, so that no name from a calendar becomes a header."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from hashlib import sha256

from app.errors import InputError
from app.render import words

_NO_NAME = re.compile(r"[^\w' -]|_")
_NAME_LIMIT = 60
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class WholeHeader(UnstructuredHeader, BaseHeader):
    """A header of one long word, as an address or an id is: on one line, never folded and never encoded.

    The standard library would write it as an encoded word, which no mail program takes for an address.
    """

    def fold(self, *, policy: Policy) -> str:
        """The header as it is sent; RFC 5322 §2.1.1 allows 998 characters."""
        return f"{self.name}: {self}{policy.linesep}"


def mail_policy() -> EmailPolicy[EmailMessage]:
    """How messages are made whose ids and links have to stay whole."""
    headers = HeaderRegistry()
    for name in ("references", "in-reply-to", "list-unsubscribe"):
        headers.map_to_type(name, WholeHeader)
    return EmailPolicy(header_factory=headers)


def header_name(text: str) -> str:
    """A name of letters, digits, blanks and hyphens: folding a header can take the quotes off all else."""
    return words.clean(_NO_NAME.sub(" ", text), _NAME_LIMIT)


def header_address(email: str, name: str = "") -> Address:
    """An address with a name. Raises `InputError` for one that no mail can go to."""
    try:
        return Address(header_name(name), addr_spec=email)
    except (MessageError, ValueError, IndexError):
        raise InputError(f"{words.clean(email)!r} is no address that mail can go to") from None


def message_id(text: str, sender: str) -> str:
    """The same for the same text and sender, so that a mail that came twice is known as one (RFC 5322 §3.6.4)."""
    digest = sha256(text.encode()).hexdigest()[:32]
    domain = sender.rpartition("@")[2]
    return f"<{digest}@{domain if _DOMAIN.fullmatch(domain) else 'clearweek.invalid'}>"
