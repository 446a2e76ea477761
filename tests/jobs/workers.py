"""Workers as real processes, and what they wrote down."""

from __future__ import annotations

import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, text

from app.adapters.store.database import open_database, open_for_jobs, reading, writing
from app.jobs.engine import create_tables
from app.jobs.queues import Queues
from app.jobs.work import TICK, UPKEEP
from tests.jobs import child
from tests.jobs.child import TABLE

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload([child.__name__])  # the engine is imported once, not by each worker
PATIENCE_S = 30


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for a process to make something true."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, f"not in {PATIENCE_S} s: {what}"
        time.sleep(0.02)


class Worker:
    """A process that works."""

    def __init__(self, process: ForkServerProcess, said: Path) -> None:
        self.pid = process.pid or 0
        self._process = process
        self._said = said

    def kill(self) -> None:
        """End it as a lack of memory does: it says and does nothing more."""
        self._process.kill()
        self._process.join()

    def end(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.is_alive()

    def said(self) -> str:
        """What it said up to now."""
        return self._said.read_text()

    def ended(self) -> tuple[int | None, str]:
        """Wait for its end: its code, and what it said."""
        self._process.join(PATIENCE_S)
        return self._process.exitcode, self.said()


class Workers:
    """The workers of one database; all of them are ended with the test."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self._folder = folder
        self._gate = folder / "gate"
        self._started: list[Worker] = []
        self.engine: Engine = open_database(url)
        self._jobs = open_for_jobs(url)
        create_tables(self._jobs)
        with writing(self.engine) as connection:
            connection.execute(text(TABLE))
        self.queues = Queues(self._jobs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        for worker in self._started:
            worker.kill()
        self.engine.dispose()
        self._jobs.dispose()

    def start(self, version: int = 1, tick_s: float = 3600, adopt_s: float = 0.5) -> Worker:
        """Start one more; return when it has its place, or has ended."""
        said = self._folder / f"said-{len(self._started)}"
        given = (self.url, self._gate, said, version, tick_s, adopt_s)
        process = FORKS.Process(target=child.work, args=given)
        process.start()
        worker = Worker(process, said)
        self._started.append(worker)
        until(lambda: bool(self.of("slot", pid=worker.pid)) or not worker.is_alive(), "a worker has a place")
        return worker

    def open_gate(self) -> None:
        """Let work go on that waits."""
        self._gate.touch()

    def unfinished(self) -> list[str]:
        """The names of the jobs that wait or are at work."""
        jobs = self.queues._client.list_workflows(status=["ENQUEUED", "PENDING"])
        return [job.workflow_id for job in jobs if job.name != TICK and job.name != UPKEEP]

    def known(self, kind: str) -> set[str]:
        """The names of all jobs of a kind that are kept."""
        return {job.workflow_id for job in self.queues._client.list_workflows(name=kind)}

    def of(self, kind: str, what: str | None = None, pid: int | None = None) -> list[tuple[str, str, int]]:
        """What was written down of a kind: what, who held it, and by which process."""
        with reading(self.engine) as connection:
            rows = connection.execute(text("SELECT what, holder, pid FROM job WHERE kind = :kind"), {"kind": kind})
            found = [(str(row.what), str(row.holder), int(row.pid)) for row in rows]
        return [row for row in found if what in (None, row[0]) and pid in (None, row[2])]
