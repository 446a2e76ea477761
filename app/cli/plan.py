"""`clearweek plan`: one manager's week, or several, from files or from what is kept in sync."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app import wiring
from app.cli import output
from app.cli.asked import check_together, first_owner, moment_of, moves_of, week_of, zone_of
from app.cli.output import Format
from app.cli.progress import watched
from app.domain.configuration.pattern import Pattern
from app.domain.configuration.rules import Rules
from app.domain.people.person import Team
from app.domain.plans.asked import PlanScope
from app.domain.plans.what_if import parse_what_if
from app.errors import InputError
from app.services.packing.packing import Limits
from app.services.planning.plan_week import Request, plan_week
from app.services.planning.situation.freshness import Freshness
from app.services.planning.situation.reading import Source

Files = Annotated[list[str] | None, typer.Argument(help="Calendars: paths, URLs or - ; email=path names the owner.")]
FromStore = Annotated[bool, typer.Option("--from-store", help="Plan from the calendars that are kept in sync.")]
Manager = Annotated[str | None, typer.Option(help="Whose week it is; the first calendar's owner by default.")]
Week = Annotated[str | None, typer.Option(help="ISO week like 2026-W49; next week by default.")]
TeamFile = Annotated[Path | None, typer.Option(help="The people, as a team.toml.")]
PatternFile = Annotated[Path | None, typer.Option(help="The wanted week, as a pattern.toml.")]
RulesFile = Annotated[Path | None, typer.Option(help="What may move and what it costs, as a rules.toml.")]
Timezone = Annotated[str | None, typer.Option(help="The manager's zone, like Europe/Berlin.")]
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
Scope = Annotated[
    PlanScope,
    typer.Option(help="Whose weeks: one manager's, with those of the managers who report to them, or everyone's."),
]
Series = Annotated[bool, typer.Option("--series", help="Propose moves of whole series only.")]
Occurrence = Annotated[
    bool, typer.Option("--occurrence", help="Propose moves of this week's occurrences only; series stay.")
]
Now = Annotated[str | None, typer.Option(help="Plan as of this moment, like 2026-11-26T09:00:00+01:00.")]


def plan(
    files: Files = None,
    from_store: FromStore = False,
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
    _check_source(files, scope, from_store=from_store)
    settings = wiring.Settings()
    moment = moment_of(now)
    own = own_of(team, pattern, rules, settings)
    read = from_files(files, manager, own, settings) if files else _from_store(manager, own, settings, moment)
    request = Request(
        sources=read.sources,
        manager=read.manager,
        week=week_of(week, moment),
        now=moment,
        pattern=read.pattern,
        rules=read.rules,
        holidays=wiring.PublicHolidays(),
        generated_by=wiring.GENERATED_BY,
        team=read.team,
        timezone=zone_of(timezone),
        limits=Limits(work=wiring.WORK, wall_s=time_limit),
        explain=tuple(explain or ()),
        what_if=tuple(parse_what_if(text) for text in what_if or ()),
        moves=moves_of(series=series, occurrence=occurrence),
        freshness=read.freshness,
    )
    if scope == "manager":
        _plan_one(request, chosen, out)
    else:
        _plan_several(request, scope, chosen, out)


@dataclass(frozen=True)
class Own:
    """What the files say that are named."""

    team: Team | None
    pattern: Pattern | None
    rules: Rules | None


@dataclass(frozen=True)
class Read:
    """The calendars to plan from, whose week it is, the people, the wanted week and the rules."""

    sources: Sequence[Source]
    manager: str
    team: Team | None
    pattern: Pattern
    rules: Rules
    freshness: Freshness = field(default_factory=Freshness)


def own_of(team: Path | None, pattern: Path | None, rules: Path | None, settings: wiring.Settings) -> Own:
    """Read the files that are named. Raises `ConfigError`."""
    return Own(
        wiring.load_team(team) if team else None,
        wiring.load_pattern(pattern, settings) if pattern else None,
        wiring.load_rules(rules, settings) if rules else None,
    )


def _check_source(files: Sequence[str] | None, scope: PlanScope, *, from_store: bool) -> None:
    if bool(files) == from_store:
        raise InputError("name calendars to plan from, or plan with --from-store from those that are kept in sync")
    if from_store and scope != "manager":
        raise InputError(f"--scope {scope} needs the calendars as files: what one manager may see is not all of them")


def from_files(files: Sequence[str], manager: str | None, own: Own, settings: wiring.Settings) -> Read:
    """What there is to plan from in files; who is not named is the first calendar's owner. Raises `InputError`."""
    sources = wiring.sources(files, settings)
    pattern = own.pattern or wiring.load_pattern(None, settings)
    rules = own.rules or wiring.load_rules(None, settings)
    return Read(sources, manager or first_owner(sources[0]), own.team, pattern, rules)


def _from_store(manager: str | None, own: Own, settings: wiring.Settings, moment: datetime) -> Read:
    """What is not named in files is as stored for the manager."""
    if manager is None:
        raise InputError("--from-store needs to know whose week it is: say it with --manager")
    engine = wiring.prepared(settings)
    team = own.team or wiring.team_of(manager, engine, settings)
    pattern = own.pattern or wiring.pattern_of(manager, engine, settings)
    rules = own.rules or wiring.rules_of(manager, engine, settings)
    sources, freshness = wiring.stored_sources(manager, team, rules, engine, moment)
    return Read(sources, manager, team, pattern, rules, freshness)


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
