"""What a request may say, and the small answers; the plan document has its schema in `app.render.plans.document`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    PlainValidator,
    Tag,
    WithJsonSchema,
)

from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.pattern import Weekday
from app.domain.plans.asked import PlanScope, ScopeOfMoves
from app.domain.plans.planning import PlanningState
from app.domain.plans.what_if import LONGEST, MOST_PEOPLE, SHORTEST, FreeDay, MadeOptional, NewMeeting, WhatIf
from app.domain.plans.wish import Often

MAX_TIME_LIMIT_S = 10.0
TIME_LIMIT_S = 8.0
LONG_MAX_TIME_LIMIT_S = 600.0
LONG_TIME_LIMIT_S = 60.0
_YEARS = range(1970, 2200)
WEEK = r"^(19[7-9]|20[0-9]|21[0-9])[0-9]-W(0[1-9]|[1-4][0-9]|5[0-3])$"
_EMAIL = r"^[^@\s]+@[^@\s]+$"


def _week(value: Any) -> IsoWeek:
    if not (isinstance(value, str) and re.fullmatch(WEEK, value, re.ASCII)):
        raise ValueError("is not an ISO week between 1970 and 2199; write it like 2026-W49")
    return IsoWeek.parse(value)


def _week_name(value: str) -> str:
    _week(value)
    return value


def _email(value: str) -> str:
    if not re.fullmatch(_EMAIL, value):
        raise ValueError("is no e-mail address; write it like dana@example.com")
    return value


def _moment(value: Any) -> datetime:
    wrong = "is not a moment with its offset from UTC; write it like 2026-11-26T09:00:00+01:00"
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value.upper() else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError(wrong)
    if moment.year not in _YEARS:
        raise ValueError("lies outside of the years 1970 to 2199")
    return moment


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(value: Any) -> ZoneInfo:
    if not (isinstance(value, str) and value in _zones()):
        raise ValueError("is not a known time zone; write it like Europe/Berlin")
    return ZoneInfo(value)


Week = Annotated[IsoWeek, PlainValidator(_week), WithJsonSchema({"type": "string", "pattern": WEEK})]
Moment = Annotated[datetime, PlainValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
Zone = Annotated[ZoneInfo, PlainValidator(_zone), WithJsonSchema({"type": "string", "format": "iana-time-zone"})]
WeekName = Annotated[str, AfterValidator(_week_name), Field(json_schema_extra={"pattern": WEEK})]
Email = Annotated[str, AfterValidator(_email), Field(max_length=254, json_schema_extra={"pattern": _EMAIL})]
Name = Annotated[str, Field(min_length=1, max_length=200)]
FileName = Annotated[str, Field(min_length=1, max_length=200)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class NewMeetingOptions(_Asked):
    """A meeting that does not exist yet."""

    people: list[Email] = Field(min_length=1, max_length=MOST_PEOPLE, description="Who must come beside the manager.")
    optional: list[Email] = Field(default_factory=list, max_length=MOST_PEOPLE, description="Who may come.")
    minutes: int = Field(ge=SHORTEST, le=LONGEST, description="How long it takes.")
    often: Often = Field(default="once", description="A single meeting, or a series.")
    kind: Name | None = Field(default=None, description="A kind of the rules; known by people and title if left out.")
    title: Name | None = Field(default=None, description="Its title.")


class WhatIfNew(_Asked):
    """What if there were a new meeting?"""

    new: NewMeetingOptions

    def question(self) -> WhatIf:
        """The question. Raises `InputError`."""
        new = self.new
        return NewMeeting(tuple(new.people), new.minutes, new.often, new.kind, new.title, tuple(new.optional))


class WhatIfFree(_Asked):
    """What if one more day were meeting-free?"""

    free: Weekday

    def question(self) -> WhatIf:
        """The question."""
        return FreeDay(self.free)


class WhatIfOptional(_Asked):
    """What if somebody need not come?"""

    optional: Email = Field(description="Who need not come.")
    in_: Name | None = Field(
        default=None, alias="in", description="To which meeting, by UID or a part of the title; to any if left out."
    )

    def question(self) -> WhatIf:
        """The question. Raises `InputError`."""
        return MadeOptional(self.optional, self.in_)


QUESTIONS = ("new", "free", "optional")


def _question(value: Any) -> str | None:
    """What a question asks, by the key that is there."""
    return next((key for key in QUESTIONS if key in value), None) if isinstance(value, dict) else None


Question = Annotated[
    Annotated[WhatIfNew, Tag("new")] | Annotated[WhatIfFree, Tag("free")] | Annotated[WhatIfOptional, Tag("optional")],
    Discriminator(
        _question,
        custom_error_type="question",
        custom_error_message=f"is no question; give one of {', '.join(QUESTIONS)}",
    ),
]


def option_path(path: Sequence[str | int]) -> tuple[str | int, ...]:
    """Where in the options pydantic means, without the step that says which question it read."""
    tagged = len(path) > 2 and path[0] == "what_if" and path[2] in QUESTIONS
    return (*path[:2], *path[3:]) if tagged else tuple(path)


OPTIONS_EXAMPLE: dict[str, JsonValue] = {
    "manager": "dana@example.com",
    "week": "2026-W49",
    "timezone": "Europe/Berlin",
    "now": "2026-11-26T09:00:00+01:00",
}

WHAT_IF_EXAMPLE: dict[str, JsonValue] = {
    **OPTIONS_EXAMPLE,
    "what_if": [{"new": {"people": ["ana@example.com"], "minutes": 30, "often": "weekly"}}, {"free": "wednesday"}],
}


class PlanOptions(BaseModel):
    """Whose week is planned, which week, and as of when."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, json_schema_extra={"examples": [OPTIONS_EXAMPLE, WHAT_IF_EXAMPLE]}
    )

    manager: Email = Field(description="The address of the manager whose week is planned.")
    week: Week | None = Field(
        default=None,
        description="The ISO week; the week after `now` if left out, by the calendar of `timezone`, else of `now`.",
    )
    timezone: Zone | None = Field(
        default=None,
        description="The manager's IANA time zone. If left out, it is taken from `team`, else from their calendar.",
    )
    now: Moment | None = Field(
        default=None,
        description="Plan as of this moment; the clock of the service if left out. The same request with the same "
        "`now` gives the same plan, unless the plan says `limited`.",
    )
    time_limit_s: float | None = Field(
        default=None,
        ge=0.1,
        le=LONG_MAX_TIME_LIMIT_S,
        description=f"Seconds that the solver may take: {TIME_LIMIT_S:g} and at most {MAX_TIME_LIMIT_S:g} for one "
        f"manager, {LONG_TIME_LIMIT_S:g} and at most {LONG_MAX_TIME_LIMIT_S:g} for several.",
    )
    from_store: bool = Field(
        default=False, description="Plan from the calendars that are kept in sync; then none is sent."
    )
    explain: list[Name] = Field(
        default_factory=list,
        max_length=20,
        examples=[["Dana / Ana"]],
        description="Meetings, by UID or a part of the title, whose `alternatives` are named even if they stay.",
    )
    what_if: list[Question] = Field(
        default_factory=list,
        max_length=5,
        examples=[WHAT_IF_EXAMPLE["what_if"]],
        description="Plan a week that is different; `what_if` of the plan compares it with the plan without.",
    )
    scope: PlanScope = Field(
        default="manager",
        description="Whose weeks are planned: the manager's alone; `team` adds those of their reports who manage "
        "someone, `company` everyone in `team` who does. Beyond one manager the answer is 202 and a stored planning.",
    )
    scope_of_moves: ScopeOfMoves = Field(
        default="all",
        description="`series`: only moves of whole series are proposed. `occurrence`: only moves of the planned week's "
        "occurrences, so that no series changes.",
    )
    owners: dict[FileName, Email] = Field(
        default_factory=dict,
        max_length=50,
        examples=[{"jonas-work.ics": "jonas@example.com"}],
        description="Whose calendar a file is, by the file's name; needed for a file that says it neither in "
        "`X-WR-CALNAME` nor in its name.",
    )

    @property
    def limit_s(self) -> float:
        """Seconds that the solver may take."""
        return self.time_limit_s or (TIME_LIMIT_S if self.scope == "manager" else LONG_TIME_LIMIT_S)


class Health(BaseModel):
    """The service is up."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """The service can work."""

    status: Literal["ready"] = "ready"


class PlanningProgress(BaseModel):
    """How good the answer is so far."""

    tier: str = Field(description="The tier of the objective that is under way.")
    value: int = Field(description="Its value so far.")
    lower_bound: int = Field(description="No plan has less of it.")
    seconds: float = Field(description="Since the solver began.")
    values: list[int] = Field(description="The values of all tiers.")


class Planning(BaseModel):
    """A plan that takes longer than a request may."""

    schema_: Literal["clearweek.planning/1"] = Field(alias="schema")
    id: str
    state: PlanningState
    version: int = Field(description="Rises with every change; the `ETag`, and the id of the event.")
    created_at: Moment
    finished_at: Moment | None
    progress: PlanningProgress | None
    result: dict[str, Any] | None = Field(description="The answer, if it is done.")
    problem: dict[str, Any] | None = Field(description="Why it failed, if it did.")
