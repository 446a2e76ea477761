"""The messages in the scheduling inbox of a login (RFC 6638 §2.2), to be read alone."""

from __future__ import annotations

from urllib.parse import urlsplit

from app.adapters.caldav import webdav
from app.adapters.caldav.server import WEB_PAGE, Server

MAX_MESSAGES = 500
"""Messages that are read of an inbox; a server lists the others in vain."""
_AT_ONCE = 100
_REFUSED = frozenset({WEB_PAGE, 400, 403, 404, 405, 410, 415, 501})


def messages(server: Server, inbox: str) -> list[str]:
    """The texts of what lies in an inbox; none where it cannot be listed. Raises as a `CalendarStore` does."""
    answer = server.ask("PROPFIND", inbox, webdav.propfind(webdav.ETAG), depth=1, refusable=_REFUSED)
    if answer.status >= 300:
        return []
    own = webdav.same(urlsplit(answer.url).path)
    listed = [one.href for one in answer.multistatus().members if webdav.same(one.href) != own]
    hrefs = listed[:MAX_MESSAGES]
    parts = (hrefs[first : first + _AT_ONCE] for first in range(0, len(hrefs), _AT_ONCE))
    return [text for part in parts for text in _texts(server, inbox, part)]


def _texts(server: Server, inbox: str, hrefs: list[str]) -> list[str]:
    answer = server.ask("REPORT", inbox, webdav.multiget(hrefs), depth=1, refusable=_REFUSED)
    members = answer.multistatus().members if answer.status < 300 else ()
    return [text for one in members if (text := one.text(webdav.CALENDAR_DATA))]
