"""Putting jobs into their queues, from any process that has the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dbos import DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions, WorkflowHandle
from dbos import error as engine_error
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, ProgrammingError

from app.errors import ConfigError, StoreError
from app.jobs.work import APPLICATION, APPLY, MAIL, PLAN, SYNC, TICK, UPKEEP

TAKEN = 12
"""Syncs that one worker has at hand, and so the most that it takes at one look; others wait for any worker."""
PROPOSALS = 4
"""Proposals that one worker applies at the same time."""
MAILS = 2
"""Mails that one worker makes at the same time: most of each is a plan."""
FIRST, SOON = 1, 10
"""Priorities: a tick goes before the syncs that wait."""


class Queues:
    """The door to the jobs. Nothing is done here: a worker takes what is queued.

    Every method raises `StoreError` if the database cannot be used, `ConfigError` if it has no queues.
    """

    def __init__(self, engine: Engine, version: int | None = None) -> None:
        """`version` is that of the workers that may do what is queued here; None is the latest that worked here."""
        self._version = version
        self._client = DBOSClient(
            system_database_engine=engine,
            application_name=APPLICATION,
            serializer=DBOSPortableJSONSerializer(),
            retry_connection_errors=False,
            lazy=True,
        )

    def declare(self, poll_s: float) -> None:
        """Make the queues, or set them up anew; workers look for work so often, half as often for plans and mails."""
        with explained():
            self._client.register_queue(SYNC, worker_concurrency=TAKEN, polling_interval_sec=poll_s)
            self._client.register_queue(PLAN, worker_concurrency=1, polling_interval_sec=2 * poll_s)
            self._client.register_queue(APPLY, worker_concurrency=PROPOSALS, polling_interval_sec=poll_s)
            self._client.register_queue(MAIL, worker_concurrency=MAILS, polling_interval_sec=2 * poll_s)

    def due(self, calendar_id: str) -> None:
        """Have a calendar synced, unless that is queued or running already."""
        with explained():
            self._client.enqueue(self._one(SYNC, calendar_id), calendar_id)

    def sync(self, calendar_id: str) -> None:
        """Have a calendar synced as it is from now on: if it is being synced, once more after that."""
        with explained():
            handle: WorkflowHandle[None] = self._client.enqueue(self._one(SYNC, calendar_id), calendar_id)
            if handle.get_status().status == "PENDING":
                self._client.enqueue(self._one(SYNC, f"{calendar_id}:again"), calendar_id)

    def plan(self, planning_id: str, connection: Connection | None = None) -> None:
        """Have a planning worked at, unless that is queued or running already.

        With the connection of a transaction, a new one is queued if and when that is committed, with our own rows.
        """
        options = self._one(PLAN, planning_id, PLAN)
        with explained():
            if connection is None:
                self._client.enqueue(options, planning_id)
            else:
                options["duplication_policy"] = "reject"  # who exists already cannot be told from within
                self._client.enqueue_in_transaction(connection, options, planning_id)

    def apply(self, proposal_id: str, version: int | None = None, connection: Connection | None = None) -> None:
        """Have a proposal worked at, as it is at a version; without one, unless that is queued or running already.

        With the connection of a transaction, it is queued if and when that is committed, with our own rows.
        """
        options = self._one(APPLY, proposal_id if version is None else f"{proposal_id}:{version}", APPLY)
        with explained():
            if connection is None:
                self._client.enqueue(options, proposal_id)
            else:
                options["duplication_policy"] = "reject"  # each version is queued once
                self._client.enqueue_in_transaction(connection, options, proposal_id)

    def mail(self, mail_id: str) -> None:
        """Have a mail sent, unless that is queued or running already."""
        with explained():
            self._client.enqueue(self._one(MAIL, mail_id, MAIL), mail_id)

    def upkeep(self, name: str) -> None:
        """Have something looked after, unless that is queued or running already."""
        with explained():
            self._client.enqueue(self._one(UPKEEP, f"{UPKEEP}:{name}"), name)

    def tick(self, name: str) -> None:
        """Have everything looked at that may be due; the same name is done once."""
        with explained():
            self._client.enqueue(self._options(TICK, SYNC, FIRST, name))

    def versions(self) -> list[int]:
        """The versions of the jobs' steps that have worked here."""
        with explained():
            return [int(version["version_name"]) for version in self._client.list_application_versions()]

    def _one(self, workflow: str, only_one: str, queue: str = SYNC) -> EnqueueOptions:
        """A job of which one at a time is queued or running."""
        options = self._options(workflow, queue)
        return EnqueueOptions(**options, deduplication_id=only_one, duplication_policy="return-existing")

    def _options(self, workflow: str, queue: str, priority: int = SOON, name: str | None = None) -> EnqueueOptions:
        options = EnqueueOptions(workflow_name=workflow, queue_name=queue, priority=priority)
        if name is not None:
            options["workflow_id"] = name
        if self._version is not None:
            options["app_version"] = str(self._version)
        return options


@contextmanager
def explained() -> Iterator[None]:
    """Errors of the engine's database as ours: `StoreError`, or `ConfigError` if it has no queues."""
    try:
        yield
    except engine_error.DBOSInitializationError as error:
        raise _no_queues() from error
    except DBAPIError as error:
        text = str(error.orig).strip().partition("\n")[0]
        if isinstance(error, ProgrammingError) or "no such table" in text:
            raise _no_queues() from error
        raise StoreError(f"the queues of the database cannot be used: {text}") from error


def _no_queues() -> ConfigError:
    return ConfigError("the database has no queues of this version: run `clearweek db upgrade`")
