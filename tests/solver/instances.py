"""Seeded problems: tiny ones that can be searched exhaustively, and whole weeks of a manager."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, product
from random import Random

from solver.check import violations
from solver.data import Budget, Place, ProblemData, Relation, Resource, Span, Task, Visit, Weights
from solver.solution import Solution, objective

HOUR = 60
DAY = 24 * HOUR
WEEK = 7 * DAY
HORIZON = 10 * HOUR
Costs = tuple[int, int, int, int, int, int]


def disjoint(rng: Random, count: int, end: int, grid: int = 5) -> tuple[Span, ...]:
    """Sorted, disjoint spans below `end`."""
    marks = sorted(rng.sample(range(0, end, grid), 2 * count))
    return tuple(Span(a, b) for a, b in zip(marks[::2], marks[1::2], strict=True))


def small(seed: int, *, budget: bool = False, places: bool = True) -> ProblemData:
    """A problem of a few tasks with a few places each, on an axis of ten hours, with every kind of rule and term.

    `places`: whether it matters where the tasks are, in which room and how far from each other.
    """
    rng = Random(seed)
    travel = _small_travel(rng) if places else ()
    people = [_small_resource(rng, f"r{i}", max(1, len(travel))) for i in range(rng.randint(1, 3))]
    rooms = [_small_room(rng, f"room{i}") for i in range(rng.choice([0, 0, 1, 2]) if places else 0)]
    makes = _SmallTasks(rng, len(people), len(rooms), max(1, len(travel)))
    proposals = 2 if seed % 3 == 0 else 1
    tasks = tuple(replace(makes.task(f"t{i}"), proposal=i % proposals) for i in range(rng.randint(2, 4)))
    return ProblemData(
        (*people, *rooms),
        tasks,
        _small_relations(rng, len(tasks)),
        Budget(rng.randint(0, 3), rng.randint(0, 2), rng.randint(0, 3)) if budget else None,
        _small_weights(rng),
        (0, 5 * HOUR),
        rng.choice([HORIZON, 4 * HOUR]),
        travel,
    )


def _small_weights(rng: Random) -> Weights:
    return Weights(
        slack_minutes=rng.choice([0, 60, 240]),
        slack=rng.randint(0, 2),
        ceiling_minutes=rng.choice([60, 120]),
        ceiling=rng.randint(0, 2),
        fragment=rng.randint(0, 15),
        lunch_minutes=rng.choice([0, 20, 30, 60]),
        lunch=rng.randint(0, 30),
        run_minutes=rng.choice([0, 30, 60, 90]),
        breaks=rng.randint(0, 2),
        ceiling_meetings=rng.randint(0, 3),
        meeting=rng.randint(0, 9),
        optional=rng.randint(0, 2),
    )


def _small_travel(rng: Random) -> tuple[tuple[int, ...], ...]:
    """The ways between two locations and nowhere, not always as long to and fro; often none."""
    if rng.random() < 0.5:
        return ()
    there, back = rng.choice([0, 10, 30, 90]), rng.choice([10, 30])
    return ((0, 0, 0), (0, 0, there), (0, back, 0))


def _small_resource(rng: Random, name: str, locations: int) -> Resource:
    busy = disjoint(rng, rng.randint(0, 2), HORIZON)
    load_days = rng.choice([(), (Span(0, 5 * HOUR), Span(5 * HOUR, HORIZON)), (Span(30, 9 * HOUR + 20),)])
    starts = [day.start + rng.randrange(0, 3 * HOUR, 5) for day in load_days]
    return Resource(
        name,
        busy,
        rng.choice([(Span(0, HORIZON),), (Span(0, 5 * HOUR), Span(5 * HOUR, HORIZON)), disjoint(rng, 1, HORIZON)]),
        disjoint(rng, 1, HORIZON) if rng.random() < 0.3 else (),
        load_days,
        tuple(Span(start, start + rng.choice([20, 60, 90])) for start in starts if rng.random() < 0.7),
        visits=tuple(Visit(span, rng.randrange(locations)) for span in busy if locations > 1 and rng.random() < 0.5),
    )


def _small_room(rng: Random, name: str) -> Resource:
    return Resource(name, disjoint(rng, rng.randint(0, 1), HORIZON), (Span(0, HORIZON),), seats=rng.randint(1, 4))


@dataclass(frozen=True)
class _SmallTasks:
    """Makes tasks of some people, with places in some rooms at some locations."""

    rng: Random
    people: int
    rooms: int
    locations: int

    def task(self, name: str) -> Task:
        rng = self.rng
        people = rng.sample(range(self.people), rng.randint(1, self.people))
        required = rng.randint(0 if rng.random() < 0.1 else 1, len(people))
        lengths = [rng.choice([25, 30, 60, 90]) for _ in range(rng.randint(1, 2))]
        return Task(
            name,
            tuple(people[:required]),
            tuple(people[required:]),
            None if rng.random() < 0.25 else self._place(lengths),
            tuple(self._place(lengths) for _ in range(rng.randint(0, 4))),
            rng.choice([0, 0, 0, HOUR]),
            tuple(people) if rng.random() < 0.8 else (),
            rng.random() < 0.2,
            rng.random() < 0.1,
            rng.randint(1, 100),
            rng.randint(0, 3),
        )

    def _place(self, lengths: list[int]) -> Place:
        """Mostly with all occurrences, each in its own part of the axis."""
        rng = self.rng
        part = HORIZON // len(lengths)
        spans = []
        for number, length in enumerate(lengths):
            start = number * part + rng.randrange(0, part - length, 15 if rng.random() < 0.8 else 5)
            spans.append(Span(start, start + length))
        if len(spans) > 1 and rng.random() < 0.2:
            spans.remove(rng.choice(spans))
        costs: Costs = tuple(rng.choice([0, 0, 1, 2, 30]) for _ in range(6))  # type: ignore[assignment]
        rooms = [self.people + room for room in range(self.rooms)]
        taken = rng.sample(rooms, rng.randint(0, len(rooms))) if rng.random() < 0.7 else []
        return Place(tuple(spans), costs, tuple(taken), rng.randrange(self.locations))


def _small_relations(rng: Random, tasks: int) -> tuple[Relation, ...]:
    kinds = rng.choices(["none", "order", "not_same_day"], [2, 1, 1], k=2)
    pairs = [rng.sample(range(tasks), 2) for _ in kinds]
    return tuple(Relation(kind, *pair) for kind, pair in zip(kinds, pairs, strict=True) if kind != "none")  # type: ignore[arg-type]


def solutions(data: ProblemData) -> Iterator[Solution]:
    """Every combination of choices."""
    choices = [[*range(len(task.options)), *([None] if task.stay is None else [])] for task in data.tasks]
    for combination in product(*choices):
        yield Solution(combination)


def best_values(data: ProblemData, order: tuple[int, ...] = (0, 1, 2, 3, 4, 5)) -> list[int]:
    """The values of the tiers of the best valid solution, by exhaustive search."""
    valid = (solution for solution in solutions(data) if not violations(data, solution))
    values = (objective(data, solution) for solution in valid)
    return min([v[t] for t in order] for v in values)


def month(seed: int, *, tasks: int = 25, people: int = 9, weeks: int = 8, places: int = 130) -> ProblemData:
    """Series of a manager and a team over some weeks: 1:1s, team and cross-team meetings, busy times, days off.

    The first resource is the manager, who keeps Tuesday and Thursday free of new places.
    """
    rng = Random(seed)
    resources = tuple(_person(rng, i, weeks, with_load=True) for i in range(people))
    made = tuple(_series(rng, i, people, weeks, places) for i in range(tasks))
    made = tuple(replace(task, clashes=_in_clash(resources, made, task)) for task in made)
    return ProblemData(
        resources, made, budget=Budget(8, 3, 40), day_starts=tuple(day * DAY for day in range(7 * weeks))
    )


def _person(rng: Random, index: int, weeks: int, *, with_load: bool) -> Resource:
    days = [week * WEEK + day * DAY for week in range(weeks) for day in range(5)]
    working = tuple(Span(day + 9 * HOUR, day + 17 * HOUR + 30) for day in days)
    weekly = disjoint(rng, rng.randint(1, 4), 5 * 8 * HOUR, 15)
    busy = [
        Span(w * WEEK + _in_week(s.start), w * WEEK + _in_week(s.start) + min(90, s.end - s.start))
        for w in range(weeks)
        for s in weekly
    ]
    if rng.random() < 0.5:
        off = rng.choice(days)
        busy.append(Span(off, off + DAY))
    closed = tuple(Span(d, d + DAY) for d in days if (d // DAY) % 7 in (1, 3)) if index == 0 else ()
    return Resource(f"person{index}", _merged(busy), working, closed, working[:5] if with_load else ())


def _in_week(minute: int) -> int:
    """Minutes of working time as minutes of a week."""
    day, rest = divmod(minute, 8 * HOUR)
    return day * DAY + 9 * HOUR + rest


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return tuple(merged)


KINDS = {
    "one_on_one": ((30, 30, 45, 60), (0, 4), (13 * HOUR, 17 * HOUR)),
    "team": ((45, 60), (0,), (9 * HOUR, 12 * HOUR)),
    "cross": ((30, 60), (2,), (9 * HOUR, 17 * HOUR)),
}


def _series(rng: Random, index: int, people: int, weeks: int, places: int) -> Task:
    kind = "one_on_one" if index < people - 1 else rng.choice(["one_on_one", "team", "cross"])
    lengths, block_days, hours = KINDS[kind]
    length = rng.choice(lengths)
    others = {"one_on_one": 1, "team": people - 1, "cross": rng.randint(1, 4)}[kind]
    guests = [1 + index] if index < people - 1 else rng.sample(range(1, people), others)
    starts = [d * DAY + m for d in range(5) for m in range(9 * HOUR, 17 * HOUR + 31 - length, 15)]
    today = rng.choice(starts)

    def place(start: int, *, moved: bool) -> Place:
        day, minute = divmod(start, DAY)
        inside = min(minute + length, hours[1]) - max(minute, hours[0]) if day in block_days else 0
        free_day = length if day in (1, 3) else 0
        lunch = max(0, min(minute + length, 13 * HOUR) - max(minute, 12 * HOUR))
        pattern = length - max(0, inside) + (15 + 2 * len(guests) if moved else 0)
        distance = abs(start - today) // 15 if moved else 0
        return Place(
            tuple(Span(w * WEEK + start, w * WEEK + start + length) for w in range(weeks)),
            (0, free_day, pattern, 1 + len(guests) if moved else 0, lunch, distance),
        )

    wanted = rng.sample(starts, min(places, len(starts)))
    new = tuple(place(start, moved=True) for start in sorted(wanted) if start != today)
    return Task(
        f"{kind}{index}",
        (0, *guests),
        (),
        place(today, moved=False),
        new,
        2 * DAY if rng.random() < 0 else 0,
        (*guests,),
    )


def _in_clash(resources: tuple[Resource, ...], tasks: tuple[Task, ...], task: Task) -> bool:
    assert task.stay
    spans = [s for r in task.required for s in resources[r].hard_busy]
    spans += [
        s for t in tasks if t is not task and t.stay and set(t.required) & set(task.required) for s in t.stay.spans
    ]
    return any(span.overlap(other) for span in task.stay.spans[:1] for other in spans)


def ascending(values: list[int]) -> bool:
    return all(a < b for a, b in pairwise(values))
