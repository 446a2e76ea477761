"""What concerns the database: its schema, and the keys of the HTTP API that it keeps."""

from __future__ import annotations

import json as json_text
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from app import wiring
from app.cli.asked import address_of
from app.domain.configuration.access import ApiKey, Scope
from app.errors import InputError
from app.settings import Settings

db = typer.Typer(name="db", help="The database of the service.", no_args_is_help=True)
keys = typer.Typer(name="keys", help="Keys of the HTTP API.", no_args_is_help=True)


@db.command()
def upgrade() -> None:
    """Bring the database to the schema of this version; make it if there is none."""
    from app.adapters.store.database import named  # noqa: PLC0415 - only who keeps something needs a database
    from app.adapters.store.upgrades import schema_of  # noqa: PLC0415
    from app.adapters.store.upgrades import upgrade as upgraded  # noqa: PLC0415

    engine = wiring.database(Settings())
    before = upgraded(engine)
    wiring.make_queues(Settings())
    now = schema_of(engine)
    done = "was there already" if before.is_current else f"from {before.current or 'nothing'}"
    typer.echo(f"{named(engine)}: schema {now.current}, {done}")


@db.command()
def status() -> None:
    """Say which schema the database has, and which one this version needs; exit 1 if they differ."""
    from app.adapters.store.database import named  # noqa: PLC0415
    from app.adapters.store.upgrades import schema_of  # noqa: PLC0415

    engine = wiring.database(Settings())
    schema = schema_of(engine)
    mend = "" if schema.is_current else ": run `clearweek db upgrade`"
    typer.echo(f"{named(engine)}: schema {schema.current or 'none'}, needed {schema.needed}{mend}")
    raise typer.Exit(0 if schema.is_current else 1)


@keys.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is for, such as the program that uses it.")],
    scope: Annotated[list[Scope] | None, typer.Option(help="What it opens; repeatable.")] = None,
    person: Annotated[
        str | None,
        typer.Option("--for", metavar="EMAIL", help="Whose proposals it opens, and no others; without it, everyone's."),
    ] = None,
) -> None:
    """Make a key and print it; it is shown this once."""
    scopes = scope or [Scope.PLAN]
    whose = _whose(person, scopes) if person else None
    _, text = wiring.keys(Settings()).create(name, scopes, datetime.now(UTC), whose)
    typer.echo(text)


@keys.command(name="list")
def list_keys(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show all keys, not their texts."""
    found = wiring.keys(Settings()).all()
    if json:
        typer.echo(json_text.dumps([_document(key) for key in found], indent=2))
        return
    table = Table(box=None)
    for heading in ("id", "name", "opens", "for", "made", "last used", "revoked"):
        table.add_column(heading, overflow="fold")
    for key in found:
        moments = (key.created_at, key.last_used_at, key.revoked_at)
        opens = ", ".join(sorted(key.scopes))
        table.add_row(key.id, key.name, opens, key.person or "-", *(_shown(moment) for moment in moments))
    Console().print(table)


@keys.command()
def revoke(key_id: Annotated[str, typer.Argument(help="The id of the key, from `clearweek keys list`.")]) -> None:
    """Let a key open nothing any more, at once."""
    wiring.keys(Settings()).revoke(key_id, datetime.now(UTC))
    typer.echo(f"{key_id}: revoked")


def _whose(person: str, scopes: Collection[Scope]) -> str:
    """A person for a key. Raises `InputError` for a key that it would not narrow."""
    if Scope.ADMIN in scopes:
        raise InputError("--for: a key with the scope admin opens everyone's proposals; leave one of the two out")
    if Scope.PROPOSALS not in scopes:
        raise InputError("--for says whose proposals a key opens, and this one opens none: add --scope proposals")
    return address_of(person)


def _shown(moment: datetime | None) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else "-"


def _document(key: ApiKey) -> dict[str, object]:
    moments = {"created_at": key.created_at, "last_used_at": key.last_used_at, "revoked_at": key.revoked_at}
    shown = {name: moment.isoformat() if moment else None for name, moment in moments.items()}
    return {"id": key.id, "name": key.name, "scopes": sorted(key.scopes), "person": key.person, **shown}
