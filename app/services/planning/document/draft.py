"""A meeting that does not exist yet as the plan shows it: suggested at a place, or without one and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.calendar.timespan import Timespan
from app.domain.meetings.meeting import Reason
from app.domain.plans.plan import Advice, Alternative, PlanMeeting, Relaxation, SeriesException, SeriesMove
from app.services.packing.packing import Packed
from app.services.packing.units import wording
from app.services.packing.units.places import block_name, block_spans, minutes_outside
from app.services.planning import asking
from app.services.planning.document import explaining
from app.services.planning.document.entry import attendees_at, identity, when_of
from app.services.planning.document.outcome import Outcome

ALTERNATIVES = 3


def drafted_meeting(
    outcome: Outcome, number: int, packed: Packed, exceptions: Sequence[SeriesException]
) -> PlanMeeting:
    """The entry in the plan; `packed` is the week whose moves have to make room for it."""
    return _DraftPlan(outcome, number, packed, tuple(exceptions)).written()


class _DraftPlan:
    def __init__(self, outcome: Outcome, number: int, moving: Packed, exceptions: tuple[SeriesException, ...]) -> None:
        self.outcome, self.number, self.moving, self.exceptions = outcome, number, moving, exceptions
        self.setting, self.packed = outcome.setting, outcome.packed
        self.unit = outcome.packed.units[number]
        self.spans, self.goal = self.packed.after[number], self.packed.goal[number]
        self.new = self.spans[0] if self.spans else None

    def written(self) -> PlanMeeting:
        """The entry: nothing in it is ticked, as nothing is ever created."""
        unit, new, setting, week = self.unit, self.new, self.setting, self.outcome.later_week(self.number)
        return PlanMeeting(
            **identity(unit.lead, unit.kind, unit.id, unit.rooms),
            attendees=tuple(attendees_at(unit.lead, new, setting)) if new else (),
            movable=True,
            pinned_reason=None,
            action="suggest" if new else "unplaced",
            scope=unit.scope,
            from_=None,
            to=when_of(new, setting) if new else None,
            target=when_of(self.goal[0], setting) if week else None,
            target_week=str(week) if week else None,
            block=block_name(unit.kind, new, setting) if new else None,
            in_block=new is not None and self._outside(new) == 0,
            series=self._series(new) if new else None,
            gain=None,
            preticked=False,
            why_not_preticked=self._caveat() if new else None,
            depends_on=self._depends_on(),
            alternatives=tuple(self._alternatives()) if new else (),
            price=None,
            reasons=tuple(self._reasons()),
            relaxation=self._relaxation(),
            advice=self._advice(new) if new else None,
        )

    def _outside(self, span: Timespan) -> int:
        blocks = block_spans(self.setting, self.unit.kind, self.setting.week_of(span))
        return minutes_outside(span, blocks, self.setting.rules.packing.tolerance_minutes)

    def _caveat(self) -> str:
        unknown = [e for e in self.unit.required if self.setting.time[e].availability == "unknown"]
        if unknown:
            return f"unconfirmed: the calendar of {wording.names(unknown)} is not known"
        return "it does not exist yet: only you can create it"

    def _series(self, new: Timespan) -> SeriesMove | None:
        if self.unit.scope == "occurrence":
            return None
        local = new.in_zone(self.setting.zone).local_start
        return SeriesMove(local.date(), "", self._often(new), len(self.spans) + len(self.exceptions), self.exceptions)

    def _often(self, new: Timespan) -> str:
        return wording.cadence(self.unit.lead, (new,), self.setting.zone)

    def _depends_on(self) -> tuple[str, ...]:
        """Meetings that have to leave its place first."""
        found = self.moving.movers(self.unit, self.packed.spots_after[self.number], self.moving.spots_before)
        return self.outcome.refs(found)

    def _alternatives(self) -> Iterator[Alternative]:
        for other in self.packed.others_free(self.number, ALTERNATIVES):
            yield explaining.alternative(other, 0, self.setting)

    def _reasons(self) -> Iterator[Reason]:
        """Why it should be there, and the rule that keeps it from all places, or from its block."""
        if self.unit.wish:
            yield self.unit.wish.reason
        if self.packed.waits(self.number):
            yield wording.waits(self.goal[0], self.outcome.later_week(self.number), self.setting.zone)
        elif self.new is None or self._outside(self.new):
            yield self._binding()

    def _relaxation(self) -> Relaxation | None:
        lacks = self.new is None or self._outside(self.new)
        return self.outcome.relaxations.of(self.number) if lacks else None

    def _binding(self) -> Reason:
        """The smallest set of rules that leaves it no place, else the rule that keeps it from a better one."""
        conflict = None if self.goal else explaining.unplaced(self.outcome, self.number)
        return conflict or self._kept_from()

    def _kept_from(self) -> Reason:
        places = self.packed.places[self.number]
        better = [n for n, spans in enumerate(places) if n and (self.new is None or not self._outside(spans[0]))]
        where = "of the week" if self.new is None else "in its block"
        return self.outcome.binding(self.number, better, where=where)

    def _advice(self, new: Timespan) -> Advice:
        others = [e for e in (*self.unit.required, *self.unit.optional) if e != self.setting.manager]
        often = "once" if self.unit.scope == "occurrence" else self._often(new).partition(",")[0]
        return asking.invite(others, self.unit.lead.event.title, often, new, self.setting)
