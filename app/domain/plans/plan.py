"""The solver's answer in calendar words: the plan document `clearweek.plan/1`, as values.

Field names are those of the document; a trailing underscore (`from_`, `with_`) is dropped there. Times are aware, in
the manager's zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from app.domain.meetings.meeting import Reason

SCHEMA = "clearweek.plan/1"

CalendarDay = date  # under its own name where a field is called `date`

Action = Literal["keep", "move", "skip", "pinned", "conflict", "suggest", "unplaced"]
Availability = Literal["known", "free_busy", "inferred", "unknown"]
Status = Literal["optimal", "feasible", "infeasible", "unknown", "invalid"]
WhyOther = Literal["private", "focus", "out_of_office", "no_people", "other"]


@dataclass(frozen=True, slots=True)
class When:
    """Half-open, on the manager's wall clock."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier of the objective, with the bound that holds for it."""

    name: str
    value: int
    lower_bound: int


@dataclass(frozen=True, slots=True)
class PlanBlock:
    """A block of the pattern on a day of the planned week.

    `needed_minutes` are those of all movable meetings of the week that this block's kinds take, and of whatever in
    these blocks cannot move. Blocks of the same kinds carry the same number, to be held against the sum of `minutes`.
    """

    name: str
    start: datetime
    end: datetime
    kinds: tuple[str, ...]
    needed_minutes: int
    minutes: int


@dataclass(frozen=True, slots=True)
class PlanPattern:
    """The pattern, laid on the planned week."""

    blocks: tuple[PlanBlock, ...]
    meeting_free: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the planned week, as it is for the manager, with their working hours: none if they are away."""

    date: CalendarDay
    holiday: str | None
    away: bool
    meeting_free: bool
    working: tuple[When, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanPerson:
    """Someone in one of the meetings, and what is known of their time."""

    email: str
    name: str | None
    timezone: str
    availability: Availability
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Busy:
    """A time of the manager's own that no meeting of the plan explains, untitled."""

    start: datetime
    end: datetime
    why: WhyOther


@dataclass(frozen=True, slots=True)
class PlanAttendee:
    """An attendee of a meeting, with the hour that the proposed (else the present) time is for them."""

    email: str
    required: bool
    partstat: str
    availability: Availability
    local_start: datetime
    outside_hours: bool

    @property
    def is_coming(self) -> bool:
        """Whether they did not decline."""
        return self.partstat != "DECLINED"

    @property
    def at_bad_hour(self) -> bool:
        """Whether somebody who did not decline would be there outside of their working hours."""
        return self.is_coming and self.outside_hours


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rooms today and after."""

    from_: tuple[str, ...]
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeriesException:
    """An occurrence that does not follow its series to the new place, and the time there that it leaves out."""

    recurrence_id: str
    left_out: When
    to: When | None
    why: str


@dataclass(frozen=True, slots=True)
class SeriesMove:
    """What a move of a whole series means: from when, the weekly hours before and after, how many were checked."""

    effective_from: date
    before: str
    after: str
    occurrences_checked: int
    exceptions: tuple[SeriesException, ...]


@dataclass(frozen=True, slots=True)
class Gain:
    """Minutes that a move takes away from clashes, meeting-free days and wrong blocks."""

    conflict_minutes: int
    free_day_minutes: int
    pattern_minutes: int


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another place for the meeting, beside the one that the plan has for it, or means for it if it waits.

    `tier` is the first one that tells them apart, worse there by `cost`; none if it is as good. `text` says so.
    """

    start: datetime
    end: datetime
    tier: str | None
    cost: int
    text: str


