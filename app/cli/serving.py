"""`clearweek serve`: the API and the pages, for a database, or for the bundled sample."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from app import wiring
from app.cli.options import DEMO_MANAGER, DEMO_NOW, DEMO_WEEK
from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.access import is_loopback
from app.errors import InputError, UnavailableError

STREAMS_END_S = 5
"""Seconds that whoever watches something keeps a service from ending."""
PREFIX = "CLEARWEEK_"


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    worker: Annotated[bool, typer.Option(help="Sync calendars, apply proposals and answer long plans, too.")] = True,
    demo: Annotated[bool, typer.Option("--demo", help="Serve the bundled sample, and forget all at the end.")] = False,
) -> None:
    """Serve the pages and the HTTP API; /docs describes it. A worker beside it does what is due."""
    import uvicorn  # noqa: PLC0415 - only the service needs it

    with ExitStack() as stack:
        listening = stack.enter_context(_listen(host, port))
        address, taken = listening.getsockname()[:2]
        page = f"http://{address}:{taken}"
        if demo:
            page += f"/proposals/{stack.enter_context(_sample(address))}"
        wiring.check_start(address, wiring.Settings())
        typer.echo(page, err=True)
        made_by = "app.main:with_worker" if worker else "app.main:factory"
        config = uvicorn.Config(made_by, factory=True, proxy_headers=False, timeout_graceful_shutdown=STREAMS_END_S)
        uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise UnavailableError(
            f"cannot listen on {host} port {port}: {error.strerror}; choose another --port"
        ) from None


@contextmanager
def _sample(address: str) -> Iterator[str]:
    """A database of the sample that is gone afterwards, without the settings of this machine; gives a proposal's id."""
    if not is_loopback(address):
        raise InputError("the demo knows no accounts, so that it is for this machine alone: leave --host out")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # else it would end before anything is removed
    kept = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
    with TemporaryDirectory(prefix="clearweek-demo-") as folder:
        for name in kept:
            del os.environ[name]
        os.environ[f"{PREFIX}DATABASE_URL"] = f"sqlite:///{Path(folder) / 'clearweek.sqlite'}"
        typer.echo("preparing the sample: an invented manager, Dana, and her team of eight ...", err=True)
        week, at = IsoWeek.parse(DEMO_WEEK), datetime.fromisoformat(DEMO_NOW)
        try:
            yield wiring.prepare_demo(wiring.sample(), DEMO_MANAGER, week, at, wiring.Settings())
        finally:
            del os.environ[f"{PREFIX}DATABASE_URL"]
            os.environ.update(kept)
