"""The service with its worker, and workers alone, as processes."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.calls import SAMPLE, WEEK

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60


class Processes:
    """Commands on one SQLite file, each in a process of its own; all of them are ended with the test."""

    def __init__(self, folder: Path) -> None:
        self._lock = folder / "clearweek.sqlite.worker"
        url = f"sqlite:///{folder / 'clearweek.sqlite'}"
        self._environment = {**os.environ, "CLEARWEEK_DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}
        self.started: list[subprocess.Popen[str]] = []

    def run(self, *words: str) -> subprocess.Popen[str]:
        """Start a command."""
        command = [sys.executable, "-m", "app.cli", *words]
        process = subprocess.Popen(command, cwd=ROOT, env=self._environment, text=True, stderr=subprocess.PIPE)
        self.started.append(process)
        return process

    def has_worker(self) -> bool:
        """Whether some process holds the place of the one worker."""
        if not self._lock.exists():
            return False
        with self._lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return True
        return False

    def until_worker(self, *, there: bool) -> None:
        """Wait for a worker to be there, or to be gone."""
        end = time.monotonic() + PATIENCE_S
        while self.has_worker() is not there:
            assert time.monotonic() < end, f"a worker is {'not ' if there else ''}there after {PATIENCE_S} s"
            time.sleep(0.05)


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    found = Processes(tmp_path)
    yield found
    for process in found.started:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


def says(process: subprocess.Popen[str], what: str) -> str:
    """The line that has something; the process may not end before."""
    assert process.stderr is not None
    for line in process.stderr:
        if what in line:
            return line
    raise AssertionError(f"never said: {what}")


def test_the_service_has_a_worker_and_ends_with_it(processes: Processes) -> None:
    service = processes.run("serve", "--port", "0")
    processes.until_worker(there=True)
    service.send_signal(signal.SIGTERM)
    says(service, "Application shutdown complete")
    assert not processes.has_worker()
    service.wait()


def test_a_worker_ends_when_its_service_was_killed(processes: Processes) -> None:
    service = processes.run("serve", "--port", "0")
    processes.until_worker(there=True)
    service.kill()
    processes.until_worker(there=False)


def test_a_second_service_of_one_file_only_serves(processes: Processes) -> None:
    worker = processes.run("worker")
    processes.until_worker(there=True)
    line = says(processes.run("serve", "--port", "0"), "has a worker already")
    assert line.endswith("this service only serves\n")
    refused = processes.run("worker")
    _, said = refused.communicate()
    assert (refused.returncode, said.count("\n")) == (1, 1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait() == 0


def test_a_service_without_a_worker_leaves_its_place_to_another(processes: Processes) -> None:
    says(processes.run("serve", "--port", "0", "--no-worker"), "Application startup complete")
    worker = processes.run("worker")
    processes.until_worker(there=True)
    worker.send_signal(signal.SIGINT)
    assert worker.wait() == 0


NEEDLESS = (
    "dbos sqlalchemy PIL app.services.auditing app.services.mailing app.render.mail app.render.picture app.render.audit"
)
"""What no plan from files needs, and what would make all of them slower."""


def test_a_plan_from_files_does_without_the_engine_mails_audits_and_pictures() -> None:
    plan = ["clearweek", "plan", str(SAMPLE / "ana.ics"), "--manager", "ana@example.com", *WEEK]
    ended = f"sys.exit([name for name in {NEEDLESS!r}.split() if name in sys.modules] or None)"
    code = f"import sys; sys.argv = {plan}; from app.cli.commands import app; app(standalone_mode=False); {ended}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout
