"""How good and how fast the solver is on seeded weeks: `python -m benchmarks.weeks --managers N --seed S --json`.

One run prints one document. Seconds count from the call of the solver with its problem in hand: `build_s`, the making
of the problem with all places and their costs, stands beside them. `first_s` is a first checked answer that is more
than today's week, `within_1pct_s` an answer within 1 % (or one unit) of its bound in every tier, `optimal_s` every
tier proven; null if not reached. `cpu_s` is the processor's time, whoever else uses the machine. `--budget` adds the
step towards that target under the default budget, and its `optimal_s` counts both. Every answer is scored anew by
`solver.check` and `solver.solution.objective`.

`--replan` adds what it takes from the last answer after one change (`replan_s`, and its `ratio` to the cold time).

`--table` prints medians over seeds as Markdown; each of its runs is a process of its own, so that memory is its own.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter, process_time
from typing import Any

from benchmarks.instances import DEFAULT_BUDGET, company, one_manager
from solver.candidates import union
from solver.check import violations
from solver.data import ProblemData
from solver.limits import Limits, Progress
from solver.search import solve, step_towards
from solver.solution import Result, Solution, Status, TierValue, objective, stay_all

AT_ONCE_S = 1e-9
SHORTEST_S = 0.1
PATIENCE = 3
"""A run of a table ends at the latest after so many times its limit."""

PROVEN_WITHIN_S = 60
"""Planning anew is measured in the rows of a table whose limit is shorter."""

Document = dict[str, Any]


@dataclass
class Watch:
    """A stopwatch that also hears of each better answer."""

    started: float = field(default_factory=perf_counter)
    seen: list[tuple[float, Progress]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return perf_counter() - self.started

    def __call__(self, progress: Progress) -> None:
        """Note an answer."""
        self.seen.append((self.seconds, progress))


def measure(data: ProblemData, limit_s: float, *, budget: bool = False, replan: bool = False) -> Document:
    """What a run of the solver took and reached. Raises `AssertionError` for an answer that is not what it says."""
    watch, cpu = Watch(), process_time()
    result = solve(data, limits=Limits(work=limit_s, wall_s=limit_s), on_progress=watch)
    wall_s, cpu_s = watch.seconds, process_time() - cpu
    score(data, result)
    found: Document = {
        "first_s": first_answer(data, result, watch),
        "within_1pct_s": reached(result, watch.seen, wall_s, 0.01),
        "within_2pct_s": reached(result, watch.seen, wall_s, 0.02),
        "optimal_s": wall_s if result.status is Status.OPTIMAL else None,
        "cpu_s": cpu_s,
        **outcome(data, result, wall_s),
    }
    if budget and result.solution:
        found["step"] = step(data, result.solution, limit_s, wall_s)
    if replan and result.solution:
        found["replan"] = replanned(data, result.solution, limit_s, wall_s)
    return found


def replanned(data: ProblemData, last: Solution, limit_s: float, cold_s: float) -> Document:
    """What it takes from the last answer after somebody got busy where a meeting was to move, beside the cold time."""
    changed = with_new_busy_time(data, last)
    watch = Watch()
    result = solve(changed, limits=Limits(work=limit_s, wall_s=limit_s), hint=last)
    replan_s = watch.seconds
    score(changed, result)
    return {"replan_s": replan_s, "ratio": replan_s / cold_s, **outcome(changed, result, replan_s)}


def with_new_busy_time(data: ProblemData, solution: Solution) -> ProblemData:
    """The same with the first meeting that moves no longer possible at its new place."""
    for index, task in enumerate(data.tasks):
        place = solution.place(data, index)
        if place and solution.moved(data, index):
            busy = data.resources[task.required[0]]
            resource = replace(busy, hard_busy=tuple(union((*busy.hard_busy, *place.spans))))
            resources = [resource if one is busy else one for one in data.resources]
            return replace(data, resources=tuple(resources))
    return data


def step(data: ProblemData, target: Solution, limit_s: float, spent_s: float) -> Document:
    """The same of the step towards a target that took some time."""
    limited = replace(data, budget=DEFAULT_BUDGET)
    watch = Watch()
    left = max(SHORTEST_S, limit_s - spent_s)
    result = step_towards(limited, target, limits=Limits(work=left, wall_s=left))
    wall_s = spent_s + watch.seconds
    score(limited, result)
    return {"optimal_s": wall_s if result.status is Status.OPTIMAL else None, **outcome(limited, result, wall_s)}


def outcome(data: ProblemData, result: Result, wall_s: float) -> Document:
    """What came out of a run."""
    solution = result.solution or stay_all(data)
    return {
        "wall_s": wall_s,
        "status": result.status.value,
        "moves": sum(solution.moved(data, task) for task in range(len(data.tasks))),
        "gap": result.gap,
        "tiers": [{"name": t.name, "value": t.value, "lower_bound": t.lower_bound} for t in result.tiers],
    }


def score(data: ProblemData, result: Result) -> None:
    """Recompute rules and values from the answer alone. Raises `AssertionError` where the result is wrong."""
    assert result.solution, f"no answer: {result.status}"
    faults = violations(data, result.solution)
    assert not faults, faults[:3]
    values = objective(data, result.solution)
    assert values == tuple(t.value for t in result.tiers), (values, result.tiers)
    assert all(t.lower_bound <= t.value for t in result.tiers), result.tiers


def first_answer(data: ProblemData, result: Result, watch: Watch) -> float | None:
    """Seconds to a first answer: of a run that may take no time, or the first that this run told of.

    The solver tells of no answer before its search, so a second run is asked for just that.
    """
    told = [seconds for seconds, _ in watch.seen[:1]]
    at_once = Watch()
    first = solve(data, limits=Limits(wall_s=AT_ONCE_S))
    if first.solution != stay_all(data) or first.solution == result.solution:
        told.append(at_once.seconds)
    return min(told, default=None)


def reached(result: Result, seen: Sequence[tuple[float, Progress]], wall_s: float, share: float) -> float | None:
    """Seconds to an answer within a share of its bounds in every tier: as far as what was told can say, at most."""
    if not all(near(t, share) for t in result.tiers):
        return None
    ended = seen[-1][0] if seen and seen[-1][1].tier != result.tiers[-1].name else wall_s
    return next((seconds for seconds, progress in seen if comes_near(result, progress, share)), ended)


def comes_near(result: Result, progress: Progress, share: float) -> bool:
    """Whether an answer that was told of is within a share of the bounds, as far as it says so."""
    last = result.tiers[-1]
    if progress.values:
        pairs = zip(result.tiers, progress.values, strict=True)
        return all(near(replace(tier, value=value), share) for tier, value in pairs)
    return progress.tier == last.name and near(replace(last, value=progress.value), share)


def near(tier: TierValue, share: float) -> bool:
    """Whether a value is within a share of its bound, or one unit."""
    return tier.gap <= share or tier.value - tier.lower_bound <= 1


def peak_rss_mb() -> float:
    """The most memory that this process had, and the largest of its children."""
    found = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(found) / 1024


def document(options: argparse.Namespace) -> Document:
    """Make a week, solve it, and say how that went."""
    watch = Watch()
    if options.meetings:
        data = one_manager(options.meetings, options.seed, weeks=options.weeks)
    else:
        data = company(options.managers, options.seed, weeks=options.weeks)
    build_s = watch.seconds
    found = measure(data, options.time_limit, budget=options.budget, replan=options.replan)
    case = {name: getattr(options, name) for name in ("managers", "seed", "weeks", "time_limit")}
    sizes = {"meetings": len(data.tasks), "people": len(data.resources)}
    return rounded({**case, **sizes, "build_s": build_s, **found, "peak_rss_mb": peak_rss_mb()})


def rounded(found: Document) -> Document:
    """The same with figures that can be read."""
    return {
        name: rounded(v) if isinstance(v, dict) else round(v, 4) if isinstance(v, float) else v
        for name, v in found.items()
    }


@dataclass(frozen=True)
class Case:
    """A row of the table."""

    arguments: tuple[str, ...]
    limit_s: int
    seeds: int


CASES = {
    "1 manager, 20 meetings": Case(("--managers=1", "--meetings=20"), 30, 10),
    "1 manager, 40 meetings": Case(("--managers=1", "--meetings=40"), 30, 10),
    "4 managers": Case(("--managers=4",), 60, 10),
    "16 managers": Case(("--managers=16",), 60, 10),
    "64 managers": Case(("--managers=64",), 60, 3),
    "128 managers": Case(("--managers=128",), 60, 3),
    "1280 managers": Case(("--managers=1280",), 180, 1),
    "1 manager, 20 meetings, 8 weeks": Case(("--managers=1", "--meetings=20", "--weeks=8"), 30, 10),
}
HEAD = (
    "case",
    "seeds",
    "meetings",
    "first",
    "within 1 %",
    "optimal",
    "with budget",
    "replan",
    "CPU",
    "proven",
    "worst gap",
    "MB",
)


def row(name: str, case: Case, seeds: int) -> list[str]:
    """Medians of a case over its seeds; a run without an answer counts as one that takes for ever."""
    found = [child(case, seed) for seed in range(1, seeds + 1)]
    runs = [run for run in found if run]
    steps = [run["step"]["optimal_s"] if run else None for run in found]
    gaps = [run["gap"] for run in runs]
    return [
        name,
        str(seeds),
        _median([run["meetings"] for run in runs], "{:.0f}"),
        *(_median([run[key] if run else None for run in found]) for key in ("first_s", "within_1pct_s", "optimal_s")),
        _median(steps),
        _median([run["replan"]["ratio"] if run and "replan" in run else None for run in found]),
        _median([run["cpu_s"] if run else None for run in found]),
        f"{sum(run['status'] == 'optimal' for run in runs)} of {seeds}",
        f"{100 * max(gaps):.1f} %" if len(gaps) == seeds else "no answer",
        _median([run["peak_rss_mb"] for run in runs], "{:.0f}"),
    ]


def child(case: Case, seed: int) -> Document | None:
    """The document of a run in a process of its own, None if it does not end in time."""
    command = [sys.executable, "-m", "benchmarks.weeks", *case.arguments, "--json", "--budget"]
    command += ["--replan"] if case.limit_s < PROVEN_WITHIN_S else []
    command += [f"--seed={seed}", f"--time-limit={case.limit_s}"]
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, check=True, stdout=subprocess.PIPE, timeout=PATIENCE * case.limit_s
        )
    except subprocess.TimeoutExpired:
        return None
    found: Document = json.loads(done.stdout)
    return found


def _median(values: Sequence[float | None], form: str = "{:.3g}") -> str:
    """The median, with null for what was never reached; a dash if that is the median."""
    middle = statistics.median(math.inf if v is None else v for v in values) if values else math.inf
    return "-" if math.isinf(middle) else form.format(middle)


def table(names: Sequence[str], seeds: int | None) -> None:
    """Print the rows of some cases as they come."""
    for line in (HEAD, ["---"] * len(HEAD)):
        print("| " + " | ".join(line) + " |", flush=True)
    for name in names:
        print("| " + " | ".join(row(name, CASES[name], seeds or CASES[name].seeds)) + " |", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--managers", type=int, default=1)
    parser.add_argument("--meetings", type=int, help="one manager with just so many meetings")
    parser.add_argument("--weeks", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--time-limit", type=float, default=30.0, metavar="SECONDS")
    parser.add_argument("--budget", action="store_true", help="the step within the default budget, too")
    parser.add_argument("--replan", action="store_true", help="once more from the last answer, after one change, too")
    parser.add_argument("--json", action="store_true", help="print the document on one line")
    parser.add_argument("--table", action="store_true", help="medians over seeds, as Markdown")
    parser.add_argument("--only", action="append", choices=sorted(CASES), help="a row of the table")
    parser.add_argument("--seeds", type=int, help="so many seeds a row, instead of its own number")
    options = parser.parse_args()
    if options.meetings and options.managers != 1:
        parser.error("--meetings is for one manager")
    if options.table:
        table(options.only or list(CASES), options.seeds)
    else:
        print(json.dumps(document(options), indent=None if options.json else 2))


if __name__ == "__main__":
    main()
