"""What the command leaves behind: files in a folder, and a plan on standard output."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text

from app.domain.plans.plan import Plan
from app.domain.plans.plans import Plans
from app.errors import InputError
from app.render.plans.document import plans_to_json, to_json
from app.render.plans.explanation import explanation_json, print_explanation
from app.render.plans.html import to_html
from app.render.plans.ics import week_ics
from app.render.plans.plans import print_plans
from app.render.plans.terminal import print_plan
from app.render.team_file import guessed_team_file
from app.services.planning.plan_week import Planned

_UNSAFE = re.compile(r"[^\w@.+-]")


class Format(StrEnum):
    """What `plan` prints on standard output."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    ICS = "ics"


def write(planned: Planned, folder: Path | None) -> list[Path]:
    """Put the plan, the page, the calendar and a guessed team into a folder; what the user edited is never lost.

    Raises `InputError` if the folder cannot be written.
    """
    files = dict(_files(planned.plan, folder)) if folder else {}
    if planned.guessed:
        team = guessed_team_file(planned.guessed).encode()
        own = (folder or Path("out")) / "team.toml"
        edited = own.exists() and own.read_bytes() != team
        files[own.with_name("team.guessed.toml") if edited else own] = team
    for path, data in files.items():
        _save(path, data)
    return list(files)


def write_all(plans: Plans, folder: Path) -> list[Path]:
    """Put all plans into one document, and each into a folder of its manager's; return what is whole.

    Raises `InputError` if the folder cannot be written.
    """
    _save(folder / "plans.json", plans_to_json(plans).encode())
    folders = {plan.manager: folder / _UNSAFE.sub("_", plan.manager).lstrip(".") for plan in plans.plans}
    for plan in plans.plans:
        for path, data in _files(plan, folders[plan.manager]):
            _save(path, data)
    return [folder / "plans.json", *folders.values()]


def _files(plan: Plan, folder: Path) -> Iterator[tuple[Path, bytes]]:
    yield folder / "plan.json", to_json(plan).encode()
    yield folder / "proposal.html", to_html(plan).encode()
    yield folder / "week.ics", week_ics(plan)


def save_in(folder: Path, name: str, data: bytes) -> Path:
    """Write a file into a folder, whatever its name may hold. Raises `InputError`."""
    path = folder / (_UNSAFE.sub("_", name).lstrip(".") or "file")
    _save(path, data)
    return path


def save_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet. Raises `InputError` if it is, or cannot be written."""
    if path.exists():
        raise InputError(f"{path}: is there already; name another file, or remove it")
    _save(path, data)


def _save(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    half = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(data)
        half.replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None


def show(plan: Plan, chosen: Format, written: Sequence[Path], next_step: str) -> None:
    """Print the plan; where it is for programs, the names of the files go to standard error."""
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


def show_all(plans: Plans, chosen: Format, written: Sequence[Path]) -> None:
    """Print all plans as one document, or a line for each."""
    if chosen is Format.JSON:
        sys.stdout.buffer.write(plans_to_json(plans).encode())
        return
    console = Console()
    print_plans(plans, console)
    page = next(path for path in written if path.suffix != ".json") / "proposal.html"
    console.print(Text(f"\nNext: open {page} in a browser", "bold"), highlight=False, soft_wrap=True)
    console.print(f"Written: {', '.join(str(p) for p in written)}", markup=False, highlight=False, soft_wrap=True)


def show_explanation(planned: Planned, chosen: Format) -> None:
    """Print what there is to say of the meetings asked about."""
    if chosen is Format.JSON:
        sys.stdout.buffer.write(explanation_json(planned.plan, planned.explained).encode())
    else:
        print_explanation(planned.plan, planned.explained, Console())


def next_step(planned: Planned, written: Sequence[Path]) -> str:
    """The one obvious thing to do with a plan."""
    if planned.guessed:
        team = next(p for p in written if p.name.startswith("team."))
        return f"correct the guesses in {team}, then run this again with --team {team}"
    return f"open {next((p for p in written if p.suffix == '.html'), 'the page')} in a browser"


def command() -> str:
    """How the user can call this command again from where they are."""
    if shutil.which("clearweek"):
        return "clearweek"
    called = Path(sys.argv[0])
    if called.stem == "__main__":  # python -m app.cli
        return "clearweek"
    return str(called.relative_to(Path.cwd()) if called.is_relative_to(Path.cwd()) else called)
