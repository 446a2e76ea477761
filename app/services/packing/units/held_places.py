"""The one place that a held unit has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from app.domain.calendar.timespan import Timespan
from app.domain.people.grid import Shift, shifted_monthly, week_later, weeks_span
from app.domain.proposals.around import Held
from app.services.packing.units.places import Setting, Spans, new_places
from app.services.packing.units.units import Unit


def held_place(unit: Unit, held: Held, setting: Setting) -> Spans | None:
    """All occurrences of a unit at its accepted place; None if its rule cannot say that place any more."""
    return next(_places(unit, [s.astimezone(UTC) for s in (held.start, *held.also)], setting), None)


def _places(unit: Unit, starts: list[datetime], setting: Setting) -> Iterator[Spans]:
    if unit.scope == "occurrence":
        lead = unit.lead.span
        yield (Timespan(starts[0], starts[0] + (lead.end - lead.start), lead.zone),)
        return
    if unit.nth is not None:
        yield shifted_monthly(unit.spans, starts[0], unit.nth, setting.zone)
        return
    yield from _weekly(unit, starts, setting)
    yield from (spans for spans in new_places(unit, setting) if [s.start for s in spans[: len(starts)]] == starts)


def _weekly(unit: Unit, starts: list[datetime], setting: Setting) -> Iterator[Spans]:
    """The series with each of its weekdays at one of the starts; one that begins a week later begins there."""
    week = setting.week_of(Timespan(starts[0], starts[0] + timedelta(minutes=1), setting.zone))
    occurrences = unit.spans if week == setting.week else [week_later(span) for span in unit.spans]
    weekdays = sorted({s.in_zone(setting.zone).local_start.weekday() for s in occurrences})
    if len(weekdays) != len(starts):
        return
    spans = Shift(occurrences, setting.zone).to(dict(zip(weekdays, sorted(starts), strict=True)))
    end = weeks_span(setting.week, setting.rules.packing.weeks, setting.zone).end
    if spans is not None:
        yield tuple(span for span in spans if span.end <= end) if week != setting.week else spans
