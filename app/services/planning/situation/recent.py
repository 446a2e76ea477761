"""What is kept of earlier plans in one process, for whoever plans the same weeks again and again."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.services.packing.units.workings import RecentWorkings
from app.services.planning.situation.sight import RecentSights


@dataclass(frozen=True)
class Recent:
    """What was seen in the calendars, and what was worked out of it. It never shows, but in the time that it saves."""

    sights: RecentSights = field(default_factory=RecentSights)
    workings: RecentWorkings = field(default_factory=RecentWorkings)
