"""Large problems in parts: tasks that share people together, and the problem of some tasks alone.

A part is a problem like any other. Its other tasks are left out (a relaxation, for bounds) or held where they are (a
window, for better answers).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush

from solver.candidates import Candidates, Choice
from solver.data import Place, ProblemData, Relation, Task


def partition(data: ProblemData, most: int) -> list[list[int]]:
    """The tasks in parts of at most so many, those of one resource together where they fit.

    The resource with the most tasks left takes them, and so on; then each is joined with those it shares most with.
    """
    parts = list(_hubs(data, most))
    links = _links(data, parts)
    joined: list[list[int]] = []
    left = dict.fromkeys(range(len(parts)))
    while left:
        first = next(iter(left))
        del left[first]
        group, shared = list(parts[first]), Counter(links[first])
        while near := [p for p in shared if p in left and len(group) + len(parts[p]) <= most]:
            best = max(near, key=lambda p: (shared[p], -p))
            del left[best]
            group += parts[best]
            shared.update(links[best])
        joined.append(sorted(group))
    return joined


def _hubs(data: ProblemData, most: int) -> Iterable[list[int]]:
    """Each task with the resource that had the most tasks left, at most so many at once."""
    left = dict.fromkeys(range(len(data.tasks)))
    own: list[list[int]] = [[] for _ in data.resources]
    for index, one in enumerate(data.tasks):
        for resource in one.required:
            own[resource].append(index)
    queue = [(-len(tasks), resource) for resource, tasks in enumerate(own) if tasks]
    heapify(queue)
    while queue:
        count, resource = heappop(queue)
        found = [task for task in own[resource] if task in left]
        if len(found) < -count:
            if found:
                heappush(queue, (-len(found), resource))
            continue
        for at in range(0, len(found), most):
            yield found[at : at + most]
        for task in found:
            del left[task]
    yield from ([task] for task in left)


def _links(data: ProblemData, parts: Sequence[Sequence[int]]) -> list[Counter[int]]:
    """For each part how many resources of tasks it shares with which other part."""
    by_resource: list[Counter[int]] = [Counter() for _ in data.resources]
    for number, tasks in enumerate(parts):
        for task in tasks:
            for resource in data.tasks[task].required:
                by_resource[resource][number] += 1
    links: list[Counter[int]] = [Counter() for _ in parts]
    for found in by_resource:
        for one, count in found.items():
            for other, others in found.items():
                if one != other:
                    links[one][other] += min(count, others)
    return links


@dataclass(frozen=True, slots=True)
class Part:
    """The problem of some tasks: `data.tasks` begins with them, in their order, and then come those held in place."""

    data: ProblemData
    tasks: Sequence[int]
    held: int

    def choices(self, choices: Sequence[Choice]) -> list[Choice]:
        """The choices that the part's tasks have in an answer of the whole, and those held the only one they have."""
        return [choices[task] for task in self.tasks] + [0] * self.held

    def candidates(self, candidates: Candidates) -> Candidates:
        """Those of the part's tasks, and the one choice of those held."""
        return tuple(candidates[task] for task in self.tasks) + ((0,),) * self.held


