"""What the solver is given: units and people's time as tasks, resources and relations on one axis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from app.domain.grid import Axis, day_span, weeks_span, working_spans
from app.domain.person import Cadence
from app.domain.timespan import Timespan
from app.services.availability import PersonTime
from app.services.places import Setting, Spot, costs
from app.services.units import Unit, busy_beside
from solver.candidates import union
from solver.data import Place, ProblemData, Relation, Resource, Span, Task, Weights


def problem(
    units: Sequence[Unit],
    spots: Sequence[Sequence[Spot]],
    setting: Setting,
    kept: Mapping[str, Sequence[Timespan]],
) -> ProblemData:
    """The solver's problem for units and their spots; `kept` are times that people are busy besides."""
    axis = Axis.of(setting.week)
    people = sorted({e for u in units for e in (*u.required, *u.optional, *u.mailed)})
    index = {email: number for number, email in enumerate(people)}
    weeks = setting.rules.packing.weeks
    horizon = [setting.week.monday + timedelta(days=n) for n in range(weeks * 7)]
    packing = setting.rules.packing
    busy = busy_beside(units, setting.time)
    return ProblemData(
        resources=tuple(
            _resource(setting.time[email], (*busy[email], *kept.get(email, ())), horizon, setting.of(email), axis)
            for email in people
        ),
        tasks=tuple(_task(u, s, index, setting.of(u.manager), axis) for u, s in zip(units, spots, strict=True)),
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
    time: PersonTime, hard: Iterable[Timespan], horizon: Sequence[date], setting: Setting, axis: Axis
) -> Resource:
    """A person on the axis. Absence and later trips are no clash of a series: absence is a cost of each place."""
    email = time.person.email.lower()
    at_home = replace(time.person, travel=())
    working = (
        *working_spans(time.person, setting.week.days, time.zone),
        *working_spans(at_home, horizon[len(setting.week.days) :], time.zone),
    )
    free = [d for d in horizon if setting.pattern.is_meeting_free(d.weekday())] if email == setting.manager else []
    load = time.working_on(setting.week.days) if time.availability == "known" else ()
    return Resource(
        email,
        hard_busy=_joined(hard, axis),
        working=_joined(working, axis),
        closed=_joined([day_span(d, setting.zone) for d in free], axis),
        load_days=_joined(load, axis),
    )


def _joined(spans: Iterable[Timespan], axis: Axis) -> tuple[Span, ...]:
    """Spans on the axis, sorted, with those that touch or overlap made one."""
    return tuple(span for span in union(Span(*axis.minutes(s)) for s in spans) if span.end > span.start)


def _task(unit: Unit, spots: Sequence[Spot], index: Mapping[str, int], setting: Setting, axis: Axis) -> Task:
    today, *new = (_place(unit, spot, n > 0, setting, axis) if spot.spans else None for n, spot in enumerate(spots))
    return Task(
        unit.id,
        required=tuple(index[e] for e in unit.required),
        optional=tuple(index[e] for e in unit.optional),
        stay=today,
        places=tuple(place for place in new if place),
        earliest=axis.ceil(setting.freeze_ends(unit.required)),
        mailed=tuple(index[e] for e in unit.mailed),
        clashes=bool(unit.clashes),
        keeps_days=unit.keeps_days,
        unplaced_cost=_unplaced_cost(unit, setting) if unit.wish else 0,
    )


def _unplaced_cost(unit: Unit, setting: Setting) -> int:
    packing = setting.rules.packing
    own = unit.kind.kind == "one_on_one" and unit.kind.relation == "report"
    return packing.unplaced_one_on_one if own else packing.unplaced


def _place(unit: Unit, spot: Spot, moved: bool, setting: Setting, axis: Axis) -> Place:
    return Place(tuple(Span(*axis.minutes(s)) for s in spot.spans), costs(unit, spot, moved=moved, setting=setting))


def _relations(units: Sequence[Unit], setting: Setting) -> Iterable[Relation]:
    """Someone with two 1:1s a week has them on two different days."""
    for (i, one), (j, other) in combinations(enumerate(units), 2):
        if one.kind.kind == other.kind.kind == "one_on_one" and set(one.required) == set(other.required):
            cadences = {setting.time[e].person.one_on_one for e in one.required}
            if Cadence.TWICE_WEEKLY in cadences:
                yield Relation("not_same_day", i, j)
