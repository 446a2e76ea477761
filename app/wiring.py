"""The only place that joins the parts: adapters and settings to the use cases."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from app.adapters.ics_calendar import IcsCalendar
from app.adapters.ics_source import read_source
from app.adapters.public_holidays import PublicHolidays
from app.errors import InputError
from app.services.reading import Source
from app.settings import Settings, load_pattern, load_rules, load_team

__all__ = [
    "GENERATED_BY",
    "IcsCalendar",
    "PublicHolidays",
    "Settings",
    "load_pattern",
    "load_rules",
    "load_team",
    "sample",
    "sources",
]

GENERATED_BY = f"clearweek {version('clearweek')}"


def sources(names: Iterable[str], settings: Settings) -> list[Source]:
    """Read calendars from paths, URLs or `-`; `email=path` names the owner.

    Raises `InputError`, `ParseError`, `NotFoundError` or `UnavailableError`, each with the name of the source.
    """
    read: list[Source] = []
    seen: set[str] = set()
    for name in names:
        owner, path = _split(name)
        if path in seen:
            raise InputError(f"{path}: is named twice")
        seen.add(path)
        data = read_source(path, allow_private=settings.allow_private_feeds)
        read.append(Source(IcsCalendar.read(path, data), owner))
    return read


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
