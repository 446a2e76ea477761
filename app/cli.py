"""The `clearweek` command. Exit 0: done; 1: the work could not be done; 2: bad usage or bad input."""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.console import Console

from app import wiring
from app.domain.plan import Plan
from app.domain.timespan import FIRST_YEAR, LAST_YEAR, IsoWeek
from app.errors import AppError, InputError, NotFoundError, UnavailableError
from app.render.document import to_json
from app.render.html import to_html
from app.render.ics import week_ics
from app.render.team_file import guessed_team_file
from app.render.terminal import print_plan
from app.services.packing import Limits, OnProgress, Progress
from app.services.plan_week import Planned, Request, plan_week
from app.services.reading import Source

WORK = 8.0
"""Work of the solver, about as many seconds: the same question gets the same answer on every machine."""
DEMO_NOW = "2026-11-26T09:00:00+01:00"
DEMO_WEEK = "2026-W49"
DEMO_MANAGER = "dana@example.com"

app = typer.Typer(
    name="clearweek",
    help="Packs a manager's meetings into a weekly block pattern, and asks before anything moves.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Format(StrEnum):
    """What `plan` prints on standard output."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    ICS = "ics"


def main() -> NoReturn:
    """Run the command; a known error is one line on standard error, never a traceback."""
    try:
        app()
    except AppError as error:
        option = f" (--{error.option})" if isinstance(error, InputError) and error.option else ""
        typer.echo(f"clearweek: {error}{option}", err=True)
        sys.exit(2 if isinstance(error, (InputError, NotFoundError)) else 1)
    except BrokenPipeError:
        sys.exit(1)
    sys.exit(0)


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
        typer.Option(min=0.1, help="Seconds that the solver may take; without it, the same work on every machine."),
    ] = None,
    now: Annotated[str | None, typer.Option(help="Plan as of this moment, like 2026-11-26T09:00:00+01:00.")] = None,
) -> None:
    """Plan a week from .ics calendars: what would move, and why. Nothing is written to any calendar."""
    settings = wiring.Settings()
    moment = _moment(now)
    sources = wiring.sources(files, settings)
    request = Request(
        sources=sources,
        manager=manager or _first_owner(sources[0]),
        week=_week(week, moment),
        now=moment,
        pattern=wiring.load_pattern(pattern, settings),
        rules=wiring.load_rules(rules, settings),
        holidays=wiring.PublicHolidays(),
        generated_by=wiring.GENERATED_BY,
        team=wiring.load_team(team) if team else None,
        timezone=_zone(timezone),
        limits=Limits(work=WORK, wall_s=time_limit),
    )
    chosen = Format.JSON if json else format
    with _progress() as on_progress:
        planned = plan_week(request, on_progress)
    folder = out or (Path("out") if chosen is Format.TEXT else None)
    written = _write(planned, folder)
    _print(planned.plan, chosen, written, _next_step(planned, written))


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for plan.json, proposal.html and week.ics.")] = Path("out"),
) -> None:
    """Plan the week of the bundled sample: an invented manager, Dana, and her team of eight."""
    with _progress() as on_progress:
        planned = plan_week(demo_request(), on_progress)
    example = f"your own calendar: {_command()} plan you.ics colleague.ics --manager you@example.com"
    _print(planned.plan, Format.TEXT, _write(planned, out), example)


def demo_request() -> Request:
    """What the demo plans."""
    folder = wiring.sample()
    settings = wiring.Settings()
    return Request(
        sources=wiring.sources(sorted(str(p) for p in folder.glob("*.ics")), settings),
        manager=DEMO_MANAGER,
        week=IsoWeek.parse(DEMO_WEEK),
        now=datetime.fromisoformat(DEMO_NOW),
        pattern=wiring.load_pattern(None, settings),
        rules=wiring.load_rules(None, settings),
        holidays=wiring.PublicHolidays(),
        generated_by=wiring.GENERATED_BY,
        team=wiring.load_team(folder / "team.toml"),
    )


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve the HTTP API; /docs describes it."""
    import uvicorn  # noqa: PLC0415 - only the service needs it

    try:
        listening = socket.create_server((host, port))
    except OSError as error:
        raise UnavailableError(
            f"cannot listen on {host} port {port}: {error.strerror}; choose another --port"
        ) from None
    with listening:
        uvicorn.Server(uvicorn.Config("app.main:factory", factory=True)).run(sockets=[listening])


def _first_owner(source: Source) -> str:
    owner = source.owner or source.calendar.owner_hint
    if owner is None:
        raise InputError(f"{source.calendar.source}: does not say whose calendar it is; say it with --manager")
    return owner


def _moment(text: str | None) -> datetime:
    """The moment to plan as of. Raises `InputError` unless it says its offset from UTC."""
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"--now {text!r} is not a moment; write it like {DEMO_NOW}") from None
    if moment.tzinfo is None:
        raise InputError(f"--now {text!r} does not say its offset from UTC; write it like {DEMO_NOW}")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise InputError(f"--now {text!r} lies outside of {FIRST_YEAR}-{LAST_YEAR}")
    return moment


