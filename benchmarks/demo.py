"""How long `clearweek demo` takes, and each of its stages: `python -m benchmarks.demo [--json] [--runs N]`.

The command runs as a child process with compiled bytecode, each time in an empty folder, from the command to its end;
one run before that is not counted. The stages run in this process. All figures are medians in seconds.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from app.cli.reading import demo_request
from app.domain.plans.plan import Plan
from app.render.plans.document import to_json
from app.render.plans.html import to_html
from app.render.plans.ics import week_ics
from app.render.plans.terminal import to_text
from app.services.planning.plan_week import plan_week

COMMAND = Path(sys.executable).with_name("clearweek")
FACES: dict[str, Callable[[Plan], object]] = {
    "terminal": to_text,
    "page": to_html,
    "document": to_json,
    "calendar": week_ics,
}
T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds that some work takes, and its result."""
    gc.collect()
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def child(*arguments: str) -> float:
    """Seconds from the command to its end. Raises `CalledProcessError` if it fails."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as folder:
        seconds, _ = timed(
            lambda: subprocess.run(  # noqa: S603 - our own command
                [str(COMMAND), *arguments], cwd=folder, env=environment, check=True, capture_output=True
            )
        )
    return seconds


def stages() -> dict[str, float]:
    """Seconds of each stage: reading the calendars, planning with and without the solver's part, each face."""
    reading, request = timed(demo_request)
    planning, planned = timed(lambda: plan_week(request))
    solver = planned.plan.wall_time_s
    faces = {f"{name}_s": timed(partial(face, planned.plan))[0] for name, face in FACES.items()}
    return {"reading_s": reading, "solver_s": solver, "planning_beside_solver_s": planning - solver, **faces}


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """The median, and the median distance from it."""
    middle = statistics.median(seconds)
    return {"median": round(middle, 3), "plus_minus": round(statistics.median(abs(s - middle) for s in seconds), 3)}


def measure(runs: int) -> dict[str, dict[str, float]]:
    """Figures of the command, of its start alone, and of the stages."""
    child("demo")
    stages()
    found = [{"demo_s": child("demo"), "start_s": child("--help"), **stages()} for _ in range(runs)]
    return {name: spread([one[name] for one in found]) for name in found[0]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    result = measure(options.runs)
    if options.json:
        print(json.dumps(result, indent=2))
        return
    for name, value in result.items():
        print(f"{name:>26}: {value['median']:.3f} ± {value['plus_minus']:.3f}")


if __name__ == "__main__":
    main()
