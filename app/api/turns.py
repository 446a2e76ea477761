"""One at a time: reading and solving take a whole core and much memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import UnavailableError

RETRY_AFTER_S = 10
"""The longest that a solve takes."""


class Turns:
    """A queue of threads, bounded in length and in time. Who waits holds a thread, never the event loop."""

    def __init__(self, wait_s: float, waiting: int) -> None:
        self._wait_s = wait_s
        self._busy = threading.Lock()
        self._places = threading.Semaphore(waiting + 1)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Have the solver alone. Raises `UnavailableError` if the queue is full, or did not move for too long."""
        if not self._places.acquire(blocking=False):
            raise UnavailableError("too many plans are waiting for the solver; try again later", RETRY_AFTER_S)
        try:
            if not self._busy.acquire(timeout=self._wait_s):
                raise UnavailableError("the solver is busy with another plan; try again later", RETRY_AFTER_S)
            try:
                yield
            finally:
                self._busy.release()
        finally:
            self._places.release()
