"""The command that does jobs."""

from __future__ import annotations

import logging
import os
import signal
import sys
from threading import Event, Thread
from typing import Annotated

import typer

from app import wiring
from app.errors import ClaimedError


def worker(
    leash: Annotated[bool, typer.Option(hidden=True, help="End with standard input.")] = False,
) -> None:
    """Do what is due: sync calendars, apply proposals, answer long plans.

    Ctrl-C ends it; what it leaves is taken up by others.

    `clearweek serve` has a worker of its own. A PostgreSQL database can have more of them, on any machine.
    """
    stop = Event()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: stop.set())
    if leash:
        Thread(target=_end_with_input, args=(stop,), daemon=True).start()
    _log()
    try:
        wiring.work_until(stop, wiring.Settings())
    except ClaimedError as error:
        if not leash:
            raise
        typer.echo(f"clearweek: {error}; this service only serves", err=True)
    sys.stderr.flush()
    os._exit(0)  # a step that does not end now would be waited for


def _end_with_input(stop: Event) -> None:
    sys.stdin.buffer.read()
    stop.set()


def _log() -> None:
    """One line for each thing that went wrong."""
    lines = logging.StreamHandler()
    lines.setFormatter(logging.Formatter("%(asctime)s clearweek worker: %(message)s", "%Y-%m-%d %H:%M:%S"))
    for name in ("clearweek.jobs", "dbos"):
        logging.getLogger(name).addHandler(lines)
