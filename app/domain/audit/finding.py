"""What an audit of a manager's meetings finds: each finding with its rule, its evidence and what could be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FindingRule(StrEnum):
    """Which rule a finding is of (docs/audit.md says each in words)."""

    NO_AGENDA = "no_agenda"
    STATUS_ONLY = "status_only"
    TOO_MANY_PEOPLE = "too_many_people"
    STALE_SERIES = "stale_series"
    YES_TO_EVERYTHING = "yes_to_everything"
    DELEGATE = "delegate"
    MISSING_ONE_ON_ONE = "missing_one_on_one"
    NO_SLACK = "no_slack"
    OPEN_DOOR = "open_door"
    LONG_RUN = "long_run"
    QUARTER = "quarter"
    NO_DECISION_LOG = "no_decision_log"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a manager could send or make by themselves; Clearweek sends and creates nothing of it.

    `start` and `end` are the best place of a meeting that does not exist yet.
    """

    name: str
    text: str
    mailto: str | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of an audit.

    `key` stays the same from week to week as long as it is about the same thing: the rule, and the UID of the series
    (the first it ever had) or the address of the person. `text` is one line for people; `evidence` are the facts that
    led to it; `advice` is what to do. `hours_a_month` are person-hours that it would give back, None where that is not
    the point; findings are in order of `weight` (0 to 1), the worst first. `about` are people it names: then it is on
    the page only, never in a mail. `ends_series` says that it proposes to end a series, which is then not moved.
    `covers` are rules whose finding of the same meeting rests on the same evidence: it is left out beside this one.
    """

    key: str
    rule: FindingRule
    text: str
    evidence: tuple[str, ...]
    advice: str
    weight: float
    title: str | None = None
    uid: str | None = None
    hours_a_month: float | None = None
    about: tuple[str, ...] = ()
    ends_series: bool = False
    covers: tuple[FindingRule, ...] = ()
    drafts: tuple[Draft, ...] = ()


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """The figures of one past or planned week of a manager, for a trend."""

    week: str
    meeting_hours: float
    focus_hours: float
    free_day_minutes: int
    outside_block: int


@dataclass(frozen=True, slots=True)
class TeamFigure:
    """A figure over a team of at least five people, never of one of them."""

    name: str
    text: str
    people: int
    value: float


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything an audit says to one manager: for their eyes only.

    `dismissed` are the keys of findings that they said "not this one" to; those are left out of `findings`. `trend` is
    of the last weeks, the oldest first.
    """

    manager: str
    week: str
    made_at: datetime
    findings: tuple[Finding, ...]
    trend: tuple[WeekFigures, ...] = ()
    team: tuple[TeamFigure, ...] = ()
    dismissed: tuple[str, ...] = ()
