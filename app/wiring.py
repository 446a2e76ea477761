"""The only place that joins the parts: adapters and settings to the use cases."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache, partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.adapters.ics_calendar import IcsCalendar
from app.adapters.ics_source import is_url, read_source, shown_name
from app.adapters.public_holidays import PublicHolidays
from app.domain.access import is_loopback
from app.domain.asked import PlanScope
from app.domain.busy import BusyRules
from app.domain.connected import Backend, Connection
from app.domain.pattern import Pattern
from app.domain.person import Team
from app.domain.plan import Plans
from app.errors import ConfigError, InputError, ReconnectError
from app.ports import CalendarStore
from app.services.child import in_child
from app.services.connections import LateBackend, new_id, place
from app.services.packing import Watch
from app.services.plan_week import Request, plan_week
from app.services.reading import Source
from app.services.sync import Synced, SyncProgress, due, sync_calendar
from app.services.together import plan_together
from app.settings import Settings, configured_team, load_pattern, load_rules, load_team, parse, parse_rules

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.adapters.store.configurations import StoredConfigurations
    from app.adapters.store.connections import StoredConnections
    from app.adapters.store.keys import StoredKeys
    from app.adapters.store.secrets import Secrets
    from app.api.parts import ApiParts
    from app.jobs.queues import Queues

__all__ = [
    "GENERATED_BY",
    "IcsCalendar",
    "PublicHolidays",
    "Settings",
    "apart",
    "api_parts",
    "backend_of",
    "check_start",
    "configurations",
    "connections",
    "database",
    "due_calendars",
    "enqueue_plan",
    "enqueue_sync",
    "feed_login",
    "google_delegation",
    "google_sign_in",
    "keys",
    "load_pattern",
    "load_rules",
    "load_team",
    "make_queues",
    "prepared",
    "sample",
    "secrets",
    "sources",
    "store",
    "sync_stored",
    "team_of",
]

VERSION = version("clearweek")
GENERATED_BY = f"clearweek {VERSION}"
DUE_AT_ONCE = 1000
"""Calendars that are looked up as due in one go."""
T = TypeVar("T")


def api_parts(settings: Settings) -> ApiParts:
    """What the HTTP API is made of. Raises `ConfigError` for a configuration that cannot be used."""
    from app.adapters.store.keys import StoredKeys  # noqa: PLC0415
    from app.adapters.store.upgrades import check_schema  # noqa: PLC0415
    from app.api.parts import ApiParts  # noqa: PLC0415 - FastAPI is no use to the command line

    engine = prepared(settings)
    return ApiParts(
        plan=plan_week,
        plan_together=apart,
        read_calendar=IcsCalendar.read,
        parse_team=_uploaded(lambda text, name: parse(text, name, Team)),
        parse_pattern=_uploaded(lambda text, name: parse(text, name, Pattern)),
        parse_rules=_uploaded(parse_rules),
        pattern=load_pattern(None, settings),
        rules=load_rules(None, settings),
        holidays=PublicHolidays(),
        now=lambda: datetime.now(UTC),
        version=VERSION,
        keys=StoredKeys(engine),
        check_database=partial(check_schema, engine),
    )


def check_start(address: str, settings: Settings) -> None:
    """Refuse to serve at an address that others reach as long as no key was made; make the embedded database.

    Raises `ConfigError` with the command that mends it.
    """
    from app.adapters.store.keys import StoredKeys  # noqa: PLC0415

    keys = StoredKeys(prepared(settings))
    if not is_loopback(address) and not keys.exist():
        raise ConfigError(
            f"others can reach {address}, and there is no key that they would need: make one with "
            "`clearweek keys create NAME`, or serve at 127.0.0.1"
        )


def database(settings: Settings) -> Engine:
    """The database that the settings name; the folder of an SQLite file is made. Raises `ConfigError`."""
    from app.adapters.store.database import open_database  # noqa: PLC0415 - a plan from files needs no database

    engine = open_database(settings.database_url)
    if engine.dialect.name == "sqlite" and engine.url.database:
        folder = Path(engine.url.database).parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            text = f"{folder}: the folder of the database cannot be made: {error.strerror}"
            raise ConfigError(f"{text}; name another place in CLEARWEEK_DATABASE_URL") from None
    return engine


def prepared(settings: Settings) -> Engine:
    """The database of a service that starts: an SQLite file is made where there is none.

    Raises `ConfigError` if it has the schema of another version, `UnavailableError` if it cannot be used.
    """
    from app.adapters.store.upgrades import prepare  # noqa: PLC0415

    engine = database(settings)
    prepare(engine)
    return engine


def store(settings: Settings) -> Engine:
    """The database, ready for use. Raises `ConfigError` if it is not of this version's schema."""
    from app.adapters.store.upgrades import check_schema  # noqa: PLC0415

    engine = database(settings)
    check_schema(engine)
    return engine


