"""Work in a process of its own, so that whoever asks does not wait for the interpreter; giving up ends it at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import Any, TypeVar

from app.errors import UnavailableError
from app.services.packing.packing import Progress, Watch

T = TypeVar("T")
POLL_S = 0.02


def in_child(work: Callable[[Watch], T], watch: Watch) -> T:
    """Do the work in a new process; the work, what it returns and what it raises have to be picklable.

    Progress comes through as it is made. Raises what the work raises, `CancelledError` within `POLL_S` seconds after
    whoever watches has given up, and `UnavailableError` if the process ends without an answer.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs,), daemon=True)
    with _deaf_to_ctrl_c():
        process.start()
    theirs.close()
    try:
        ours.send(work)  # not with the start: if this process ends meanwhile, the other sees no more than an end
        result: T = _result(ours, watch)
    except (EOFError, ConnectionError):
        raise UnavailableError("the process that plans has ended without an answer; try a smaller scope") from None
    finally:
        process.kill()
        process.join()
        ours.close()
    return result


def _result(ours: Connection, watch: Watch) -> Any:
    while True:
        watch.check()
        if not ours.poll(POLL_S):
            continue
        kind, value = ours.recv()
        if kind == "progress" and watch.on_progress:
            watch.on_progress(value)
        elif kind == "error":
            raise value
        elif kind == "result":
            return value


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Ctrl-C reaches every process of a terminal; the one that is started here leaves it to its parent, who ends it."""
    resource_tracker.ensure_running()  # started later, it would take the mask off again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run(theirs: Connection) -> None:
    """What the new process does: the work that it is sent; it ends with its parent."""
    Thread(target=_end_with_parent, daemon=True).start()

    def tell(step: Progress) -> None:
        theirs.send(("progress", step))

    try:
        work: Callable[[Watch], object] = theirs.recv()
    except (EOFError, OSError):
        return
    try:
        theirs.send(("result", work(Watch(tell))))
    except Exception as error:  # noqa: BLE001 - whoever waits for the result gets it
        theirs.send(("error", error))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