def _week(text: str | None, now: datetime) -> IsoWeek:
    if text is None:
        return IsoWeek.of(now.date()).plus(1)
    try:
        return IsoWeek.parse(text)
    except ValueError as error:
        raise InputError(f"--week {error}") from None


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, IsADirectoryError):
        raise InputError(f"--timezone {name!r} is not known; write it like Europe/Berlin") from None


@contextmanager
def _progress() -> Iterator[OnProgress | None]:
    """Show on standard error, if somebody looks, which tier is being solved, its value and its bound."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with console.status("planning …") as status:

        def show(step: Progress) -> None:
            status.update(f"planning … {step.tier} {step.value}, at best {step.lower_bound}, {step.seconds:.1f} s")

        yield show


def _write(planned: Planned, folder: Path | None) -> list[Path]:
    """Put the plan, the page, the calendar and a guessed team into a folder; what the user edited is never lost.

    Raises `InputError` if the folder cannot be written.
    """
    files: dict[Path, bytes] = {}
    if folder:
        files[folder / "plan.json"] = to_json(planned.plan).encode()
        files[folder / "proposal.html"] = to_html(planned.plan).encode()
        files[folder / "week.ics"] = week_ics(planned.plan)
    if planned.guessed:
        team = guessed_team_file(planned.guessed).encode()
        own = (folder or Path("out")) / "team.toml"
        edited = own.exists() and own.read_bytes() != team
        files[own.with_name("team.guessed.toml") if edited else own] = team
    for path, data in files.items():
        _save(path, data)
    return list(files)


def _save(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    half = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(data)
        half.replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None


def _print(plan: Plan, chosen: Format, written: Sequence[Path], next_step: str) -> None:
    if chosen is Format.TEXT:
        console = Console()
        print_plan(plan, console, next_step)
        console.print(f"Written: {', '.join(str(p) for p in written)}", markup=False, highlight=False, soft_wrap=True)
        return
    if chosen is Format.ICS:
        sys.stdout.buffer.write(week_ics(plan))
    else:
        sys.stdout.buffer.write((to_json(plan) if chosen is Format.JSON else to_html(plan)).encode())
    for path in written:
        typer.echo(f"written: {path}", err=True)


def _next_step(planned: Planned, written: Sequence[Path]) -> str:
    if planned.guessed:
        team = next(p for p in written if p.name.startswith("team."))
        return f"correct the guesses in {team}, then run this again with --team {team}"
    return f"open {next((p for p in written if p.suffix == '.html'), 'the page')} in a browser"


def _command() -> str:
    """How the user can call this command again from where they are."""
    if shutil.which("clearweek"):
        return "clearweek"
    called = Path(sys.argv[0])
    return str(called.relative_to(Path.cwd()) if called.is_relative_to(Path.cwd()) else called)
