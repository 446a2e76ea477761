"""One event as a CalDAV server keeps it: all VEVENTs of a UID in one text (RFC 4791 §4.1)."""

from __future__ import annotations

from app.adapters.caldav import webdav
from app.adapters.ics.text import scan
from app.domain.calendar.connected import CalendarObject
from app.errors import ParseError


def event_object(href: str, text: str, etag: str | None, schedule_tag: str | None) -> CalendarObject | None:
    """The object of a text; None for what is no event, such as a task."""
    uid = _uid(text)
    return None if uid is None else CalendarObject(href, uid or _stem(href), text, etag, schedule_tag)


def _uid(text: str) -> str | None:
    """The UID that all VEVENTs of an object share, "" if it is not to be read; None if it has no VEVENT."""
    try:
        events = scan("object", text.encode()).events
    except ParseError:
        return ""
    return events[0].uid if events else None


def _stem(href: str) -> str:
    return webdav.same(href).rpartition("/")[2].removesuffix(".ics")
