"""Workers as real processes, and what they wrote down."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, text

from app.adapters.store.database import open_database, open_for_jobs, reading, writing
from app.jobs.engine import create_tables
from app.jobs.queues import Queues
from app.jobs.work import TICK, UPKEEP
from tests.jobs.child import TABLE

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for a process to make something true."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, f"not in {PATIENCE_S} s: {what}"
        time.sleep(0.02)


class Workers:
    """The workers of one database; all of them are ended with the test."""

    def __init__(self, url: str, gate: Path) -> None:
        self.url = url
        self._gate = gate
        self._started: list[subprocess.Popen[str]] = []
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
        for process in self._started:
            process.kill()
            process.wait()
            if process.stderr:
                process.stderr.close()
        self.engine.dispose()
        self._jobs.dispose()

    def start(self, *options: str) -> subprocess.Popen[str]:
        """Start one more; return when it has its place, or has ended."""
        command = [sys.executable, "-m", "tests.jobs.child", self.url, str(self._gate), *options]
        process = subprocess.Popen(command, cwd=ROOT, text=True, stderr=subprocess.PIPE)
        self._started.append(process)
        until(lambda: bool(self.of("slot", pid=process.pid)) or process.poll() is not None, "a worker has a place")
        return process

    def open_gate(self) -> None:
        """Let work go on that waits."""
        self._gate.touch()

    def unfinished(self) -> list[str]:
        """The names of the jobs that wait or are at work."""
        jobs = self.queues._client.list_workflows(status=["ENQUEUED", "PENDING"])
        return [job.workflow_id for job in jobs if job.name != TICK and job.name != UPKEEP]

    def of(self, kind: str, what: str | None = None, pid: int | None = None) -> list[tuple[str, str, int]]:
        """What was written down of a kind: what, who held it, and by which process."""
        with reading(self.engine) as connection:
            rows = connection.execute(text("SELECT what, holder, pid FROM job WHERE kind = :kind"), {"kind": kind})
            found = [(str(row.what), str(row.holder), int(row.pid)) for row in rows]
        return [row for row in found if what in (None, row[0]) and pid in (None, row[2])]


def kill(process: subprocess.Popen[str] | int) -> None:
    """End a process as a lack of memory does: it says and does nothing more."""
    if isinstance(process, int):
        os.kill(process, signal.SIGKILL)
    else:
        process.kill()
        process.wait()
