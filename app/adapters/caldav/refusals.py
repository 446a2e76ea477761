"""What a CalDAV server says when it does not do a change, in our words and with its own (RFC 4918 §16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from caldav.lib.error import parse_retry_after
from lxml import etree

from app.adapters.server_words import one_line
from app.errors import AppError, ChangedError, RefusedError, UnansweredError, UnavailableError

_GONE = frozenset({404, 410, 412})
_LATER = frozenset({408, 423, 425, 429})
_NEVER_OF_5XX = frozenset({501, 505, 507, 508})
_MAX_WAIT_S = 7 * 86_400


@dataclass(frozen=True)
class Refusal:
    """An answer that is no success: its status, what it says, and after how many seconds to come again."""

    status: int
    words: str = ""
    retry_after_s: int | None = None


def in_words(refusal: Refusal, name: str) -> AppError:
    """The error that a refused change of something with this name is."""
    status = refusal.status
    said = f"HTTP {status}: {refusal.words}" if refusal.words else f"HTTP {status}"
    if status in _GONE:
        return ChangedError(f"{name} was changed or removed by somebody else ({said})")
    if status in _LATER:
        return UnavailableError(f"{name} cannot be written now ({said})", refusal.retry_after_s)
    if status < 300 or (status >= 500 and status not in _NEVER_OF_5XX):
        text = f"{name} did not say that it was written ({said}); whether it was is not known"
        return UnansweredError(text, refusal.retry_after_s)
    if status < 400:
        return RefusedError(f"{name} leads elsewhere ({said}), where nothing is written; connect that address")
    return RefusedError(f"{name} may not be written: the server refuses ({said})")


def said_by(content: bytes, media_type: str) -> str:
    """The words in a server's answer, in one line: the conditions that it names, or a text; "" for a web page."""
    if "html" in media_type:
        return ""
    told = _conditions(content) if "xml" in media_type else content.decode("utf-8", "replace")
    return one_line(told)


def _conditions(content: bytes) -> str:
    """What stands in a DAV:error: names of conditions such as `no-uid-conflict`, and texts."""
    try:
        tree = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return ""
    parts = [(etree.QName(one).localname, (one.text or "").strip()) for one in tree.iterdescendants(etree.Element)]
    return "; ".join(f"{name} {text}".strip() for name, text in parts)


def retry_after_s(headers: Mapping[str, str]) -> int | None:
    """The seconds that a server asks to wait, at most a week."""
    wait = parse_retry_after(headers.get("Retry-After", ""))
    return None if wait is None else min(max(0, round(wait)), _MAX_WAIT_S)
