"""A process that applies or undoes a proposal, and ends, or has the database end, at a point of it."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from multiprocessing.connection import Connection

from app.adapters.store.calendars import calendars, connections
from app.adapters.store.proposals import proposals
from app.errors import AppError
from app.settings import Settings
from app.wiring.applying import work_of
from app.wiring.stored import database
from tests.services.points import Points, do_job, pointed_mails, pointed_requests, pointed_transactions

HOLDER = "worker"
"""Who works, as the engine calls it: whoever goes on with a job of a dead one has its name."""
CRASH = "the database crashes"


def work(settings: Settings, proposal_id: str, at: int, crashes: bool, said: Connection) -> None:
    """Do a job as a worker does it; `said` is told the points that were passed and what happens, then how it ended."""
    points = Points(at, lambda: _fall(points, crashes, said))
    with ExitStack() as pointed:
        pointed.enter_context(pointed_transactions(points, calendars, connections, proposals))
        pointed.enter_context(pointed_requests(points))
        pointed.enter_context(pointed_mails(points))
        ended = _worked(settings, proposal_id)
    said.send((points.passed, ended))


def _fall(points: Points, crashes: bool, said: Connection) -> None:
    said.send((points.passed, CRASH if crashes else "the process is killed"))
    if crashes:
        said.recv()  # the database is there again
    else:
        os.kill(os.getpid(), signal.SIGKILL)


def _worked(settings: Settings, proposal_id: str) -> str:
    try:
        do_job(work_of(database(settings), settings, proposal_id, HOLDER))
    except AppError as error:
        return f"{type(error).__name__}: {error}"
    return "done"
