"""The only place that joins the parts: adapters and settings to the use cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.adapters.ics_calendar import IcsCalendar
from app.adapters.ics_source import is_url, read_source
from app.adapters.public_holidays import PublicHolidays
from app.domain.access import is_loopback
from app.domain.asked import PlanScope
from app.domain.pattern import Pattern
from app.domain.person import Team
from app.domain.plan import Plans
from app.errors import ConfigError, InputError
from app.services.child import in_child
from app.services.packing import Watch
from app.services.plan_week import Request, plan_week
from app.services.reading import Source
from app.services.together import plan_together
from app.settings import Settings, load_pattern, load_rules, load_team, parse, parse_rules
from app.wiring.connected import (
    backend_of,
    connections,
    due_calendars,
    feed_login,
    google_delegation,
    google_people,
    google_sign_in,
    stored_sources,
    sync_stored,
)
from app.wiring.jobs import enqueue_plan, enqueue_sync, make_queues, work_until
from app.wiring.stored import configurations, database, keys, prepared, secrets, store, team_of

if TYPE_CHECKING:
    from app.api.parts import ApiParts

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
    "google_people",
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
    "stored_sources",
    "sync_stored",
    "team_of",
    "work_until",
]

VERSION = version("clearweek")
GENERATED_BY = f"clearweek {VERSION}"
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
