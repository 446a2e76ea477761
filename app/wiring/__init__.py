"""The only place that joins the parts: adapters and settings to the use cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from app.adapters.ics.calendar import IcsCalendar
from app.adapters.ics.source import is_url, read_source
from app.adapters.public_holidays import PublicHolidays
from app.errors import InputError
from app.services.planning.situation.reading import Source
from app.settings import Settings, load_agendas, load_pattern, load_rules, load_team
from app.wiring.applying import see_through
from app.wiring.connected import (
    accept_empty,
    backend_of,
    connect_login,
    connections,
    due_calendars,
    feed_login,
    google_delegation,
    google_people,
    google_sign_in,
    stored_sources,
    sync_stored,
)
from app.wiring.demo import prepare_demo
from app.wiring.jobs import work_until
from app.wiring.proposals import WORK, desk_by_hand
from app.wiring.pushed import end_channels
from app.wiring.queues import enqueue_plan, enqueue_sync, make_queues
from app.wiring.serving import VERSION, apart, api_parts, check_start
from app.wiring.stored import (
    configurations,
    database,
    keys,
    pattern_of,
    prepared,
    rules_of,
    secrets,
    store,
    team_of,
)

__all__ = [
    "GENERATED_BY",
    "WORK",
    "IcsCalendar",
    "PublicHolidays",
    "Settings",
    "accept_empty",
    "apart",
    "api_parts",
    "backend_of",
    "check_start",
    "configurations",
    "connect_login",
    "connections",
    "database",
    "desk_by_hand",
    "due_calendars",
    "end_channels",
    "enqueue_plan",
    "enqueue_sync",
    "feed_login",
    "google_delegation",
    "google_people",
    "google_sign_in",
    "keys",
    "load_agendas",
    "load_pattern",
    "load_rules",
    "load_team",
    "make_queues",
    "pattern_of",
    "prepare_demo",
    "prepared",
    "rules_of",
    "sample",
    "secrets",
    "see_through",
    "sources",
    "store",
    "stored_sources",
    "sync_stored",
    "team_of",
    "work_until",
]

GENERATED_BY = f"clearweek {VERSION}"


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
