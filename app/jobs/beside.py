"""A worker beside a service: a process of its own, which leaves the service its interpreter, and may end alone."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from time import monotonic

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
"""How long it waits before it starts a worker that failed again: twice as long each time."""
PATIENCE_S = 15.0
"""How long a worker may take to end what it is at."""
FINAL = (0, 2)
"""Ends that would only come again: on request, or because something is not set up."""


@asynccontextmanager
async def beside(command: Sequence[str]) -> AsyncIterator[None]:
    """Keep a worker running: one that fails is started again, and it ends with this block.

    The command has to end, too, when its standard input does: that is when this process was killed.
    """
    task = asyncio.create_task(_keep(command))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep(command: Sequence[str]) -> None:
    pause = FIRST_PAUSE_S
    while True:
        began = monotonic()
        if await _run(command) in FINAL:
            return
        if monotonic() - began > LONGEST_PAUSE_S:
            pause = FIRST_PAUSE_S
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_S)


async def _run(command: Sequence[str]) -> int:
    worker = await asyncio.create_subprocess_exec(*command, stdin=PIPE)
    try:
        return await worker.wait()
    finally:
        await _end(worker)


async def _end(worker: Process) -> None:
    if worker.returncode is not None:
        return
    worker.terminate()
    try:
        await asyncio.wait_for(worker.wait(), PATIENCE_S)
    except TimeoutError:
        worker.kill()
        await worker.wait()
