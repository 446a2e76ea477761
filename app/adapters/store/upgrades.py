"""Bringing a database to the schema of this version, and refusing one that is not there."""

from __future__ import annotations

from dataclasses import dataclass

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from app.adapters.store.database import reading, writing
from app.errors import ConfigError

LOCATION = "app.adapters.store:migrations"


@dataclass(frozen=True, slots=True)
class Schema:
    """The schema that a database has, None if it is empty, and the one that this version needs."""

    current: str | None
    needed: str

    @property
    def is_current(self) -> bool:
        """Whether the database can be used."""
        return self.current == self.needed


def schema_of(engine: Engine) -> Schema:
    """Where a database stands. Raises `UnavailableError` if it cannot be reached."""
    with reading(engine) as connection:
        return _schema(connection)


def upgrade(engine: Engine) -> Schema:
    """Bring a database to this version's schema, whole or not at all; return where it stood before.

    Raises `ConfigError` for a schema that is not known here, `UnavailableError` if the database cannot be used.
    """
    with writing(engine) as connection:
        before = _schema(connection)
        if before.current is not None and before.current not in _known():
            raise _unknown(before.current)
        command.upgrade(_config(connection), "head")
        return before


def prepare(engine: Engine) -> None:
    """Make an SQLite file of this version where there is nothing yet; refuse every other database of another version.

    Raises `ConfigError` with the command that mends it, `UnavailableError` if the database cannot be used.
    """
    if engine.dialect.name == "sqlite" and not _tables(engine):
        upgrade(engine)
    check_schema(engine)


def has_table(engine: Engine, name: str) -> bool:
    """Whether a database has a table. Raises `StoreError` if it cannot be used."""
    return name in _tables(engine)


def _tables(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return inspect(connection).get_table_names()


def check_schema(engine: Engine) -> None:
    """Refuse a database of another version. Raises `ConfigError` with the command that mends it."""
    schema = schema_of(engine)
    if schema.is_current:
        return
    if schema.current is not None and schema.current not in _known():
        raise _unknown(schema.current)
    has = "is empty" if schema.current is None else f"has schema {schema.current}"
    raise ConfigError(f"the database {has}, this version needs {schema.needed}: run `clearweek db upgrade`")


def _unknown(current: str) -> ConfigError:
    return ConfigError(
        f"the database has schema {current}, which this version does not know: install the Clearweek that made it"
    )


def _schema(connection: Connection) -> Schema:
    return Schema(MigrationContext.configure(connection).get_current_revision(), _scripts().get_current_head() or "")


def _known() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", LOCATION)
    config.attributes["connection"] = connection
    return config
