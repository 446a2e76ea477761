"""The one door to the solver: units and people's time become tasks and resources, and its answers places again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import combinations

from app.domain.busy import Strength
from app.domain.grid import Axis, day_span, weeks_span, working_spans
from app.domain.movability import freeze_ends
from app.domain.person import Cadence
from app.domain.timespan import Timespan
from app.services.availability import PersonTime
from app.services.places import Setting, costs, mailed, minutes_on_free_days, new_places
from app.services.units import Unit, is_own_copy
from solver.data import Budget, Place, ProblemData, Relation, Resource, Span, Task, Weights
from solver.limits import Limits, OnProgress
from solver.solution import Result, Solution

Spans = tuple[Timespan, ...]


@dataclass(frozen=True)
class Packed:
    """The solver's problem with its two answers: the target without the budget, and the first step towards it.

    `places[u]` are the places of unit `u`, today's first; a solution's choice is an index into them.
    """

    data: ProblemData
    units: tuple[Unit, ...]
    places: tuple[tuple[Spans, ...], ...]
    target: Result
    step: Result

    def spans(self, solution: Solution) -> tuple[Spans, ...]:
        """Where each unit is in a solution."""
        return tuple(places[choice or 0] for places, choice in zip(self.places, solution.choices, strict=True))


def pack(
    units: Sequence[Unit], setting: Setting, now: datetime, limits: Limits, on_progress: OnProgress | None = None
) -> Packed:
    """Find the target and the first step towards it for the units of one manager's week."""
    from solver.search import solve, step_towards  # noqa: PLC0415 - OR-Tools takes a second to import

    places = tuple(_options(unit, setting) for unit in units)
    data = problem(units, places, setting, now)
    target = solve(data, limits=limits, on_progress=on_progress)
    rule = setting.rules.budget
    if target.solution is None or rule.mode == "none":
        return Packed(data, tuple(units), places, target, target)
    budget = Budget(rule.max_moves, rule.max_moves_per_person, rule.max_people_mailed)
    data = replace(data, budget=budget)
    return Packed(data, tuple(units), places, target, step_towards(data, target.solution, limits=limits))


def _options(unit: Unit, setting: Setting) -> tuple[Spans, ...]:
    """Today's place first, then the new ones that the unit may get.

    What somebody arranged is theirs: a one-off moves only to end a clash, or off a meeting-free day that is for all.
    """
    everything = setting.pattern.meeting_free_days.applies_to == "all"
    off_day = everything and any(minutes_on_free_days(m.span, setting) for m in unit.meetings)
    if not unit.movable or not (unit.recurring or unit.clashes or off_day):
        return (unit.spans,)
    return (unit.spans, *new_places(unit, setting))


def problem(units: Sequence[Unit], places: Sequence[Sequence[Spans]], setting: Setting, now: datetime) -> ProblemData:
    """The solver's problem for units and their places."""
    axis = Axis.of(setting.week)
    people = sorted({e for u in units for e in (*u.lead.required, *u.lead.optional, *mailed(u, setting))})
    index = {email: number for number, email in enumerate(people)}
    weeks = setting.rules.packing.weeks
    horizon = [setting.week.monday + timedelta(days=n) for n in range(weeks * 7)]
    packing = setting.rules.packing
    return ProblemData(
        resources=tuple(_resource(setting.time[email], units, horizon, setting, axis) for email in people),
        tasks=tuple(_task(u, p, index, setting, now, axis) for u, p in zip(units, places, strict=True)),
        relations=tuple(_relations(units, setting)),
        weights=Weights(
            slack_minutes=int(packing.slack_hours * 60),
            slack=packing.slack_minute,
            ceiling_minutes=int(packing.ceiling_hours * 60),
            ceiling=packing.ceiling_minute,
            fragment=packing.fragment_cell,
        ),
        day_starts=tuple(axis.floor(day_span(day, setting.zone).start) for day in horizon),
        counted_until=axis.floor(weeks_span(setting.week, 1, setting.zone).end),
    )


def _resource(
    time: PersonTime, units: Sequence[Unit], horizon: Sequence[date], setting: Setting, axis: Axis
) -> Resource:
    """A person on the axis. Absence closes the days of the planned week; later it is no clash of a series."""
    email = time.person.email.lower()
    held = {m.key for u in units for m in (*u.meetings, *u.later)}
    theirs = [u for u in units if email in u.lead.required]
    hard = [
        e.span
        for e in time.of(Strength.HARD)
        if e.key not in held and not any(is_own_copy(e.anonymous, e.span, u) for u in theirs)
    ]
    present = [day for day in horizon if day not in time.away]
    working = working_spans(time.person, present, time.zone)
    free = [d for d in horizon if setting.pattern.is_meeting_free(d.weekday())] if email == setting.manager else []
    week = [d for d in setting.week.days if d not in time.away]
    load = working_spans(time.person, week, time.zone) if time.availability == "known" else ()
    return Resource(
        email,
        hard_busy=_joined(hard, axis),
        working=_joined(working, axis),
        closed=_joined([day_span(d, setting.zone) for d in free], axis),
        load_days=_joined(load, axis),
    )


def _joined(spans: Iterable[Timespan], axis: Axis) -> tuple[Span, ...]:
    """Spans on the axis, sorted, with those that touch or overlap made one."""
    joined: list[Span] = []
    for start, end in sorted(axis.minutes(s) for s in spans):
        if joined and start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, end))
        elif end > start:
            joined.append(Span(start, end))
    return tuple(joined)


def _task(
    unit: Unit, places: Sequence[Spans], index: Mapping[str, int], setting: Setting, now: datetime, axis: Axis
) -> Task:
    today, *new = (_place(unit, spans, number > 0, setting, axis) for number, spans in enumerate(places))
    people = [setting.time[e].person for e in unit.lead.required]
    thaw = freeze_ends(people, now, setting.zone, setting.rules.pins.freeze_working_days)
    return Task(
        unit.id,
        required=tuple(index[e] for e in unit.lead.required),
        optional=tuple(index[e] for e in unit.lead.optional),
        stay=today,
        places=tuple(new),
        earliest=axis.ceil(thaw),
        mailed=tuple(index[e] for e in mailed(unit, setting)),
        clashes=bool(unit.clashes),
    )


def _place(unit: Unit, spans: Spans, moved: bool, setting: Setting, axis: Axis) -> Place:
    return Place(tuple(Span(*axis.minutes(s)) for s in spans), costs(unit, spans, moved=moved, setting=setting))


def _relations(units: Sequence[Unit], setting: Setting) -> Iterable[Relation]:
    """Someone with two 1:1s a week has them on two different days."""
    for (i, one), (j, other) in combinations(enumerate(units), 2):
        if one.kind.kind == other.kind.kind == "one_on_one" and set(one.lead.required) == set(other.lead.required):
            cadences = {setting.time[e].person.one_on_one for e in one.lead.others(setting.manager)}
            if Cadence.TWICE_WEEKLY in cadences:
                yield Relation("not_same_day", i, j)
