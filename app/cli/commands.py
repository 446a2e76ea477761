"""The commands and their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli import connect as connecting
from app.cli import output, secrets, stored, working
from app.cli import proposals as proposing
from app.cli.audit import audit
from app.cli.mail import mail
from app.cli.output import Format
from app.cli.plan import plan
from app.cli.progress import watched
from app.cli.reading import demo_request
from app.cli.serving import serve
from app.cli.sync import sync
from app.cli.team import teams
from app.services.planning.plan_week import plan_week

app = typer.Typer(
    name="clearweek",
    help="Packs a manager's meetings into a weekly block pattern, and asks before anything moves.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command()(plan)
app.command()(serve)
app.add_typer(connecting.connect)
app.command()(sync)
app.command()(connecting.calendars)
app.command()(connecting.grant)
app.command()(connecting.disconnect)
app.command()(proposing.propose)
app.command()(proposing.proposals)
app.command()(proposing.decide)
app.command()(proposing.apply)
app.command()(proposing.undo)
app.command()(audit)
app.command()(working.worker)
app.add_typer(mail)
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