@dataclass(frozen=True, slots=True)
class Price:
    """What a move costs the people in it; focus minutes are gained if positive, and lost if negative.

    `bad_hours` are those for whom the new time is outside of their working hours, or, among people of several time
    zones, outside of good hours.
    """

    rsvps_reset: tuple[str, ...]
    mailed: tuple[str, ...]
    focus_minutes_own: int
    focus_minutes_others: int
    others_affected: int
    bad_hours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """Something the manager could do by themselves."""

    text: str
    mailto: str | None


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The smallest change of the manager's own rules that would let a meeting into its block."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class PlanMeeting:
    """One meeting of the planned week: what it was taken for, and what becomes of it."""

    id: str
    calendar_id: str
    uid: str
    recurrence_id: str | None
    etag: str | None
    title: str
    organizer: str | None
    recurring: bool
    private: bool
    kind: str
    with_: str | None
    kind_reason: str
    attendees: tuple[PlanAttendee, ...]
    rooms: Rooms
    movable: bool
    pinned_reason: Reason | None
    action: Action
    scope: Literal["occurrence", "series"]
    from_: When | None
    to: When | None
    target: When | None
    target_week: str | None
    block: str | None
    in_block: bool
    series: SeriesMove | None
    gain: Gain | None
    preticked: bool
    why_not_preticked: str | None
    depends_on: tuple[str, ...]
    alternatives: tuple[Alternative, ...]
    price: Price | None
    reasons: tuple[Reason, ...]
    relaxation: Relaxation | None
    advice: Advice | None


@dataclass(frozen=True, slots=True)
class UsedBudget:
    """How much of the change budget the plan uses."""

    moves: int
    people_mailed: int


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """The change budget of one proposal (None: without limit), and what of it is used."""

    moves: int | None
    people_mailed: int | None
    used: UsedBudget


@dataclass(frozen=True, slots=True)
class Metrics:
    """Figures of one week for the manager; each is defined in docs/metrics.md. Hours are decimal."""

    pattern_adherence: float
    meetings_outside_block: int
    meeting_free_days: dict[str, int]
    focus_hours: float
    fragmented_hours: float
    meeting_hours: float
    slack_hours_min: float
    one_on_one_hours: float


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """The week as it is, and as it would be after the moves of this plan."""

    before: Metrics
    after: Metrics


@dataclass(frozen=True, slots=True)
class Target:
    """The plan without the budget: where the steps lead."""

    moves_left: int
    weeks_left: int
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class PlanWarning:
    """Something that the reader should know; `ref` names the source or the meeting."""

    code: str
    text: str
    ref: str | None


@dataclass(frozen=True, slots=True)
class TierChange:
    """One tier of the objective at the target, without and with a what-if."""

    name: str
    without: int
    with_: int


@dataclass(frozen=True, slots=True)
class OtherPlace:
    """A meeting, by its id in the plan, that has another place at the target because of a what-if."""

    id: str
    without: When
    with_: When


@dataclass(frozen=True, slots=True)
class NewPlace:
    """One of the best places of a new meeting.

    `tier` is the first one that is worse than without the meeting, by `cost`; `text` says so, and what is won before.
    `moves` are the meetings that are elsewhere because of it.
    """

    start: datetime
    end: datetime
    tier: str | None
    cost: int
    text: str
    moves: tuple[OtherPlace, ...]


@dataclass(frozen=True, slots=True)
class NewPlaces:
    """A new meeting, by its id in the plan, and its best places, the best first."""

    id: str
    places: tuple[NewPlace, ...]


@dataclass(frozen=True, slots=True)
class WhatIfResult:
    """What a what-if changes: the target, without the change budget, beside the one without the what-if.

    `asked` are the questions; `moves` are meetings that are elsewhere because of them.
    """

    asked: tuple[str, ...]
    tiers: tuple[TierChange, ...]
    without: Metrics
    with_: Metrics
    moves: tuple[OtherPlace, ...]
    new: tuple[NewPlaces, ...]


@dataclass(frozen=True, slots=True)
class Previous:
    """What is new against an earlier plan of the same week."""

    id: str
    added: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole plan of one manager's week; immutable, and all that a reader needs."""

    id: str
    manager: str
    week: str
    timezone: str
    generated_at: datetime
    generated_by: str
    previous: Previous | None
    status: Status
    limited: bool
    wall_time_s: float
    tiers: tuple[Tier, ...]
    pattern: PlanPattern
    days: tuple[Day, ...]
    people: tuple[PlanPerson, ...]
    busy: tuple[Busy, ...]
    meetings: tuple[PlanMeeting, ...]
    budget: BudgetUse
    target: Target
    metrics: BeforeAfter
    warnings: tuple[PlanWarning, ...]
    what_if: WhatIfResult | None = None

    @property
    def moves(self) -> tuple[PlanMeeting, ...]:
        """The meetings that the plan moves in this step."""
        return tuple(m for m in self.meetings if m.action == "move")
