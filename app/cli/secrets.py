"""The keys that seal passwords and tokens in the database."""

from __future__ import annotations

import typer

from app import wiring
from app.errors import ConfigError
from app.render.words import count

secrets = typer.Typer(name="secrets", help="Keys that seal stored passwords and tokens.", no_args_is_help=True)


@secrets.command()
def new() -> None:
    """Print a fresh key for CLEARWEEK_SECRET_KEYS; it is kept nowhere."""
    from app.adapters.store.secrets import new_key  # noqa: PLC0415 - only who keeps secrets needs cryptography

    typer.echo(new_key())


@secrets.command()
def rotate() -> None:
    """Seal all stored secrets with the newest key, the first of CLEARWEEK_SECRET_KEYS; then the others can go."""
    from app.adapters.store.secrets import rotate_all  # noqa: PLC0415

    settings = wiring.Settings()
    rotated = rotate_all(wiring.store(settings), wiring.secrets(settings))
    typer.echo(f"sealed with the newest key: {count(rotated.count, 'secret')}")
    if rotated.unopened:
        raise ConfigError(f"no key opens the secret of {', '.join(rotated.unopened)}: it stays as it is; add its key")
