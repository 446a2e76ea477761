"""What the solver is given: units and people's time as tasks, resources and relations on one axis."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

from app.domain.calendar.timespan import Timespan
from app.domain.configuration.rules import Rules
from app.domain.meetings.busy import Strength
from app.domain.people.grid import Axis, at, day_span, weeks_span, working_spans
from app.domain.people.person import Cadence
from app.services.packing.units.availability import PersonTime
from app.services.packing.units.costing import Costs
from app.services.packing.units.places import Setting, Spot
from app.services.packing.units.rooms import seats_wanted
from app.services.packing.units.units import Unit, busy_beside
from app.services.packing.units.workings import Workings
from solver.candidates import union
from solver.data import Place, ProblemData, Relation, Resource, Span, Task, Visit, Weights

ROUND_THE_WORLD = timedelta(days=1)
"""By so much the days of somebody far away may begin earlier, or end later, than the manager's."""


def problem(
    units: Sequence[Unit],
    spots: Sequence[Sequence[Spot]],
    setting: Setting,
    kept: Mapping[str, Sequence[Timespan]],
    workings: Workings | None = None,
) -> ProblemData:
    """The solver's problem for units and their spots; `kept` are times that people and rooms are busy besides."""
    people = sorted({e for u in units for e in (*u.required, *u.optional, *u.mailed)})
    rooms = sorted({room for options in spots for spot in options for room in spot.rooms})
    frame = _Frame(setting, (*people, *rooms))
    seen = workings or Workings()
    busy, visits = busy_beside(units, setting.time), _visits(units, frame)
    hard = {address: frame.joined((*busy.get(address, ()), *kept.get(address, ()))) for address in frame.addresses}
    return ProblemData(
        resources=(
            *(replace(_known_person(e, frame, seen), hard_busy=hard[e], visits=visits.get(e, ())) for e in people),
            *(replace(_room(address, frame), hard_busy=hard[address]) for address in rooms),
        ),
        tasks=tuple(_task(unit, options, frame, seen) for unit, options in zip(units, spots, strict=True)),
        relations=tuple(_relations(units, setting)),
        weights=_weights(setting.rules),
        day_starts=tuple(frame.axis.floor(day_span(day, setting.zone).start) for day in frame.horizon),
        counted_until=frame.axis.floor(weeks_span(setting.week, 1, setting.zone).end),
        travel=tuple(tuple(setting.premises.minutes(one, other) for other in frame.sites) for one in frame.sites),
    )


def eased(
    data: ProblemData,
    units: Sequence[Unit],
    spots: Sequence[Sequence[Spot]],
    setting: Setting,
    affected: Collection[int],
    kept: Mapping[str, Sequence[Timespan]],
) -> ProblemData:
    """The problem with other units or rules: affected tasks, the manager's time and the freeze are worked out anew."""
    known = [resource.id for resource in data.resources]
    rooms = sorted({room for options in spots for spot in options for room in spot.rooms}.difference(known))
    frame = _Frame(setting, (*known, *rooms))
    busy, me = busy_beside(units, setting.time), setting.manager
    hard = {address: frame.joined((*busy.get(address, ()), *kept.get(address, ()))) for address in (me, *rooms)}
    own = replace(_person(setting.time[me], frame), hard_busy=hard[me], visits=_visits(units, frame).get(me, ()))
    tasks = (
        _task(unit, spots[n], frame, Workings())
        if n in affected
        else replace(data.tasks[n], earliest=_earliest(unit, frame))
        for n, unit in enumerate(units)
    )
    return replace(
        data,
        resources=(
            *(own if resource.id == me else resource for resource in data.resources),
            *(replace(_room(address, frame), hard_busy=hard[address]) for address in rooms),
        ),
        tasks=tuple(tasks),
    )


class _Frame:
    """What calendar words are in the solver's: addresses and sites are numbers, and moments minutes."""

    def __init__(self, setting: Setting, addresses: Sequence[str]) -> None:
        self.setting = setting
        self.axis = Axis.of(setting.week)
        self.addresses = addresses
        self.index = {address: number for number, address in enumerate(addresses)}
        self.sites = ("", *(site.name for site in setting.premises.sites))
        self.location = {name: number for number, name in enumerate(self.sites)}
        days = setting.rules.packing.weeks * 7
        self.horizon = [setting.week.monday + timedelta(days=n) for n in range(days)]

    def span(self, span: Timespan) -> Span:
        """A span on the axis."""
        return Span(*self.axis.minutes(span))

    def joined(self, spans: Iterable[Timespan]) -> tuple[Span, ...]:
        """Spans on the axis, sorted, with those that touch or overlap made one."""
        return tuple(span for span in union(self.span(s) for s in spans) if span.end > span.start)


def _weights(rules: Rules) -> Weights:
    packing = rules.packing
    return Weights(
        slack_minutes=int(packing.slack_hours * 60),
        slack=packing.slack_minute,
        ceiling_minutes=int(packing.ceiling_hours * 60),
        ceiling=packing.ceiling_minute,
        fragment=packing.fragment_cell,
        lunch_minutes=rules.lunch.minutes,
        lunch=packing.lunch_missed,
        run_minutes=packing.run_minutes,
        breaks=packing.run_minute,
        ceiling_meetings=packing.ceiling_meetings,
        meeting=packing.meeting_above,
        optional=packing.optional_overlap,
    )


