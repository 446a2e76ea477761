"""How old what is kept of calendars is, for whoever plans from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.domain.calendar.connected import StoredCalendar, SyncStatus
from app.domain.people.person import Team
from app.domain.plans.plan import PlanWarning
from app.render import words

STALE = timedelta(hours=6)
"""What is older is worth a warning: a calendar that is kept in sync is read four times an hour."""


@dataclass(frozen=True)
class Freshness:
    """As of when each person's calendars are known, by address, and which of them are too old to be relied on."""

    as_of: Mapping[str, datetime] = field(default_factory=dict)
    warnings: tuple[PlanWarning, ...] = ()


def freshness(kept: Sequence[tuple[StoredCalendar, SyncStatus]], team: Team, now: datetime) -> Freshness:
    """How old these calendars are; of somebody with several, the oldest counts. One never read says nothing."""
    as_of: dict[str, datetime] = {}
    warnings: list[PlanWarning] = []
    for calendar, status in kept:
        if status.last_success_at is None:
            continue
        owner = team.canonical(calendar.owner)
        as_of[owner] = min(status.last_success_at, as_of.get(owner, status.last_success_at))
        lag = now - status.last_success_at
        if lag > STALE:
            warnings.append(PlanWarning("stale_calendar", _stale(owner, lag), calendar.id))
    return Freshness(as_of, tuple(warnings))


def _stale(owner: str, lag: timedelta) -> str:
    days, hours = lag.days, lag.seconds // 3600
    age = words.count(days, "day") if days else words.count(hours, "hour")
    where = "`clearweek calendars` or GET /v1/calendars"
    return f"the calendar of {owner} was last read {age} ago; {where} says what is wrong with it"
