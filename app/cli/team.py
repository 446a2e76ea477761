"""The people that managers work with: checked, kept for everyone or for one manager, and made from a table."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app import wiring
from app.cli.output import save_new
from app.cli.progress import sign_in_at
from app.domain.configuration.access import EVERYONE
from app.domain.people.person import Team
from app.domain.people.team_check import faults, gaps
from app.errors import InputError, NotFoundError
from app.render.team_file import team_file
from app.render.words import count
from app.settings import parse, text_of

teams = typer.Typer(name="team", help="The people that managers work with.", no_args_is_help=True)

Out = Annotated[Path | None, typer.Option(help="The team.toml to make; without it, it is printed.")]
Manager = Annotated[str | None, typer.Option(help="Whose team it is; without it, that of all who have none.")]


@teams.command()
def load(file: Annotated[Path, typer.Argument(help="A team.toml.")], manager: Manager = None) -> None:
    """Keep a team for plans from the store; the versions before it are kept, too."""
    text = text_of(file)
    team = parse(text, str(file), Team)
    _check(team, str(file))
    engine = wiring.prepared(wiring.Settings())
    kept = wiring.configurations(engine).save("team", (manager or EVERYONE).lower(), text, datetime.now(UTC))
    typer.echo(f"{kept.source}: {_size(team)}")


@teams.command()
def check(
    file: Annotated[Path | None, typer.Argument(help="A team.toml; without it, the team that is kept.")] = None,
    manager: Manager = None,
) -> None:
    """Say what is wrong in a team, exit 2 if anything is, and what it leaves open."""
    team = wiring.load_team(file) if file else _kept(manager or EVERYONE)
    name = str(file or "the team that is kept")
    _check(team, name)
    typer.echo(f"{name}: {_size(team)}, nothing wrong")
    for gap in gaps(team):
        typer.echo(f"  {gap}")


@teams.command(name="import")
def import_people(
    table: Annotated[Path, typer.Argument(help="A CSV file; docs/operations.md lists its columns.")],
    out: Out = None,
) -> None:
    """Make a team.toml of a table of people; nothing is kept."""
    from app.adapters.people_csv import read_people  # noqa: PLC0415 - only this command reads tables

    team = read_people(str(table), text_of(table))
    _check(team, str(table))
    _save(team, out)


@teams.command()
def google(
    person: Annotated[str, typer.Option(help="Who signs in at Google: an email address.")],
    delegated: Annotated[bool, typer.Option("--delegated", help="By the service account; no browser.")] = False,
    out: Out = None,
) -> None:
    """Make a team.toml of the people in a domain's directory at Google; neither they nor the login are kept."""
    people = wiring.google_people(person.strip().lower(), wiring.Settings(), sign_in_at, is_delegated=delegated)
    team = Team(people)
    _check(team, "the directory")
    _save(team, out)


def _save(team: Team, out: Path | None) -> None:
    text = team_file(team)
    if out is None:
        typer.echo(text, nl=False)
        return
    save_new(out, text.encode())
    typer.echo(f"{out}: {_size(team)}")


def _kept(manager: str) -> Team:
    settings = wiring.Settings()
    team = wiring.team_of(manager, wiring.prepared(settings), settings)
    if team is None:
        raise NotFoundError("no team is kept: keep one with `clearweek team load team.toml`")
    return team


def _check(team: Team, name: str) -> None:
    wrong = faults(team)
    if wrong:
        raise InputError("\n".join(f"{name}: {fault}" for fault in wrong))


def _size(team: Team) -> str:
    managers = len({team.manager_of(person.email) for person in team.person} - {None})
    people = count(len(team.person), "person", "people")
    return f"{people}, {count(managers, 'manager')}, {count(len(team.group), 'group')}"
