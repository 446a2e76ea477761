"""What a database without queues, or without room for a worker, answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app import wiring
from app.adapters.store.database import open_for_jobs
from app.errors import ClaimedError, ConfigError, StoreError
from app.jobs import slots
from app.jobs.engine import JobEngine, create_tables
from app.jobs.queues import Queues
from app.jobs.slots import DatabaseSlot, FileSlot, take_slot
from app.jobs.work import Applying, Work
from tests.databases import new_database


def never(proposal_id: str, holder: str) -> Applying:
    raise AssertionError(f"{holder} begins {proposal_id}")


def test_a_database_without_queues_says_what_to_do(empty: Engine) -> None:
    jobs = open_for_jobs(empty.url.render_as_string(hide_password=False))
    with pytest.raises(ConfigError, match="clearweek db upgrade"):
        Queues(jobs).due("a")
    jobs.dispose()


def test_tables_of_an_older_version_say_what_to_do(empty: Engine) -> None:
    jobs = open_for_jobs(empty.url.render_as_string(hide_password=False))
    create_tables(jobs)
    table = "dbos.dbos_migrations" if jobs.dialect.name == "postgresql" else "dbos_migrations"
    with jobs.begin() as connection:
        connection.execute(text(f"UPDATE {table} SET version = version - 1"))  # noqa: S608
    worker = JobEngine(
        jobs,
        Work(
            sync=print,
            plan=print,
            due=list,
            waiting=list,
            apply=never,
            unapplied=list,
            mail=print,
            unsent=list,
            upkeep={},
        ),
        "slot-0",
    )
    with pytest.raises(ConfigError, match="clearweek db upgrade"):
        worker.start(1)
    jobs.dispose()


def test_a_database_that_is_not_there_is_one_line() -> None:
    nowhere = open_for_jobs("postgresql://nobody@/nothing?host=/nowhere")
    with pytest.raises(StoreError) as caught:
        Queues(nowhere).due("a")
    assert "\n" not in str(caught.value)


def test_a_database_has_so_many_workers(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "PLACES", 1)
    engine = open_for_jobs(new_database(postgresql))
    first = take_slot(engine)
    with pytest.raises(ClaimedError, match="1 workers already"):
        take_slot(engine)
    first.release()
    second = take_slot(engine)
    assert isinstance(second, DatabaseSlot)
    second.release()
    engine.dispose()


def test_a_place_that_somebody_has_is_not_free(postgresql: str) -> None:
    engine = open_for_jobs(new_database(postgresql))
    first, second = take_slot(engine), take_slot(engine)
    with second.hold(first.name) as held:
        assert not held
    name = first.name
    first.release()
    with second.hold(name) as held, second.hold(name) as again:
        assert (held, again) == (True, False)
    with second.hold(name) as held:
        assert held
    second.release()
    engine.dispose()


def test_a_database_in_memory_has_no_workers() -> None:
    with pytest.raises(ConfigError, match="postgresql://"):
        FileSlot(open_for_jobs("sqlite://"))


def test_a_service_makes_the_queues_of_a_new_file_and_later_starts_without_the_engine(tmp_path: Path) -> None:
    settings = wiring.Settings(database_url=f"sqlite:///{tmp_path / 'clearweek.sqlite'}")
    wiring.check_start("127.0.0.1", settings)
    wiring.enqueue_sync(settings)("a")
    program = (
        "import sys; from app import wiring; "
        f"wiring.check_start('127.0.0.1', wiring.Settings(database_url={settings.database_url!r})); "
        "sys.exit('dbos' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
