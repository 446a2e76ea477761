"""OptaPlanner's public meeting scheduling instances: `python -m benchmarks.public_meetings --instances DIR`.

Reads each .xlsx of a folder, solves it with the solver that plans weeks, and prints one JSON line an instance:
`instance, hard, medium, unassigned, seconds`. The scores are counted anew from the answer by `meeting_score`, as the
problem's own hard and medium constraints say. `--generate N` makes instances of that family instead of reading any.

Rooms are resources that a place takes beside the required people; every meeting is new, so that none may be dropped
but at a price above all else. Places are shared by all meetings of one length that fit into the same rooms.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from time import perf_counter

from benchmarks.meeting_instances import GRAIN_MINUTES, Assignment, Instance, InstanceError, day_spans, generate, read
from benchmarks.meeting_score import Plan, score
from solver.check import violations
from solver.data import Place, ProblemData, Resource, Span, Task
from solver.limits import Limits
from solver.search import solve
from solver.solution import Solution

AMPLE_WORK = 1e6
"""More work than any clock here allows, so that only the clock ends a run."""


def problem(instance: Instance) -> ProblemData:
    """The instance as the solver is given it: a grain is a quarter hour, the days follow each other without nights."""
    days = tuple(Span(day.start * GRAIN_MINUTES, day.stop * GRAIN_MINUTES) for day in day_spans(instance.days))
    people = [Resource(f"person {number}", working=days) for number in range(len(instance.persons))]
    rooms = [Resource(room.name, working=days, seats=room.capacity) for room in instance.rooms]
    return ProblemData(
        (*people, *rooms),
        tuple(_tasks(instance)),
        day_starts=tuple(day.start for day in days),
        counted_until=days[-1].end,
    )


def _tasks(instance: Instance) -> Iterator[Task]:
    @cache
    def places(grains: int, fitting: tuple[int, ...]) -> tuple[Place, ...]:
        return tuple(_places(instance, grains, fitting))

    for number, meeting in enumerate(instance.meetings):
        fitting = tuple(i for i, room in enumerate(instance.rooms) if room.capacity >= meeting.seats)
        yield Task(
            f"{number} {meeting.topic}",
            meeting.required,
            meeting.preferred,
            places=places(meeting.grains, fitting),
            unplaced_cost=meeting.grains * GRAIN_MINUTES,
            seats=meeting.seats,
        )


def _places(instance: Instance, grains: int, fitting: Sequence[int]) -> Iterator[Place]:
    """Every start on a day that can hold so many grains, in every room that is large enough, the smallest first."""
    smallest_first = sorted(fitting, key=lambda room: instance.rooms[room].capacity)
    for day in day_spans(instance.days):
        for start in range(day.start, day.stop - grains + 1):
            spans = (Span(start * GRAIN_MINUTES, (start + grains) * GRAIN_MINUTES),)
            for room in smallest_first:
                yield Place(spans, resources=(len(instance.persons) + room,))


def plan_of(instance: Instance, data: ProblemData, solution: Solution) -> Plan:
    """The answer in the words of the instance."""
    places = [solution.place(data, task) for task in range(len(data.tasks))]
    first_room = len(instance.persons)
    return [
        Assignment(place.spans[0].start // GRAIN_MINUTES, place.resources[0] - first_room) if place else None
        for place in places
    ]


def run(instance: Instance, limit_s: float, seed: int) -> dict[str, str | int | float]:
    """Solve an instance, making its problem included, and score the answer."""
    started = perf_counter()
    data = problem(instance)
    left = max(1.0, limit_s - (perf_counter() - started))
    result = solve(data, limits=Limits(work=AMPLE_WORK, wall_s=left, seed=seed))
    seconds = perf_counter() - started
    assert result.solution, f"no answer: {result.status}"
    faults = violations(data, result.solution)
    assert not faults, faults[:3]
    found = score(instance, plan_of(instance, data, result.solution))
    return {"instance": instance.name, **found._asdict(), "seconds": round(seconds, 2)}


def instances(options: argparse.Namespace) -> Iterator[Instance]:
    """Those of the folder, the smaller files first, or those that are to be made."""
    if options.instances:
        for path in sorted(options.instances.glob("*.xlsx"), key=lambda path: path.stat().st_size):
            yield read(path)
    for meetings in options.generate or ():
        yield generate(meetings, options.rooms, options.seed)


def main() -> int:
    """Solve and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--instances", type=Path, metavar="DIR", help="a folder of .xlsx instances")
    parser.add_argument(
        "--generate", type=int, action="append", metavar="MEETINGS", help="make one of so many meetings"
    )
    parser.add_argument("--rooms", type=int, default=5, help="rooms of those that are made")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    solved = 0
    try:
        for instance in instances(options):
            print(json.dumps(run(instance, options.seconds, options.seed)), flush=True)
            solved += 1
    except InstanceError as error:
        print(error, file=sys.stderr)
        return 1
    if not solved:
        parser.error("no instance: name a folder with .xlsx files, or how many meetings to make")
    return 0


if __name__ == "__main__":
    sys.exit(main())
