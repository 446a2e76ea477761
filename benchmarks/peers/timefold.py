"""The peer Timefold: its own engine (the jars in its PyPI wheel), driven by `WeekPlanner.java`.

The Java program is compiled when it is first needed. It gets the same tasks and the same candidates as our solver and
optimises the same tiers in the same order, by an incremental score calculator: the fastest way that Timefold offers.
Java's start and the reading of the problem are not counted as its time.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from solver.candidates import Candidates, feasible_places
from solver.data import CELL_MINUTES, CONFLICTS, FOCUS_CELLS, TIERS, Place, ProblemData, Span, Task
from solver.solution import Solution, objective, stay_all

SOURCE = Path(__file__).with_name("WeekPlanner.java")
SEARCH, START = "ruin15", "construct"
"""What was best of what was tried; benchmarks/README.md says what that was."""
PATIENCE_S = 60.0


class TimefoldError(Exception):
    """Timefold is not there, or it did not end as it should: its own words."""


def timefold(data: ProblemData, seconds: float, seed: int, *, search: str = SEARCH, start: str = START) -> Solution:
    """The best week that Timefold finds in so many seconds; the week as it is, if its construction takes longer."""
    candidates = feasible_places(data)
    with tempfile.TemporaryDirectory() as folder:
        problem = Path(folder) / "problem.txt"
        problem.write_text("\n".join(" ".join(map(str, line)) for line in lines(data, candidates)), encoding="ascii")
        arguments = [str(problem), str(seconds), str(seed), search, start]
        classes, jars = compiled()
        command = ["java", "-cp", f"{classes}:{jars}", "WeekPlanner", *arguments]
        printed = _run(command, seconds + PATIENCE_S)
    if printed.strip().endswith("none"):
        return stay_all(data)
    chosen, score = printed.strip().splitlines()[-2:]
    indexes = map(int, chosen.split())
    solution = Solution(tuple(choices[index] for choices, index in zip(candidates, indexes, strict=True)))
    said = [-int(value) for value in re.findall(r"-?\d+", score)]
    if said != [0, *objective(data, solution)]:
        raise TimefoldError(f"Timefold counted {score}, which is not {objective(data, solution)}")
    return solution


@cache
def compiled() -> tuple[str, str]:
    """The folder of the compiled program, for this process, and the class path of the engine."""
    spec = find_spec("timefold")
    if spec is None or not spec.submodule_search_locations:
        raise TimefoldError("timefold is not installed: run `uv sync --group peers`")
    jars = sorted((Path(spec.submodule_search_locations[0]) / "solver" / "jars").glob("*.jar"))
    path = ":".join(str(jar) for jar in jars if not jar.stem.endswith("tests"))
    folder = tempfile.mkdtemp(prefix="clearweek-timefold-")
    _run(["javac", "-proc:none", "-cp", path, "-d", folder, str(SOURCE)], PATIENCE_S)
    return folder, path


def _run(command: Sequence[str], patience_s: float) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=patience_s, check=False)  # noqa: S603
    if done.returncode:
        raise TimefoldError(f"{command[0]} failed: {done.stderr[-2000:]}")
    return done.stdout


def lines(data: ProblemData, candidates: Candidates) -> Iterator[Sequence[int]]:
    """The problem as numbers, in the order in which the program reads them; times in cells of a quarter hour.

    Raises `TimefoldError` for what the program does not know: it is written for the seeded weeks alone.
    """
    if data.budget or any(span.end > data.counted_until for span in _spans(data)):
        raise TimefoldError("a budget, or weeks beyond the planned one, are unknown to the peer")
    if data.travel or any(resource.lunches or resource.seats is not None for resource in data.resources):
        raise TimefoldError("rooms, ways and lunches are unknown to the peer")
    weights = data.weights
    yield weights.slack_minutes, weights.slack, weights.ceiling_minutes, weights.ceiling, weights.fragment, FOCUS_CELLS
    yield weights.run_minutes, weights.breaks, weights.ceiling_meetings, weights.meeting, weights.optional
    yield max(_cell(span.end) for span in _spans(data)), len(TIERS), *range(len(TIERS))
    yield (len(data.resources),)
    for resource in data.resources:
        yield (len(resource.load_days),)
        for day in resource.load_days:
            yield from _day(day, resource.hard_busy)
    yield (len(data.tasks),)
    for task, choices in zip(data.tasks, candidates, strict=True):
        yield len(task.required), *task.required, len(task.optional), *task.optional, len(choices)
        for choice in choices:
            place = None if choice is None else task.options[choice]
            yield from _choice(data, task, place, stays=place is not None and place is task.stay)
    yield (len(data.relations),)
    for relation in data.relations:
        yield int(relation.kind == "order"), relation.first, relation.second


def _spans(data: ProblemData) -> Iterator[Span]:
    return (span for task in data.tasks for place in task.options for span in place.spans)


def _cell(minute: int) -> int:
    if minute % CELL_MINUTES:
        raise TimefoldError(f"minute {minute} is no quarter hour, which is unknown to the peer")
    return minute // CELL_MINUTES


def _day(day: Span, hard_busy: Sequence[Span]) -> Iterator[Sequence[int]]:
    busy = [Span(max(day.start, span.start), min(day.end, span.end)) for span in hard_busy if day.overlap(span)]
    cells = sorted({cell - _cell(day.start) for span in busy for cell in range(_cell(span.start), _cell(span.end))})
    minutes = sum(span.end - span.start for span in busy)
    yield _cell(day.start), _cell(day.end), minutes, len(busy), len(cells), *cells


def _choice(data: ProblemData, task: Task, place: Place | None, *, stays: bool) -> Iterator[Sequence[int]]:
    """A choice: whether it stays, its day, its costs (clashes with busy time are one), and its spans."""
    if place is None:
        costs = [0] * len(TIERS)
        costs[CONFLICTS] = task.unplaced_cost
        yield 0, -1, *costs, 0, 0
        return
    costs = list(place.costs)
    if stays:
        busy = [b for r in task.required for b in data.resources[r].hard_busy]
        costs[CONFLICTS] += sum(span.overlap(other) for span in place.spans for other in busy)
    day = sum(start <= place.spans[0].start for start in data.day_starts)
    yield int(stays), day, *costs
    for ends in ([span.start for span in place.spans], [span.end for span in place.spans]):
        yield len(ends), *map(_cell, ends)
