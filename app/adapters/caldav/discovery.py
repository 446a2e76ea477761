"""Where the calendars of a login are (RFC 6764, 5397, 4791 §6.2.1), and what their server says of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from app.adapters.caldav import webdav
from app.adapters.caldav.server import WEB_PAGE, Server
from app.adapters.caldav.webdav import Member
from app.adapters.ics.source import shown_name
from app.adapters.ics.text import scan
from app.adapters.ics.timezones import UnknownZoneError, ZoneTable
from app.adapters.ics.zone_names import zone_by_name
from app.domain.calendar.connected import RemoteCalendar
from app.errors import NotFoundError, ParseError

_CALENDAR_PROPERTIES = (
    webdav.RESOURCE_TYPE,
    webdav.DISPLAY_NAME,
    webdav.OWNER,
    webdav.PRIVILEGES,
    webdav.COMPONENTS,
    webdav.CALENDAR_TIMEZONE,
    webdav.CALENDAR_TIMEZONE_ID,
)
_NO_DAV = frozenset({WEB_PAGE, 400, 403, 404, 405, 410, 501})
_MAY_READ = frozenset({"{DAV:}read", "{DAV:}all"})
_MAY_WRITE = frozenset({"{DAV:}write", "{DAV:}write-content", "{DAV:}all"})


@dataclass(frozen=True)
class _Principal:
    """Whose login it is; `addresses` are those that invitations are sent to (RFC 6638 §2.4.1)."""

    url: str
    homes: tuple[str, ...]
    addresses: tuple[str, ...]
    outbox: bool
    default: str | None


class Discovery:
    """The calendars that one login can see from one URL; hrefs are paths where they are on the server of `base`."""

    def __init__(self, server: Server, url: str, base: str, person: str) -> None:
        self._server = server
        self._url = url
        self._base = urlsplit(base)
        self._person = person.lower()
        self._addresses: dict[str, tuple[str, ...]] = {}

    def calendars(self) -> list[RemoteCalendar]:
        """Those with events that may be read, the person's own first; only the one that the URL names, if it does.

        Raises `NotFoundError` if there is no CalDAV server, or it has no calendars for this login.
        """
        url, start = self._start()
        principal = self._principal(_named_by(url, start.hrefs(webdav.PRINCIPAL)[0]))
        if webdav.CALENDAR in start.names(webdav.RESOURCE_TYPE):
            found = list(self._listed(principal, url, depth=0))
        else:
            found = [one for home in principal.homes for one in self._listed(principal, home, depth=1)]
        return sorted(found, key=lambda one: (not one.primary, one.owner not in (None, self._person)))

    def inbox(self) -> str | None:
        """Where messages to the person arrive (RFC 6638 §2.2); None if the server has no place for them."""
        url, start = self._start()
        principal = _named_by(url, start.hrefs(webdav.PRINCIPAL)[0])
        found = self._read(principal, webdav.INBOX).hrefs(webdav.INBOX)
        return _named_by(principal, found[0]) if found else None

    def _start(self) -> tuple[str, Member]:
        """The first of the given URL and the well-known one (RFC 6764 §5) that tells whose login it is."""
        for url in (self._url, urljoin(self._url, "/.well-known/caldav")):
            found = self._told(url) or self._told(url, logged_in=True)
            if found:
                return found
        raise NotFoundError(f"there is no CalDAV server at {shown_name(self._url)}")

    def _told(self, url: str, *, logged_in: bool = False) -> tuple[str, Member] | None:
        if logged_in:
            self._server.log_in()
        body = webdav.propfind(webdav.RESOURCE_TYPE, webdav.PRINCIPAL)
        answer = self._server.ask("PROPFIND", url, body, depth=0, refusable=_NO_DAV)
        member = answer.member()
        return (answer.url, member) if member and member.hrefs(webdav.PRINCIPAL) else None

    def _principal(self, url: str) -> _Principal:
        tags = (webdav.HOMES, webdav.ADDRESSES, webdav.OUTBOX, webdav.INBOX)
        member = self._read(url, *tags)
        homes = tuple(_named_by(url, href) for href in member.hrefs(webdav.HOMES))
        if not homes:
            raise NotFoundError(f"{shown_name(url)} has no calendars for this login")
        inbox = member.hrefs(webdav.INBOX)
        return _Principal(
            url,
            homes,
            _mails(member),
            outbox=bool(member.hrefs(webdav.OUTBOX)),
            default=self._default(_named_by(url, inbox[0])) if inbox else None,
        )

    def _default(self, inbox: str) -> str | None:
        """The calendar that invitations go to (RFC 6638 §9.2)."""
        answer = self._server.ask(
            "PROPFIND", inbox, webdav.propfind(webdav.DEFAULT_CALENDAR), depth=0, refusable=_NO_DAV
        )
        member = answer.member()
        hrefs = member.hrefs(webdav.DEFAULT_CALENDAR) if member else []
        return webdav.same(urlsplit(hrefs[0]).path) if hrefs else None

    def _read(self, url: str, *tags: str) -> Member:
        answer = self._server.ask("PROPFIND", url, webdav.propfind(*tags), depth=0)
        member = answer.multistatus().faultless().member(answer.url)
        if member is None or member.gone:
            raise NotFoundError(f"there is nothing at {shown_name(url)}")
        return member

    def _listed(self, principal: _Principal, url: str, *, depth: int) -> Iterator[RemoteCalendar]:
        answer = self._server.ask("PROPFIND", url, webdav.propfind(*_CALENDAR_PROPERTIES), depth=depth)
        schedules = principal.outbox and bool(principal.addresses) and self._schedules(url)
        for member in answer.multistatus().members:
            if _has_events(member):
                yield self._remote(member, principal, answer.url, schedules=schedules)

    def _remote(self, member: Member, principal: _Principal, url: str, *, schedules: bool) -> RemoteCalendar:
        full = _named_by(url, member.href)
        privileges = member.names(webdav.PRIVILEGES)
        owner = member.hrefs(webdav.OWNER)
        return RemoteCalendar(
            href=self._href(full),
            name=(member.text(webdav.DISPLAY_NAME) or webdav.same(urlsplit(full).path).rpartition("/")[2]).strip(),
            owner=self._owner(_named_by(url, owner[0]) if owner else principal.url, principal),
            zone=_zone(member),
            writable=bool(privileges & _MAY_WRITE),
            primary=webdav.same(urlsplit(full).path) == principal.default,
            schedules=schedules,
        )

    def _href(self, full: str) -> str:
        there = urlsplit(full)
        return there.path if (there.scheme, there.netloc) == (self._base.scheme, self._base.netloc) else full

    def _owner(self, url: str, principal: _Principal) -> str | None:
        """The address of who owns a calendar: the person's, if it is among several.

        None for the login's own without an address; somebody else without one is told by the last part of the URL.
        """
        key = webdav.same(urlsplit(url).path)
        if key == webdav.same(urlsplit(principal.url).path):
            known = principal.addresses
        else:
            known = self._addresses_of(url, key) or (key.rpartition("/")[2],)
        return self._person if self._person in known else next(iter(known), None)

    def _addresses_of(self, url: str, key: str) -> tuple[str, ...]:
        """The addresses of another principal, asked for once."""
        if key not in self._addresses:
            body = webdav.propfind(webdav.ADDRESSES)
            answer = self._server.ask("PROPFIND", url, body, depth=0, refusable=_NO_DAV)
            member = answer.member()
            self._addresses[key] = _mails(member) if member else ()
        return self._addresses[key]

    def _schedules(self, url: str) -> bool:
        """Whether the server itself sends invitations (RFC 6638 §2)."""
        said = self._server.ask("OPTIONS", url, refusable=_NO_DAV).headers.get("DAV", "")
        return "calendar-auto-schedule" in [word.strip() for word in said.split(",")]


def _named_by(url: str, href: str) -> str:
    """Where a server says that something is: with itself, or at another server if both speak TLS.

    Raises `NotFoundError` for any other place: the password would go there.
    """
    target = urljoin(url, href)
    here, there = urlsplit(url), urlsplit(target)
    if (there.scheme, there.netloc) != (here.scheme, here.netloc) and {here.scheme, there.scheme} != {"https"}:
        raise NotFoundError(f"{shown_name(url)} names another server without TLS, {shown_name(target)}")
    return target


def _has_events(member: Member) -> bool:
    if member.status >= 300 or webdav.CALENDAR not in member.names(webdav.RESOURCE_TYPE):
        return False
    if webdav.PRIVILEGES in member.properties and not member.names(webdav.PRIVILEGES) & _MAY_READ:
        return False
    kinds = member.properties.get(webdav.COMPONENTS)
    return kinds is None or len(kinds) == 0 or any((one.get("name") or "").upper() == "VEVENT" for one in kinds)


def _mails(member: Member) -> tuple[str, ...]:
    """The mail addresses of a principal; some servers name people by them instead."""
    hrefs = [*member.hrefs(webdav.ADDRESSES), "mailto:" + webdav.same(member.href).rpartition("/")[2]]
    mails = [href[7:].strip().lower() for href in hrefs if href.lower().startswith("mailto:")]
    return tuple(dict.fromkeys(mail for mail in mails if "@" in mail))


def _zone(member: Member) -> ZoneInfo | None:
    """What the calendar says of its wall clock (RFC 7809 §5.2, RFC 4791 §5.2.2); None if that means nothing certain."""
    year = datetime.now(UTC).year
    text = member.text(webdav.CALENDAR_TIMEZONE)
    try:
        for calendar in scan("calendar-timezone", text.encode()).calendars if text else []:
            for tzid in calendar.timezones:
                return ZoneTable([calendar], year, year).resolve(calendar, tzid)
    except (ParseError, UnknownZoneError):
        return None
    name = member.text(webdav.CALENDAR_TIMEZONE_ID)
    return zone_by_name(name.strip(), year) if name else None
