"""What a run may still take: work, and seconds if the clock counts."""

from __future__ import annotations

from math import inf
from time import perf_counter
from typing import NamedTuple

from solver.limits import Limits
from solver.stopping import Cancelled

LEAST = 1e-6


class Share(NamedTuple):
    """Work, and seconds if the clock counts, that one step of a run may take."""

    work: float
    seconds: float | None


class Meter:
    """What is left of the limits of a run; `limited` once the clock or the caller has cut something."""

    def __init__(self, limits: Limits, cancelled: Cancelled | None) -> None:
        self.limits = limits
        self.cancelled = cancelled
        self.started = perf_counter()
        self.work = limits.work
        self.limited = False

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return perf_counter() - self.started

    @property
    def seconds_left(self) -> float:
        """Seconds until the clock runs out."""
        return inf if self.limits.wall_s is None else max(0.0, self.limits.wall_s - self.seconds)

    def is_past(self, seconds: float) -> bool:
        """Whether the clock has come so far."""
        late = self.seconds >= seconds
        self.limited |= late
        return late

    def stopped(self) -> bool:
        """Whether the clock has run out, or the caller has given up."""
        stopped = self.seconds_left <= 0 or (self.cancelled is not None and self.cancelled())
        self.limited |= stopped
        return stopped

    def share(self, parts: int) -> Share:
        """One of so many equal parts of what is left."""
        seconds = None if self.limits.wall_s is None else self.seconds_left / parts
        return Share(max(LEAST, self.work / parts), seconds)


class Ration:
    """A share that several steps take from, one after the other."""

    def __init__(self, meter: Meter, share: Share) -> None:
        self.meter = meter
        self.least_work = meter.work - share.work
        self.until = None if share.seconds is None else meter.seconds + share.seconds

    def over(self) -> bool:
        """Whether nothing of the share is left, or the whole run has to stop."""
        late = self.until is not None and self.meter.is_past(self.until)
        return late or self.meter.work <= self.least_work or self.meter.stopped()

    def left(self) -> Share:
        """What is left of the share."""
        seconds = None if self.until is None else max(LEAST, self.until - self.meter.seconds)
        return Share(max(LEAST, self.meter.work - self.least_work), seconds)
