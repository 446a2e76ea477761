"""The calendars of one login at a CalDAV server (RFC 4791), read and written."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit
from uuid import UUID

from app.adapters.caldav.changes import Changes
from app.adapters.caldav.discovery import Discovery
from app.adapters.caldav.inbox import messages
from app.adapters.caldav.server import Limits, Server
from app.adapters.caldav.service import service_url
from app.adapters.caldav.writing import Writing
from app.adapters.ics.source import shown_name
from app.domain.calendar.connected import CalendarObject, Page, RemoteCalendar
from app.domain.calendar.writing import Edit, Notify
from app.errors import ConfigError, InputError
from app.ports import EventEditor, Known

_AT_HOME = ("localhost", ".localhost", ".local", ".lan", ".internal", ".home.arpa", ".test")


class CaldavStore:
    """A `CalendarStore` on one login.

    `address` is a URL (of a server, of a principal, or of one calendar), or a mail address or host name whose DNS says
    where its server is. `authorities` is a file with the certificates that are trusted instead of the public ones.
    CalDAV servers are mostly one's own, so private addresses may be reached unless `allow_private` says otherwise.
    One store is for one thread.

    Raises `InputError` for an address that would send the password unencrypted over the Internet, or has one in it, and
    `ConfigError` for a file without certificates.
    """

    def __init__(
        self,
        address: str,
        user: str,
        password: str,
        *,
        person: str,
        allow_private: bool = True,
        authorities: str | None = None,
        limits: Limits | None = None,
    ) -> None:
        _check_address(address)
        _check_authorities(authorities)
        self._address = address
        self._person = person
        self._server = Server(
            user, password, allow_private=allow_private, authorities=authorities, limits=limits or Limits()
        )

    def calendars(self) -> Sequence[RemoteCalendar]:
        """The calendars with events that the login may read; see `CalendarStore`."""
        return self._discovery().calendars()

    def changes(self, calendar: str, token: str | None, known: Known) -> Iterator[Page]:
        """What has changed since a token; see `CalendarStore`."""
        changes = Changes(self._server, self._url(calendar))
        yield from changes.everything() if token is None else changes.since(token, known)

    def read(self, calendar: str, href: str) -> CalendarObject:
        """One object as it is now; see `CalendarStore`."""
        return Changes(self._server, self._url(calendar)).read(href)

    def messages(self) -> Sequence[str]:
        """The texts of the messages to the person that lie at the server (RFC 6638 §2.2); see `Inbox`."""
        inbox = self._discovery().inbox()
        return messages(self._server, inbox) if inbox else ()

    def writer(self, editor: EventEditor, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> CaldavWriter:
        """The same login as it writes: `editor` makes the texts, `now` is the clock of their time stamps."""
        return CaldavWriter(lambda calendar: Writing(self._server, self._url(calendar), editor, now))

    def _discovery(self) -> Discovery:
        base = self._address if "://" in self._address else ""
        return Discovery(self._server, service_url(self._address), base, self._person)

    def _url(self, calendar: str) -> str:
        return urljoin(self._address, calendar) if "://" in self._address else calendar


class CaldavWriter:
    """A `CalendarWriter` on the login of a `CaldavStore`, by what `open_calendar` gives for the href of each."""

    def __init__(self, open_calendar: Callable[[str], Writing]) -> None:
        self._open = open_calendar

    def current(self, calendar: str, uid: str, href: str | None) -> Sequence[CalendarObject]:
        """The object of a UID, byte by byte as it is now; see `CalendarWriter`."""
        return self._open(calendar).current(uid, href)

    def new_uid(self, key: str) -> str:
        """A UUID, as RFC 7986 §5.3 recommends; see `CalendarWriter`."""
        return str(UUID(hex=key))

    def write(self, calendar: str, edit: Edit, seen: Sequence[CalendarObject], notify: Notify) -> None:
        """Make one edit; see `CalendarWriter`. A server that sends invitations sends them to all guests."""
        self._open(calendar).write(edit, seen, notify)


def _check_address(address: str) -> None:
    if "://" not in address:
        return
    url = urlsplit(address)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise InputError(f"{shown_name(address)} is no address of a CalDAV server; it begins with https://")
    if url.username or url.password:
        raise InputError(
            f"{shown_name(address)}: leave the login out of the address; give user and password apart from it"
        )
    if url.scheme == "http" and not _is_at_home(url.hostname):
        raise InputError(f"{shown_name(address)} would send the password unencrypted over the Internet; use https://")


def _check_authorities(path: str | None) -> None:
    if path is None:
        return
    try:
        ssl.create_default_context(cafile=path)
    except OSError as error:  # so is ssl.SSLError
        why = getattr(error, "strerror", None) or "no certificate in PEM form"
        raise ConfigError(f"{path} holds no certificates to trust ({why}); see CLEARWEEK_CALDAV_AUTHORITIES") from None


def _is_at_home(host: str) -> bool:
    """Whether a host is this machine or one of the own network, as far as its name shows that."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_AT_HOME)
