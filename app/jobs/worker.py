"""A worker: it holds a place, does jobs, looks after what dead workers left, and once a minute after what is due."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from threading import Event
from time import time

from sqlalchemy import Engine

from app.errors import StoreError
from app.jobs.engine import JobEngine
from app.jobs.slots import Slot
from app.jobs.work import TICK, VERSION, Work

log = logging.getLogger("clearweek.jobs")


@dataclass(frozen=True)
class Pace:
    """Seconds between two looks for what is due, for what dead workers left, and into a queue.

    `end_s` is how long a worker that ends may take to finish what it is at.
    """

    tick_s: float = 60.0
    adopt_s: float = 10.0
    poll_s: float = 0.4
    end_s: int = 5


class Ticks:
    """The names of ticks: alike in all workers, so that each tick is done once, whoever comes first."""

    def __init__(self, every_s: float, slot: str) -> None:
        self._every_s = every_s
        self._slot = slot
        self._last = self._highest = -1

    def next(self, now: float) -> str | None:
        """The name of the tick of a moment (seconds since 1970), None if it was said before.

        After the clock was set back, names that were taken would stop everything: until then each worker has its own.
        """
        number = int(now / self._every_s)
        if number == self._last:
            return None
        self._last = number
        if number > self._highest:
            self._highest = number
            return f"{TICK}:{number}"
        return f"{TICK}:{number}:{self._slot}:{self._highest}"

    def pause(self, now: float) -> float:
        """Seconds until the next one."""
        return self._every_s - now % self._every_s


def work_until(
    stop: Event, engine: Engine, work: Work, slot: Slot, pace: Pace = Pace(), version: int = VERSION
) -> None:
    """Do jobs until an event is set.

    Raises `ConfigError` for a database of another version, `StoreError` if it cannot be used at the start.
    """
    jobs = JobEngine(engine, work, slot.name, version)
    jobs.start(pace.poll_s)
    ticks = Ticks(pace.tick_s, slot.name)
    try:
        while not stop.is_set():
            try:
                jobs.adopt(slot.hold)
                if name := ticks.next(time()):
                    jobs.queues.tick(name)
            except StoreError as error:
                log.warning("%s", error)
            stop.wait(min(pace.adopt_s, ticks.pause(time())))
    finally:
        jobs.stop(pace.end_s)
        slot.release()
