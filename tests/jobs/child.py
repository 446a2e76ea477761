"""A worker as a process of its own, whose work is to write down what it does."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from threading import Event

from dbos import DBOS
from sqlalchemy import Engine, text

from app.adapters.store.database import open_database, open_for_jobs, reading, writing
from app.errors import ParseError, UnavailableError
from app.jobs.slots import take_slot
from app.jobs.work import Work
from app.jobs.worker import Pace, work_until

TABLE = "CREATE TABLE job (kind VARCHAR(9), what VARCHAR(80), holder VARCHAR(80), pid INTEGER)"
OPEN_S = 60


def note(engine: Engine, kind: str, what: str, holder: str = "") -> None:
    """Write down that something happened."""
    row = {"kind": kind, "what": what, "holder": holder, "pid": os.getpid()}
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO job VALUES (:kind, :what, :holder, :pid)"), row)


def work_of(engine: Engine, gate: Path) -> Work:
    """Work that is written down; a calendar called `gate…` is at work until there is a file, `faulty` fails once."""

    def sync(calendar_id: str, holder: str) -> None:
        note(engine, "begun", calendar_id, holder)
        if calendar_id.startswith("gate"):
            wait_for(gate)
        if calendar_id == "faulty" and len(_begun(engine, calendar_id)) < 2:
            raise UnavailableError("the server is not there")
        note(engine, "done", calendar_id, holder)

    def plan(planning_id: str) -> None:
        if planning_id == "broken":
            raise ParseError("it cannot be read")
        if planning_id == "unlucky" and not _of(engine, "tried"):
            note(engine, "tried", planning_id)
            raise ParseError("once")
        note(engine, "planned", planning_id)

    def due() -> list[str]:
        note(engine, "tick", DBOS.workflow_id or "")
        return _of(engine, "due")

    return Work(
        sync=sync,
        plan=plan,
        due=due,
        waiting=lambda: _of(engine, "waiting"),
        upkeep={"renew": lambda: note(engine, "renewed", "")},
    )


def _of(engine: Engine, kind: str) -> list[str]:
    with reading(engine) as connection:
        return list(connection.scalars(text("SELECT what FROM job WHERE kind = :kind"), {"kind": kind}))


def _begun(engine: Engine, what: str) -> list[str]:
    with reading(engine) as connection:
        return list(
            connection.scalars(text("SELECT holder FROM job WHERE kind = 'begun' AND what = :what"), {"what": what})
        )


def wait_for(gate: Path) -> None:
    """Return when there is a file."""
    end = time.monotonic() + OPEN_S
    while not gate.exists() and time.monotonic() < end:
        time.sleep(0.02)


def work(url: str, gate: Path, said: Path, version: int, tick_s: float, adopt_s: float) -> None:
    """Be a worker until a SIGTERM, whose words are in a file."""
    os.dup2(os.open(said, os.O_CREAT | os.O_WRONLY | os.O_APPEND), 2)
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    engine, jobs = open_database(url), open_for_jobs(url)
    slot = take_slot(jobs)
    note(engine, "slot", slot.name)
    work_until(stop, jobs, work_of(engine, gate), slot, Pace(tick_s, adopt_s, poll_s=0.1, end_s=1), version)
    os._exit(0)
