"""How far a run of the solver may go, and what it says on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Work that a run may do: the same work gives the same answer, whatever the machine's load.

    `work` is deterministic time (about seconds of one core), shared out over the tiers. `wall_s` also stops the run
    by the clock: an answer that it cut is marked `limited`, and may differ from run to run.
    """

    work: float = 30.0
    wall_s: float | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        if self.work <= 0 or (self.wall_s is not None and self.wall_s <= 0):
            raise ValueError("work and wall_s must be above 0")


@dataclass(frozen=True, slots=True)
class Progress:
    """A better answer: the tier under way, its value and lower bound so far, and the seconds since the start.

    `values` are those of all tiers, in the order asked for.
    """

    tier: str
    value: int
    lower_bound: int
    seconds: float
    values: tuple[int, ...] = ()


OnProgress = Callable[[Progress], None]