def keys(settings: Settings) -> StoredKeys:
    """The keys of the HTTP API. Raises `ConfigError` if the database is not of this version's schema."""
    from app.adapters.store.keys import StoredKeys  # noqa: PLC0415

    return StoredKeys(store(settings))


def secrets(settings: Settings) -> Secrets:
    """What seals and opens secrets. Raises `ConfigError` without a key, and for one that is none."""
    from app.adapters.store.secrets import Secrets  # noqa: PLC0415

    return Secrets(settings.keys_of_secrets)


def connections(engine: Engine) -> StoredConnections:
    """What is connected, in a database that is ready; secrets come and go sealed."""
    from app.adapters.store.connections import StoredConnections  # noqa: PLC0415

    return StoredConnections(engine)


def feed_login(source: str, person: str) -> tuple[Connection, bytes | None]:
    """The connection of a feed, which is known by its path, or by a digest of its address, and what is secret of it."""
    if not is_url(source):
        path = str(Path(source).expanduser().absolute())
        return Connection(new_id(), Backend.FEED, person, "", path, datetime.now(UTC)), None
    digest = sha256(source.encode()).hexdigest()[:16]
    login = Connection(new_id(), Backend.FEED, person, digest, shown_name(source), datetime.now(UTC))
    return login, json.dumps({"url": source}).encode()


def google_sign_in(person: str, settings: Settings, show: Callable[[str], object]) -> tuple[Connection, bytes]:
    """Sign somebody in at Google with a browser on this machine; `show` is given the URL to open.

    Raises `ConfigError` without a client, `ReconnectError` if it was refused, `UnavailableError`.
    """
    from app.adapters.google.login import client_of, sign_in  # noqa: PLC0415 - no other command needs it

    return _google_login(person), sign_in(client_of(settings.google_client_file), person, show)


def google_delegation(person: str, settings: Settings) -> tuple[Connection, bytes]:
    """A login at Google by the service account, in the name of a person whom it may act for. Raises `ConfigError`."""
    from app.adapters.google.credentials import credentials_of, delegation  # noqa: PLC0415

    secret = delegation(settings.google_service_account_file, person)
    credentials_of(secret, settings.people_of_service_account)
    return _google_login(person), secret


def _google_login(person: str) -> Connection:
    return Connection(new_id(), Backend.GOOGLE, person, person, "", datetime.now(UTC))


def backend_of(
    login: Connection, secret: bytes | None, settings: Settings, people: Iterable[str] = ()
) -> CalendarStore:
    """What speaks with the server of a login; its secret comes opened.

    Of `people`, Google also lists the busy times as calendars. Raises `ConfigError`, `InputError` or `ReconnectError`
    for a login that cannot be used, before anything is sent.
    """
    if secret is None and login.backend is not Backend.FEED:
        raise ReconnectError(f"{place(login)}: no login is kept any more")
    if login.backend is Backend.GOOGLE:
        return _google(secret or b"", login.person, settings, tuple(people))
    said: dict[str, str] = json.loads(secret) if secret else {}
    if login.backend is Backend.CALDAV:
        return _caldav(login, said["password"], settings)
    from app.adapters.feed_store import FeedStore  # noqa: PLC0415

    return FeedStore(said.get("url", login.url), allow_private=settings.allow_private_feeds)


@lru_cache(maxsize=1_000)
def _google(secret: bytes, person: str, settings: Settings, people: tuple[str, ...]) -> CalendarStore:
    """One store a login: it keeps its access token and its connections."""
    from app.adapters.google.calendar_store import GoogleStore  # noqa: PLC0415 - it takes a third of a second to import

    subjects = settings.people_of_service_account
    return GoogleStore(secret, person, settings.google_api_url, subjects=subjects, people=people)


def sync_stored(
    calendar_id: str,
    engine: Engine,
    settings: Settings,
    *,
    holder: str,
    on_progress: Callable[[SyncProgress], None],
    accept_empty: bool = False,
) -> Synced:
    """Sync one calendar that is kept; raises as `sync_calendar` does, also for a login that cannot be used."""
    from app.adapters.object_reader import ObjectReader  # noqa: PLC0415
    from app.adapters.store.calendars import StoredCalendars  # noqa: PLC0415

    kept = connections(engine)
    calendar, _ = kept.calendar(calendar_id)

    def backend() -> CalendarStore:
        login, sealed = kept.find(calendar.connection_id)
        return backend_of(login, None if sealed is None else secrets(settings).open(sealed), settings)

    return sync_calendar(
        calendar_id,
        StoredCalendars(engine),
        LateBackend(backend),
        reader=ObjectReader(BusyRules(load_rules(None, settings).words)),
        holder=holder,
        now=lambda: datetime.now(UTC),
        on_progress=on_progress,
        accept_empty=accept_empty,
    )


