"""DBOS, as this application uses it: one in a process, on the database that everything is in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, WorkflowStatus
from sqlalchemy import Engine

from app.errors import AppError, ConfigError
from app.jobs.queues import Queues, explained
from app.jobs.work import APPLICATION, TICK, VERSION, Work
from app.jobs.workflows import Steps, register

KEPT = timedelta(days=1)
"""How long the engine keeps what it has done."""
BATCH = 1000
"""Jobs that are forgotten in one transaction."""
NEVER_S = 86_400.0
ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


def create_tables(engine: Engine) -> None:
    """Bring the engine's own tables to its version; in PostgreSQL they are in the schema `dbos`."""
    logging.getLogger("dbos").setLevel(logging.WARNING)
    DBOS.migrate(engine.url.set(drivername=engine.dialect.name).render_as_string(hide_password=False))


class JobEngine:
    """The engine of this process: takes jobs from the queues in the name of an executor, and does them.

    `version` is that of the jobs' steps.
    """

    def __init__(self, engine: Engine, work: Work, executor: str, version: int = VERSION) -> None:
        self.queues = Queues(engine, version)
        self._engine = engine
        self._executor = executor
        self._version = version
        register(Steps(replace(work, upkeep={**work.upkeep, "forget": _forget}), self.queues))

    def start(self, poll_s: float) -> None:
        """Begin to work, looking into the queues every so many seconds; what this executor has left is taken up again.

        Raises `ConfigError` if the tables are of another version, or a newer Clearweek has worked here, `StoreError` if
        the database cannot be used.
        """
        if any(version > self._version for version in self.queues.versions()):
            raise ConfigError("a newer Clearweek has worked on the queues of the database: install that version")
        self.queues.declare(poll_s)
        logging.getLogger("dbos").addFilter(_brief)
        DBOS(config=self._config())
        try:
            with explained():
                DBOS.launch()
                DBOS.set_latest_application_version(str(self._version))
        except AppError:
            DBOS.destroy()
            raise

    def stop(self, patience_s: int) -> None:
        """Take no more jobs; what is not done in some seconds is left to be taken up again."""
        DBOS.destroy(workflow_completion_timeout_sec=patience_s)

    def adopt(self, hold: Callable[[str], AbstractContextManager[bool]]) -> None:
        """Put what dead executors have left back into its queue.

        `hold` gives, for a while, an executor's place if nobody else has it, and says whether it did.
        """
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        for executor in sorted({job.executor_id for job in pending if job.executor_id} - {self._executor}):
            with hold(executor) as held:
                if held:
                    DBOS._recover_pending_workflows([executor])  # noqa: SLF001 - counts attempts, unlike resuming
                    self._begin_again([job for job in pending if job.executor_id == executor])
        self._begin_again([*self._queued_before(), *(job for job in pending if job.executor_id == self._executor)])

    def _begin_again(self, jobs: list[WorkflowStatus]) -> None:
        """Drop what an older version began; our own rows still say what there is to do, and a tick reads them."""
        old = [job.workflow_id for job in jobs if job.app_version in self._older()]
        if old:
            DBOS.delete_workflows(old)
            self.queues.tick(f"{TICK}:instead of {old[0]}")

    def _queued_before(self) -> list[WorkflowStatus]:
        if not self._older():
            return []
        return DBOS.list_workflows(status="ENQUEUED", app_version=self._older(), load_input=False)

    def _older(self) -> list[str]:
        return [str(version) for version in range(1, self._version)]

    def _config(self) -> DBOSConfig:
        return DBOSConfig(
            name=APPLICATION,
            system_database_engine=self._engine,
            application_version=str(self._version),
            executor_id=self._executor,
            serializer=DBOSPortableJSONSerializer(),
            run_migrations=False,
            scheduler_polling_interval_sec=NEVER_S,
            log_level="WARNING",
        )


def _brief(record: logging.LogRecord) -> bool:
    """Let a message of the engine through as one line; which job failed, and why, is said by the job."""
    text = record.getMessage()
    record.msg, record.args, record.exc_info = text.partition("\n")[0], (), None
    return not text.startswith("Exception encountered in background")


def _forget() -> None:
    """Delete what the engine keeps of jobs that ended a while ago."""
    before = (datetime.now(UTC) - KEPT).isoformat()
    while True:
        ended = DBOS.list_workflows(
            status=ENDED, completed_before=before, limit=BATCH, load_input=False, load_output=False
        )
        DBOS.delete_workflows([job.workflow_id for job in ended])
        if len(ended) < BATCH:
            return
