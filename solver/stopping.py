"""Stopping a search from outside while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

Cancelled = Callable[[], bool]
"""Says whether the caller has given up; asked from another thread, several times a second."""

POLL_S = 0.05


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
