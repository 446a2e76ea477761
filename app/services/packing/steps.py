"""The step of one manager towards a target that was found for several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.services.packing.packing import Limits, Packed, Watch
from app.services.packing.problem import problem
from app.services.packing.units.places import Setting, Spot
from app.services.packing.units.spots import spots_of
from app.services.packing.units.units import Unit
from solver.data import Budget, ProblemData
from solver.solution import Result, Solution, Status, TierValue, in_order


def pack_towards(
    units: Sequence[Unit],
    setting: Setting,
    target: Packed,
    goal: Mapping[str, Spot],
    after: Mapping[str, Spot],
    limits: Limits,
    watch: Watch,
) -> Packed:
    """The step of one manager towards a target found for several, whose status it shares.

    `goal` says where units, by their ids, are at that target, and `after` where they are after the step; all others
    stay. Only the tiers of the step are worked out.
    """
    from solver.search import step_towards  # noqa: PLC0415 - OR-Tools takes a second to import

    spots = spots_of(units, setting, {})
    rule, data = setting.rules.budget, problem(units, spots, setting, {})
    budget = None if rule.mode == "none" else Budget(rule.max_moves, rule.max_moves_per_person, rule.max_people_mailed)
    wanted, aim = _at(units, spots, goal), _at(units, spots, after)
    half = limits if limits.wall_s is None else replace(limits, wall_s=limits.wall_s / 2)
    step = step_towards(replace(data, budget=budget), aim, limits=half, cancelled=watch.cancelled, order=target.order)
    watch.check()
    step = _valued(data, step, aim, target.order)
    found = replace(target.target, solution=wanted, tiers=(), wall_time_s=0.0)
    return Packed(data, tuple(units), spots, found, step, target.order, limits)


def _at(units: Sequence[Unit], spots: Sequence[Sequence[Spot]], places: Mapping[str, Spot]) -> Solution:
    """The answer in which units are at these places in the planned week; what has none, or cannot get it, stays."""
    return Solution(tuple(_choice(u, own, places.get(u.id)) for u, own in zip(units, spots, strict=True)))


def _choice(unit: Unit, spots: Sequence[Spot], wanted: Spot | None) -> int:
    week = len(unit.meetings)
    alike = (n for n, spot in enumerate(spots) if wanted and spot.spans[:week] == wanted.spans[:week])
    return min(alike, key=lambda n: spots[n] != wanted, default=0)


def _valued(data: ProblemData, found: Result, solution: Solution, order: Sequence[str]) -> Result:
    """The result for an answer, proven if a found one is no better; its tiers are never below 0."""
    values = in_order(data, solution, order)
    if values == [tier.value for tier in found.tiers]:
        return replace(found, solution=solution)
    return Result(Status.FEASIBLE, solution, tuple(map(TierValue, order, values, [0] * len(order))), found.wall_time_s)
