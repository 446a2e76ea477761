"""Waiting: work goes on in a thread of its own, so that the command shows how far it is and hears Ctrl-C.

Or the user is waited for, who signs in with a browser.
"""

from __future__ import annotations

import signal
import threading
import webbrowser
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from time import perf_counter
from typing import TypeVar

import typer
from rich.console import Console

from app.errors import CancelledError
from app.services.packing.packing import Progress, Watch

T = TypeVar("T")
TICK_S = 0.1
GRACE_S = 0.15
"""How long the work may take to end in good order after Ctrl-C."""


def watched(work: Callable[[Watch], T]) -> T:
    """Do the work, and show on standard error, if that is a terminal, how far it is.

    Raises what the work raises, and `CancelledError` as soon as the user presses Ctrl-C: then there is no answer.
    """
    steps: list[Progress] = []
    stop = threading.Event()
    future: Future[T] = Future()
    watch = Watch(steps.append, stop.is_set)
    begin = perf_counter()
    try:
        threading.Thread(target=_fulfil, args=(future, work, watch), daemon=True).start()
        with Console(stderr=True).status(line(0.0, None)) as status:
            while not wait([future], TICK_S).done:
                status.update(line(perf_counter() - begin, steps[-1] if steps else None))
    except KeyboardInterrupt:
        stop.set()
        wait([future], GRACE_S)
        raise CancelledError("stopped; nothing was written") from None
    return future.result()


@contextmanager
def stoppable(said: str) -> Iterator[None]:
    """Make Ctrl-C, and a polite end from outside (SIGTERM), a `CancelledError` with some last words."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        raise CancelledError(said) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def line(seconds: float, step: Progress | None) -> str:
    """`planning … 1.2 s · pattern: 490, at most 3 % above the best`."""
    text = f"planning … {seconds:.1f} s"
    if step is None:
        return text
    gap = (step.value - step.lower_bound) / max(1, step.value)
    quality = "proven best" if step.value <= step.lower_bound else f"at most {gap:.0%} above the best"
    return f"{text} · {step.tier.replace('_', ' ')}: {step.value}, {quality}"


def _fulfil(future: Future[T], work: Callable[[Watch], T], watch: Watch) -> None:
    try:
        future.set_result(work(watch))
    except BaseException as error:  # noqa: BLE001 - whoever waits for the result gets it
        future.set_exception(error)


def sign_in_at(url: str) -> None:
    """Send the browser of this machine to sign in, or whoever copies the address."""
    typer.echo(f"Sign in with a browser on this machine: {url}", err=True)
    webbrowser.open(url)
