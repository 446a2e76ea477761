"""The schema: made by migrations, equal to the tables of the code, and refused if it is another version's."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from app.adapters.store.database import open_database, reading, writing
from app.adapters.store.mails.schema import metadata
from app.adapters.store.upgrades import check_schema, prepare, schema_of, upgrade
from app.errors import ConfigError, UnavailableError


def test_an_upgrade_makes_the_tables_of_the_code(database: Engine) -> None:
    with reading(database) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert schema_of(database).is_current
    check_schema(database)


def test_an_upgrade_of_what_is_current_changes_nothing(database: Engine) -> None:
    assert upgrade(database).is_current


def test_an_empty_database_is_refused_with_the_command_that_mends_it(empty: Engine) -> None:
    with pytest.raises(ConfigError, match=r"is empty, this version needs .*: run `clearweek db upgrade`"):
        check_schema(empty)


def test_a_start_makes_the_file_of_the_embedded_database_and_no_other(empty: Engine) -> None:
    if empty.dialect.name == "sqlite":
        prepare(empty)
        assert schema_of(empty).is_current
        return
    with pytest.raises(ConfigError, match="clearweek db upgrade"):
        prepare(empty)
    assert inspect(empty).get_table_names() == []


def test_a_start_touches_no_file_of_something_else(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'photos.sqlite'}")
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE photo (id INTEGER)"))
    with pytest.raises(ConfigError, match="clearweek db upgrade"):
        prepare(engine)
    assert inspect(engine).get_table_names() == ["photo"]
    engine.dispose()


def test_an_old_schema_is_refused_with_the_command_that_mends_it(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.adapters.store.upgrades.ScriptDirectory.get_current_head", lambda _self: "9999")
    with pytest.raises(ConfigError, match=r"has schema 0003, this version needs 9999: run `clearweek db upgrade`"):
        check_schema(database)


@pytest.mark.parametrize("revision", ["from_the_future", "0000"])
def test_a_schema_that_is_not_known_is_neither_used_nor_changed(database: Engine, revision: str) -> None:
    with writing(database) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :made"), {"made": revision})
    for refused in (check_schema, upgrade):
        with pytest.raises(ConfigError, match=f"has schema {revision}, which this version does not know: install"):
            refused(database)


def test_an_upgrade_that_fails_leaves_nothing_behind(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", broken)
    with pytest.raises(RuntimeError, match="power cut"):
        upgrade(empty)
    assert "api_key" not in inspect(empty).get_table_names()


@pytest.mark.parametrize("url", ["mysql://host/name", "clearweek.sqlite", ""])
def test_a_url_that_is_no_known_database_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="CLEARWEEK_DATABASE_URL"):
        open_database(url)


def test_a_database_that_cannot_be_reached_is_named_without_its_password() -> None:
    engine = open_database("postgresql://dana:secret@127.0.0.1:1/clearweek")
    with pytest.raises(UnavailableError, match=r"dana:\*\*\*@127\.0\.0\.1:1/clearweek") as caught:
        schema_of(engine)
    assert "secret" not in str(caught.value)
