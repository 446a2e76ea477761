"""What a place costs by itself in every tier; what joins several meetings (clashes, load, focus) is the solver's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from app.domain.calendar.timespan import IsoWeek, Timespan
from app.services.packing.units.comfort import Comfort
from app.services.packing.units.places import (
    Setting,
    Spot,
    block_spans,
    minutes_on_free_days,
    minutes_outside,
    rsvps_reset,
)
from app.services.packing.units.units import Unit

Costs = tuple[int, int, int, int, int, int]
NEEDLESS = 1
"""Minutes of clashes that a move must end to be worth it where only a clash allows one: of one-offs and stand-ups."""


class Costing:
    """What the places of one unit cost, in the planned week."""

    def __init__(self, unit: Unit, setting: Setting) -> None:
        self.unit, self.setting, self.packing = unit, setting, setting.rules.packing
        self.comfort = Comfort(unit, setting)
        self.blocks: dict[IsoWeek, tuple[Timespan, ...]] = {}
        self.seen: dict[tuple[datetime, ...], tuple[int, int, int]] = {}
        everything = setting.pattern.meeting_free_days.applies_to == "all"
        self.one_off = unit.movable and not unit.recurring and everything

    def stay(self, spot: Spot) -> Costs:
        """What today's place costs."""
        free_days, outside, people = self._there(spot)
        return 0, free_days, outside, 0, people, 0

    def new(self, spot: Spot) -> Costs:
        """What a new place costs beside what being there does: letters, answers, exceptions, the way.

        A series that begins a week later is judged by its first occurrence there: a new one is only taken where that
        gains something, and one that changes its weeks pays for it.
        """
        unit, packing, letters = self.unit, self.packing, len(self.unit.mailed)
        free_days, outside, people = self._there(spot)
        people += self.comfort.of_moving
        changes_weeks = self.setting.week_of(spot.spans[0]) != self.setting.week
        outside += len(spot.left_out) * (packing.exception_charge + self.charge)
        disruption = len(spot.left_out) * (1 + letters)
        if unit.wish:
            return 0, free_days, outside, disruption + changes_weeks, people, 0
        outside += packing.move_charge + self.charge + packing.parity_charge * changes_weeks
        disruption += packing.room_change * (spot.rooms != unit.rooms) + 1 + letters + self.answers
        needless = 0 if unit.governed or self.one_off else NEEDLESS
        return needless, free_days, outside, disruption, people, packing.distance_hour * self._hours_moved(spot)

    @cached_property
    def charge(self) -> int:
        """What the letters of a move cost in tier `pattern`."""
        return self.packing.mailed_charge * len(self.unit.mailed)

    @cached_property
    def answers(self) -> int:
        """How many answers a move resets."""
        return len(rsvps_reset((*self.unit.meetings, *self.unit.later), self.setting.manager))

    def _there(self, spot: Spot) -> tuple[int, int, int]:
        """Minutes on meeting-free days, minutes out of the blocks, and what the time costs the people.

        It is looked at once for all rooms: a unit is equally long everywhere.
        """
        now = spot.spans[: len(self.unit.meetings)]
        starts = tuple(span.start for span in now)
        if starts not in self.seen:
            self.seen[starts] = self._at(now)
        return self.seen[starts]

    def _at(self, now: Sequence[Timespan]) -> tuple[int, int, int]:
        unit, setting = self.unit, self.setting
        own = self._blocks_in(setting.week_of(now[0]))
        counts = unit.governed or self.one_off
        free_days = sum(minutes_on_free_days(s, setting) for s in now) if counts else 0
        outside = sum(minutes_outside(s, own, self.packing.tolerance_minutes) for s in now) if unit.governed else 0
        return free_days, outside, sum(self.comfort.of(s) + _reaching_out(s, own) for s in now)

    def _blocks_in(self, week: IsoWeek) -> tuple[Timespan, ...]:
        if week not in self.blocks:
            self.blocks[week] = block_spans(self.setting, self.unit.kind, week)
        return self.blocks[week]

    def _hours_moved(self, spot: Spot) -> int:
        pairs = zip(spot.spans[: len(self.unit.meetings)], self.unit.spans, strict=False)
        return int(sum(abs((new.start - old.start).total_seconds()) for new, old in pairs) // 3600)


def _reaching_out(span: Timespan, blocks: Sequence[Timespan]) -> int:
    """Minutes by which a meeting in one of its blocks reaches out of it: what is tolerated is not as good."""
    inside = sum(span.overlap_minutes(b) for b in blocks)
    return span.minutes - inside if inside else 0
