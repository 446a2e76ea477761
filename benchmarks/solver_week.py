"""How long the solver takes for one week of one manager: `python -m benchmarks.solver_week [--json] [--seeds N]`.

Seeded weeks of 20, 30 and 40 meetings in a team of nine, each with every quarter hour of the week as a place and no
budget (the target). `first_s` is the time to a first valid answer, `proven_s` to the best, each tier proven.
"""

from __future__ import annotations

import argparse
import json
import statistics
from random import Random

from solver.data import Place, ProblemData, Resource, Span, Task
from solver.search import Limits, solve
from solver.solution import Status

HOUR, DAY = 60, 24 * 60
SIZES, PEOPLE, AT_ONCE = (20, 30, 40), 9, Limits(wall_s=1e-9)
BLOCKS = {"one_on_one": ((0, 4), (13, 17)), "team": ((0,), (9, 12)), "cross": ((2,), (9, 17))}
WORKING = tuple(Span(day * DAY + 9 * HOUR, day * DAY + 17 * HOUR + 30) for day in range(5))


def week(seed: int, tasks: int) -> ProblemData:
    """A manager, resource 0, who keeps Tuesday and Thursday free, and people who are busy for an hour of each day."""
    rng = Random(seed)
    closed = (Span(DAY, 2 * DAY), Span(3 * DAY, 4 * DAY))
    people = [Resource("manager", (), WORKING, closed, WORKING)]
    for number in range(1, PEOPLE):
        starts = [day.start + 30 * rng.randrange(15) for day in WORKING]
        people.append(Resource(f"person{number}", tuple(Span(s, s + HOUR) for s in starts), WORKING))
    return ProblemData(
        tuple(people), tuple(_task(rng, n) for n in range(tasks)), day_starts=tuple(range(0, 7 * DAY, DAY))
    )


def _task(rng: Random, number: int) -> Task:
    report = number < PEOPLE - 1
    kind = "one_on_one" if report else rng.choice(list(BLOCKS))
    guests = (1 + number,) if report else tuple(rng.sample(range(1, PEOPLE), 5 if kind == "team" else 1))
    length = rng.choice((30, 45, 60))
    starts = [start for day in WORKING for start in range(day.start, day.end - length + 1, 15)]
    today = rng.choice(starts)
    places = {start: _place(kind, start, length, today, len(guests)) for start in starts}
    stay = places.pop(today)
    return Task(f"{kind}{number}", (0, *guests), (), stay, tuple(places.values()), mailed=guests)


def _place(kind: str, start: int, length: int, today: int, guests: int) -> Place:
    (days, (opens, closes)), (day, minute) = BLOCKS[kind], divmod(start, DAY)
    inside = max(0, min(minute + length, closes * HOUR) - max(minute, opens * HOUR)) if day in days else 0
    charge, answers = (15 + 2 * guests, 1 + guests) if start != today else (0, 0)
    costs = (0, length if day in (1, 3) else 0, length - inside + charge, answers, 0, abs(start - today) // 15)
    return Place((Span(start, start + length),), costs)


def measure(tasks: int, seeds: int) -> dict[str, float]:
    """Medians in seconds over the seeds, the longest proof, and how many were proven."""
    weeks = [week(seed, tasks) for seed in range(1, seeds + 1)]
    first = [solve(data, limits=AT_ONCE).wall_time_s for data in weeks]
    best = [solve(data) for data in weeks]
    seconds, proven = [r.wall_time_s for r in best], sum(r.status is Status.OPTIMAL for r in best)
    found = {"first_s": statistics.median(first), "proven_s": statistics.median(seconds), "longest_s": max(seconds)}
    return {"tasks": tasks, **{k: round(v, 3) for k, v in found.items()}, "proven": proven, "seeds": seeds}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args()
    rows = [measure(tasks, options.seeds) for tasks in SIZES]
    print(json.dumps(rows, indent=2) if options.json else "\n".join(str(row) for row in rows))


if __name__ == "__main__":
    main()
