"""Connecting calendars, listing them, and forgetting them."""

from __future__ import annotations

import json as json_text
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from app import wiring
from app.cli.asked import address_of, zone_of
from app.cli.progress import sign_in_at, stoppable
from app.domain.calendar.connected import Access, Backend, Connection
from app.domain.configuration.access import EVERYONE
from app.errors import InputError
from app.render.calendars import calendars_to_json, print_calendars
from app.render.words import clean, count
from app.services.syncing.connections import new_id

connect = typer.Typer(name="connect", help="Connect calendars, so that they can be kept in sync.", no_args_is_help=True)

STOPPED = "stopped; nothing was connected"

Person = Annotated[str, typer.Option(help="Whose calendars they are: an email address.")]
Names = Annotated[
    list[str] | None,
    typer.Option("--calendar", metavar="NAME", help="Only this one; repeatable. Without it, all of the person's own."),
]
Zone = Annotated[str | None, typer.Option(help="Their zone, like Europe/Berlin, where server and team do not say it.")]


class Seen(StrEnum):
    """What somebody may see of a calendar."""

    DETAILS = "details"
    BUSY = "busy"
    NOTHING = "nothing"


SEEN = {
    Seen.DETAILS: "its details",
    Seen.BUSY: "when its owner is busy",
    Seen.NOTHING: "no more of it than everyone",
}


@connect.command()
def ics(
    source: Annotated[str, typer.Argument(metavar="PATH_OR_URL", help="An .ics file, or the address of a feed.")],
    person: Person,
    timezone: Zone = None,
) -> None:
    """Connect an .ics file or a feed, which can only be read. An address is kept sealed, as it often is a secret."""
    login, secret = wiring.feed_login(source, address_of(person))
    _connect(login, secret, None, timezone)


@connect.command()
def caldav(
    url: Annotated[str, typer.Argument(help="A server, a calendar, or an address like ana@example.com.")],
    person: Person,
    user: Annotated[str, typer.Option(help="Whom to log in as.")],
    password_env: Annotated[str, typer.Option(metavar="VAR", help="The environment variable that holds the password.")],
    calendar: Names = None,
    timezone: Zone = None,
) -> None:
    """Connect calendars of a CalDAV server; the password is kept sealed."""
    password = os.environ.get(password_env)
    if not password:
        raise InputError(f"the environment variable {password_env} holds no password", "password-env")
    login = Connection(new_id(), Backend.CALDAV, address_of(person), user, url, datetime.now(UTC))
    _connect(login, json_text.dumps({"password": password}).encode(), calendar, timezone)


@connect.command()
def google(
    person: Person,
    calendar: Names = None,
    delegated: Annotated[
        bool, typer.Option("--delegated", help="By the service account, which may act for this person; no browser.")
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Also ask to be allowed to write moves that were accepted; else only read.")
    ] = False,
    timezone: Zone = None,
) -> None:
    """Connect calendars of a Google account: sign in with a browser; what Google gives is kept sealed.

    `--calendar EMAIL` also takes people of whom only the busy times can be seen.
    """
    settings = wiring.Settings()
    wiring.secrets(settings)
    whom = address_of(person)
    if delegated:
        login, secret = wiring.google_delegation(whom, settings, write=write)
    else:
        with stoppable(STOPPED):
            login, secret = wiring.google_sign_in(whom, settings, sign_in_at, write=write)
    _connect(login, secret, calendar, timezone)


def calendars(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show the calendars that are kept: whose they are, how their sync stands, and what to do where it does not."""
    kept = wiring.connections(wiring.prepared(wiring.Settings())).calendars()
    now = datetime.now(UTC)
    if json:
        typer.echo(calendars_to_json(kept, now), nl=False)
    elif kept:
        print_calendars(kept, now, Console())
    else:
        typer.echo("nothing is connected; `clearweek connect --help` says how")


def disconnect(
    connection: Annotated[str, typer.Argument(help="The id of the connection, from `clearweek calendars`.")],
) -> None:
    """Forget a connection: its login, its calendars, and all that was read of them."""
    settings = wiring.Settings()
    engine = wiring.prepared(settings)
    with stoppable("stopped; run it again to forget the rest"):
        wiring.end_channels(connection, engine, settings)
        gone = wiring.connections(engine).forget(connection)
    typer.echo(f"{connection}: forgot {count(gone.calendars, 'calendar')} with {count(gone.objects, 'event')}")


def grant(
    calendar: Annotated[str, typer.Argument(help="The id of the calendar, from `clearweek calendars`.")],
    viewer: Annotated[str, typer.Argument(help="Who may see it: an address, or * for everyone who plans here.")],
    seen: Annotated[Seen, typer.Argument(help="What they may see; nothing is no more than everyone may.")],
) -> None:
    """Say what somebody who plans from the store may see of a calendar.

    Without it, its owner sees its details, and everyone else when they are busy.
    """
    whom = viewer if viewer == EVERYONE else address_of(viewer)
    kept = wiring.connections(wiring.prepared(wiring.Settings()))
    kept.grant(calendar, whom, None if seen is Seen.NOTHING else Access(seen))
    typer.echo(f"{calendar}: {'everyone' if whom == EVERYONE else whom} may see {SEEN[seen]}")


def _connect(login: Connection, secret: bytes | None, names: Sequence[str] | None, timezone: str | None) -> None:
    """Keep the wanted calendars of a login, and say which."""
    settings, zone = wiring.Settings(), zone_of(timezone)
    engine = wiring.prepared(settings)
    with stoppable(STOPPED):
        kept = wiring.connect_login(login, secret, names or (), zone, engine, settings)
    for one in kept:
        typer.echo(clean(f"{one.id}: {one.name}, {one.owner}'s, in {one.zone.key}", 1000))
    typer.echo("Next: `clearweek sync`")