def due_calendars(engine: Engine) -> list[str]:
    """The ids of some calendars that are to be synced by now, the longest overdue first."""
    from app.adapters.store.calendars import StoredCalendars  # noqa: PLC0415

    return due(StoredCalendars(engine), datetime.now(UTC), DUE_AT_ONCE)


def _caldav(login: Connection, password: str, settings: Settings) -> CalendarStore:
    try:
        from app.adapters.caldav_store import CaldavStore  # noqa: PLC0415 - an extra of the wheel
    except ModuleNotFoundError:
        raise ConfigError("CalDAV is not installed: install clearweek[caldav]") from None
    authorities = str(settings.caldav_authorities) if settings.caldav_authorities else None
    return CaldavStore(login.url, login.account, password, person=login.person, authorities=authorities)


def configurations(engine: Engine) -> StoredConfigurations:
    """What people configured, in a database that is ready."""
    from app.adapters.store.configurations import StoredConfigurations  # noqa: PLC0415

    return StoredConfigurations(engine)


def team_of(person: str, engine: Engine, settings: Settings) -> Team | None:
    """The people that somebody works with: as stored, else as configured in a file, else None."""
    stored = configurations(engine).of("team", person.lower())
    return parse(stored.text, stored.source, Team) if stored else configured_team(settings)


def make_queues(settings: Settings) -> None:
    """Bring the tables of the jobs in the database to this version."""
    from app.adapters.store.database import open_for_jobs  # noqa: PLC0415
    from app.jobs.engine import create_tables  # noqa: PLC0415 - the engine takes most of a second to import

    create_tables(open_for_jobs(settings.database_url))


def enqueue_sync(settings: Settings) -> Callable[[str], None]:
    """What has a calendar synced by a worker, by its id; it raises `UnavailableError`."""
    return lambda calendar_id: _queues(settings.database_url).sync(calendar_id)


def enqueue_plan(settings: Settings) -> Callable[[str], None]:
    """What has a planning worked at by a worker, by its id; it raises `UnavailableError`."""
    return lambda planning_id: _queues(settings.database_url).plan(planning_id)


@cache
def _queues(url: str) -> Queues:
    from app.adapters.store.database import open_for_jobs  # noqa: PLC0415
    from app.jobs.queues import Queues  # noqa: PLC0415

    return Queues(open_for_jobs(url))


def apart(request: Request, scope: PlanScope, watch: Watch) -> Plans:
    """Several managers' weeks, planned in a process of its own."""
    return in_child(partial(plan_together, request, scope), watch)


def _uploaded(read: Callable[[str, str], T]) -> Callable[[str, bytes], T]:
    """A reader of uploaded TOML, which is hostile where a file of our own is only wrong."""

    def parsed(name: str, data: bytes) -> T:
        try:
            return read(data.decode("utf-8-sig"), name)
        except UnicodeDecodeError as error:
            raise ConfigError(f"{name}: is not UTF-8 (byte {error.start}); save it as UTF-8") from None
        except (ValueError, RecursionError):  # a number of thousands of digits, thousands of brackets
            raise ConfigError(f"{name}: holds a value that is too large to be read") from None

    return parsed


def sources(named: Iterable[str], settings: Settings) -> list[Source]:
    """Read calendars from paths, URLs or `-`; `email=path` names the owner.

    Raises `InputError`, `ParseError`, `NotFoundError` or `UnavailableError`, each with the name of the source.
    """
    read: list[Source] = []
    split = [_split(name) for name in named]
    names = _short_names([path for _, path in split])
    for owner, path in split:
        data = read_source(path, allow_private=settings.allow_private_feeds)
        read.append(Source(IcsCalendar.read(names[path], data), owner))
    return read


def _short_names(paths: Sequence[str]) -> dict[str, str]:
    """How to call each source: a file by its name alone, unless two have the same."""
    short = {path: path if is_url(path) or path == "-" else Path(path).name for path in paths}
    for path, count in Counter(paths).items():
        if count > 1:
            raise InputError(f"{path}: is named twice")
    taken = Counter(short.values())
    return {path: name if taken[name] == 1 else path for path, name in short.items()}


def _split(name: str) -> tuple[str | None, str]:
    """`email=path` taken apart; a path or a URL may hold an equals sign itself."""
    owner, mark, path = name.partition("=")
    if mark and "@" in owner and "/" not in owner:
        return owner.strip().lower(), path
    return None, name


def sample() -> Path:
    """The folder of the bundled sample: calendars and a team file."""
    import app  # noqa: PLC0415

    return Path(app.__file__).parent / "sample"
