"""What the API is made of; wiring fills it in, so that the API itself knows no adapter and no setting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from app.api.turns import Turns
from app.domain.asked import PlanScope
from app.domain.pattern import Pattern
from app.domain.person import Team
from app.domain.plan import Plans
from app.domain.rules import Rules
from app.ports import CalendarSource, HolidayCalendar, Keys, Plannings
from app.services.packing import Watch
from app.services.plan_week import Planned
from app.services.plan_week import Request as PlanRequest


@dataclass(frozen=True)
class ApiLimits:
    """How much one request may bring, and how long it may wait for its turn while `waiting` others do so too.

    `plannings` are the stored ones that may wait for a worker.
    """

    body_bytes: int = 25_000_000
    options_bytes: int = 64_000
    config_bytes: int = 500_000
    calendars: int = 50
    wait_s: float = 5.0
    waiting: int = 8
    plannings: int = 100


@dataclass(frozen=True)
class ApiParts:
    """The use cases and what they need; `plan_together` keeps the interpreter free for other requests.

    `read_calendar` and the `parse_…` functions take a file's name, for errors, and its bytes. They raise `ParseError`
    and `ConfigError`. `check_database` raises `ConfigError` if the database is of another version, and
    `StoreError` if it cannot be used. `pattern` and `rules` are the defaults of requests that bring none.
    """

    plan: Callable[[PlanRequest, Watch], Planned]
    plan_together: Callable[[PlanRequest, PlanScope, Watch], Plans]
    read_calendar: Callable[[str, bytes], CalendarSource]
    parse_team: Callable[[str, bytes], Team]
    parse_pattern: Callable[[str, bytes], Pattern]
    parse_rules: Callable[[str, bytes], Rules]
    pattern: Pattern
    rules: Rules
    holidays: HolidayCalendar
    now: Callable[[], datetime]
    version: str
    keys: Keys
    plannings: Plannings
    check_database: Callable[[], None]
    limits: ApiLimits = field(default_factory=ApiLimits)


def parts_of(request: Request) -> ApiParts:
    """The parts that the service was built from."""
    parts: ApiParts = request.app.state.parts
    return parts


def turns_of(request: Request) -> Turns:
    """The queue before the solver."""
    turns: Turns = request.app.state.turns
    return turns


PartsDep = Annotated[ApiParts, Depends(parts_of)]
TurnsDep = Annotated[Turns, Depends(turns_of)]
