"""The manager's rules: how meetings are known, what may move, what a move costs and how much may change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from typing import Literal

from app.domain.calendar.event import EventType
from app.domain.configuration.audit_rules import AuditRules
from app.domain.configuration.pattern import check_clock

TierName = Literal["conflicts", "free_days", "pattern", "disruption", "people", "focus"]
ALL_TIERS: tuple[TierName, ...] = ("conflicts", "free_days", "pattern", "disruption", "people", "focus")
KINDS = (
    "one_on_one",
    "team_sync",
    "standup",
    "sprint_start",
    "sprint_check",
    "cross_team",
    "interview",
    "network",
    "external",
    "other",
)
"""The kinds that come with Clearweek; rules may add others."""
MOST = 10_000
"""The most that a count or a cost may be."""
MOST_WEEKS = 26
MINUTES_A_DAY = 24 * 60
MOST_FREEZE_DAYS = 20
COSTS = (
    "tolerance_minutes",
    "move_charge",
    "mailed_charge",
    "optional_lost",
    "soft_busy",
    "lunch_minute",
    "lunch_missed",
    "preferred_minute",
    "others_free_minute",
    "bad_minute",
    "optional_overlap",
    "run_minutes",
    "run_minute",
    "ceiling_meetings",
    "meeting_above",
    "unknown_person",
    "absent_person",
    "slack_minute",
    "ceiling_minute",
    "fragment_cell",
    "distance_hour",
    "room_change",
    "exception_charge",
    "max_exceptions",
    "parity_charge",
    "unplaced",
    "unplaced_one_on_one",
)
POSITIVE = ("unplaced", "unplaced_one_on_one")


def _check_range(rules: object, name: str, least: float, most: float) -> None:
    value = getattr(rules, name)
    if not least <= value <= most:
        raise ValueError(f"{name} must be from {least} to {most}, not {value}")


@dataclass(frozen=True)
class KindRule:
    """One line of the classification; all conditions that are given must hold.

    `name` is the stable code of the reason, `because` its text: `{word}` is what was found in the title, `{with}` who a
    1:1 is with. `words` are looked for in the title, as are `and_words`; `titles` are titles as a whole; a title with
    one of `not_words` does not match. `people` count the manager, `outside` those who are not of the company, and
    `team_share` says how many in a hundred of the others are of the manager's own teams. `weekdays_min` counts the days
    in a week of the series, `sibling_days_min` those of all series with the same people and time.
    """

    kind: str
    because: str
    name: str = ""
    words: tuple[str, ...] = ()
    and_words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    private: bool | None = None
    all_day: bool | None = None
    event_types: tuple[EventType, ...] = ()
    recurring: bool | None = None
    everyone: bool | None = None
    people_min: int = 0
    people_max: int | None = None
    outside_min: int = 0
    outside_max: int | None = None
    team_share_min: int = 0
    team_share_max: int = 100
    weekdays_min: int = 0
    sibling_days_min: int = 0


@dataclass(frozen=True)
class Words:
    """Words in several languages, matched whole, whatever their case.

    `away` and `focus` stand in titles. `lists` stand in addresses that are a group rather than a person, `everyone` in
    those of the whole company.
    """

    away: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    everyone: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pins:
    """What does not move, each with its switch.

    `with_above`: someone above the manager takes part. `over_people`: more required people than this.
    `foreign_reports`: reports of another manager take part. `freeze_working_days`: both the old and the new start lie
    beyond this many working days of each required attendee. `with_people` and `uids` are pinned by name.
    """

    kinds: tuple[str, ...] = ("interview", "network", "external", "other")
    with_above: bool = True
    over_people: int = 10
    foreign_reports: bool = True
    freeze_working_days: int = 1
    with_people: tuple[str, ...] = ()
    uids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_range(self, "over_people", 0, MOST)
        _check_range(self, "freeze_working_days", 0, MOST_FREEZE_DAYS)


@dataclass(frozen=True)
class BudgetRule:
    """How much one proposal may change; ending clashes is free. `mode = "none"` does the whole target at once."""

    mode: Literal["steps", "none"] = "steps"
    max_moves: int = 8
    max_moves_per_person: int = 3
    max_people_mailed: int = 40

    def __post_init__(self) -> None:
        for name in ("max_moves", "max_moves_per_person", "max_people_mailed"):
            _check_range(self, name, 0, MOST)


@dataclass(frozen=True)
class Lunch:
    """A time of day in each person's zone that meetings had better leave free: `minutes` of it in a row at least."""

    start: time = time(12, 0)
    end: time = time(13, 0)
    minutes: int = 30

    def __post_init__(self) -> None:
        check_clock("lunch", self.start, self.end)
        _check_range(self, "minutes", 0, MINUTES_A_DAY)


