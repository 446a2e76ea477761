"""What plans and audits are made from: calendars in files or in the store, and the people and rules beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from app import wiring
from app.cli.asked import zone_of
from app.cli.options import DEMO_MANAGER, DEMO_NOW, DEMO_WEEK
from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.pattern import Pattern
from app.domain.configuration.rules import Rules
from app.domain.people.person import Team
from app.errors import InputError
from app.services.planning.situation.freshness import Freshness
from app.services.planning.situation.reading import Source
from app.services.planning.situation.request import Request


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


def from_files(files: Sequence[str], manager: str | None, own: Own, settings: wiring.Settings) -> Read:
    """What there is to plan from in files; who is not named is the first calendar's owner. Raises `InputError`."""
    sources = wiring.sources(files, settings)
    pattern = own.pattern or wiring.load_pattern(None, settings)
    rules = own.rules or wiring.load_rules(None, settings)
    return Read(sources, manager or _first_owner(sources[0]), own.team, pattern, rules)


def from_store(manager: str | None, own: Own, settings: wiring.Settings, moment: datetime) -> Read:
    """What is not named in files is as stored for the manager. Raises `InputError` if nobody is named."""
    if manager is None:
        raise InputError("--from-store needs to know whose week it is: say it with --manager")
    engine = wiring.prepared(settings)
    team = own.team or wiring.team_of(manager, engine, settings)
    pattern = own.pattern or wiring.pattern_of(manager, engine, settings)
    rules = own.rules or wiring.rules_of(manager, engine, settings)
    sources, freshness = wiring.stored_sources(manager, team, rules, engine, moment)
    return Read(sources, manager, team, pattern, rules, freshness)


def request_of(read: Read, week: IsoWeek, now: datetime, timezone: str | None = None) -> Request:
    """What a plan or an audit of a week is made from. Raises `InputError` for a zone that is not known."""
    return Request(
        sources=read.sources,
        manager=read.manager,
        week=week,
        now=now,
        pattern=read.pattern,
        rules=read.rules,
        holidays=wiring.PublicHolidays(),
        generated_by=wiring.GENERATED_BY,
        team=read.team,
        timezone=zone_of(timezone),
        freshness=read.freshness,
    )


def demo_request() -> Request:
    """What the demo plans."""
    folder, settings = wiring.sample(), wiring.Settings()
    own = own_of(folder / "team.toml", None, None, settings)
    read = from_files(sorted(str(path) for path in folder.glob("*.ics")), DEMO_MANAGER, own, settings)
    return request_of(read, IsoWeek.parse(DEMO_WEEK), datetime.fromisoformat(DEMO_NOW))


def _first_owner(source: Source) -> str:
    """Whose calendar the first one is: the manager's, if nothing else is said."""
    owner = source.owner or source.calendar.owner_hint
    if owner is None:
        raise InputError(f"{source.calendar.source}: does not say whose calendar it is; say it with --manager")
    return owner
