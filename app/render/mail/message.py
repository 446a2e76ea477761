"""A mail to a manager as a message (RFC 5322, 2045-2047, 2387): built of values, never of strings.

Signing it (DKIM, RFC 6376) is left to the relay, which has the key of the sender's domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from hashlib import sha256

from app.errors import InputError
from app.render.mail.content import ShortMailContent, WeeklyMailContent
from app.render.mail.html import short_html, weekly_html
from app.render.mail.text import short_text, weekly_text
from app.render.proposals.addresses import header_address, mail_policy
from app.render.words import clean

SENDER_NAME = "Clearweek"
SUBJECT_LIMIT = 120
ICS_NAME = "proposal.ics"
_LINK = re.compile(r"https?://[!-;=?-~]{1,900}")


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom, to whom and when, and how it is known; `thread` is the Message-ID of the first mail about the same.

    `unsubscribe` is the https address that a mail program may POST to (RFC 8058).
    """

    sender: str
    to: str
    at: datetime
    message_id: str
    to_name: str = ""
    thread: str | None = None
    unsubscribe: str | None = None


@dataclass(frozen=True, slots=True)
class Pictures:
    """PNG files: the week before and after, and the trend; None where there is none."""

    week: bytes | None = None
    trend: bytes | None = None


def weekly_message(
    content: WeeklyMailContent, envelope: Envelope, ics: bytes, pictures: Pictures = Pictures()
) -> EmailMessage:
    """`mixed(alternative(text, related(html, png)), ics)`, the same bytes for the same values.

    Raises `InputError` for an address that no mail can go to.
    """
    message = _headed(content.subject, envelope)
    cids = {name: _cid(envelope, name) for name, data in _png(pictures)}
    message.set_content(weekly_text(content), cte="quoted-printable")
    message.add_alternative(weekly_html(content, *_sources(cids)), subtype="html", cte="quoted-printable")
    _, page = message.iter_parts()
    for name, data in _png(pictures):
        page.add_related(data, "image", "png", cid=f"<{cids[name]}>", disposition="inline", filename=f"{name}.png")
    params = {"method": "PUBLISH", "charset": "UTF-8"}
    message.add_attachment(ics, "text", "calendar", params=params, filename=ICS_NAME, cte="base64")
    return _bounded(message, envelope)


def short_message(content: ShortMailContent, envelope: Envelope) -> EmailMessage:
    """`alternative(text, html)`. Raises `InputError` for an address that no mail can go to."""
    message = _headed(content.subject, envelope)
    message.set_content(short_text(content), cte="quoted-printable")
    message.add_alternative(short_html(content), subtype="html", cte="quoted-printable")
    return _bounded(message, envelope)


def _headed(subject: str, envelope: Envelope) -> EmailMessage:
    message = EmailMessage(policy=mail_policy())
    message["From"] = header_address(envelope.sender, SENDER_NAME)
    message["To"] = header_address(envelope.to, envelope.to_name)
    message["Subject"] = clean(subject, SUBJECT_LIMIT)
    message["Date"] = envelope.at
    message["Message-ID"] = envelope.message_id
    if envelope.thread and envelope.thread != envelope.message_id:
        message["In-Reply-To"] = envelope.thread
        message["References"] = envelope.thread
    message["Auto-Submitted"] = "auto-generated"
    if envelope.unsubscribe:
        message["List-Unsubscribe"] = f"<{_link(envelope.unsubscribe)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def _link(url: str) -> str:
    """A link as it may stand in a header."""
    if not _LINK.fullmatch(url):
        raise InputError("the link to unsubscribe is not one of at most 900 visible ASCII characters")
    return url


def _png(pictures: Pictures) -> Iterator[tuple[str, bytes]]:
    for name, data in (("week", pictures.week), ("trend", pictures.trend)):
        if data is not None:
            yield name, data


def _cid(envelope: Envelope, name: str) -> str:
    return f"{name}.{envelope.message_id.strip('<>')}"


def _sources(cids: dict[str, str]) -> tuple[str | None, str | None]:
    week, trend = (f"cid:{cids[name]}" if name in cids else None for name in ("week", "trend"))
    return week, trend


def _bounded(message: EmailMessage, envelope: Envelope) -> EmailMessage:
    """With boundaries that no encoded part can have in it, the same for the same mail."""
    digest = sha256(envelope.message_id.encode()).hexdigest()[:24]
    for part in message.walk():
        if part.is_multipart():
            part.set_boundary(f"=_{part.get_content_subtype()}_{digest}")
    return message
