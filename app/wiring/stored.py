"""What is kept in the database, opened as the settings say."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.configuration.pattern import Pattern
from app.domain.configuration.rules import Rules
from app.domain.people.person import Team
from app.errors import ConfigError
from app.settings import Settings, configured_team, load_pattern, parse, parse_rules, rules_path, text_of

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.adapters.store.configurations import StoredConfigurations
    from app.adapters.store.keys import StoredKeys
    from app.adapters.store.secrets import Secrets


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


def configurations(engine: Engine) -> StoredConfigurations:
    """What people configured, in a database that is ready."""
    from app.adapters.store.configurations import StoredConfigurations  # noqa: PLC0415

    return StoredConfigurations(engine)


def team_of(person: str, engine: Engine, settings: Settings) -> Team | None:
    """The people that somebody works with: as stored, else as configured in a file, else None."""
    stored = configurations(engine).of("team", person.lower())
    return team_in(stored.text, stored.source) if stored else configured_team(settings)


@lru_cache(maxsize=100)
def team_in(text: str, name: str) -> Team:
    """The team of a text, read once as rules are."""
    return parse(text, name, Team)


def rules_of(person: str, engine: Engine, settings: Settings) -> Rules:
    """The rules of somebody's weeks: as stored, else as configured in a file, else the packaged ones."""
    stored = configurations(engine).of("rules", person.lower())
    if stored:
        return rules_in(stored.text, stored.source)
    path = rules_path(settings)
    return rules_in(text_of(path), str(path))


@lru_cache(maxsize=100)
def rules_in(text: str, name: str) -> Rules:
    """The rules of a text. They are read for each decision, and reading takes longer than the rest of many."""
    return parse_rules(text, name)


def pattern_of(person: str, engine: Engine, settings: Settings) -> Pattern:
    """The week that somebody wants: as stored, else as configured in a file, else the documented one."""
    stored = configurations(engine).of("pattern", person.lower())
    return parse(stored.text, stored.source, Pattern) if stored else load_pattern(None, settings)
