"""A double in a process of its own: its time and memory are not the client's, as benchmarks need it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import TypeVar

from tests.google_double.double import GoogleDouble

T = TypeVar("T")
Task = Callable[[GoogleDouble], object]


class Apart:
    """The other side of a double that runs elsewhere; `url` is its root."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.url: str = self.do(_url)

    def do(self, task: Callable[[GoogleDouble], T]) -> T:
        """Have a function work on the double there; it and its result can be pickled. Its error is raised here."""
        self._pipe.send(task)
        worked, result = self._pipe.recv()
        if not worked:
            raise result
        found: T = result
        return found


@contextmanager
def apart() -> Iterator[Apart]:
    """Run a double in another process for as long as the block lasts."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there,))
    process.start()
    there.close()
    try:
        yield Apart(here)
    finally:
        here.close()
        process.join()
        process.close()


def _url(google: GoogleDouble) -> str:
    return google.url


def _serve(pipe: Connection) -> None:
    with GoogleDouble() as google, pipe:
        while True:
            try:
                task: Task = pipe.recv()
            except EOFError:
                return
            pipe.send(_done(task, google))


def _done(task: Task, google: GoogleDouble) -> tuple[bool, object]:
    try:
        return True, task(google)
    except Exception as error:  # noqa: BLE001  whatever it is, it is raised on the other side
        return False, error
