"""Why a task did not get one of the options that somebody would have liked better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from solver.candidates import dropped_by, touch, union
from solver.check import JOINT_RULES
from solver.data import TIERS, ProblemData, Span
from solver.solution import Solution, Swaps

BindingRule = Literal[
    "open", "cost", "budget", "relation", "taken", "busy", "travel", "working", "closed", "seats", "earliest", "none"
]


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
    swaps: Swaps | None = None,
) -> Binding:
    """Say which rule keeps a task from the wanted options, the other tasks being where the solution has them.

    `swaps` are those of the solution, for whoever asks about several tasks.
    """
    swaps = swaps or Swaps(data, solution)
    values = swaps.in_order(task, solution.choices[task], order)
    rivals = _Rivals(data, solution, task)
    obstacles = [
        _obstacle(data, rivals, option) or _dearer(values, swaps.in_order(task, option, order), order)
        for option in wanted
    ]
    counts = Counter(rule for rule, _ in obstacles)
    rule = _main(counts)
    culprits = Counter(culprit for found, ids in obstacles if found == rule for culprit in ids)
    return Binding(rule, tuple(culprit for culprit, _ in culprits.most_common()), dict(counts))


def free_options(data: ProblemData, solution: Solution, task: int, among: Iterable[int] | None = None) -> list[int]:
    """The other options of a task that break no rule, the other tasks being where the solution has them."""
    return list(free_among(data, solution, task, range(len(data.tasks[task].options)) if among is None else among))


def free_among(data: ProblemData, solution: Solution, task: int, among: Iterable[int]) -> Iterator[int]:
    """The same among some options, in their order, each looked at when it is asked for."""
    rivals = _Rivals(data, solution, task)
    yield from (n for n in among if n != solution.choices[task] and _is_free(data, rivals, n))


Obstacle = tuple[BindingRule, tuple[str, ...]]

JOINT_WORDS: dict[str, BindingRule] = {"travel": "travel", "budget": "budget"}
JOINT: tuple[BindingRule, ...] = ("open", "cost", "budget", "relation", "taken")


def _main(counts: Counter[BindingRule]) -> BindingRule:
    """The rule of the option that came closest, else the most frequent one."""
    joint: list[BindingRule] = [rule for rule in JOINT if counts[rule]]
    alone = sorted(counts, key=lambda rule: (-counts[rule], get_args(BindingRule).index(rule)))
    return next(iter([*joint, *alone]), "none")


class _Rivals:
    """Where a solution has the other tasks that may share a person or a room with one task."""

    def __init__(self, data: ProblemData, solution: Solution, task: int) -> None:
        own = {r for option in data.tasks[task].options for r in data.tasks[task].takes(option)}
        self.solution = solution
        self.task = task
        self.known: dict[tuple[int, bool], list[Span]] = {}
        self.others = [
            (other.id, taken, union(place.spans), solution.moved(data, index))
            for index, other in enumerate(data.tasks)
            if index != task and (place := solution.place(data, index)) and own & (taken := set(other.takes(place)))
        ]

    def taken(self, resource: int, *, new: bool) -> list[Span]:
        """When the other tasks take a resource, as sorted, disjoint spans; for today's place only those that moved."""
        if (resource, new) not in self.known:
            at = (spans for _, taken, spans, moved in self.others if (new or moved) and resource in taken)
            self.known[resource, new] = union(span for spans in at for span in spans)
        return self.known[resource, new]

    def taking(self, resources: Iterable[int], spans: Sequence[Span], *, new: bool) -> tuple[str, ...]:
        """The tasks that an option would overlap, if one of the two is a new place."""
        own = set(resources)
        return tuple(
            name for name, taken, at, moved in self.others if (new or moved) and own & taken and touch(at, spans)
        )


def _is_free(data: ProblemData, rivals: _Rivals, option: int) -> bool:
    """Whether no rule forbids an option, as `_obstacle` says: what most of them fail by is asked first."""
    task = data.tasks[rivals.task]
    place = task.option(option)
    swapped = rivals.solution.swapped(rivals.task, option)
    is_new = swapped.moved(data, rivals.task)
    if any(touch(rivals.taken(resource, new=is_new), place.spans) for resource in task.takes(place)):
        return False
    dropped = dropped_by(data, task, place) if is_new else None
    return dropped is None and _joint_obstacle(data, swapped, task.id) is None


def _obstacle(data: ProblemData, rivals: _Rivals, option: int) -> Obstacle | None:
    """The first rule that forbids an option, with its culprits: what holds for it alone before what joins tasks."""
    task = data.tasks[rivals.task]
    place = task.option(option)
    swapped = rivals.solution.swapped(rivals.task, option)
    is_new = swapped.moved(data, rivals.task)
    dropped = dropped_by(data, task, place) if is_new else None
    if dropped:
        return dropped.rule, tuple(data.resources[r].id for r in dropped.resources)
    taken = rivals.taking(task.takes(place), place.spans, new=is_new)
    return ("taken", taken) if taken else _joint_obstacle(data, swapped, task.id)


def _joint_obstacle(data: ProblemData, solution: Solution, task: str) -> Obstacle | None:
    """The first rule between tasks that is broken: the way between them, relations, then the budget."""
    for fault in (fault for rule in JOINT_RULES for fault in rule(data, solution)):
        culprits = tuple(culprit for culprit in fault.culprits if culprit != task)
        return JOINT_WORDS.get(fault.rule, "relation"), culprits
    return None


def _dearer(values: Sequence[int], swapped: Sequence[int], order: Sequence[str]) -> Obstacle:
    """The first tier that a swap makes worse, unless an earlier one gets better."""
    for tier, now, then in zip(order, values, swapped, strict=True):
        if then != now:
            return ("cost", (tier,)) if then > now else ("open", ())
    return "open", ()
