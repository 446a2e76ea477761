"""An answer of the solver, and its objective recomputed in plain Python from the answer alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from solver.data import Place, ProblemData


class Status(StrEnum):
    """How an answer stands: proven best, valid, proven impossible, nothing found in time, or data refused."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Solution:
    """One choice a task: an index into `Task.options`, or None for a new task without a place."""

    choices: tuple[int | None, ...]

    def place(self, data: ProblemData, task: int) -> Place | None:
        """The place that a task got."""
        choice = self.choices[task]
        return None if choice is None else data.tasks[task].options[choice]

    def moved(self, data: ProblemData, task: int) -> bool:
        """Whether a task has a new place."""
        place = self.place(data, task)
        return place is not None and place is not data.tasks[task].stay


@dataclass(frozen=True, slots=True)
class TierValue:
    """One tier of the objective.

    `lower_bound` holds among the plans whose earlier tiers are no worse than this answer's.
    """

    name: str
    value: int
    lower_bound: int

    @property
    def gap(self) -> float:
        """How far the value may be from the best: `(value - lower_bound) / max(1, value)`."""
        return (self.value - self.lower_bound) / max(1, self.value)


@dataclass(frozen=True, slots=True)
class Result:
    """What a run of the solver ended with; never an exception for an outcome that a user can meet."""

    status: Status
    solution: Solution | None
    tiers: tuple[TierValue, ...]
    wall_time_s: float
    limited: bool = False

    @property
    def gap(self) -> float:
        """The largest gap of any tier."""
        return max((t.gap for t in self.tiers), default=0.0)
