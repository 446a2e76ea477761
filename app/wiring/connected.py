"""Logins, what speaks with their servers, and the sync of their calendars."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.adapters.ics.source import is_url, shown_name
from app.domain.calendar.connected import Backend, Connection, StoredCalendar
from app.domain.configuration.rules import Rules
from app.domain.meetings.busy import BusyRules
from app.domain.people.person import Person, Team
from app.errors import ConfigError, InputError, ReconnectError
from app.ports import CalendarStore
from app.services.planning.situation.freshness import Freshness, freshness
from app.services.planning.situation.reading import Source
from app.services.syncing.connections import LateBackend, Wanted, connect, new_id, place
from app.services.syncing.sync import Synced, SyncProgress, due, sync_calendar, unseen
from app.settings import Settings, load_rules
from app.wiring.stored import secrets, team_of

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.adapters.google.calendar_store import GoogleStore
    from app.adapters.ics.object_reader import ObjectReader
    from app.adapters.store.calendars.connections import StoredConnections

DUE_AT_ONCE = 1000
"""Calendars that are looked up as due in one go."""


def connections(engine: Engine) -> StoredConnections:
    """What is connected, in a database that is ready; secrets come and go sealed."""
    from app.adapters.store.calendars.connections import StoredConnections  # noqa: PLC0415

    return StoredConnections(engine)


def feed_login(source: str, person: str) -> tuple[Connection, bytes | None]:
    """The connection of a feed, which is known by its path, or by a digest of its address, and what is secret of it."""
    if not is_url(source):
        is_path = source != "-" and "://" not in source
        path = str(Path(source).expanduser().absolute()) if is_path else source
        return Connection(new_id(), Backend.FEED, person, "", path, datetime.now(UTC)), None
    digest = sha256(source.encode()).hexdigest()[:16]
    login = Connection(new_id(), Backend.FEED, person, digest, shown_name(source), datetime.now(UTC))
    return login, json.dumps({"url": source}).encode()


def google_sign_in(
    person: str, settings: Settings, show: Callable[[str], object], *, write: bool = False
) -> tuple[Connection, bytes]:
    """Sign somebody in at Google with a browser on this machine, to read their events, or to `write` them, too.

    `show` is given the URL to open. Raises `ConfigError` without a client, `ReconnectError` if it was refused,
    `UnavailableError`.
    """
    from app.adapters.google.credentials import scopes_for  # noqa: PLC0415 - no other command needs it
    from app.adapters.google.login import client_of, sign_in  # noqa: PLC0415

    client = client_of(settings.google_client_file)
    return google_login(person), sign_in(client, person, show, scopes_for(write=write))


def google_delegation(person: str, settings: Settings, *, write: bool = False) -> tuple[Connection, bytes]:
    """A login at Google by the service account, in the name of a person whom it may act for. Raises `ConfigError`."""
    from app.adapters.google.credentials import credentials_of, delegation  # noqa: PLC0415

    secret = delegation(settings.google_service_account_file, person, write=write)
    credentials_of(secret, settings.people_of_service_account)
    return google_login(person), secret


def google_people(
    person: str, settings: Settings, show: Callable[[str], object], *, is_delegated: bool = False
) -> tuple[Person, ...]:
    """The people of somebody's domain, by a login at Google that is for this alone and is not kept.

    Raises as `google_sign_in` and `google_delegation` do.
    """
    from app.adapters.google.credentials import DIRECTORY, delegation  # noqa: PLC0415
    from app.adapters.google.directory import read_people  # noqa: PLC0415
    from app.adapters.google.login import client_of, sign_in  # noqa: PLC0415

    if is_delegated:
        secret = delegation(settings.google_service_account_file, person)
    else:
        secret = sign_in(client_of(settings.google_client_file), person, show, [DIRECTORY])
    return read_people(secret, person, settings.google_api_url, subjects=settings.people_of_service_account)


def google_login(person: str) -> Connection:
    """The connection of somebody's account at Google."""
    return Connection(new_id(), Backend.GOOGLE, person, person, "", datetime.now(UTC))


def opened(connection_id: str, engine: Engine, settings: Settings) -> tuple[Connection, bytes | None]:
    """A login that is kept, with its secret as it is used; only a feed may have none.

    Raises `NotFoundError`, `ReconnectError` if the secret was forgotten, and `ConfigError` if no key opens it.
    """
    login, sealed = connections(engine).find(connection_id)
    if sealed is None and login.backend is not Backend.FEED:
        raise ReconnectError(f"{place(login)}: no login is kept any more")
    return login, None if sealed is None else secrets(settings).open(sealed)


def read_only_login(calendar: StoredCalendar, engine: Engine, settings: Settings) -> str | None:
    """What to do about a login that does not cover writing a calendar that may be written; None if it does.

    Raises as `opened` does.
    """
    if calendar.backend is not Backend.GOOGLE or not calendar.takes_moves:
        return None
    from app.adapters.google.credentials import may_write  # noqa: PLC0415

    login, secret = opened(calendar.connection_id, engine, settings)
    if may_write(secret or b""):
        return None
    from app.adapters.google.calls.refusals import may_only_read  # noqa: PLC0415 - it takes a third of a second to import

    return str(may_only_read(login.person))


