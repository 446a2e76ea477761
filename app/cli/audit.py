"""`clearweek audit`: what a manager's meetings say about themselves, the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from app import wiring
from app.cli import output
from app.cli.asked import address_of, moment_of, week_of
from app.cli.options import Now, PatternFile, RulesFile, TeamFile, Timezone, Week
from app.cli.reading import Own, demo_request, from_files, own_of, request_of
from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.access import LOCAL
from app.errors import InputError
from app.services.planning.situation.request import Request

if TYPE_CHECKING:
    from app.domain.audit.finding import Audit
    from app.services.auditing.audit import AuditDesk

Files = Annotated[
    list[str] | None, typer.Argument(help="Calendars to audit instead: paths, URLs or - ; email=path names the owner.")
]
Manager = Annotated[
    str | None, typer.Option(metavar="EMAIL", help="Whose meetings; with files, the first calendar's owner by default.")
]
Key = Annotated[str | None, typer.Option(metavar="KEY", help="Not this one: leave a finding out from now on.")]
Back = Annotated[str | None, typer.Option(metavar="KEY", help="Show a finding again that was left out.")]
Demo = Annotated[bool, typer.Option("--demo", help="Audit the bundled sample.")]
Json = Annotated[bool, typer.Option("--json", help="Print the audit as JSON.")]


def audit(
    files: Files = None,
    manager: Manager = None,
    week: Week = None,
    now: Now = None,
    demo: Demo = False,
    team: TeamFile = None,
    pattern: PatternFile = None,
    rules: RulesFile = None,
    timezone: Timezone = None,
    dismiss: Key = None,
    restore: Back = None,
    json: Json = False,
) -> None:
    """Audit a manager's meetings around a week: what to end, to shrink or to add, the worst first.

    Of the calendars that are kept in sync, or of files. Nothing is written to any calendar. What is dismissed is left
    out, in mails too, until it is restored.
    """
    from app.services.auditing.audit import audit_of, audited  # noqa: PLC0415 - most commands make no audit

    moment = moment_of(now)
    of_files = demo or files or team or pattern or rules or timezone
    if of_files and (dismiss or restore):
        raise InputError("--dismiss and --restore are about what is kept: leave files and --demo out")
    if demo:
        _show(audit_of(demo_request(), agendas=wiring.load_agendas(wiring.Settings())), json=json, kept=False)
    elif of_files:
        settings = wiring.Settings()
        own = own_of(team, pattern, rules, settings)
        request = _request(files or (), manager, week_of(week, moment), moment, own, timezone)
        _show(audit_of(request, agendas=wiring.load_agendas(settings)), json=json, kept=False)
    else:
        desk, whom = _desk(), _whom(manager)
        _say(desk, whom, dismiss, restore)
        _show(audited(desk, whom, week_of(week, moment), at=moment), json=json)


def _request(
    files: Sequence[str], manager: str | None, week: IsoWeek, moment: datetime, own: Own, timezone: str | None
) -> Request:
    if not files:
        raise InputError("--team, --pattern, --rules and --timezone go with files: name calendars, too")
    read = from_files(files, manager, own, wiring.Settings())
    return request_of(read, week, moment, timezone)


def _desk() -> AuditDesk:
    from app.wiring.auditing import audit_desk  # noqa: PLC0415

    settings = wiring.Settings()
    return audit_desk(wiring.prepared(settings), settings)


def _whom(manager: str | None) -> str:
    if manager is None:
        raise InputError("whose meetings are to be audited? Say it with --manager, or name files, or --demo")
    return address_of(manager)


def _say(desk: AuditDesk, manager: str, dismiss: str | None, restore: str | None) -> None:
    """Note what the manager says of findings. Raises `InputError`, `NotFoundError`."""
    if dismiss:
        from app.services.auditing.audit import dismiss as leave_out  # noqa: PLC0415

        leave_out(desk, manager, dismiss, by=LOCAL.by)
    if restore:
        desk.findings.restore(manager, restore, LOCAL.by, desk.now())


def _show(found: Audit, *, json: bool, kept: bool = True) -> None:
    from app.render.audit import audit_to_json, print_audit  # noqa: PLC0415

    if json:
        typer.echo(audit_to_json(found), nl=False)
    else:
        print_audit(found, Console(), output.command(), kept=kept)
