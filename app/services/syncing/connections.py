"""Connecting calendars: which ones of a login are kept, whose they are and on which wall clock."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from app.domain.calendar.connected import Backend, CalendarObject, Connection, Page, RemoteCalendar, StoredCalendar
from app.domain.people.person import Team
from app.errors import InputError
from app.ports import CalendarStore, ConnectionStore, Known

SHOWN = 20
"""Names of calendars that a refusal lists."""


@dataclass(frozen=True)
class Wanted:
    """Which calendars of a login are wanted, by name or href; without names all of the person's own.

    `team` says the zones of people whose calendars say none, and `zone` is for those that it does not know.
    """

    names: tuple[str, ...] = ()
    team: Team | None = None
    zone: ZoneInfo | None = None


def new_id() -> str:
    """An id for a connection or a calendar."""
    return secrets.token_hex(4)


def connect(
    login: Connection, secret: bytes | None, wanted: Wanted, backend: CalendarStore, store: ConnectionStore
) -> list[StoredCalendar]:
    """Ask the server which calendars a login has, and keep the wanted ones; a login that is kept is renewed.

    `secret` is sealed. The owner of each may see its details, everyone else when they are busy. Raises `InputError` if
    a wanted calendar is not there, its zone is not known, or the login is somebody else's, and what the back end and
    the store raise; then nothing is kept.
    """
    found = backend.calendars()
    _check_account(found, login, wanted)
    chosen = _named(found, wanted.names, login) if wanted.names else _own(found, login)
    return store.keep(login, secret, [_kept(remote, login, wanted) for remote in chosen], login.created_at)


def _check_account(found: Sequence[RemoteCalendar], login: Connection, wanted: Wanted) -> None:
    """At Google, whoever sat at the browser signed in, and their primary calendar is named after them."""
    if login.backend is not Backend.GOOGLE:
        return
    team = wanted.team or Team()
    for owner in (remote.owner for remote in found if remote.primary and remote.owner):
        if team.canonical(owner) != team.canonical(login.person):
            raise InputError(f"this is the login of {owner}, not of {login.person}: sign in as them", "person")


def _named(found: Sequence[RemoteCalendar], names: Sequence[str], login: Connection) -> list[RemoteCalendar]:
    """The calendars of some names, each once."""
    chosen: dict[str, RemoteCalendar] = {}
    for name in names:
        fitting = [remote for remote in found if name in (remote.name, remote.href)]
        if not fitting:
            raise _refused(f"has no calendar {name!r}", found, login)
        if len(fitting) > 1:
            hrefs = ", ".join(remote.href for remote in fitting)
            raise InputError(f"{place(login)} has {len(fitting)} calendars {name!r}: name one of {hrefs}", "calendar")
        chosen[fitting[0].href] = fitting[0]
    return list(chosen.values())


def _own(found: Sequence[RemoteCalendar], login: Connection) -> list[RemoteCalendar]:
    """Those of the person; where nobody is named as owner, what they may write, or the only one."""
    own = [remote for remote in found if _is_own(remote, login.person) or len(found) == 1]
    if not own:
        raise _refused(f"has no calendar that is known for {login.person}'s own", found, login)
    return own


def _is_own(remote: RemoteCalendar, person: str) -> bool:
    if remote.owner is None:
        return remote.primary or remote.writable
    return remote.owner.lower() == person


def _refused(what: str, found: Sequence[RemoteCalendar], login: Connection) -> InputError:
    names = ", ".join(repr(remote.name) for remote in found[:SHOWN]) or "none at all"
    return InputError(f"{place(login)} {what}; it has {names}", "calendar")


def _kept(remote: RemoteCalendar, login: Connection, wanted: Wanted) -> StoredCalendar:
    said = None if login.backend is Backend.FEED else remote.owner  # a feed's is no more than a guess from its name
    team = wanted.team or Team()
    owner = team.canonical(said or login.person)
    zone = remote.zone or team.find(owner).timezone or wanted.zone
    if zone is None:
        raise InputError(
            f"{remote.name}: neither {place(login)} nor the team file says the time zone of {owner}; say it here, like "
            "Europe/Berlin",
            "timezone",
        )
    return StoredCalendar(
        id=new_id(),
        connection_id=login.id,
        backend=login.backend,
        href=remote.href,
        name=remote.name,
        owner=owner,
        zone=zone,
        access=remote.access,
        writable=remote.writable,
        schedules=remote.schedules,
    )


def place(login: Connection) -> str:
    """Where a login is, for messages."""
    return login.url or f"{login.backend.value} ({login.account})"


class LateBackend:
    """A back end that is made when it is first asked: then what is wrong with its login is a fault of the sync."""

    def __init__(self, make: Callable[[], CalendarStore]) -> None:
        self._made = cache(make)

    def calendars(self) -> Sequence[RemoteCalendar]:
        """See `CalendarStore`."""
        return self._made().calendars()

    def changes(self, calendar: str, token: str | None, known: Known) -> Iterator[Page]:
        """See `CalendarStore`."""
        yield from self._made().changes(calendar, token, known)

    def read(self, calendar: str, href: str) -> CalendarObject:
        """See `CalendarStore`."""
        return self._made().read(calendar, href)
