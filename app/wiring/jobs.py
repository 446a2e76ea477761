"""Jobs: putting them into queues, and what a worker does."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from app.services.sync import SyncProgress
from app.settings import Settings
from app.wiring.connected import due_calendars, sync_stored
from app.wiring.pushed import keep_channels
from app.wiring.stored import prepared

if TYPE_CHECKING:
    from threading import Event

    from sqlalchemy import Connection as Transaction
    from sqlalchemy import Engine

    from app.jobs.queues import Queues
    from app.jobs.work import Work


def make_queues(settings: Settings) -> None:
    """Bring the tables of the jobs in the database to this version."""
    from app.adapters.store.database import open_for_jobs  # noqa: PLC0415
    from app.jobs.engine import create_tables  # noqa: PLC0415 - the engine takes most of a second to import

    create_tables(open_for_jobs(settings.database_url))


def enqueue_sync(settings: Settings) -> Callable[[str], None]:
    """What has a calendar synced by a worker, by its id; it raises `StoreError`."""
    return lambda calendar_id: _queues(settings.database_url).sync(calendar_id)


def enqueue_plan(settings: Settings) -> Callable[[str, Transaction], None]:
    """What has a planning worked at once the transaction of a connection is committed; it raises `StoreError`."""
    return lambda planning_id, connection: _queues(settings.database_url).plan(planning_id, connection)


def work_until(stop: Event, settings: Settings) -> None:
    """Be a worker until an event is set.

    Raises `ClaimedError` if the database has all the workers that it can have, `ConfigError` if it is of another
    version, `UnavailableError` if it cannot be used.
    """
    from app.adapters.store.database import open_for_jobs  # noqa: PLC0415
    from app.jobs.slots import take_slot  # noqa: PLC0415
    from app.jobs.worker import work_until  # noqa: PLC0415

    engine, jobs = prepared(settings), open_for_jobs(settings.database_url)
    slot = take_slot(jobs)
    if jobs.dialect.name == "sqlite":
        make_queues(settings)
    work_until(stop, jobs, _work(engine, settings), slot)


def _work(engine: Engine, settings: Settings) -> Work:
    """What there is to do for a worker."""
    from app.jobs.work import Work  # noqa: PLC0415

    return Work(
        sync=lambda calendar_id, holder: sync_stored(calendar_id, engine, settings, holder=holder, on_progress=_unseen),
        plan=lambda _planning_id: None,
        due=lambda: due_calendars(engine),
        waiting=list,
        upkeep={"channels": lambda: keep_channels(engine, settings)},
    )


@cache
def _queues(url: str) -> Queues:
    from app.adapters.store.database import open_for_jobs  # noqa: PLC0415
    from app.jobs.queues import Queues  # noqa: PLC0415

    return Queues(open_for_jobs(url))


def _unseen(_progress: SyncProgress) -> None:
    """A worker has nobody who watches."""
