"""Why a new task has no place: the smallest set of rules and tasks that leaves it none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

from solver.data import Place, ProblemData, Relation, Resource, Span, Task, Weights
from solver.limits import Limits
from solver.solution import Solution

MemberRule = Literal["order", "not_same_day", "seats", "task", "travel", "earliest", "closed", "busy", "working"]
WORK = 0.5
"""Deterministic seconds of each run that a diagnosis asks, unless said otherwise."""
NO_COSTS = (0, 0, 0, 0, 0, 0)
FREE = Weights(*(0 for _ in Weights.__dataclass_fields__))


class Member(NamedTuple):
    """One of the rules that exclude each other, and the ids that it is about.

    `working`, `busy` and `closed` name a resource, and `earliest`, `seats` and `travel` nothing: they are the task's
    own. `order` and `not_same_day` join two tasks. `task` says that another task has to be somewhere.
    """

    rule: MemberRule
    culprits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules that together leave a task no place; without any one of them there is one.

    `proven` is false if a run was cut short: then they are too many, or not enough.
    """

    members: tuple[Member, ...]
    proven: bool


def conflict(data: ProblemData, solution: Solution, task: int, *, limits: Limits | None = None) -> Conflict | None:
    """The smallest set that keeps a new task from having any place; None if it could have one, at whatever cost.

    Smallest means that nothing can be left out. Tasks that share nobody with it are where the solution has them, and
    new ones that have a place in the solution keep having one.
    """
    if not data.tasks[task].options:
        return Conflict((), proven=True)
    found = _Diagnosis(data, solution, task, limits or Limits(work=WORK))
    if not found.blocks(found.members):
        return None
    return Conflict(tuple(_smallest([], [], found.members, found.blocks)), found.proven)


Blocks = Callable[[Sequence[Member]], bool]


def _smallest(kept: list[Member], added: list[Member], members: list[Member], blocks: Blocks) -> list[Member]:
    """What of the members blocks, together with those kept, and not one too many: QuickXplain, the first ones first."""
    if added and blocks(kept):
        return []
    if len(members) == 1:
        return members
    first, second = members[: len(members) // 2], members[len(members) // 2 :]
    later = _smallest(kept + first, first, second, blocks)
    return [*_smallest(kept + later, later, first, blocks), *later]


class _Diagnosis:
    """The neighbourhood of one new task as a problem without costs, from which rules can be left out."""

    def __init__(self, data: ProblemData, solution: Solution, task: int, limits: Limits) -> None:
        self.data, self.solution, self.limits = data, solution, limits
        self.subject = task
        self.own = _takes(data.tasks[task])
        self.near = _near(data, solution, task)
        reached = {r for n in self.near for r in _takes(data.tasks[n])}
        beside = (n for n, t in enumerate(data.tasks) if solution.choices[n] is not None and reached & _takes(t))
        self.kept = sorted({*self.near, *beside})
        self.relations = [r for r in data.relations if r.first in self.near and r.second in self.near]
        self.members = list(self._members())
        self.proven = True

    def blocks(self, active: Sequence[Member]) -> bool:
        """Whether the task has no place while only some of the rules hold; a run cut short counts as a yes."""
        from solver.search import solve  # noqa: PLC0415 - OR-Tools takes a second to import

        data = self._without(set(self.members) - set(active))
        hopeless = sum(not task.options for task in data.tasks)
        result = solve(data, limits=self.limits)
        conflicts = next(tier for tier in result.tiers if tier.name == "conflicts")
        self.proven &= conflicts.value == hopeless or conflicts.lower_bound > hopeless
        return conflicts.value > hopeless

    def _members(self) -> Iterator[Member]:
        """Everything that could be left out; what the manager can change comes first, people's hours last."""
        yield from dict.fromkeys(self._relation(relation) for relation in self.relations)
        yield from (Member("task", (self.data.tasks[n].id,)) for n in sorted(self.near - {self.subject}))
        alone: tuple[MemberRule, ...] = ("seats", "travel", "earliest")
        yield from (Member(rule) for rule in alone)
        each: tuple[MemberRule, ...] = ("closed", "busy", "working")
        yield from (Member(rule, (self.data.resources[r].id,)) for rule in each for r in sorted(self.own))

    def _relation(self, relation: Relation) -> Member:
        return Member(relation.kind, (self.data.tasks[relation.first].id, self.data.tasks[relation.second].id))

    def _without(self, removed: set[Member]) -> ProblemData:
        """The neighbourhood, of which a best answer has the task placed if and only if the other rules allow it."""
        index = {old: new for new, old in enumerate(self.kept)}
        relations = (r for r in self.relations if self._relation(r) not in removed)
        travel = self.data.travel
        return replace(
            self.data,
            resources=tuple(self._resource(n, r, removed) for n, r in enumerate(self.data.resources)),
            tasks=tuple(self._task(old, removed) for old in self.kept),
            relations=tuple(replace(r, first=index[r.first], second=index[r.second]) for r in relations),
            weights=FREE,
            counted_until=self.whole.start,
            travel=tuple(tuple(0 for _ in row) for row in travel) if Member("travel") in removed else travel,
        )

    @cached_property
    def whole(self) -> Span:
        """From the first start to the last end of anything."""
        spans = [span for n in self.kept for option in self.data.tasks[n].options for span in option.spans]
        return Span(min(span.start for span in spans), max(span.end for span in spans))

    def _resource(self, number: int, resource: Resource, removed: set[Member]) -> Resource:
        resource = replace(resource, load_days=(), lunches=())
        if number not in self.own:
            return resource
        if Member("busy", (resource.id,)) in removed:
            resource = replace(resource, hard_busy=(), visits=())
        if Member("closed", (resource.id,)) in removed:
            resource = replace(resource, closed=())
        if Member("working", (resource.id,)) in removed:
            resource = replace(resource, working=(self.whole,))
        return resource

    def _task(self, number: int, removed: set[Member]) -> Task:
        task = _plain(self.data.tasks[number])
        if number == self.subject:
            earliest = self.whole.start if Member("earliest") in removed else task.earliest
            return replace(task, earliest=earliest, seats=0 if Member("seats") in removed else task.seats)
        if number not in self.near:
            place = self.solution.place(self.data, number)
            return replace(task, stay=_free(place) if place else None, places=())
        return _nowhere(task) if Member("task", (task.id,)) in removed else task


def _near(data: ProblemData, solution: Solution, task: int) -> set[int]:
    """The task, and what somehow has to be somewhere beside it: what shares a resource, or is joined by relations."""
    own = _takes(data.tasks[task])
    found = {n for n, t in enumerate(data.tasks) if own & _takes(t)} | {task}
    while True:
        joined = {n for r in data.relations for n in (r.first, r.second) if {r.first, r.second} & found}
        if joined <= found:
            return {n for n in found if n == task or solution.choices[n] is not None}
        found |= joined


def _takes(task: Task) -> set[int]:
    """The resources that any of its options takes."""
    return {r for option in task.options for r in task.takes(option)}


def _free(place: Place) -> Place:
    return replace(place, costs=NO_COSTS)


def _plain(task: Task) -> Task:
    """The same task without any cost but that of being left out."""
    stay = _free(task.stay) if task.stay else None
    return replace(task, optional=(), stay=stay, places=tuple(map(_free, task.places)), unplaced_cost=1)


def _nowhere(task: Task) -> Task:
    """The same task, if it took nobody's time; a new one is left out."""
    stay = replace(task.stay, resources=(), location=0) if task.stay else None
    places = tuple(replace(place, resources=(), location=0) for place in task.places) if stay else ()
    return replace(task, required=(), stay=stay, places=places)
