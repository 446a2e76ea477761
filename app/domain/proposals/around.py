"""What a plan has to leave as it was decided: accepted places, refused moves, and what past weeks taught."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.calendar.writing import Fingerprint, RecurrenceKey
from app.domain.meetings.meeting import Reason
from app.domain.proposals.proposal import Decided, MoveScope, Why


@dataclass(frozen=True, slots=True)
class Held:
    """An accepted move: its meeting is nowhere else in the plan.

    `start` is the new start of its first occurrence of the planned week, `also` those of the others of that week, of a
    series on two weekdays. `rooms` are those that it is to have; None if any that fit will do.
    """

    uid: str
    recurrence_id: str | None
    scope: MoveScope
    start: datetime
    also: tuple[datetime, ...] = ()
    rooms: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A move that the manager does not want: the meeting keeps its place, for a reason.

    If only the day or the time was wrong, as `why` says, it may still go to another one than that of `start`, the new
    start that was refused.
    """

    uid: str
    recurrence_id: str | None
    scope: MoveScope
    reason: Reason
    why: Why | None = None
    start: datetime | None = None


END_IT = "end_it"
"""The code of the reason for which a series is not moved that the manager is asked to end."""

RULE_TOO_RICH = "rule_too_rich"
"""The code of the reason for which a series is not moved whose rule cannot say where else it would be."""


def ending(uid: str) -> Refused:
    """A series that the manager is asked to end, as a plan leaves it: where it is."""
    return Refused(uid, None, "series", Reason(END_IT, "an audit proposes to end it: say yes or no to that first"))


@dataclass(frozen=True, slots=True)
class Remembered:
    """A move of the last weeks that was rejected, or made.

    `uids` are all that its series ever had; `start` to `to_end` are those of the `ProposedMove`.
    """

    uids: tuple[str, ...]
    recurrence_id: str | None
    scope: MoveScope
    start: datetime
    end: datetime
    to_start: datetime
    to_end: datetime
    people: tuple[str, ...]
    had_clash: bool
    seen: Mapping[RecurrenceKey, Fingerprint]
    decided: Decided | None = None
    applied_at: datetime | None = None
    moved_back_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reserved:
    """A place that somebody else's open proposal wants, and who would be in it."""

    proposal_id: str
    start: datetime
    end: datetime
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """All that a plan is made around; `reserved` are places that others' open proposals want.

    `likely` are the moves of the plan before that nothing was said of: the search begins with them.
    """

    held: tuple[Held, ...] = ()
    refused: tuple[Refused, ...] = ()
    reserved: tuple[Reserved, ...] = ()
    remembered: tuple[Remembered, ...] = ()
    likely: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Unheld:
    """An accepted move that is impossible now, and the rule that forbids it."""

    uid: str
    recurrence_id: str | None
    reason: Reason
