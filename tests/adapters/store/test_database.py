"""Transactions: whole or not at all, and one that waits for a writer ends with one line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, insert, select, text

from app.adapters.store import database as module
from app.adapters.store.database import BUSY_TIMEOUT_S, open_database, open_for_jobs, reading, writing
from app.adapters.store.schema import api_key
from app.adapters.store.upgrades import upgrade
from app.errors import UnavailableError

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ROW = {"id": "one", "name": "one", "scopes": [], "digest": "d", "created_at": NOW}


def test_a_transaction_that_fails_writes_nothing(database: Engine) -> None:
    def cut(connection: Connection) -> None:
        connection.execute(insert(api_key).values(**ROW))
        raise RuntimeError

    with pytest.raises(RuntimeError), writing(database) as connection:
        cut(connection)
    with reading(database) as connection:
        assert connection.execute(select(api_key)).all() == []


def test_who_reads_sees_one_state_however_often_they_ask(database: Engine) -> None:
    with reading(database) as connection:
        assert connection.execute(select(api_key)).all() == []
        with writing(database) as other:
            other.execute(insert(api_key).values(**ROW))
        assert connection.execute(select(api_key)).all() == []
    with reading(database) as connection:
        assert len(connection.execute(select(api_key)).all()) == 1


def test_a_moment_comes_back_in_utc(database: Engine) -> None:
    with writing(database) as connection:
        connection.execute(insert(api_key).values(**ROW))
    with reading(database) as connection:
        found = connection.execute(select(api_key.c.created_at)).scalar_one()
    assert (found, found.tzinfo) == (NOW, UTC)


def test_a_moment_without_a_zone_is_refused(database: Engine) -> None:
    with pytest.raises(Exception, match="has no time zone"), writing(database) as connection:
        connection.execute(insert(api_key).values(**{**ROW, "created_at": NOW.replace(tzinfo=None)}))


def test_a_second_writer_of_a_file_waits_and_then_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PRAGMAS", ("busy_timeout=1", *module.PRAGMAS[1:]))
    one, other = (open_database(f"sqlite:///{tmp_path / 'a.sqlite'}") for _ in range(2))
    upgrade(one)
    with writing(one), pytest.raises(UnavailableError, match="database is locked"), writing(other):
        pass
    with writing(one), reading(other) as connection:  # who reads never waits
        assert connection.execute(select(api_key)).all() == []
    one.dispose()
    other.dispose()


def test_a_file_is_kept_safely(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with reading(engine) as connection:
        pragmas = ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        found = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in pragmas]
    assert found == ["wal", 1, 5000, 2]
    engine.dispose()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Buy milk. " * 100)
    engine = open_database(f"sqlite:///{tmp_path / 'notes.txt'}")
    with pytest.raises(UnavailableError, match=r"notes\.txt cannot be used: file is not a database"), reading(engine):
        pass
    engine.dispose()


def test_the_jobs_engine_begins_to_write_when_it_writes(tmp_path: Path) -> None:
    ours, jobs = (make(f"sqlite:///{tmp_path / 'clearweek.sqlite'}") for make in (open_database, open_for_jobs))
    with writing(ours) as connection:
        connection.execute(text("CREATE TABLE note (text VARCHAR)"))
    with jobs.begin() as connection:
        connection.execute(text("SELECT * FROM note")).all()
        with writing(ours) as other:
            other.execute(text("INSERT INTO note VALUES ('ours')"))
        connection.execute(text("INSERT INTO note VALUES ('theirs')"))
    with reading(ours) as connection:
        assert connection.scalars(text("SELECT text FROM note ORDER BY text")).all() == ["ours", "theirs"]
    settings = {}
    with jobs.connect() as connection:
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
            settings[name] = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 1,
        "foreign_keys": 1,
        "busy_timeout": BUSY_TIMEOUT_S * 1000,
    }
    ours.dispose()
    jobs.dispose()


def test_a_server_that_is_not_there_is_said_in_one_line() -> None:
    engine = open_database("postgresql://nobody@127.0.0.1:9/clearweek")
    with pytest.raises(UnavailableError, match="cannot be used") as refused, reading(engine):
        pass
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_postgresql_plans_each_statement_for_its_own_values(empty: Engine) -> None:
    with reading(empty) as connection:
        for _ in range(10):
            connection.execute(text("SELECT :value"), {"value": 1})
        assert connection.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one() == 0
