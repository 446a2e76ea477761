"""Our solver beside others: `python -m benchmarks.peers [--sizes 1,4,16,64] [--seconds 1,10,60] [--json]`.

All get the same seeded weeks (`benchmarks.instances`), the same time, and the same tiers to make small in their order.
Every answer is scored anew by `solver.check` and `solver.solution.objective`, which share no code with any of them. An
answer is better if its first tier that differs is smaller. `sum` is the tiers at WEIGHTS, one figure for how far apart
two answers are. Needs the dependency group `peers`, and Java 17 or newer for Timefold.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter

from benchmarks.instances import company
from benchmarks.peers.first_fit import first_fit
from benchmarks.peers.highs import highs
from benchmarks.peers.timefold import timefold
from solver.check import violations
from solver.data import TIERS, ProblemData
from solver.limits import Limits
from solver.search import solve
from solver.solution import Solution, objective, stay_all

WEIGHTS = (1000, 300, 100, 30, 10, 1)
"""What a unit of each tier counts in `sum`."""

AMPLE_WORK = 1e6
"""More work than any clock here allows, so that only the clock ends a run."""


def ours(data: ProblemData, seconds: float, seed: int) -> Solution:
    """The best week that our solver finds in so many seconds."""
    result = solve(data, limits=Limits(work=AMPLE_WORK, wall_s=seconds, seed=seed))
    assert result.solution, f"no answer: {result.status}"
    return result.solution


OURS = "ours"
SOLVERS: dict[str, Callable[[ProblemData, float, int], Solution]] = {
    OURS: ours,
    "timefold": timefold,
    "highs": highs,
    "first_fit": first_fit,
}


@dataclass(frozen=True, slots=True)
class Run:
    """What a solver made of a week: the value of each tier, in their order."""

    solver: str
    managers: int
    meetings: int
    limit_s: float
    tiers: tuple[int, ...]
    sum: int
    wall_s: float


def run(solver: str, managers: int, limit_s: float, seed: int) -> Run:
    """Solve a week, and score the answer. Raises `AssertionError` for an answer that breaks a rule."""
    data = company(managers, seed)
    started = perf_counter()
    solution = SOLVERS[solver](data, limit_s, seed)
    wall_s = perf_counter() - started
    faults = violations(data, solution)
    assert not faults, (solver, faults[:3])
    tiers = objective(data, solution)
    return Run(solver, managers, len(data.tasks), limit_s, tiers, weighted(tiers), round(wall_s, 2))


def weighted(tiers: Sequence[int]) -> int:
    """The tiers as one figure."""
    return sum(weight * value for weight, value in zip(WEIGHTS, tiers, strict=True))


def table(runs: Sequence[Run]) -> Iterator[str]:
    """A Markdown table: a row a week and time; each peer with its sum, and by how much its first other tier differs."""
    solvers = list(dict.fromkeys(one.solver for one in runs))
    yield "| " + " | ".join(["managers", "meetings", "s", *solvers]) + " |"
    yield "|" + "---|" * (3 + len(solvers))
    for managers, limit_s in dict.fromkeys((one.managers, one.limit_s) for one in runs):
        row = {one.solver: one for one in runs if (one.managers, one.limit_s) == (managers, limit_s)}
        base = row.get(OURS) or next(iter(row.values()))
        compared = (beside(row[solver], base) if solver in row else "-" for solver in solvers)
        cells = [str(managers), str(base.meetings), f"{limit_s:g}", *compared]
        yield "| " + " | ".join(cells) + " |"


def beside(one: Run, base: Run) -> str:
    """A sum, how far it lies above ours, and the first tier in which the two differ."""
    if one is base:
        return f"{one.sum:,}"
    differing = [(name, a - b) for name, a, b in zip(TIERS, one.tiers, base.tiers, strict=True) if a != b]
    if not differing:
        return f"{one.sum:,} (same)"
    name, more = differing[0]
    share = 100 * (one.sum - base.sum) / max(1, base.sum)
    return f"{one.sum:,} ({share:+.1f} %; {name} {more:+,})"


def worse(runs: Sequence[Run]) -> Iterator[str]:
    """Where a peer has a better answer than ours, a line each."""
    best = {(one.managers, one.limit_s): one for one in runs if one.solver == OURS}
    for one in runs:
        base = best.get((one.managers, one.limit_s), one)
        if one.tiers < base.tiers:
            yield f"{one.solver} is better at {one.managers} managers in {one.limit_s:g} s: {one.tiers}, {base.tiers}"


def untouched(managers: int, seed: int) -> int:
    """The sum of the week as it is, to see what all of them gain."""
    data = company(managers, seed)
    return weighted(objective(data, stay_all(data)))


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=_numbers, default=[1, 4, 16, 64], help="managers, with commas between")
    parser.add_argument("--seconds", type=_numbers, default=[1, 10, 60])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", choices=list(SOLVERS), help="a solver; all, if none is named")
    parser.add_argument("--json", action="store_true", help="print a JSON line a run, and no table")
    options = parser.parse_args()
    runs = []
    for managers, seconds in ((int(size), seconds) for size in options.sizes for seconds in options.seconds):
        for solver in options.only or SOLVERS:
            runs.append(run(solver, managers, seconds, options.seed))
            print(json.dumps(asdict(runs[-1])), file=sys.stdout if options.json else sys.stderr, flush=True)
    if not options.json:
        print("\n".join(table(runs)))
    for line in worse(runs):
        print(line, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
