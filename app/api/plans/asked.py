"""What a form asks for, as a question to the use cases; everything that is wrong with it is said at its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from app.api.parts import ApiParts
from app.api.plans.form import PlanForm
from app.api.problems import CALENDAR, Fault, fault, refused
from app.api.schemas import MAX_TIME_LIMIT_S, PlanOptions
from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.pattern import Pattern
from app.domain.configuration.rules import Rules
from app.domain.people.person import Team
from app.domain.plans.what_if import WhatIf
from app.errors import ConfigError, InputError, ParseError
from app.services.packing.packing import Limits
from app.services.planning.situation.freshness import Freshness
from app.services.planning.situation.managers import managers_of
from app.services.planning.situation.reading import Source
from app.services.planning.situation.request import Request

T = TypeVar("T")


@dataclass(frozen=True)
class Checked:
    """A form of which all but the calendars is read."""

    form: PlanForm
    team: Team | None
    pattern: Pattern
    rules: Rules
    what_if: tuple[WhatIf, ...]


def checked(form: PlanForm, parts: ApiParts) -> Checked:
    """Read all but the calendars, which takes a moment only. Raises `ProblemError` and `InputError`."""
    what_if = _questions(form.options)
    team = _config(form, "team", parts.parse_team)
    pattern = _config(form, "pattern", parts.parse_pattern)
    rules = _config(form, "rules", parts.parse_rules)
    manager = form.options.manager
    if form.options.from_store:
        team = team or parts.stored_team(manager)
        pattern, rules = pattern or parts.stored_pattern(manager), rules or parts.stored_rules(manager)
    managers_of(team, manager, form.options.scope)
    return Checked(form, team, pattern or parts.pattern, rules or parts.rules, what_if)


def request_of(asked: Checked, parts: ApiParts, now: datetime) -> Request:
    """Read the calendars, too; the question is as of `now` unless it names another moment. Raises `ProblemError`."""
    options = asked.form.options
    now = options.now or now
    sources, known = _stored(asked, parts, now) if options.from_store else _sent(asked, parts)
    return Request(
        sources=sources,
        manager=options.manager,
        week=options.week or _next_week(now, options.timezone),
        now=now,
        pattern=asked.pattern,
        rules=asked.rules,
        holidays=parts.holidays,
        generated_by=f"clearweek {parts.version}",
        team=asked.team,
        timezone=options.timezone,
        limits=Limits(wall_s=options.limit_s),
        explain=tuple(options.explain),
        moves=options.scope_of_moves,
        what_if=asked.what_if,
        freshness=known,
    )


def _sent(asked: Checked, parts: ApiParts) -> tuple[list[Source], Freshness]:
    return _sources(asked.form, parts, asked.team), Freshness()


def _stored(asked: Checked, parts: ApiParts, now: datetime) -> tuple[list[Source], Freshness]:
    manager = asked.form.options.manager
    try:
        return parts.stored_sources(manager, asked.team, asked.rules, now)
    except InputError as error:
        raise refused([fault(str(error), "options", "manager")]) from None


def _questions(options: PlanOptions) -> tuple[WhatIf, ...]:
    """What is asked; each that makes no sense is said at its place."""
    found: list[WhatIf] = []
    faults: list[Fault] = []
    for number, asked in enumerate(options.what_if):
        try:
            found.append(asked.question())
        except InputError as error:
            faults.append(fault(str(error), "options", "what_if", number))
    if options.scope == "manager" and options.limit_s > MAX_TIME_LIMIT_S:
        text = f"time_limit_s: must be less than or equal to {MAX_TIME_LIMIT_S:g} for one manager"
        faults.append(fault(text, "options", "time_limit_s"))
    if options.scope != "manager" and options.from_store:
        text = f"scope {options.scope} needs the calendars as files: what one manager may see is not all of them"
        faults.append(fault(text, "options", "scope"))
    if options.scope != "manager" and (found or options.explain):
        faults.append(fault("explain and what_if ask about one manager's week: leave scope out", "options", "scope"))
    if faults:
        raise refused(faults)
    return tuple(found)


def _next_week(now: datetime, zone: ZoneInfo | None) -> IsoWeek:
    local = now.astimezone(zone) if zone else now
    return IsoWeek.of(local.date()).plus(1)


def _config(form: PlanForm, name: str, parse: Callable[[str, bytes], T]) -> T | None:
    upload = form.configs.get(name)
    if upload is None:
        return None
    try:
        return parse(upload.name, upload.content())
    except ConfigError as error:
        raise refused([fault(str(error), name)]) from None


def _sources(form: PlanForm, parts: ApiParts, team: Team | None) -> list[Source]:
    """The calendars with their owners; everything that is wrong with them is said at once."""
    sources: list[Source] = []
    unreadable: list[Fault] = []
    nobodys: list[Fault] = []
    for number, upload in enumerate(form.calendars):
        try:
            calendar = parts.read_calendar(upload.name, upload.content())
        except ParseError as error:
            unreadable.append(fault(str(error), "calendars", number))
            continue
        owner = form.options.owners.get(upload.name) or calendar.owner_hint
        if owner is None:
            text = f"{upload.name}: does not say whose calendar it is; name its owner in owners of the options"
            nobodys.append(fault(text, "calendars", number))
        sources.append(Source(calendar, owner))
    if unreadable:
        raise refused([*unreadable, *nobodys], CALENDAR)
    if nobodys:
        raise refused(nobodys)
    _check_manager(form, team or Team(), {source.owner for source in sources if source.owner})
    return sources


def _check_manager(form: PlanForm, team: Team, owners: set[str]) -> None:
    manager = form.options.manager
    if team.canonical(manager) not in {team.canonical(owner) for owner in owners}:
        known = ", ".join(sorted(owners))
        text = f"none of the calendars is {manager}'s: they are of {known}; owners of the options can say whose each is"
        raise refused([fault(text, "options", "manager")])
