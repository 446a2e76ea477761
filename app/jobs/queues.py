"""Putting jobs into their queues, from any process that has the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dbos import DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions, WorkflowHandle
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from app.errors import UnavailableError
from app.jobs.work import APPLICATION, PLAN, SYNC, TICK, UPKEEP

TAKEN = 12
"""Syncs that one worker has at hand, and so the most that it takes at one look; others wait for any worker."""
FIRST, SOON = 1, 10
"""Priorities in the queue `sync`: a tick goes before the syncs that wait."""


class Queues:
    """The door to the jobs. Nothing is done here: a worker takes what is queued.

    Every method raises `UnavailableError` if the database cannot be reached, or has no queues.
    """

    def __init__(self, engine: Engine) -> None:
        self._client = DBOSClient(
            system_database_engine=engine,
            application_name=APPLICATION,
            serializer=DBOSPortableJSONSerializer(),
            retry_connection_errors=False,
            lazy=True,
        )

    def declare(self, poll_s: float) -> None:
        """Make the queues, or set them up anew; workers look for syncs so often, half as often for plans."""
        with _explained():
            self._client.register_queue(SYNC, worker_concurrency=TAKEN, polling_interval_sec=poll_s)
            self._client.register_queue(PLAN, worker_concurrency=1, polling_interval_sec=2 * poll_s)

    def due(self, calendar_id: str) -> None:
        """Have a calendar synced, unless that is queued or running already."""
        with _explained():
            self._client.enqueue(_one(SYNC, calendar_id), calendar_id)

    def sync(self, calendar_id: str) -> None:
        """Have a calendar synced as it is from now on: if it is being synced, once more after that."""
        with _explained():
            handle: WorkflowHandle[None] = self._client.enqueue(_one(SYNC, calendar_id), calendar_id)
            if handle.get_status().status == "PENDING":
                self._client.enqueue(_one(SYNC, f"{calendar_id}:again"), calendar_id)

    def plan(self, planning_id: str, connection: Connection | None = None) -> None:
        """Have a planning worked at; one that was queued before is not queued again.

        With the connection of a transaction it is queued if and when that is committed, together with our own rows.
        """
        options = EnqueueOptions(workflow_name=PLAN, queue_name=PLAN, workflow_id=f"{PLAN}:{planning_id}")
        with _explained():
            if connection is None:
                self._client.enqueue(options, planning_id)
            else:
                self._client.enqueue_in_transaction(connection, options, planning_id)

    def upkeep(self, name: str) -> None:
        """Have something looked after, unless that is queued or running already."""
        with _explained():
            self._client.enqueue(_one(UPKEEP, f"{UPKEEP}:{name}"), name)

    def tick(self, name: str) -> None:
        """Have everything looked at that may be due; the same name is done once."""
        options = EnqueueOptions(workflow_name=TICK, queue_name=SYNC, workflow_id=name, priority=FIRST)
        with _explained():
            self._client.enqueue(options)

    def versions(self) -> list[int]:
        """The versions of the jobs' steps that have worked here."""
        with _explained():
            return [int(version["version_name"]) for version in self._client.list_application_versions()]


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        text = str(error.orig).strip().partition("\n")[0]
        raise UnavailableError(
            f"the queues of the database cannot be used (`clearweek db upgrade`?): {text}"
        ) from error


def _one(workflow: str, only_one: str) -> EnqueueOptions:
    return EnqueueOptions(
        workflow_name=workflow,
        queue_name=SYNC,
        priority=SOON,
        deduplication_id=only_one,
        duplication_policy="return-existing",
    )
