"""The commands and their options."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Annotated

import typer

from app import wiring
from app.cli import connect as connecting
from app.cli import output, secrets, stored, working
from app.cli.asked import demo_request
from app.cli.output import Format
from app.cli.plan import plan
from app.cli.progress import watched
from app.cli.sync import sync
from app.cli.team import teams
from app.errors import UnavailableError
from app.services.plan_week import plan_week

STREAMS_END_S = 5
"""Seconds that whoever watches something keeps a service from ending."""

app = typer.Typer(
    name="clearweek",
    help="Packs a manager's meetings into a weekly block pattern, and asks before anything moves.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command()(plan)
app.add_typer(connecting.connect)
app.command()(sync)
app.command()(connecting.calendars)
app.command()(connecting.grant)
app.command()(connecting.disconnect)
app.command()(working.worker)
app.add_typer(teams)
app.add_typer(stored.db)
app.add_typer(stored.keys)
app.add_typer(secrets.secrets)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for plan.json, proposal.html and week.ics.")] = Path("out"),
) -> None:
    """Plan the week of the bundled sample: an invented manager, Dana, and her team of eight."""
    planned = watched(lambda watch: plan_week(demo_request(), watch))
    example = f"your own calendar: {output.command()} plan you.ics colleague.ics --manager you@example.com"
    output.show(planned.plan, Format.TEXT, output.write(planned, out), example)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    worker: Annotated[bool, typer.Option(help="Sync calendars and answer long plans, too.")] = True,
) -> None:
    """Serve the HTTP API; /docs describes it. A worker beside it does what is due."""
    import uvicorn  # noqa: PLC0415 - only the service needs it

    try:
        listening = socket.create_server((host, port))
    except OSError as error:
        raise UnavailableError(
            f"cannot listen on {host} port {port}: {error.strerror}; choose another --port"
        ) from None
    with listening:
        address, taken = listening.getsockname()[:2]
        wiring.check_start(address, wiring.Settings())
        typer.echo(f"http://{address}:{taken}", err=True)
        made_by = "app.main:with_worker" if worker else "app.main:factory"
        config = uvicorn.Config(made_by, factory=True, proxy_headers=False, timeout_graceful_shutdown=STREAMS_END_S)
        uvicorn.Server(config).run(sockets=[listening])