def backend_of(
    login: Connection, secret: bytes | None, settings: Settings, people: Iterable[str] = ()
) -> CalendarStore:
    """What speaks with the server of a login; its secret comes opened.

    Of `people`, Google also lists the busy times as calendars. Raises `ConfigError` or `InputError` for a login that
    cannot be used, before anything is sent.
    """
    if login.backend is Backend.GOOGLE:
        return google_store(secret or b"", login.person, settings, tuple(people))
    said: dict[str, str] = json.loads(secret) if secret else {}
    if login.backend is Backend.CALDAV:
        return _caldav(login, said["password"], settings)
    from app.adapters.feed_store import FeedStore  # noqa: PLC0415

    return FeedStore(said.get("url", login.url), allow_private=settings.allow_private_feeds)


@lru_cache(maxsize=1_000)
def google_store(secret: bytes, person: str, settings: Settings, people: tuple[str, ...] = ()) -> GoogleStore:
    """One store a login at Google: it keeps its access token and its connections. Raises `ConfigError`."""
    from app.adapters.google.calendar_store import GoogleStore  # noqa: PLC0415 - it takes a third of a second to import

    subjects = settings.people_of_service_account
    return GoogleStore(secret, person, settings.google_api_url, subjects=subjects, people=people)


def connect_login(
    login: Connection,
    secret: bytes | None,
    names: Sequence[str],
    zone: ZoneInfo | None,
    engine: Engine,
    settings: Settings,
) -> list[StoredCalendar]:
    """Keep the wanted calendars of a login; a key for its secret has to be there before all else.

    Raises as `app.services.syncing.connections.connect` does, and `ConfigError` if something is not set up.
    """
    sealed = None if secret is None else secrets(settings).seal(secret)
    wanted = Wanted(tuple(names), team_of(login.person, engine, settings), zone)
    people = [name for name in names if "@" in name]
    return connect(login, sealed, wanted, backend_of(login, secret, settings, people), connections(engine))


def accept_empty(calendar_id: str, engine: Engine) -> None:
    """Have the next sync of a calendar believe that it is empty, if it is. Raises `NotFoundError`."""
    from app.adapters.store.calendars.standing import hasten  # noqa: PLC0415

    hasten(engine, calendar_id, datetime.now(UTC), accept_empty=True)


def sync_stored(
    calendar_id: str,
    engine: Engine,
    settings: Settings,
    *,
    holder: str,
    on_progress: Callable[[SyncProgress], None] = unseen,
) -> Synced:
    """Sync one calendar that is kept; raises as `sync_calendar` does, also for a login that cannot be used."""
    from app.adapters.store.calendars.calendars import StoredCalendars  # noqa: PLC0415

    calendar, _ = connections(engine).calendar(calendar_id)

    def backend() -> CalendarStore:
        return backend_of(*opened(calendar.connection_id, engine, settings), settings)

    return sync_calendar(
        calendar_id,
        StoredCalendars(engine),
        LateBackend(backend),
        reader=_reader(settings),
        holder=holder,
        now=lambda: datetime.now(UTC),
        on_progress=on_progress,
    )


@cache
def _reader(settings: Settings) -> ObjectReader:
    """Reading the rules takes longer than a sync that finds nothing new: it is done once."""
    from app.adapters.ics.object_reader import ObjectReader  # noqa: PLC0415

    return ObjectReader(BusyRules(load_rules(None, settings).words))


def due_calendars(engine: Engine) -> list[str]:
    """The ids of some calendars that are to be synced by now, the longest overdue first."""
    from app.adapters.store.calendars.calendars import StoredCalendars  # noqa: PLC0415

    return due(StoredCalendars(engine), datetime.now(UTC), DUE_AT_ONCE)


def _caldav(login: Connection, password: str, settings: Settings) -> CalendarStore:
    try:
        from app.adapters.caldav.calendar_store import CaldavStore  # noqa: PLC0415 - an extra of the wheel
    except ModuleNotFoundError:
        raise ConfigError("CalDAV is not installed: install clearweek[caldav]") from None
    authorities = str(settings.caldav_authorities) if settings.caldav_authorities else None
    return CaldavStore(login.url, login.account, password, person=login.person, authorities=authorities)


def stored_sources(
    manager: str, team: Team | None, rules: Rules, engine: Engine, now: datetime, beside: Sequence[str] = ()
) -> tuple[list[Source], Freshness]:
    """What a manager, or somebody beside them, may see of the calendars that are kept, and how old it is.

    Raises `InputError` if no calendar of the manager's own was ever synced.
    """
    from app.adapters.store.calendars import source  # noqa: PLC0415

    known = team or Team()
    found = source.stored_sources(engine, [manager, *beside], BusyRules(rules.words), known)
    if known.canonical(manager) not in (known.canonical(one.owner_hint) for one in found):
        raise InputError(
            f"no calendar of {manager} was synced yet: connect one (`clearweek connect`, /v1/calendars), and sync it"
        )
    ids = {one.source for one in found}
    kept = [one for one in connections(engine).calendars() if one[0].id in ids]
    return [Source(one) for one in found], freshness(kept, known, now)
