"""`clearweek mail`: the weekly mail to a manager."""

from __future__ import annotations

import json as as_json
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app import wiring
from app.cli import output
from app.cli.asked import address_of, whole_id, zone_of
from app.cli.options import Id
from app.domain.configuration.pattern import Weekday
from app.domain.configuration.schedule import NothingToSay, OnHoliday
from app.domain.mail import Mail, MailState
from app.errors import AppError, ConfigError, InputError
from app.render import words
from app.render.mails import mail_document, mail_lines, mails_document, schedule_document, schedule_lines
from app.render.proposals.proposals import as_text
from app.services.proposals import life as services

if TYPE_CHECKING:
    from app.services.mailing.desk import MailDesk
    from app.services.mailing.scheduling import NextMail

mail = typer.Typer(name="mail", help="The weekly mail about a manager's proposal.", no_args_is_help=True)

LISTED = 1_000
CALENDAR = "calendar"
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
    from app.render.mail.files import files_of  # noqa: PLC0415 - here and below: most commands are about no mail
    from app.services.mailing.by_hand import mail_for  # noqa: PLC0415
    from app.services.mailing.making import preview as made_to_look_at  # noqa: PLC0415
    from app.wiring.mailing import mail_desk  # noqa: PLC0415

    settings = wiring.Settings()
    engine = wiring.prepared(settings)
    desk = wiring.desk_by_hand(engine, settings)
    shown = services.show(desk, whole_id(desk, proposal_id))
    post = mail_desk(engine, settings, desk)
    message = made_to_look_at(post, mail_for(post, shown.proposal), shown)
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


@mail.command()
def schedule(
    manager: Annotated[str, typer.Option(metavar="EMAIL", help="Whose weekly mail.")],
    on: Annotated[bool | None, typer.Option("--on/--off", help="Whether there is one.")] = None,
    day: Annotated[Weekday | None, typer.Option(help="On which day of the week before.")] = None,
    at: Annotated[str | None, typer.Option(metavar="10:00", help="At what time of the manager's clock.")] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="The manager's clock; `calendar` for that of their calendars.")
    ] = None,
    nothing_to_say: Annotated[NothingToSay | None, typer.Option(help="No mail then, or one of a line.")] = None,
    on_holiday: Annotated[
        OnHoliday | None, typer.Option(help="The working day before or after a holiday or an absence, or no mail.")
    ] = None,
    remind_after_hours: Annotated[
        int | None, typer.Option(min=0, help="Remind once if nothing was decided so much later; 0 for never.")
    ] = None,
    json: Json = False,
) -> None:
    """Say when a manager gets the weekly mail, or look at it; what is not named stays as it is.

    There is none until it is asked for with --on.
    """
    from app.services.mailing.scheduling import set_schedule  # noqa: PLC0415

    whom, desk, settings = address_of(manager), *_desk()
    changes = {
        "on": on,
        "day": day,
        "at": _clock(at) if at else None,
        "timezone": timezone and (timezone if timezone == CALENDAR else _zone(timezone)),
        "nothing_to_say": nothing_to_say,
        "on_holiday": on_holiday,
        "remind_after_hours": remind_after_hours,
    }
    left_out = (("timezone", CALENDAR), ("remind_after_hours", 0))
    wanted = {name: None if (name, said) in left_out else said for name, said in changes.items() if said is not None}
    kept = set_schedule(desk, whom, wanted) if wanted else desk.wanted(whom).mail
    upcoming = _next(desk, whom)
    known = (upcoming.at, str(upcoming.week)) if upcoming else (None, None)
    if json:
        typer.echo(as_text(schedule_document(whom, kept, *known)), nl=False)
    else:
        typer.echo("\n".join(schedule_lines(whom, kept, *known)))
    if kept.on:
        _warn_without_relay(settings)


@mail.command()
def send(
    mail_or_proposal: Annotated[
        str, typer.Argument(metavar="ID", help="The id of a proposal or of a mail; its first characters may do.")
    ],
    json: Json = False,
) -> None:
    """Send the mail about a proposal now, or a mail once more that failed, or of which nobody knows if it was sent.

    What was sent is not sent again. Exit 1 if it was not sent.
    """
    from app.services.mailing.by_hand import send_again, send_proposal  # noqa: PLC0415

    desk, _ = _desk()
    wanted = mail_or_proposal.strip().lower()
    known = [one.id for one in desk.mails.all(limit=LISTED) if wanted and one.id.startswith(wanted)]
    sent = send_again(desk, known[0]) if len(known) == 1 else send_proposal(desk, whole_id(desk.desk, wanted))
    _show([sent], as_text(mail_document(sent)), json=json)
    if sent.state is not MailState.SENT:
        raise typer.Exit(1)


@mail.command(name="list")
def list_mails(
    manager: Annotated[str | None, typer.Option(metavar="EMAIL", help="Only those to this manager.")] = None,
    json: Json = False,
) -> None:
    """List the mails, the newest first, with what became of them."""
    desk, _ = _desk()
    found = desk.mails.all(address_of(manager) if manager else None)
    _show(found, as_text(mails_document(found)), json=json)


@mail.command()
def revoke(manager: Annotated[str, typer.Option(metavar="EMAIL", help="Whose links.")]) -> None:
    """Let the links of all mails to a manager lead nowhere any more, and end what came in by them.

    The next mail has a link that does. No more of these mails: `clearweek mail schedule --off`.
    """
    from app.wiring.mailing import mail_links  # noqa: PLC0415

    whom = address_of(manager)
    ended = mail_links(wiring.prepared(wiring.Settings())).revoke(whom, datetime.now(UTC))
    typer.echo(f"{whom}: {words.count(ended, 'link')} revoked")


def _desk() -> tuple[MailDesk, wiring.Settings]:
    from app.wiring.mailing import mail_desk  # noqa: PLC0415

    settings = wiring.Settings()
    engine = wiring.prepared(settings)
    return mail_desk(engine, settings, wiring.desk_by_hand(engine, settings)), settings


def _show(found: Sequence[Mail], document: str, *, json: bool) -> None:
    if json:
        typer.echo(document, nl=False)
    else:
        typer.echo("\n".join(mail_lines(found)) or "no mails")


def _next(desk: MailDesk, manager: str) -> NextMail | None:
    """When the next is; why that is not known is said."""
    from app.services.mailing.scheduling import next_of  # noqa: PLC0415

    try:
        return next_of(desk, manager)
    except AppError as error:
        typer.echo(f"when the next is cannot be said: {error}", err=True)
        return None


def _warn_without_relay(settings: wiring.Settings) -> None:
    from app.wiring.mailing import relay  # noqa: PLC0415

    try:
        relay(settings)
    except ConfigError as error:
        typer.echo(f"no mail can be sent yet: {error}", err=True)


def _clock(text: str) -> time:
    try:
        clock = time.fromisoformat(text)
    except ValueError:
        raise InputError(f"--at {text!r} is not a time; write it like 10:00") from None
    if clock.tzinfo:
        raise InputError(f"--at {text!r} is on the manager's clock: leave the offset out; --timezone names the clock")
    return clock


def _zone(name: str) -> str:
    zone_of(name)
    return name
