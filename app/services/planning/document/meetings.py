"""Each meeting of the planned week as the plan shows it: action, reasons, price and what else would be possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.meetings.meeting import Classified, Meeting, Reason
from app.domain.plans.plan import (
    Gain,
    PlanMeeting,
    SeriesException,
    SeriesMove,
)
from app.services.packing.packing import Packed
from app.services.packing.units import wording
from app.services.packing.units.places import (
    Setting,
    minutes_on_free_days,
)
from app.services.planning.document import explaining
from app.services.planning.document.advising import advice
from app.services.planning.document.draft import drafted_meeting
from app.services.planning.document.entry import attendees_at, identity, when_of
from app.services.planning.document.exceptions import exceptions_of
from app.services.planning.document.occurrence import Occurrence
from app.services.planning.document.outcome import Outcome
from app.services.planning.document.price import caveat, price_of


def plan_meetings(outcome: Outcome) -> Iterator[PlanMeeting]:
    """Every meeting of the planned week that takes place."""
    exceptions = exceptions_of(outcome)
    for number, unit in enumerate(outcome.packed.units):
        if unit.wish:
            yield drafted_meeting(outcome, number, outcome.packed, exceptions[number])
            continue
        for nth in range(len(unit.meetings)):
            yield _MeetingPlan(Occurrence(outcome, number, nth), exceptions[number]).written()


def suggested_meetings(outcome: Outcome, packed: Packed) -> Iterator[PlanMeeting]:
    """What is suggested beside a packed week."""
    exceptions = exceptions_of(outcome)
    for number in range(len(packed.units), len(outcome.packed.units)):
        yield drafted_meeting(outcome, number, packed, exceptions[number])


def skipped_meeting(meeting: Meeting, kind: Classified, reason: Reason, number: str, setting: Setting) -> PlanMeeting:
    """A meeting of the week that does not take place."""
    return PlanMeeting(
        **identity(meeting, kind, number, meeting.rooms),
        attendees=tuple(attendees_at(meeting, meeting.span, setting)),
        movable=False,
        pinned_reason=reason,
        action="skip",
        scope="occurrence",
        from_=when_of(meeting.span, setting),
        to=None,
        target=None,
        target_week=None,
        block=None,
        in_block=True,
        series=None,
        gain=None,
        preticked=False,
        why_not_preticked=None,
        depends_on=(),
        alternatives=(),
        price=None,
        reasons=(reason,),
        relaxation=None,
        advice=None,
    )


class _MeetingPlan:
    """What the plan says of one occurrence."""

    def __init__(self, occurrence: Occurrence, exceptions: Sequence[SeriesException]) -> None:
        self.it, self.left_out = occurrence, exceptions
        self.outcome, self.setting, self.packed = occurrence.outcome, occurrence.setting, occurrence.packed
        self.unit, self.meeting, self.number = occurrence.unit, occurrence.meeting, occurrence.number

    def written(self) -> PlanMeeting:
        """The entry in the plan."""
        it, unit = self.it, self.unit
        against = caveat(it) if it.moved else None
        week = it.outcome.later_week(it.number)
        rooms = self.packed.spots_after[it.number].rooms if it.moved else self.meeting.rooms
        return PlanMeeting(
            **identity(self.meeting, unit.kind, self.outcome.ids(it.number)[it.nth], rooms),
            attendees=tuple(attendees_at(self.meeting, it.new, self.setting)),
            movable=unit.movable,
            pinned_reason=unit.pinned,
            action=it.action,
            scope=unit.scope,
            from_=when_of(it.old, self.setting),
            to=when_of(it.new, self.setting) if it.moved else None,
            target=when_of(self.packed.goal[it.number][it.nth], self.setting) if week else None,
            target_week=str(week) if week else None,
            block=it.block_name(it.new),
            in_block=it.outside(it.new) == 0,
            series=self._series() if it.moved and unit.scope == "series" else None,
            gain=self._gain() if it.moved else None,
            preticked=it.moved and against is None,
            why_not_preticked=against,
            depends_on=self.outcome.refs(it.blockers()) if it.moved else (),
            alternatives=tuple(explaining.alternatives(it)) if it.moved else (),
            price=price_of(it) if it.moved else None,
            reasons=tuple(explaining.reasons(it)),
            relaxation=explaining.relaxation(it),
            advice=advice(it),
        )

    def _series(self) -> SeriesMove:
        """What the move means for the series. Every occurrence was looked at; a 1:1 on a day off is better skipped."""
        before, after = (spans[self.number] for spans in (self.packed.before, self.packed.after))
        count, zone = len(self.unit.meetings), self.setting.zone
        return SeriesMove(
            effective_from=self.setting.begins(self.unit, after).monday,
            before=wording.cadence(self.meeting, before[:count], zone),
            after=wording.cadence(self.meeting, after[:count], zone),
            occurrences_checked=len(after) + len(self.left_out),
            exceptions=(*self._days_off(), *self.left_out),
        )

    def _days_off(self) -> Iterator[SeriesException]:
        if self.unit.kind.kind != "one_on_one":
            return
        for meeting, span in zip(self.unit.meetings, self.packed.after[self.number], strict=False):
            absent = self.it.absent(span)
            recurrence_id = meeting.event.ref.recurrence_id
            if absent and recurrence_id is not None:
                why = wording.away(absent, self.setting).text
                yield SeriesException(recurrence_id.isoformat(), when_of(span, self.setting), None, why)

    def _gain(self) -> Gain:
        """What the move takes away, of this occurrence."""
        before = self.outcome.rivals(self.number, self.it.old, self.packed.spots_before)
        old, new = (minutes_on_free_days(span, self.setting) for span in (self.it.old, self.it.new))
        return Gain(
            conflict_minutes=max(0, sum(before.values()) - sum(self.it.clashes.values())),
            free_day_minutes=max(0, old - new),
            pattern_minutes=self.it.outside(self.it.old) - self.it.outside(self.it.new),
        )
