"""Why a task did not get one of the options that somebody would have liked better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from solver.candidates import dropped_by
from solver.check import JOINT_RULES
from solver.data import TIERS, ProblemData, Span
from solver.solution import Solution, objective

BindingRule = Literal["open", "cost", "budget", "relation", "taken", "busy", "working", "closed", "earliest", "none"]


@dataclass(frozen=True, slots=True)
class Binding:
    """What stands between a task and the wanted options.

    `rule` is the last one in the way, of the option that came closest: `open` nothing (the answer is not proven best,
    or no worse with it), `cost` no rule but a tier that would get worse, `budget`, `relation`, `taken` by other
    tasks; and if every option fails by itself the rule that forbids most of them: `busy`, `working`, `closed`,
    `earliest`. `none` if no option was wanted. `culprits` are the ids of resources or tasks, or the name of the tier,
    the most frequent first; `counts` says how many options each rule forbids.
    """

    rule: BindingRule
    culprits: tuple[str, ...]
    counts: Mapping[BindingRule, int]


def binding(
    data: ProblemData,
    solution: Solution,
    task: int,
    wanted: Sequence[int],
    *,
    order: Sequence[str] = TIERS,
) -> Binding:
    """Say which rule keeps a task from the wanted options, the other tasks being where the solution has them."""
    values = objective(data, solution)
    obstacles = [
        _obstacle(data, solution, task, option) or _dearer(data, values, _swap(solution, task, option), order)
        for option in wanted
    ]
    counts = Counter(rule for rule, _ in obstacles)
    rule = _main(counts)
    culprits = Counter(culprit for found, ids in obstacles if found == rule for culprit in ids)
    return Binding(rule, tuple(culprit for culprit, _ in culprits.most_common()), dict(counts))


Obstacle = tuple[BindingRule, tuple[str, ...]]

JOINT: tuple[BindingRule, ...] = ("open", "cost", "budget", "relation", "taken")


def _main(counts: Counter[BindingRule]) -> BindingRule:
    """The rule of the option that came closest, else the most frequent one."""
    joint: list[BindingRule] = [rule for rule in JOINT if counts[rule]]
    alone = sorted(counts, key=lambda rule: (-counts[rule], get_args(BindingRule).index(rule)))
    return next(iter([*joint, *alone]), "none")


def _obstacle(data: ProblemData, solution: Solution, task: int, option: int) -> Obstacle | None:
    """The first rule that forbids an option, with its culprits: what holds for it alone before what joins tasks."""
    swapped = _swap(solution, task, option)
    if swapped.moved(data, task):
        dropped = dropped_by(data, data.tasks[task], data.tasks[task].options[option])
        if dropped:
            return dropped.rule, tuple(data.resources[r].id for r in dropped.resources)
    taken = tuple(_taken_by(data, swapped, task))
    return ("taken", taken) if taken else _joint_obstacle(data, swapped, data.tasks[task].id)


def _swap(solution: Solution, task: int, option: int) -> Solution:
    choices = [*solution.choices[:task], option, *solution.choices[task + 1 :]]
    return replace(solution, choices=tuple(choices))


def _taken_by(data: ProblemData, solution: Solution, task: int) -> Iterator[str]:
    """The tasks that a task would overlap, if one of the two has a new place."""
    own = data.tasks[task]
    spans = _spans(data, solution, task)
    for index, other in enumerate(data.tasks):
        if index == task or not set(own.required) & set(other.required):
            continue
        binds = solution.moved(data, task) or solution.moved(data, index)
        if binds and any(a.overlap(b) for a in spans for b in _spans(data, solution, index)):
            yield other.id


def _spans(data: ProblemData, solution: Solution, task: int) -> tuple[Span, ...]:
    place = solution.place(data, task)
    return place.spans if place else ()


def _joint_obstacle(data: ProblemData, solution: Solution, task: str) -> Obstacle | None:
    """The first rule between tasks that is broken: relations before the budget."""
    for fault in (fault for rule in JOINT_RULES for fault in rule(data, solution)):
        culprits = tuple(culprit for culprit in fault.culprits if culprit != task)
        return "budget" if fault.rule == "budget" else "relation", culprits
    return None


def _dearer(data: ProblemData, values: Sequence[int], swapped: Solution, order: Sequence[str]) -> Obstacle:
    """The first tier that a swap makes worse, unless an earlier one gets better."""
    changes = dict(zip(TIERS, zip(values, objective(data, swapped), strict=True), strict=True))
    for tier in order:
        now, then = changes[tier]
        if then != now:
            return ("cost", (tier,)) if then > now else ("open", ())
    return "open", ()