class Parts:
    """Makes parts of a problem; knows for each resource which tasks could take it."""

    def __init__(self, data: ProblemData) -> None:
        self.data = data
        self.takers: list[dict[int, None]] = [{} for _ in data.resources]
        for index, task in enumerate(data.tasks):
            for resource in _resources(task):
                self.takers[resource][index] = None
        self.relations: dict[int, list[int]] = {}
        for number, relation in enumerate(data.relations):
            for index in (relation.first, relation.second):
                self.relations.setdefault(index, []).append(number)

    def window(self, tasks: Sequence[int], choices: Sequence[Choice]) -> Part:
        """Some tasks with every other that they can meet held in place: what changes here, changes so in the whole."""
        known = self._resources(tasks)
        inside = set(tasks)
        near = {t: None for r in known for t in self.takers[r] if t not in inside}
        for relation in self._relations_of(tasks):
            near.update({t: None for t in (relation.first, relation.second) if t not in inside})
        held = {task: choices[task] for task in near if choices[task] is not None}
        return self._part(tasks, held, known, known)

    def alone(self, groups: Sequence[Sequence[int]]) -> Iterator[Part]:
        """Each of some groups of tasks without all the others; the days of a resource count in one of them only."""
        most: dict[int, tuple[int, int]] = {}
        for number, tasks in enumerate(groups):
            for resource, count in Counter(r for t in tasks for r in self.data.tasks[t].required).items():
                most[resource] = max(most.get(resource, (0, 0)), (count, -number))
        for number, tasks in enumerate(groups):
            counted = {resource: None for resource, (_, at) in most.items() if -at == number}
            yield self._part(tasks, {}, self._resources(tasks), counted)

    def _relations_of(self, tasks: Iterable[int]) -> Iterator[Relation]:
        for number in dict.fromkeys(n for task in tasks for n in self.relations.get(task, ())):
            yield self.data.relations[number]

    def _resources(self, tasks: Iterable[int]) -> dict[int, int]:
        """The resources that tasks can take, numbered anew."""
        found = dict.fromkeys(r for task in tasks for r in _resources(self.data.tasks[task]))
        return {resource: number for number, resource in enumerate(found)}

    def _part(
        self, tasks: Sequence[int], held: Mapping[int, Choice], known: Mapping[int, int], counted: Mapping[int, object]
    ) -> Part:
        number = {task: at for at, task in enumerate([*tasks, *held])}
        resources = tuple(
            self.data.resources[r] if r in counted else replace(self.data.resources[r], load_days=(), lunches=())
            for r in known
        )
        found = [_renumbered(self.data.tasks[task], known) for task in tasks]
        found += [_held(self.data.tasks[task], choice, known) for task, choice in held.items()]
        relations = tuple(
            replace(relation, first=number[relation.first], second=number[relation.second])
            for relation in (
                self.data.relations[n] for n in dict.fromkeys(n for t in tasks for n in self.relations.get(t, ()))
            )
            if relation.first in number and relation.second in number
        )
        data = replace(self.data, resources=resources, tasks=tuple(found), relations=relations)
        return Part(data, tasks, len(held))


def _resources(task: Task) -> dict[int, None]:
    """Every resource that a task can take, and who may come."""
    own = dict.fromkeys((*task.required, *task.optional))
    own.update(dict.fromkeys(r for place in task.options for r in place.resources))
    return own


def _renumbered(task: Task, known: Mapping[int, int]) -> Task:
    """The task with the part's numbers of its resources; who gets mail is left out where nobody here takes part."""
    return replace(
        task,
        required=_numbers(task.required, known),
        optional=_numbers(task.optional, known),
        mailed=_numbers(task.mailed, known),
        stay=task.stay and _place(task.stay, known),
        places=tuple(_place(place, known) for place in task.places) if _has_rooms(task) else task.places,
    )


def _held(task: Task, choice: Choice, known: Mapping[int, int]) -> Task:
    """A task that can only be where it is."""
    place = _place(task.options[choice or 0], known)
    stays = choice == 0 and task.stay is not None
    return replace(
        task,
        required=_numbers(task.required, known),
        optional=_numbers(task.optional, known),
        mailed=(),
        stay=place if stays else None,
        places=() if stays else (place,),
        unplaced_cost=task.unplaced_cost or 1,
    )


def _has_rooms(task: Task) -> bool:
    return any(place.resources for place in task.places)


def _place(place: Place, known: Mapping[int, int]) -> Place:
    return replace(place, resources=_numbers(place.resources, known)) if place.resources else place


def _numbers(resources: Iterable[int], known: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(known[r] for r in resources if r in known)
