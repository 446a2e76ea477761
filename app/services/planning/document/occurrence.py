"""One occurrence of a unit in the planned week: where it is before and after, and how it stands there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from app.domain.calendar.timespan import Timespan
from app.domain.plans.plan import Action
from app.services.packing.packing import OtherPlace
from app.services.packing.units.places import (
    block_name,
    block_spans,
    minutes_on_free_days,
    minutes_outside,
    misplaced_minutes,
)
from app.services.packing.units.units import Unit
from app.services.planning.document.outcome import Outcome

ALTERNATIVES = 3


class Occurrence:
    """The `nth` occurrence, in the planned week, of a unit of the outcome."""

    def __init__(self, outcome: Outcome, number: int, nth: int) -> None:
        self.outcome, self.number, self.nth = outcome, number, nth
        self.setting, self.packed = outcome.setting, outcome.packed
        self.unit: Unit = outcome.packed.units[number]
        self.meeting = self.unit.meetings[nth]
        self.moved = self.packed.moved(number)
        self.old = self.meeting.span
        self.new = self.packed.after[number][nth]
        self.blocks = block_spans(self.setting, self.unit.kind)
        self.clashes = outcome.rivals(number, self.new, self.packed.spots_after)

    @property
    def action(self) -> Action:
        """What becomes of it."""
        if self.moved:
            return "move"
        if self.absent(self.new) and self.unit.kind.kind == "one_on_one":
            return "skip"
        if self.clashes:
            return "conflict"
        return "keep" if self.unit.movable else "pinned"

    @property
    def misplaced(self) -> bool:
        """Whether it ends up out of its block, or on a meeting-free day."""
        return bool(self.outside(self.new) or minutes_on_free_days(self.new, self.setting))

    @cached_property
    def others_free(self) -> list[OtherPlace]:
        """The best other places that are free for everyone beside the rest of this plan; of the target if it waits."""
        return self.packed.others_free(self.number, ALTERNATIVES, self.nth)

    def outside(self, span: Timespan) -> int:
        """Minutes of a span outside of its own blocks."""
        return minutes_outside(span, self.blocks, self.setting.rules.packing.tolerance_minutes)

    def score(self, spans: Sequence[Timespan]) -> tuple[int, int]:
        """Minutes on meeting-free days and outside of the blocks, of the unit at a place, in the planned week."""
        return misplaced_minutes(self.unit, spans, self.setting)

    def absent(self, span: Timespan) -> list[str]:
        """Required people who are away on the day of a span."""
        return [e for e in self.unit.required if self.setting.time[e].is_away(span)]

    def block_name(self, span: Timespan) -> str | None:
        """The own block that a span lies in, by its larger part."""
        return block_name(self.unit.kind, span, self.setting)

    def blockers(self) -> tuple[str, ...]:
        """Units that have to leave the new place first."""
        packed = self.packed
        return packed.movers(self.unit, packed.spots_after[self.number], packed.spots_before)

    def followers(self) -> tuple[str, ...]:
        """Units that move to where this one is today."""
        packed = self.packed
        return packed.movers(self.unit, packed.spots_before[self.number], packed.spots_after)
