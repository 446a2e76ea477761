"""Putting jobs into queues."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection as Transaction
    from sqlalchemy import Engine

    from app.jobs.queues import Queues


def make_queues(settings: Settings) -> None:
    """Bring the tables of the jobs in the database to this version."""
    from app.adapters.store.database import open_for_jobs  # noqa: PLC0415
    from app.jobs.engine import create_tables  # noqa: PLC0415 - the engine takes most of a second to import

    create_tables(open_for_jobs(settings.database_url))


def first_queues(engine: Engine, settings: Settings) -> None:
    """Make the queues of an SQLite file that has none; its worker brings them to this version.

    The engine takes long to import, and a service can start without it.
    """
    from app.adapters.store.upgrades import has_table  # noqa: PLC0415

    if engine.dialect.name == "sqlite" and not has_table(engine, "dbos_migrations"):
        make_queues(settings)


def enqueue_sync(settings: Settings) -> Callable[[str], None]:
    """What has a calendar synced by a worker, by its id; it raises `StoreError`."""
    return lambda calendar_id: _queues(settings.database_url).sync(calendar_id)


def enqueue_plan(settings: Settings) -> Callable[[str, Transaction], None]:
    """What has a planning worked at once the transaction of a connection is committed; it raises `StoreError`."""
    return lambda planning_id, connection: _queues(settings.database_url).plan(planning_id, connection)


def enqueue_apply(settings: Settings) -> Callable[[str, int, Transaction], None]:
    """What has a proposal, at a version, worked at once the transaction of a connection is committed."""
    return lambda proposal_id, version, connection: _queues(settings.database_url).apply(
        proposal_id, version, connection
    )


@cache
def _queues(url: str) -> Queues:
    from app.adapters.store.database import open_for_jobs  # noqa: PLC0415
    from app.jobs.queues import Queues  # noqa: PLC0415

    return Queues(open_for_jobs(url))
