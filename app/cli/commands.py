"""The commands and their options."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Annotated

import typer

from app import wiring
from app.cli import connect as connecting
from app.cli import output, secrets, stored, working
from app.cli.asked import check_together, demo_request, first_owner, moment_of, moves_of, week_of, zone_of
from app.cli.output import Format
from app.cli.progress import watched
from app.cli.sync import sync
from app.cli.team import teams
from app.domain.asked import PlanScope
from app.domain.what_if import parse_what_if
from app.errors import UnavailableError
from app.services.packing import Limits
from app.services.plan_week import Request, plan_week

WORK = 8.0
"""Work of the solver, about as many seconds: the same question gets the same answer on every machine."""

app = typer.Typer(
    name="clearweek",
    help="Packs a manager's meetings into a weekly block pattern, and asks before anything moves.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(stored.db)
app.add_typer(stored.keys)
app.add_typer(secrets.secrets)
app.add_typer(teams)
app.add_typer(connecting.connect)
app.command()(connecting.calendars)
app.command()(connecting.disconnect)
app.command()(sync)
app.command()(working.worker)


@app.command()
def plan(
    files: Annotated[list[str], typer.Argument(help="Calendars: paths, URLs or - ; email=path names the owner.")],
    manager: Annotated[
        str | None, typer.Option(help="Whose week it is; the first calendar's owner by default.")
    ] = None,
    week: Annotated[str | None, typer.Option(help="ISO week like 2026-W49; next week by default.")] = None,
    team: Annotated[Path | None, typer.Option(help="The people, as a team.toml.")] = None,
    pattern: Annotated[Path | None, typer.Option(help="The wanted week, as a pattern.toml.")] = None,
    rules: Annotated[Path | None, typer.Option(help="What may move and what it costs, as a rules.toml.")] = None,
    timezone: Annotated[str | None, typer.Option(help="The manager's zone, like Europe/Berlin.")] = None,
    format: Annotated[Format, typer.Option(help="What to print.")] = Format.TEXT,  # noqa: A002
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for plan.json, proposal.html and week.ics.")] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            min=0.1, max=3600, help="Seconds that the solver may take; without it, the same work on every machine."
        ),
    ] = None,
    explain: Annotated[
        list[str] | None,
        typer.Option(metavar="MEETING", help="Say all about one meeting, by UID or a part of its title; repeatable."),
    ] = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option(
            metavar="QUESTION",
            help='Plan a week that is different, and compare: "new ana@example.com,bo@example.com 30m weekly", '
            '"free tuesday", "optional ana@example.com in MEETING"; repeatable.',
        ),
    ] = None,
    scope: Annotated[
        PlanScope,
        typer.Option(help="Whose weeks: one manager's, with those of the managers who report to them, or everyone's."),
    ] = "manager",
    series: Annotated[bool, typer.Option("--series", help="Propose moves of whole series only.")] = False,
    occurrence: Annotated[
        bool, typer.Option("--occurrence", help="Propose moves of this week's occurrences only; series stay.")
    ] = False,
    now: Annotated[str | None, typer.Option(help="Plan as of this moment, like 2026-11-26T09:00:00+01:00.")] = None,
) -> None:
    """Plan a week from .ics calendars: what would move, and why. Nothing is written to any calendar.

    Ctrl-C stops it: then nothing is written. With --time-limit the best answer so far is taken instead.
    """
    chosen = Format.JSON if json else format
    check_together(chosen, scope, asked=bool(what_if), explained=bool(explain))
    settings = wiring.Settings()
    moment = moment_of(now)
    sources = wiring.sources(files, settings)
    request = Request(
        sources=sources,
        manager=manager or first_owner(sources[0]),
        week=week_of(week, moment),
        now=moment,
        pattern=wiring.load_pattern(pattern, settings),
        rules=wiring.load_rules(rules, settings),
        holidays=wiring.PublicHolidays(),
        generated_by=wiring.GENERATED_BY,
        team=wiring.load_team(team) if team else None,
        timezone=zone_of(timezone),
        limits=Limits(work=WORK, wall_s=time_limit),
        explain=tuple(explain or ()),
        what_if=tuple(parse_what_if(text) for text in what_if or ()),
        moves=moves_of(series=series, occurrence=occurrence),
    )
    if scope != "manager":
        plans = watched(lambda watch: wiring.apart(request, scope, watch))
        shown = Path("out") if chosen is Format.TEXT else None
        output.show_all(plans, chosen, output.write_all(plans, folder) if (folder := out or shown) else [])
        return
    planned = watched(lambda watch: plan_week(request, watch))
    written = output.write(planned, out or (Path("out") if chosen is Format.TEXT else None))
    if explain:
        output.show_explanation(planned, chosen)
    else:
        output.show(planned.plan, chosen, written, output.next_step(planned, written))


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
        wiring.check_start(listening.getsockname()[0], wiring.Settings())
        made_by = "app.main:with_worker" if worker else "app.main:factory"
        config = uvicorn.Config(made_by, factory=True, proxy_headers=False)
        uvicorn.Server(config).run(sockets=[listening])
