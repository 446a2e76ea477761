"""The figures of a week with its meetings at some places, whoever found the places."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.calendar.timespan import Timespan
from app.domain.plans.metrics import Counted, week_metrics
from app.domain.plans.plan import Metrics
from app.services.packing.units.places import Setting, Spans, block_spans, minutes_outside
from app.services.packing.units.units import Unit


def figures_of(setting: Setting, units: Sequence[Unit], spans: Sequence[Spans], busy: Sequence[Timespan]) -> Metrics:
    """The figures of the manager's week with the units at these places, beside other `busy` times of theirs."""
    meetings = [
        Counted(
            span,
            unit.kind.kind,
            unit.governed,
            blocks,
            bool(minutes_outside(span, blocks, tolerance)),
        )
        for unit, places in zip(units, spans, strict=True)
        for blocks in (block_spans(setting, unit.kind),)
        for tolerance in (setting.rules.packing.tolerance_minutes,)
        for span in places[: len(unit.meetings)]
        if setting.week_of(span) == setting.week
    ]
    working = setting.time[setting.manager].working_on(setting.week.days)
    return week_metrics(meetings, busy, working, setting.pattern.meeting_free_days.days, setting.zone)
