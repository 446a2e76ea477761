"""Plans around accepted places: the solver gets them as they stand, and what is in their way has to leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.domain.calendar.timespan import Timespan
from app.domain.meetings.meeting import Reason
from app.domain.people.grid import Axis
from app.domain.proposals.around import Unheld
from app.services.packing.units import wording
from app.services.packing.units.places import Setting
from app.services.packing.units.units import Unit
from solver.check import Violation, violations
from solver.data import TIERS, Budget, Place, ProblemData, Resource, Span, Task
from solver.solution import Result, Solution, Status, TierValue, in_order

IN_THE_WAY = 100_000
"""What staying in the way of an accepted place costs in the first tier: more than anything else."""

MayMove = Callable[[int], bool]


@dataclass(frozen=True)
class Holding:
    """Which tasks are at accepted places, and which others have to leave for them."""

    held: frozenset[int] = frozenset()
    in_the_way: frozenset[int] = frozenset()

    def narrowed(self, data: ProblemData, order: Sequence[str]) -> ProblemData:
        """The problem with accepted places as what stands, at the price of a move."""
        if not self.held:
            return data
        first = TIERS.index(order[0])
        return replace(data, tasks=tuple(self._task(n, task, first) for n, task in enumerate(data.tasks)))

    def _task(self, number: int, task: Task, first: int) -> Task:
        if number in self.held:
            return replace(task, stay=task.places[0], places=(), spent=True)
        if number in self.in_the_way and task.stay:
            return replace(task, stay=_dearer(task.stay, first))
        return task

    def within(self, solution: Solution) -> Solution:
        """An answer of the whole problem in the narrowed one."""
        return Solution(tuple(0 if n in self.held else choice for n, choice in enumerate(solution.choices)))

    def whole(self, data: ProblemData, found: Result, order: Sequence[str]) -> Result:
        """What was found for the narrowed problem, in the whole one; its values are what the answer costs there."""
        if not self.held or found.solution is None:
            return found
        solution = Solution(tuple(1 if n in self.held else c for n, c in enumerate(found.solution.choices)))
        values = in_order(data, solution, order)
        if values == [tier.value for tier in found.tiers]:
            return replace(found, solution=solution)
        tiers = tuple(TierValue(name, value, min(0, value)) for name, value in zip(order, values, strict=True))
        return replace(found, status=Status.FEASIBLE, solution=solution, tiers=tiers)

    def budget(self, data: ProblemData, budget: Budget) -> Budget:
        """A budget that what was accepted fits into in any case."""
        spent = [data.tasks[n] for n in self.held if not data.tasks[n].clashes]
        people = [r for task in spent for r in task.mailed]
        most = max((people.count(r) for r in people), default=0)
        return Budget(
            max(budget.max_moves, len(spent)),
            max(budget.max_moves_per_person, most),
            max(budget.max_people_mailed, len({*people})),
        )


def _dearer(place: Place, tier: int) -> Place:
    costs = list(place.costs)
    costs[tier] += IN_THE_WAY
    a, b, c, d, e, f = costs
    return replace(place, costs=(a, b, c, d, e, f))


def held_first(data: ProblemData, units: Sequence[Unit]) -> Solution:
    """The answer in which accepted places are taken, and all else is as today."""
    pairs = zip(units, data.tasks, strict=True)
    return Solution(tuple(1 if unit.held else (0 if task.stay else None) for unit, task in pairs))


def holding_of(data: ProblemData, units: Sequence[Unit]) -> Holding:
    """What is held, and what of all else is in its way today."""
    held = {unit.id: n for n, unit in enumerate(units) if unit.held}
    if not held:
        return Holding()
    numbers = {unit.id: n for n, unit in enumerate(units)}
    broken = (v for v in violations(data, held_first(data, units)) if held.keys() & {*v.culprits})
    others = {numbers[name] for v in broken for name in v.culprits if name in numbers and name not in held}
    return Holding(frozenset(held.values()), frozenset(others))


def impossible(
    data: ProblemData, units: Sequence[Unit], solution: Solution, setting: Setting, may_move: MayMove
) -> dict[int, Unheld]:
    """The held units of which the place breaks a hard rule in an answer, by number, each with the first such rule.

    What `may_move` is no reason: it may yet make way. Of two that exclude each other the first one stays.
    """
    numbers = {unit.id: n for n, unit in enumerate(units)}
    found: dict[int, Unheld] = {}
    if not any(unit.held for unit in units):
        return found
    for violation in violations(data, solution):
        tasks = sorted(numbers[name] for name in violation.culprits if name in numbers)
        held = [n for n in tasks if units[n].held]
        others = [n for n in tasks if n not in held]
        if not held or any(n in found for n in held) or any(may_move(n) for n in others):
            continue
        unit = units[held[-1]]
        reason = _reason(data, violation, held[-1], units, setting)
        if unit.held:
            found[held[-1]] = Unheld(unit.held.uid, unit.held.recurrence_id, reason)
    return found


def _reason(data: ProblemData, broken: Violation, number: int, units: Sequence[Unit], setting: Setting) -> Reason:
    """A rule that forbids an accepted place, in words for people."""
    own = units[number].id
    titles = {unit.id: unit.lead.event.title for unit in units}
    others = [name for name in broken.culprits if name != own]
    called = [titles.get(name) or wording.you_or_name(name, setting) for name in others]
    is_room = bool(others) and others[-1] not in titles and others[-1] not in setting.time
    span = _broken_span(data, broken, data.tasks[number].places[0].spans)
    axis = Axis.of(setting.week)
    when = Timespan(axis.moment(span.start), axis.moment(span.end), setting.zone)
    return wording.impossible("room" if is_room else broken.rule, called, others, when)


def _broken_span(data: ProblemData, broken: Violation, spans: Sequence[Span]) -> Span:
    """The first occurrence that breaks the rule; the first of all for rules that concern the place as a whole."""
    resource = next((r for r in data.resources if r.id == broken.culprits[-1]), Resource(""))
    breaks: dict[str, Callable[[Span], bool]] = {
        "busy": lambda span: any(map(span.overlap, resource.hard_busy)),
        "closed": lambda span: any(map(span.overlap, resource.closed)),
        "working": lambda span: not any(w.start <= span.start and span.end <= w.end for w in resource.working),
    }
    found = breaks.get(broken.rule)
    return next((span for span in spans if found and found(span)), spans[0])