@dataclass(frozen=True)
class Fairness:
    """Good hours, on everyone's own clock: who meets people of other time zones outside of them carries a bad hour."""

    start: time = time(9, 0)
    end: time = time(17, 0)

    def __post_init__(self) -> None:
        check_clock("fairness", self.start, self.end)


@dataclass(frozen=True)
class Packing:
    """What the places of meetings cost, in minutes unless said otherwise."""

    weeks: int = 8
    tolerance_minutes: int = 15
    move_charge: int = 15
    mailed_charge: int = 2
    slack_hours: float = 0.5
    ceiling_hours: float = 6.0
    tiers: tuple[TierName, ...] = ALL_TIERS
    optional_lost: int = 60
    soft_busy: int = 1
    lunch_minute: int = 1
    lunch_missed: int = 30
    preferred_minute: int = 1
    others_free_minute: int = 1
    bad_minute: int = 1
    optional_overlap: int = 1
    run_minutes: int = 120
    run_minute: int = 1
    ceiling_meetings: int = 8
    meeting_above: int = 15
    unknown_person: int = 30
    absent_person: int = 60
    slack_minute: int = 1
    ceiling_minute: int = 1
    fragment_cell: int = 15
    distance_hour: int = 1
    room_change: int = 1
    exception_charge: int = 15
    max_exceptions: int = 2
    biweekly_parity: Literal["keep", "either"] = "keep"
    parity_charge: int = 15
    unplaced: int = 120
    unplaced_one_on_one: int = 240

    def __post_init__(self) -> None:
        _check_range(self, "weeks", 1, MOST_WEEKS)
        for name in ("slack_hours", "ceiling_hours"):
            _check_range(self, name, 0, 24)
        for name in COSTS:
            _check_range(self, name, int(name in POSITIVE), MOST)
        if sorted(self.tiers) != sorted(ALL_TIERS):
            raise ValueError(f"tiers must name each of {', '.join(ALL_TIERS)} once")


@dataclass(frozen=True)
class Suggestions:
    """How many missing 1:1s are suggested in a week, and how long a first one is; `most = 0` suggests none."""

    most: int = 3
    minutes: int = 30

    def __post_init__(self) -> None:
        _check_range(self, "most", 0, MOST)
        _check_range(self, "minutes", 5, MINUTES_A_DAY)


@dataclass(frozen=True)
class UidRule:
    """What one meeting is, said by hand."""

    uid: str
    kind: str


@dataclass(frozen=True)
class CorrectionRule:
    """What a manager said of one meeting: what it is, and who of its guests has to be there, or need not.

    Addresses are those of any one person; whom it does not name is as the invitation says.
    """

    uid: str
    kind: str | None = None
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        both = {e.lower() for e in self.required} & {e.lower() for e in self.optional}
        if both:
            raise ValueError(f"{min(both)} cannot be both required and optional in {self.uid}")


@dataclass(frozen=True)
class Rules:
    """The whole of a rules file."""

    kind: tuple[KindRule, ...] = ()
    uid: tuple[UidRule, ...] = ()
    correction: tuple[CorrectionRule, ...] = ()
    words: Words = field(default_factory=Words)
    pins: Pins = field(default_factory=Pins)
    budget: BudgetRule = field(default_factory=BudgetRule)
    lunch: Lunch = field(default_factory=Lunch)
    fairness: Fairness = field(default_factory=Fairness)
    packing: Packing = field(default_factory=Packing)
    suggestions: Suggestions = field(default_factory=Suggestions)
    audit: AuditRules = field(default_factory=AuditRules, repr=False)  # no plan has another id for it

    def __post_init__(self) -> None:
        wrong = next((c for c in self.correction if c.kind is not None and c.kind not in self.kinds), None)
        if wrong is not None:
            raise ValueError(f"{wrong.kind!r} is no kind ({wrong.uid}); known are {', '.join(sorted(self.kinds))}")

    @property
    def kinds(self) -> frozenset[str]:
        """All kinds that a meeting can be of."""
        return frozenset((*KINDS, *(rule.kind for rule in self.kind)))
