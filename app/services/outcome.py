"""The week before, after this step and at the target, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.domain.busy import Strength
from app.domain.grid import working_spans
from app.domain.metrics import Counted, focus_minutes, week_metrics
from app.domain.plan import Metrics
from app.domain.timespan import Timespan
from app.services.packing import Packed, Spans
from app.services.places import Setting, block_spans, minutes_outside


@dataclass(frozen=True)
class Outcome:
    """A packed week beside what it is judged by."""

    setting: Setting
    packed: Packed

    @cached_property
    def held(self) -> frozenset[tuple[str, str]]:
        """Keys of all occurrences that units hold: they are no busy time of their own."""
        return frozenset(m.key for u in self.packed.units for m in (*u.meetings, *u.later))

    def clashes(self, number: int, span: Timespan) -> Iterator[tuple[str, str]]:
        """What required people of a unit have at the same time after this step: a ref and how to call it."""
        unit = self.packed.units[number]
        required = set(unit.lead.required)
        for other, places in zip(self.packed.units, self.packed.after, strict=True):
            now = places[: len(other.meetings)]
            if other.id != unit.id and required & set(other.lead.required) and any(span.overlaps(s) for s in now):
                yield other.id, other.lead.event.title
        for email in sorted(required):
            if any(span.overlaps(busy) for busy in self.busy(email)):
                yield email, f"something else in the calendar of {self.setting.time[email].person.name or email}"

    def busy(self, email: str) -> list[Timespan]:
        """The hard busy times of a person that no unit explains."""
        return [e.span for e in self.setting.time[email].of(Strength.HARD) if e.key not in self.held]

    def focus_gain(self, number: int, email: str) -> int:
        """Minutes of focus time that a person wins by this move alone, the others at their new places."""
        time = self.setting.time[email]
        present = [d for d in self.setting.week.days if d not in time.away]
        working = working_spans(time.person, present, time.zone)
        busy = self.busy(email)
        undone = [*self.packed.after]
        undone[number] = self.packed.before[number]
        with_move, without = (
            focus_minutes([*busy, *self._spans_of(email, spans)], working) for spans in (self.packed.after, undone)
        )
        return with_move - without

    def _spans_of(self, email: str, spans: Sequence[Spans]) -> list[Timespan]:
        return [
            span
            for unit, places in zip(self.packed.units, spans, strict=True)
            if email in unit.lead.required
            for span in places[: len(unit.meetings)]
        ]


def figures(outcome: Outcome, spans: Sequence[Spans]) -> Metrics:
    """The figures of the planned week with the units at these places."""
    setting = outcome.setting
    own = setting.time[setting.manager]
    meetings = [
        Counted(
            span,
            unit.kind.kind,
            unit.governed,
            blocks,
            bool(minutes_outside(span, blocks, tolerance)),
        )
        for unit, places in zip(outcome.packed.units, spans, strict=True)
        for blocks in (block_spans(setting, unit.kind),)
        for tolerance in (setting.rules.packing.tolerance_minutes,)
        for span in places[: len(unit.meetings)]
    ]
    busy = outcome.busy(setting.manager)
    present = [d for d in setting.week.days if d not in own.away]
    return week_metrics(meetings, busy, working_spans(own.person, present, own.zone), setting.pattern, setting.zone)
