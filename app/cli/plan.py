"""`clearweek plan`: one manager's week, or several, from files or from what is kept in sync."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from app import wiring
from app.cli import output
from app.cli.asked import check_together, moment_of, moves_of, week_of
from app.cli.options import Now, Occurrence, PatternFile, RulesFile, Scope, Series, TeamFile, Timezone, Week
from app.cli.output import Format
from app.cli.progress import watched
from app.cli.reading import from_files, from_store, own_of, request_of
from app.domain.plans.asked import PlanScope
from app.domain.plans.what_if import parse_what_if
from app.errors import InputError
from app.services.packing.packing import Limits
from app.services.planning.plan_week import plan_week
from app.services.planning.situation.request import Request

Files = Annotated[list[str] | None, typer.Argument(help="Calendars: paths, URLs or - ; email=path names the owner.")]
FromStore = Annotated[bool, typer.Option("--from-store", help="Plan from the calendars that are kept in sync.")]
Manager = Annotated[str | None, typer.Option(help="Whose week it is; the first calendar's owner by default.")]
AFormat = Annotated[Format, typer.Option("--format", help="What to print.")]
Json = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
Out = Annotated[Path | None, typer.Option(help="Folder for plan.json, proposal.html and week.ics.")]
TimeLimit = Annotated[
    float | None,
    typer.Option(
        min=0.1, max=3600, help="Seconds that the solver may take; without it, the same work on every machine."
    ),
]
Explain = Annotated[
    list[str] | None,
    typer.Option(metavar="MEETING", help="Say all about one meeting, by UID or a part of its title; repeatable."),
]
WhatIf = Annotated[
    list[str] | None,
    typer.Option(
        metavar="QUESTION",
        help='Plan a week that is different, and compare: "new ana@example.com,bo@example.com 30m weekly", '
        '"free tuesday", "optional ana@example.com in MEETING"; repeatable.',
    ),
]


def plan(
    files: Files = None,
    stored: FromStore = False,
    manager: Manager = None,
    week: Week = None,
    team: TeamFile = None,
    pattern: PatternFile = None,
    rules: RulesFile = None,
    timezone: Timezone = None,
    chosen: AFormat = Format.TEXT,
    json: Json = False,
    out: Out = None,
    time_limit: TimeLimit = None,
    explain: Explain = None,
    what_if: WhatIf = None,
    scope: Scope = "manager",
    series: Series = False,
    occurrence: Occurrence = False,
    now: Now = None,
) -> None:
    """Plan a week from .ics calendars, or from those that are kept in sync: what would move, and why.

    Nothing is written to any calendar. Ctrl-C stops it: then nothing is written. With --time-limit the best answer so
    far is taken instead.
    """
    chosen = Format.JSON if json else chosen
    check_together(chosen, scope, asked=bool(what_if), explained=bool(explain))
    _check_source(files, scope, from_store=stored)
    settings = wiring.Settings()
    moment = moment_of(now)
    own = own_of(team, pattern, rules, settings)
    read = from_files(files, manager, own, settings) if files else from_store(manager, own, settings, moment)
    request = replace(
        request_of(read, week_of(week, moment), moment, timezone),
        limits=Limits(work=wiring.WORK, wall_s=time_limit),
        explain=tuple(explain or ()),
        what_if=tuple(parse_what_if(text) for text in what_if or ()),
        moves=moves_of(series=series, occurrence=occurrence),
    )
    if scope == "manager":
        _plan_one(request, chosen, out)
    else:
        _plan_several(request, scope, chosen, out)


def _check_source(files: Sequence[str] | None, scope: PlanScope, *, from_store: bool) -> None:
    if bool(files) == from_store:
        raise InputError("name calendars to plan from, or plan with --from-store from those that are kept in sync")
    if from_store and scope != "manager":
        raise InputError(f"--scope {scope} needs the calendars as files: what one manager may see is not all of them")


def _plan_one(request: Request, chosen: Format, out: Path | None) -> None:
    planned = watched(lambda watch: plan_week(request, watch))
    written = output.write(planned, out or (Path("out") if chosen is Format.TEXT else None))
    if request.explain:
        output.show_explanation(planned, chosen)
    else:
        output.show(planned.plan, chosen, written, output.next_step(planned, written))


def _plan_several(request: Request, scope: PlanScope, chosen: Format, out: Path | None) -> None:
    plans = watched(lambda watch: wiring.apart(request, scope, watch))
    shown = Path("out") if chosen is Format.TEXT else None
    output.show_all(plans, chosen, output.write_all(plans, folder) if (folder := out or shown) else [])
