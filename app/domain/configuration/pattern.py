"""The week that the manager wants, and the rules that meetings are known and moved by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from typing import Literal

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def check_clock(what: str, start: time, end: time) -> None:
    """Refuse, with `ValueError`, times of day that are no span of one wall clock."""
    if start.tzinfo or end.tzinfo:
        raise ValueError(
            f"{what} is on a wall clock: leave the offset out of {(start if start.tzinfo else end).isoformat()}"
        )
    if end <= start:
        raise ValueError(f"{what} must end after it starts, not {start:%H:%M}-{end:%H:%M}")


@dataclass(frozen=True)
class MeetingFreeDays:
    """Days on which nothing is ever placed; `recurring` leaves one-offs where they are, `all` moves them too."""

    days: tuple[Weekday, ...] = ()
    applies_to: Literal["recurring", "all"] = "recurring"


@dataclass(frozen=True)
class Block:
    """A part of the wanted week, in the manager's time zone, for some kinds of meetings.

    A kind may be narrowed by who it is with: `one_on_one:report` (report, skip, peer, manager).
    """

    name: str
    day: Weekday
    start: time
    end: time
    kinds: tuple[str, ...]

    def __post_init__(self) -> None:
        check_clock(f"block {self.name!r}", self.start, self.end)

    @property
    def weekday(self) -> int:
        """The day of the week; 0 is Monday."""
        return WEEKDAYS.index(self.day)

    @property
    def minutes(self) -> int:
        """Length in minutes."""
        return (self.end.hour - self.start.hour) * 60 + self.end.minute - self.start.minute

    def takes(self, kind: str, relation: str | None = None) -> bool:
        """Whether a meeting of this kind (a 1:1: with this relation) belongs into the block."""
        return kind in self.kinds or (relation is not None and f"{kind}:{relation}" in self.kinds)


@dataclass(frozen=True)
class Pattern:
    """The blocks and the meeting-free days."""

    block: tuple[Block, ...] = ()
    meeting_free_days: MeetingFreeDays = field(default_factory=MeetingFreeDays)

    def blocks_for(self, kind: str, relation: str | None = None) -> tuple[Block, ...]:
        """The blocks that a meeting of this kind belongs into; none means that it costs nothing anywhere."""
        return tuple(b for b in self.block if b.takes(kind, relation))

    def is_meeting_free(self, weekday: int) -> bool:
        """Whether a day of the week (0 is Monday) is meeting-free."""
        return WEEKDAYS[weekday] in self.meeting_free_days.days