def _known_person(email: str, frame: _Frame, seen: Workings) -> Resource:
    return seen.person(email, lambda: _person(frame.setting.time[email], frame))


def _person(time: PersonTime, frame: _Frame) -> Resource:
    """A person on the axis. Absence and later trips are no clash of a series: absence is a cost of each place."""
    email = time.person.email.lower()
    setting = frame.setting.of(email)
    at_home = replace(time.person, travel=())
    working = (
        *working_spans(time.person, setting.week.days, time.zone),
        *working_spans(at_home, frame.horizon[len(setting.week.days) :], time.zone),
    )
    is_free = setting.pattern.is_meeting_free
    free = [d for d in frame.horizon if is_free(d.weekday())] if email == setting.manager else []
    load = time.working_on(setting.week.days) if time.availability == "known" else ()
    return Resource(
        email,
        working=frame.joined(working),
        closed=frame.joined(day_span(d, setting.zone) for d in free),
        load_days=frame.joined(load),
        lunches=tuple(_lunches(load, time, frame)),
    )


def _lunches(load: Sequence[Timespan], time: PersonTime, frame: _Frame) -> Iterator[Span]:
    """The windows in which somebody wants to have lunch: as much of them as lies in the working time of a day."""
    lunch = frame.setting.rules.lunch
    for day in frame.joined(load):
        zone, local = time.zone, frame.axis.moment(day.start).astimezone(time.zone).date()
        window = frame.span(Timespan(at(local, lunch.start, zone), at(local, lunch.end, zone), zone))
        span = Span(max(day.start, window.start), min(day.end, window.end))
        if span.end - span.start >= lunch.minutes:
            yield span


def _room(address: str, frame: _Frame) -> Resource:
    """A room on the axis: it is there at any hour."""
    room = frame.setting.premises.by_email.get(address)
    first, last = (day_span(day, frame.setting.zone) for day in (frame.horizon[0], frame.horizon[-1]))
    always = Timespan(first.start - ROUND_THE_WORLD, last.end + ROUND_THE_WORLD, frame.setting.zone)
    return Resource(address, working=(frame.span(always),), seats=room.seats if room else None)


def _visits(units: Iterable[Unit], frame: _Frame) -> dict[str, tuple[Visit, ...]]:
    """Where people are at the hard busy times that no unit explains."""
    held = {m.key for unit in units for m in (*unit.meetings, *unit.later)}
    return {
        email: tuple(
            Visit(frame.span(entry.span), frame.location[entry.site])
            for entry in time.of(Strength.HARD)
            if entry.site and entry.key not in held and entry.span.start < entry.span.end
        )
        for email, time in frame.setting.time.items()
    }


def _task(unit: Unit, spots: Sequence[Spot], frame: _Frame, seen: Workings) -> Task:
    earliest = _earliest(unit, frame)
    return seen.task(unit, (spots, frame.addresses, earliest), lambda: _made(unit, spots, frame, seen, earliest))


def _made(unit: Unit, spots: Sequence[Spot], frame: _Frame, seen: Workings, earliest: int) -> Task:
    setting, index = frame.setting.of(unit.manager), frame.index
    costing = seen.costing(unit, setting)
    today, *new = spots
    return Task(
        unit.id,
        required=tuple(index[e] for e in unit.required),
        optional=tuple(index[e] for e in unit.optional),
        stay=_place(today, costing.stay(today), frame) if today.spans else None,
        places=tuple(_place(spot, costing.new(spot), frame) for spot in new),
        earliest=earliest,
        mailed=tuple(index[e] for e in unit.mailed),
        clashes=bool(unit.clashes),
        keeps_days=unit.keeps_days,
        unplaced_cost=_unplaced_cost(unit, setting) if unit.wish else 0,
        seats=seats_wanted(unit, setting.premises) if unit.rooms else 0,
    )


def _earliest(unit: Unit, frame: _Frame) -> int:
    """The minute before which a unit gets no new place; a series may go to one, though it begins a week later."""
    setting = frame.setting.of(unit.manager)
    if unit.scope == "series" and not unit.wish:
        return frame.axis.floor(weeks_span(setting.week, 1, setting.zone).start)
    return frame.axis.ceil(setting.freeze_ends(unit.required))


def _unplaced_cost(unit: Unit, setting: Setting) -> int:
    packing = setting.rules.packing
    own = unit.kind.kind == "one_on_one" and unit.kind.relation == "report"
    return packing.unplaced_one_on_one if own else packing.unplaced


def _place(spot: Spot, costs: Costs, frame: _Frame) -> Place:
    return Place(
        tuple(frame.span(span) for span in spot.spans),
        costs,
        tuple(frame.index[room] for room in spot.rooms),
        frame.location[spot.site],
    )


def _relations(units: Sequence[Unit], setting: Setting) -> Iterable[Relation]:
    """Someone with two 1:1s a week has them on two different days."""
    for (i, one), (j, other) in combinations(enumerate(units), 2):
        if one.kind.kind == other.kind.kind == "one_on_one" and set(one.required) == set(other.required):
            cadences = {setting.time[e].person.one_on_one for e in one.required}
            if Cadence.TWICE_WEEKLY in cadences:
                yield Relation("not_same_day", i, j)
