"""A mail as files, to be looked at before it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP

NAMES = {"week": "proposal.png", "trend": "trend.png"}
"""The files of the pictures, by what their Content-ID begins with."""


def files_of(message: EmailMessage) -> dict[str, bytes]:
    """`proposal.eml`, `.txt`, `.html`, `.png` and `.ics`, and `trend.png`; the page shows the pictures beside it."""
    found = {"proposal.eml": message.as_bytes(policy=SMTP.clone(cte_type="7bit"))}
    found["proposal.txt"] = _body(message, "plain").encode()
    page = _body(message, "html")
    for cid, part in _pictures(message):
        name = NAMES[cid.partition(".")[0]]
        page = page.replace(f"cid:{cid}", name)
        found[name] = part.get_content()
    found["proposal.html"] = page.encode()
    for part in message.iter_attachments():
        found["proposal.ics"] = part.get_content().encode()
    return found


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _pictures(message: EmailMessage) -> Iterator[tuple[str, EmailMessage]]:
    for part in message.walk():
        if part.get_content_type() == "image/png" and isinstance(part, EmailMessage):
            yield str(part["Content-ID"]).strip("<>"), part
