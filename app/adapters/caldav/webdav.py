"""What is said to a WebDAV server and what it answers, as XML (RFC 4918, 4791, 6578).

Names are read here rather than by python-caldav, which decodes them: `%2F` in a name is not `/`, and a part of an
answer that failed must not pass for one that is empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import unquote, urljoin, urlsplit

from caldav.elements import cdav, dav
from lxml import etree

from app.errors import UnavailableError

Element: TypeAlias = etree._Element  # noqa: SLF001 - the only name that lxml gives it

_DAV, _CALDAV, _CALENDARSERVER = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{http://calendarserver.org/ns/}"

RESOURCE_TYPE = dav.ResourceType.tag
DISPLAY_NAME = dav.DisplayName.tag
ETAG = dav.GetEtag.tag
OWNER = dav.Owner.tag
PRINCIPAL = dav.CurrentUserPrincipal.tag
PRIVILEGES = dav.CurrentUserPrivilegeSet.tag
REPORTS = dav.SupportedReportSet.tag
SYNC_COLLECTION = dav.SyncCollection.tag
HREF = dav.Href.tag
CALENDAR = cdav.Calendar.tag
CALENDAR_DATA = cdav.CalendarData.tag
CALENDAR_TIMEZONE = cdav.CalendarTimeZone.tag
CALENDAR_TIMEZONE_ID = _CALDAV + "calendar-timezone-id"
COMPONENTS = cdav.SupportedCalendarComponentSet.tag
HOMES = cdav.CalendarHomeSet.tag
ADDRESSES = cdav.CalendarUserAddressSet.tag
INBOX = cdav.ScheduleInboxURL.tag
OUTBOX = cdav.ScheduleOutboxURL.tag
DEFAULT_CALENDAR = _CALDAV + "schedule-default-calendar-URL"
SCHEDULE_TAG = cdav.ScheduleTag.tag
CTAG = _CALENDARSERVER + "getctag"


@dataclass(frozen=True)
class Member:
    """What an answer says of one resource: the properties that it has, or why there are none.

    `href` is its path as the server spells it, or a whole URL if it is on another server.
    """

    href: str
    status: int
    properties: dict[str, Element]

    @property
    def gone(self) -> bool:
        """Whether there is nothing (any more) that could be read."""
        return self.status in (403, 404, 410)

    def text(self, tag: str) -> str | None:
        """The text of a property; None if it has none."""
        found = self.properties.get(tag)
        text = (found.text or "") if found is not None else ""
        return text if text.strip() else None

    def names(self, tag: str) -> set[str]:
        """The tags of all elements in a property: resource types, privileges, reports."""
        found = self.properties.get(tag)
        return {str(one.tag) for one in found.iter(etree.Element)} - {tag} if found is not None else set()

    def hrefs(self, tag: str) -> list[str]:
        """The addresses that a property holds."""
        found = self.properties.get(tag)
        texts = [one.text or "" for one in found.iter(HREF)] if found is not None else []
        return [text.strip() for text in texts if text.strip()]


@dataclass(frozen=True)
class Multistatus:
    """A whole answer; `cut_short` means that the server has more to say after `sync_token` (RFC 6578 §3.6)."""

    members: tuple[Member, ...]
    sync_token: str | None
    cut_short: bool

    def faultless(self) -> Multistatus:
        """The same, for whoever needs all of it. Raises `UnavailableError` if a part failed at the server."""
        for one in self.members:
            if one.status >= 300 and not one.gone:
                raise UnavailableError(f"the server cannot tell of {one.href} now (status {one.status})")
        return self

    def member(self, url: str) -> Member | None:
        """What it says of a resource, whatever the spelling of its name; of the only one, if it redirected."""
        named = [one for one in self.members if same(one.href) == same(urlsplit(url).path)]
        return named[0] if named else self.members[0] if len(self.members) == 1 else None


def same(href: str) -> str:
    """One spelling for all spellings of a name, to compare by; never to ask with."""
    return unquote(href).rstrip("/")


def read(tree: Element, url: str) -> Multistatus:
    """Take an answer apart that came from a URL. Raises `UnavailableError` for one that is none."""
    if tree.tag != dav.MultiStatus.tag:
        raise UnavailableError(f"{url} did not answer as a CalDAV server does")
    members = [_member(one, url) for one in tree.iterchildren(dav.Response.tag)]
    own = same(urlsplit(url).path)
    kept = [one for one in members if not (one.status == 507 and same(one.href) == own)]
    return Multistatus(tuple(kept), _token(tree), len(kept) < len(members))


def _token(tree: Element) -> str | None:
    return (tree.findtext(dav.SyncToken.tag) or "").strip() or None


def _member(response: Element, url: str) -> Member:
    href = (response.findtext(HREF) or "").strip()
    status = _code(response.findtext(dav.Status.tag))
    properties: dict[str, Element] = {}
    for part in response.iterchildren(dav.PropStat.tag):
        code = _code(part.findtext(dav.Status.tag))
        if code < 300:
            properties |= {str(one.tag): one for holder in part.iterchildren(dav.Prop.tag) for one in holder}
        elif code >= 500:
            status = code
    return Member(_path(urljoin(url, href), url), status, properties)


def _path(address: str, url: str) -> str:
    """An address without the server, if that is the one that answered."""
    there, here = urlsplit(address), urlsplit(url)
    if (there.scheme, there.netloc) != (here.scheme, here.netloc):
        return address
    return there.path + (f"?{there.query}" if there.query else "")


def _code(status: str | None) -> int:
    """The number in `HTTP/1.1 404 Not Found`; 200 if there is no such line, 500 for one without a number."""
    if status is None:
        return 200
    number = [*status.split(), "", ""][1]
    return int(number) if number.isdecimal() and len(number) == 3 else 500


def propfind(*tags: str) -> bytes:
    """Ask for properties (RFC 4918 §9.1)."""
    return _written("{DAV:}propfind", tags)


def sync_collection(token: str) -> bytes:
    """Ask for what has changed since a token, for everything if it is empty (RFC 6578 §3.2)."""
    return _written(SYNC_COLLECTION, [ETAG], [(dav.SyncToken.tag, token), (dav.SyncLevel.tag, "1")])


def multiget(hrefs: Iterable[str]) -> bytes:
    """Ask for objects by name (RFC 4791 §7.9)."""
    tags = [ETAG, SCHEDULE_TAG, CALENDAR_DATA]
    return _written(cdav.CalendarMultiGet.tag, tags, after=[(HREF, href) for href in hrefs])


def query_by_uid(uid: str) -> bytes:
    """Ask for events whose UID has a text in it (RFC 4791 §7.8.6); which of them are meant, the asker looks."""
    top = etree.fromstring(_written(cdav.CalendarQuery.tag, [ETAG, SCHEDULE_TAG, CALENDAR_DATA]))
    inner = etree.SubElement(top, cdav.Filter.tag)
    for name in ("VCALENDAR", "VEVENT"):
        inner = etree.SubElement(inner, cdav.CompFilter.tag, name=name)
    inner = etree.SubElement(inner, cdav.PropFilter.tag, name="UID")
    etree.SubElement(inner, cdav.TextMatch.tag, collation="i;octet").text = uid
    return bytes(etree.tostring(top, encoding="utf-8", xml_declaration=True))


def _written(
    root: str, tags: Iterable[str], before: Iterable[tuple[str, str]] = (), after: Iterable[tuple[str, str]] = ()
) -> bytes:
    top = etree.Element(root, nsmap={"D": _DAV[1:-1], "C": _CALDAV[1:-1], "CS": _CALENDARSERVER[1:-1]})
    for tag, text in before:
        etree.SubElement(top, tag).text = text
    holder = etree.SubElement(top, dav.Prop.tag)
    for tag in tags:
        etree.SubElement(holder, tag)
    for tag, text in after:
        etree.SubElement(top, tag).text = text
    return bytes(etree.tostring(top, encoding="utf-8", xml_declaration=True))
