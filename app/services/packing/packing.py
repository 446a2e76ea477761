"""The one door to the solver, with `packed`, `problem`, `holding` and `steps`: its answers become places again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.domain.calendar.timespan import Timespan
from app.domain.plans.wish import Wish
from app.domain.proposals.around import Unheld
from app.services.packing.packed import OtherPlace, Packed, Placing, Watch
from app.services.packing.problem import problem
from app.services.packing.units.drafts import draft
from app.services.packing.units.holding import held_first, holding_of, impossible
from app.services.packing.units.places import Setting, Spans, Spot
from app.services.packing.units.spots import spots_of
from app.services.packing.units.units import Unit
from app.services.packing.units.workings import Workings
from solver.data import ProblemData
from solver.limits import Limits, OnProgress, Progress
from solver.solution import Solution
from solver.why.diagnose import Conflict, Member
from solver.why.explain import Binding

__all__ = [
    "Binding",
    "Conflict",
    "Limits",
    "Member",
    "OnProgress",
    "OtherPlace",
    "Packed",
    "Placing",
    "Progress",
    "Spans",
    "Watch",
    "pack",
    "problem",
    "suggest",
]

SHORTEST_S = 0.1
"""Seconds that the step has even if the target took all of the time."""


def pack(
    units: Sequence[Unit], setting: Setting, limits: Limits, watch: Watch, workings: Workings | None = None
) -> Packed:
    """Find the target and the first step towards it for the units of one manager's week.

    A series that clashes just this once and finds no place of its own is packed again by its occurrence; an accepted
    place that turns out to be impossible is given up, and all is packed again. Raises `CancelledError` once whoever
    watches has given up. `workings` are those of the setting, if there are any.
    """
    workings = workings or Workings()
    packed = _target(units, setting, limits, watch, workings)
    stuck = {n for n, unit in enumerate(packed.units) if unit.clashes_once and packed.goal[n] == packed.before[n]}
    if stuck and setting.moves != "series":
        again = [unit.by_occurrence() if n in stuck else unit for n, unit in enumerate(packed.units)]
        left = _after(packed, limits)
        packed = replace(_target(again, setting, left, watch, workings), unheld=packed.unheld)
    rule = setting.rules.budget
    if packed.target.solution is not None and rule.mode != "none":
        packed = packed.stepped(rule, _after(packed, limits), watch.cancelled)
        watch.check()
    lost = packed.impossible(setting)
    if not lost:
        return packed
    found = pack(_freed(packed.units, lost), setting, _after(packed, limits), watch, workings)
    return replace(found, unheld=(*packed.unheld, *lost.values(), *found.unheld))


def suggest(wishes: Sequence[Wish], packed: Packed, setting: Setting, limits: Limits, watch: Watch) -> Packed | None:
    """Find places for what would be good to have, in time that is free at the target and after this step.

    Nothing moves for it: everything else is where this step has it.
    """
    if not wishes:
        return None
    from solver.search import solve  # noqa: PLC0415 - OR-Tools takes a second to import

    drafts = [draft(f"n{number}", wish, setting) for number, wish in enumerate(wishes, start=1)]
    units = (*packed.units, *drafts)
    waiting, kept = _waiting(packed, setting), _waiting(packed, setting)
    for number, unit in enumerate(packed.units):
        for address in (*unit.required, *packed.spots_after[number].rooms):
            kept[address].extend(packed.after[number])
    spots = (*((spot,) for spot in packed.spots_after), *spots_of(drafts, setting, kept))
    left = _after(packed, limits)
    data = problem(units, spots, setting, waiting)
    result = solve(data, limits=left, cancelled=watch.cancelled, order=packed.order)
    watch.check()
    return Packed(data, units, spots, result, result, packed.order, left, waiting)


def _waiting(packed: Packed, setting: Setting) -> dict[str, list[Timespan]]:
    """The times that people and rooms are to have for what moves in a later step, or only from a later week on."""
    kept: dict[str, list[Timespan]] = defaultdict(list)
    for number, unit in enumerate(packed.units):
        goal, today = packed.spots_at_goal[number], packed.spots_before[number]
        for address in (*unit.required, *goal.rooms) if packed.waits(number) else ():
            kept[address].extend(goal.spans)
        for address in (*unit.required, *today.rooms) if _begins_later(packed, number, setting) else ():
            kept[address].extend(today.spans[: len(unit.meetings)])
    return kept


def _begins_later(packed: Packed, number: int, setting: Setting) -> bool:
    """Whether this step moves a series that is still where it is today in the planned week."""
    unit = packed.units[number]
    own = setting.of(unit.manager)
    return packed.moved(number) and unit.scope == "series" and own.begins(unit, packed.after[number]) != own.week


def _target(units: Sequence[Unit], setting: Setting, limits: Limits, watch: Watch, workings: Workings) -> Packed:
    """The week without a budget; accepted places that are impossible by themselves are given up."""
    from solver.search import solve  # noqa: PLC0415 - OR-Tools takes a second to import

    order = setting.rules.packing.tiers
    spots = spots_of(units, setting, {}, workings=workings)
    data = problem(units, spots, setting, {}, workings)
    watch.check()
    lost = impossible(data, units, held_first(data, units), setting, lambda number: bool(data.tasks[number].places))
    if lost:
        packed = _target(_freed(units, lost), setting, limits, watch, workings)
        return replace(packed, unheld=(*lost.values(), *packed.unheld))
    holding = holding_of(data, units)
    found = solve(
        holding.narrowed(data, order),
        limits=limits,
        hint=holding.within(_likely(units, spots, data)),
        on_progress=watch.on_progress,
        cancelled=watch.cancelled,
        order=order,
    )
    watch.check()
    target = holding.whole(data, found, order)
    return Packed(data, tuple(units), spots, target, target, order, limits, holding=holding, workings=workings)


def _freed(units: Sequence[Unit], lost: Mapping[int, Unheld]) -> list[Unit]:
    """The units without some accepted places."""
    return [replace(unit, held=None, held_spans=()) if n in lost else unit for n, unit in enumerate(units)]


def _likely(units: Sequence[Unit], spots: Sequence[Sequence[Spot]], data: ProblemData) -> Solution:
    """The answer that the plan before makes likely: each unit where that had it, if it may be there still."""
    choices: list[int | None] = []
    for unit, own, task in zip(units, spots, data.tasks, strict=True):
        starts = [*unit.likely]
        wanted = (n for n, spot in enumerate(own) if starts and [s.start for s in spot.spans[: len(starts)]] == starts)
        choices.append(None if task.stay is None else next(wanted, 0))
    return Solution(tuple(choices))


def _after(packed: Packed, limits: Limits) -> Limits:
    """What is left of the limits."""
    if limits.wall_s is None:
        return limits
    return replace(limits, wall_s=max(SHORTEST_S, limits.wall_s - packed.wall_time_s))
