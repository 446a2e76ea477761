"""What the solver made of a week, in places again, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from app.domain.calendar.timespan import Timespan
from app.domain.configuration.rules import BudgetRule
from app.domain.plans.plan import Status as PlanStatus
from app.domain.plans.plan import Tier
from app.domain.proposals.around import Unheld
from app.errors import CancelledError
from app.services.packing.problem import eased
from app.services.packing.units.holding import Holding, impossible
from app.services.packing.units.places import Setting, Spans, Spot
from app.services.packing.units.spots import spots_of
from app.services.packing.units.units import Unit
from app.services.packing.units.workings import Workings
from solver.candidates import Candidates, beside_fixed, feasible_places
from solver.data import Budget, ProblemData
from solver.limits import Limits, OnProgress
from solver.solution import Result, Solution, Swaps, stay_all
from solver.stopping import Cancelled
from solver.why.diagnose import Conflict, conflict
from solver.why.easing import best_swap, carried, settled
from solver.why.explain import Binding, binding, free_among, free_options


@dataclass(frozen=True)
class Watch:
    """Who looks on while the solver works: told of each better answer, and asked whether they have given up."""

    on_progress: OnProgress | None = None
    cancelled: Cancelled | None = None

    def check(self) -> None:
        """Raise `CancelledError` if they have given up."""
        if self.cancelled is not None and self.cancelled():
            raise CancelledError("stopped; nothing was written")


@dataclass(frozen=True)
class Placing:
    """An answer with a new meeting at one of its best places: where every unit is, and the values of the tiers.

    At that place the meeting has no occurrence in so many weeks as are `left_out`.
    """

    spans: tuple[Spans, ...]
    left_out: int
    tiers: tuple[tuple[str, int], ...]


class OtherPlace(NamedTuple):
    """A place that a unit could have as well: `tier` is worse there, by `cost`; None if it is as good."""

    spans: Spans
    tier: str | None
    cost: int


@dataclass(frozen=True)
class Packed:
    """What the solver made of the units of a week: the target without the budget, and the first step towards it.

    `spots[u]` are the places of unit `u`, today's first: an empty one for what does not exist yet. `waiting` are times
    that people keep for what moves in a later step. `holding` says what is at accepted places; `unheld` are those that
    are impossible now. `workings` are of the setting that it was packed in.
    """

    data: ProblemData
    units: tuple[Unit, ...]
    spots: tuple[tuple[Spot, ...], ...]
    target: Result
    step: Result
    order: Sequence[str]
    limits: Limits
    waiting: Mapping[str, Sequence[Timespan]] = field(default_factory=dict)
    holding: Holding = field(default_factory=Holding)
    workings: Workings = field(default_factory=Workings)
    unheld: tuple[Unheld, ...] = ()

    @cached_property
    def places(self) -> tuple[tuple[Spans, ...], ...]:
        """When each unit takes place at each of its spots."""
        return tuple(tuple(spot.spans for spot in spots) for spots in self.spots)

    @cached_property
    def before(self) -> tuple[Spans, ...]:
        """Where each unit is today."""
        return tuple(places[0] for places in self.places)

    @cached_property
    def after(self) -> tuple[Spans, ...]:
        """Where each unit is after this step."""
        return self._spans(self._chosen)

    @cached_property
    def goal(self) -> tuple[Spans, ...]:
        """Where each unit is at the target."""
        return self._spans(self._wanted)

    @property
    def status(self) -> PlanStatus:
        """How well the answer is proven: the weaker of the target's and the step's."""
        order: tuple[PlanStatus, ...] = ("optimal", "feasible", "unknown", "infeasible", "invalid")
        return max((order[order.index(r.status.value)] for r in (self.target, self.step)), key=order.index)

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The values of this step, with their bounds."""
        return tuple(Tier(t.name, t.value, t.lower_bound) for t in self.step.tiers)

    @property
    def limited(self) -> bool:
        """Whether the clock cut an answer."""
        return self.target.limited or self.step.limited

    @property
    def wall_time_s(self) -> float:
        """Seconds that the solver took."""
        return self.target.wall_time_s + (0 if self.step is self.target else self.step.wall_time_s)

    @property
    def wall_left(self) -> float | None:
        """Seconds that the clock leaves, if it counts at all."""
        return None if self.limits.wall_s is None else max(0.0, self.limits.wall_s - self.wall_time_s)

    def moved(self, unit: int) -> bool:
        """Whether this step moves a unit."""
        return self._chosen.moved(self.data, unit)

    def waits(self, unit: int) -> bool:
        """Whether the target moves a unit, but not this step."""
        return self._wanted.moved(self.data, unit) and not self.moved(unit)

    def is_blocked(self, unit: int) -> bool:
        """Whether what nobody may move in this plan stands where the target wants a unit: another manager's meeting."""
        return self._wanted.choices[unit] not in self._open[unit]

    def movers(self, unit: Unit, at: Spot, spots: Sequence[Spot]) -> tuple[str, ...]:
        """The ids of other units that move, and are at these spots at the same time for the same people or rooms."""
        taken = {*unit.required, *at.rooms}
        return tuple(
            other.id
            for number, (other, theirs) in enumerate(zip(self.units, spots, strict=True))
            if other.id != unit.id
            and self.moved(number)
            and taken.intersection((*other.required, *theirs.rooms))
            and any(a.overlaps(b) for a in theirs.spans for b in at.spans)
        )

    def binding(self, unit: int, wanted: Sequence[int]) -> Binding:
        """The rule that keeps a unit from the wanted places, in the target."""
        options = [place - self._first(unit) for place in wanted]
        return binding(self.data, self._wanted, unit, options, order=self.order, swaps=self._goal_swaps)

    def others_free(self, unit: int, most: int, nth: int = 0) -> list[OtherPlace]:
        """The best other new places that break no rule beside the rest of this step; of the target for what waits.

        Each says what it costs more than the unit's place there, in the first tier that tells them apart. Of those that
        have its `nth` occurrence at one time, and differ elsewhere, it is the cheapest one.
        """
        beside = self._wanted if self.waits(unit) else self._chosen
        options, places, own = self.data.tasks[unit].options, self.places[unit], self._spot(beside, unit).spans
        first = self._first(unit)
        among = [
            n
            for n in self._open[unit]
            if n is not None and (n or first) and places[n + first][nth] not in own[nth : nth + 1]
        ]
        among.sort(key=lambda n: (options[n].costs, n))
        likely = self._at_different_times(unit, free_among(self.data, beside, unit, among), nth)
        swaps = self._goal_swaps if self.waits(unit) else self._step_swaps
        values = swaps.in_order(unit, beside.choices[unit], self.order)
        ranked = sorted((swaps.in_order(unit, n, self.order), n) for n in islice(likely, 2 * most))
        return [OtherPlace(places[n + first], *_dearer(self.order, values, then)) for then, n in ranked[:most]]

    def _at_different_times(self, unit: int, options: Iterable[int], nth: int) -> Iterator[int]:
        """Of some options, the first of each time that the `nth` occurrence gets."""
        seen: set[Timespan] = set()
        for option in options:
            span = self.places[unit][option + self._first(unit)][nth]
            if span not in seen:
                seen.add(span)
                yield option

    @property
    def wanted_tiers(self) -> tuple[tuple[str, int], ...]:
        """The values of the target."""
        return tuple((tier.name, tier.value) for tier in self.target.tiers)

    def best_places(self, unit: int, most: int, limits: Limits, watch: Watch) -> list[Placing]:
        """The best places of a unit at the target, each with the best that the others can then do."""
        from solver.alternatives import best_options  # noqa: PLC0415 - OR-Tools takes a second to import

        share = replace(limits, work=limits.work / most, wall_s=None if limits.wall_s is None else limits.wall_s / most)
        found = best_options(
            self.data, unit, most, limits=share, hint=self._wanted, cancelled=watch.cancelled, order=self.order
        )
        watch.check()
        return [
            Placing(
                self._spans(r.result.solution),
                len(self._spot(r.result.solution, unit).left_out),
                tuple((t.name, t.value) for t in r.result.tiers),
            )
            for r in found
            if r.result.solution
        ]

    def free(self, unit: int) -> list[int]:
        """The places at which a unit breaks no rule beside the rest of the target, its own among them."""
        own = self._wanted.choices[unit]
        free = free_options(self.data, self._wanted, unit)
        return [n + self._first(unit) for n in (*free, *(() if own is None else (own,)))]

    def eased(
        self, units: Mapping[int, Unit], setting: Setting, dearer: Collection[int], opened: Collection[int]
    ) -> Packed:
        """The same week with some other units, or under other rules, its target as near to this one as can be.

        The costs of `dearer` units are worked out anew, and the places too of those `opened` and of other units.
        """
        now = tuple(units.get(n, unit) for n, unit in enumerate(self.units))
        anew = {*units, *opened}
        known = {n: spots for n, spots in enumerate(self.spots) if n not in anew}
        spots = spots_of(now, setting, self.waiting, known)
        data = eased(self.data, now, spots, setting, {*anew, *dearer}, self.waiting)
        target = replace(self.target, solution=carried(self.data, self._wanted, data))
        return replace(self, data=data, units=now, spots=spots, target=target, step=target, workings=Workings())

    def swapped(self, unit: int, wanted: Collection[int]) -> Packed | None:
        """The same with a unit at the best of the wanted places; None if none of them is free and better."""
        picks = [place - self._first(unit) for place in wanted]
        swap = best_swap(self.data, self._wanted, unit, picks, order=self.order)
        return None if swap is None else self._aiming(replace(self.target, solution=swap))

    def conflict(self, unit: int, limits: Limits) -> Conflict | None:
        """The smallest set of rules that leaves what does not exist yet no place at all, at the target."""
        return conflict(self.data, self._wanted, unit, limits=limits)

    def possible(self, unit: int, wanted: Collection[int]) -> bool:
        """Whether one of the wanted places breaks no rule if whoever else is there, and may move, makes way."""
        picks = {place - self._first(unit) for place in wanted}
        return bool(picks & set(beside_fixed(self.data, feasible_places(self.data))[unit]))

    def stepped(self, rule: BudgetRule, limits: Limits, cancelled: Cancelled | None = None) -> Packed:
        """The same with the best step towards the target that a budget allows."""
        from solver.search import step_towards  # noqa: PLC0415 - OR-Tools takes a second to import

        budget = Budget(rule.max_moves, rule.max_moves_per_person, rule.max_people_mailed)
        proposals = {name: number for number, name in enumerate(dict.fromkeys(unit.manager for unit in self.units))}
        own = [proposals[unit.manager] for unit in self.units]
        tasks = tuple(
            t if t.proposal == n else replace(t, proposal=n) for t, n in zip(self.data.tasks, own, strict=True)
        )
        data = replace(self.data, tasks=tasks, budget=self.holding.budget(self.data, budget))
        narrowed = self.holding.narrowed(data, self.order)
        wanted = self.holding.within(self._wanted)
        step = step_towards(narrowed, wanted, limits=limits, cancelled=cancelled, order=self.order)
        return replace(self, step=self.holding.whole(data, step, self.order))

    def solved(self, limits: Limits) -> Packed | None:
        """The same with its target found anew; None unless the tiers that can cause a move are proven."""
        narrowed, near = self.holding.narrowed(self.data, self.order), self.holding.within(self._wanted)
        result = settled(narrowed, near, limits=limits, order=self.order)
        return None if result is None else self._aiming(self.holding.whole(self.data, result, self.order))

    def impossible(self, setting: Setting) -> dict[int, Unheld]:
        """The accepted places that break a hard rule in this answer after all, by the number of their unit."""
        if not self.holding.held:
            return {}
        answers = dict.fromkeys((self._wanted, self._chosen))
        found = (impossible(self.data, self.units, answer, setting, lambda _: False) for answer in answers)
        return {number: lost for each in found for number, lost in each.items()}

    def _aiming(self, target: Result) -> Packed:
        return replace(self, target=target, step=target)

    def _first(self, unit: int) -> int:
        """The place that the first option of a unit's task is."""
        return 1 if self.data.tasks[unit].stay is None else 0

    @property
    def _chosen(self) -> Solution:
        return self.step.solution or stay_all(self.data)

    @property
    def _wanted(self) -> Solution:
        return self.target.solution or stay_all(self.data)

    @cached_property
    def _step_swaps(self) -> Swaps:
        return Swaps(self.data, self._chosen)

    @cached_property
    def _goal_swaps(self) -> Swaps:
        return Swaps(self.data, self._wanted)

    @cached_property
    def _open(self) -> Candidates:
        return beside_fixed(self.data, feasible_places(self.data))

    @cached_property
    def spots_before(self) -> tuple[Spot, ...]:
        """Where each unit is today, with its rooms."""
        return tuple(spots[0] for spots in self.spots)

    @cached_property
    def spots_at_goal(self) -> tuple[Spot, ...]:
        """Where each unit is at the target, with its rooms."""
        return tuple(self._spot(self._wanted, unit) for unit in range(len(self.units)))

    @cached_property
    def spots_after(self) -> tuple[Spot, ...]:
        """Where each unit is after this step, with its rooms."""
        return tuple(self._spot(self._chosen, unit) for unit in range(len(self.units)))

    def _spans(self, solution: Solution) -> tuple[Spans, ...]:
        return tuple(self._spot(solution, unit).spans for unit in range(len(self.units)))

    def _spot(self, solution: Solution, unit: int) -> Spot:
        choice = solution.choices[unit]
        return self.spots[unit][0 if choice is None else choice + self._first(unit)]


def _dearer(order: Sequence[str], chosen: Sequence[int], other: Sequence[int]) -> tuple[str | None, int]:
    """The first tier that tells two answers apart, and by how much the other is worse in it; nothing if it is not."""
    differing = (each for each in zip(order, chosen, other, strict=True) if each[1] != each[2])
    tier, now, then = next(differing, ("", 0, 0))
    return (tier, then - now) if then > now else (None, 0)
