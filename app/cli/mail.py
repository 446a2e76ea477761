"""`clearweek mail`: the weekly mail to a manager."""

from __future__ import annotations

import json as as_json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app import wiring
from app.cli import output
from app.cli.proposals import Id, whole_id
from app.render.mail.files import files_of
from app.services.proposals import life as services

mail = typer.Typer(name="mail", help="The weekly mail about a manager's proposal.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@mail.command()
def preview(
    proposal_id: Id,
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("out"),
    json: Json = False,
) -> None:
    """Write the mail about a proposal into files, as it would be sent now: nothing is sent.

    They are proposal.eml, .html, .txt, .png and .ics, and trend.png if there is a trend.
    """
    settings = wiring.Settings()
    engine = wiring.prepared(settings)
    desk = wiring.desk_by_hand(engine, settings)
    shown = services.show(desk, whole_id(desk, proposal_id))
    message = wiring.previewed(shown, engine, settings, datetime.now(UTC))
    files = files_of(message)
    written = [str(output.save_in(out, name, data)) for name, data in files.items()]
    if json:
        headers = {name.lower().replace("-", "_"): str(message[name]) for name in ("From", "To", "Subject")}
        size = len(files["proposal.eml"])
        found = {"proposal": shown.proposal.id, **headers, "bytes": size, "files": written}
        typer.echo(as_json.dumps(found, ensure_ascii=False, indent=2))
        return
    typer.echo(f"Subject: {message['Subject']}")
    typer.echo(f"Written: {', '.join(written)}")
