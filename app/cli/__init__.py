"""The `clearweek` command. Exit 0: done; 1: the work could not be done; 2: bad usage or bad input; 130: stopped."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from typing import NoReturn

from app.errors import AppError, CancelledError, InputError, NotFoundError

INTERRUPTED = 130
"""What a shell expects of a command that Ctrl-C ended."""
COLLECT_EVERY = 50_000
"""So many new objects between two looks for garbage: a plan leaves little, and looking took a 15th of its time."""


def main() -> NoReturn:
    """Run the command; a known error is one line on standard error, never a traceback."""
    try:
        _imported()()
    except AppError as error:
        option = f" (--{error.option})" if isinstance(error, InputError) and error.option else ""
        _leave(f"clearweek: {error}{option}", _exit_code(error))
    except KeyboardInterrupt:
        _leave("clearweek: stopped", INTERRUPTED)
    except BrokenPipeError:
        sys.exit(1)
    sys.exit(0)


def _imported() -> Callable[[], object]:
    """The commands, imported in half a second, in which Ctrl-C works too; nothing of that is ever garbage."""
    gc.disable()
    from app.cli.commands import app  # noqa: PLC0415

    gc.freeze()
    gc.set_threshold(COLLECT_EVERY)
    gc.enable()
    return app


def _exit_code(error: AppError) -> int:
    if isinstance(error, CancelledError):
        return INTERRUPTED
    return 2 if isinstance(error, (InputError, NotFoundError)) else 1


def _leave(text: str, code: int) -> NoReturn:
    """Say the last word; what is stopped ends at once, as the solver may be in the middle of a step."""
    sys.stderr.write(f"{text}\n")
    if code == INTERRUPTED:
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
