"""What a plan is asked for with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.pattern import Pattern
from app.domain.configuration.rules import Rules
from app.domain.people.person import Team
from app.domain.plans.asked import ScopeOfMoves
from app.domain.plans.what_if import WhatIf
from app.domain.plans.wish import Wish
from app.domain.proposals.around import Around
from app.ports import HolidayCalendar
from app.services.packing.packing import Limits
from app.services.planning.situation.freshness import Freshness
from app.services.planning.situation.reading import Source


@dataclass(frozen=True)
class Request:
    """All that a plan is made from. Without a team the people are guessed from the calendars.

    `wishes` are new meetings that the manager asks for: others move for them as far as they may be moved.
    `explain` names meetings, by UID or a part of the title, of which everything is to be said. `moves` says what may
    be proposed at all. `what_if` changes the week that is planned. `freshness` is that of sources that were kept.
    `around` is what was decided of an earlier plan, and is to stay so.
    """

    sources: Sequence[Source]
    manager: str
    week: IsoWeek
    now: datetime
    pattern: Pattern
    rules: Rules
    holidays: HolidayCalendar
    generated_by: str
    team: Team | None = None
    timezone: ZoneInfo | None = None
    limits: Limits = field(default_factory=Limits)
    wishes: tuple[Wish, ...] = ()
    explain: tuple[str, ...] = ()
    moves: ScopeOfMoves = "all"
    what_if: tuple[WhatIf, ...] = ()
    freshness: Freshness = field(default_factory=Freshness)
    around: Around = field(default_factory=Around)
