"""The occurrences that do not follow their series to its new place, and what is proposed for each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from app.domain.calendar.timespan import Timespan
from app.domain.meetings.busy import Strength
from app.domain.people.grid import working_spans
from app.domain.plans.plan import SeriesException
from app.services.packing.units.places import Setting, block_spans, minutes_outside, starts_on
from app.services.packing.units.units import Unit
from app.services.planning.document.entry import when_of
from app.services.planning.document.outcome import Outcome

TAKEN = "the time is taken that week"
TAKEN_ALWAYS = "the time is taken that week, and no other is free for everyone"


Proposed = Mapping[int, tuple[SeriesException, ...]]
"""By the number of their unit."""


def exceptions_of(outcome: Outcome) -> Proposed:
    """What is proposed for the exceptions of all units; no two of them get the same time."""
    numbers = range(len(outcome.packed.units))
    search = _Search(outcome) if any(spot.left_out for spot in outcome.packed.spots_after) else None
    return {number: tuple(search.of(number)) if search else () for number in numbers}


class _Search:
    def __init__(self, outcome: Outcome) -> None:
        self.outcome, self.setting = outcome, outcome.setting
        self.taken = _taken(outcome)

    def of(self, number: int) -> Iterator[SeriesException]:
        """For each occurrence of a unit that does not follow another time in its week; without one, it is skipped."""
        unit = self.outcome.packed.units[number]
        for nth, span in self.outcome.packed.spots_after[number].left_out:
            rooms = self.outcome.packed.spots_after[number].rooms
            other = self._other_time(unit, rooms, span)
            for address in (*unit.required, *rooms):
                self.taken[address].extend([other] if other else ())
            to = when_of(other, self.setting) if other else None
            left_out = when_of(span, self.setting)
            yield SeriesException(_recurrence_id(unit, nth, span), left_out, to, TAKEN if to else TAKEN_ALWAYS)

    def _other_time(self, unit: Unit, rooms: Sequence[str], wanted: Timespan) -> Timespan | None:
        """The nearest time of the same week at which everyone is there and free, in a block if there is one."""
        setting, week, length = self.setting, self.setting.week_of(wanted), wanted.end - wanted.start
        blocks = block_spans(setting, unit.kind, week)
        starts = (s for day in setting.open_days_of(week) for s in starts_on(day, length, setting))
        spans = (Timespan(s, s + length, wanted.zone) for s in starts)
        there = (span for span in spans if all_there(unit, span, setting))
        found = [span for span in there if self._is_free((*unit.required, *rooms), span)]
        tolerance = setting.rules.packing.tolerance_minutes
        nearest = sorted(found, key=lambda s: (minutes_outside(s, blocks, tolerance), abs(s.start - wanted.start)))
        return next(iter(nearest), None)

    def _is_free(self, addresses: Sequence[str], span: Timespan) -> bool:
        return not any(span.overlaps(busy) for address in addresses for busy in self.taken[address])


def _taken(outcome: Outcome) -> dict[str, list[Timespan]]:
    """What everyone and every room has in any week: now, after this step and at the target; and their absences."""
    taken = defaultdict(list, {email: [*busy] for email, busy in outcome.busy.items()})
    packed = outcome.packed
    for spots in (packed.spots_before, packed.spots_after, packed.spots_at_goal):
        for unit, spot in zip(packed.units, spots, strict=True):
            for address in (*unit.required, *spot.rooms):
                taken[address] += spot.spans
    for email, time in outcome.setting.time.items():
        taken[email] += [entry.span for entry in time.of(Strength.AWAY)]
    return taken


def all_there(unit: Unit, span: Timespan, setting: Setting, people: Sequence[str] = ()) -> bool:
    """Whether a time lies in the working hours of some people, or else of all whom a unit requires."""
    return all(_is_there(email, span, setting) for email in people or unit.required)


def _is_there(email: str, span: Timespan, setting: Setting) -> bool:
    """Whether a time of a later week lies in somebody's working hours. Later trips are not known to be so."""
    time = setting.time[email]
    day = span.in_zone(time.zone).local_start.date()
    if time.person.is_away(day):
        return False
    at_home = replace(time.person, travel=()) if time.person.travel else time.person
    hours = working_spans(at_home, [day], time.zone)
    return any(h.start <= span.start and span.end <= h.end for h in hours)


def _recurrence_id(unit: Unit, nth: int, span: Timespan) -> str:
    """That of the occurrence in its calendar; of a series that does not exist yet, when it would start."""
    if unit.wish:
        return span.start.isoformat()
    recurrence_id = (*unit.meetings, *unit.later)[nth].event.ref.recurrence_id
    return recurrence_id.isoformat() if recurrence_id else span.start.isoformat()
