"""Work in a process of its own, so that whoever asks does not wait for the interpreter; giving up ends it at once."""

from __future__ import annotations

import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from app.errors import UnavailableError
from app.services.packing import Progress, Watch

T = TypeVar("T")
POLL_S = 0.05


def in_child(work: Callable[[Watch], T], watch: Watch) -> T:
    """Do the work in a new process; the work, what it returns and what it raises have to be picklable.

    Progress comes through as it is made. Raises what the work raises, `CancelledError` within `POLL_S` seconds after
    whoever watches has given up, and `UnavailableError` if the process ends without an answer.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(theirs, work), daemon=True)
    process.start()
    theirs.close()
    try:
        result: T = _result(ours, watch)
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
        try:
            kind, value = ours.recv()
        except EOFError:
            raise UnavailableError("the process that plans has ended without an answer; try a smaller scope") from None
        if kind == "progress" and watch.on_progress:
            watch.on_progress(value)
        elif kind == "error":
            raise value
        elif kind == "result":
            return value


def _run(theirs: Connection, work: Callable[[Watch], object]) -> None:
    """What the new process does; Ctrl-C is its parent's, who ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def tell(step: Progress) -> None:
        theirs.send(("progress", step))

    try:
        theirs.send(("result", work(Watch(tell))))
    except Exception as error:  # noqa: BLE001 - whoever waits for the result gets it
        theirs.send(("error", error))
