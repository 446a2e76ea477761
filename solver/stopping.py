"""Stopping a search from outside while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import perf_counter

Cancelled = Callable[[], bool]
"""Says whether the caller has given up; asked from another thread, several times a second."""

Poll = Callable[[], None]
"""Called again and again in long steps; raises `StoppedError` once there is nothing more to be done."""

POLL_S = 0.05


class StoppedError(Exception):
    """A step was given up before its end."""


def polling(stopped: Callable[[], bool]) -> Poll:
    """Ask `stopped` every `POLL_S` at most, and raise `StoppedError` if so."""
    last = -POLL_S

    def poll() -> None:
        nonlocal last
        now = perf_counter()
        if now - last >= POLL_S:
            last = now
            if stopped():
                raise StoppedError

    return poll


def go_on() -> None:
    """Never give up."""


@contextmanager
def stopping(stop: Callable[[], object], cancelled: Cancelled | None) -> Iterator[None]:
    """Call `stop`, again and again, as soon as `cancelled` says so, until the block ends."""
    if cancelled is None:
        yield
        return
    done = Event()
    watch = Thread(target=_watch, args=(done, stop, cancelled), daemon=True)
    watch.start()
    try:
        yield
    finally:
        done.set()
        watch.join()


def _watch(done: Event, stop: Callable[[], object], cancelled: Cancelled) -> None:
    while not done.wait(POLL_S):
        if cancelled():
            stop()
