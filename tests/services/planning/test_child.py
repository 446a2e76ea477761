"""Work in a process of its own."""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path

import pytest

from app.errors import CancelledError, InputError, UnavailableError
from app.services.packing.packing import Progress, Watch
from app.services.planning.child import in_child

PATIENCE_S = 60.0


def work(what: str, watch: Watch) -> int:
    """Something that a new process can import."""
    assert watch.on_progress
    if what == "fail":
        raise InputError("no such week", "week")
    if what == "die":
        os._exit(3)
    watch.on_progress(Progress("pattern", 3, 1, 0.1))
    return os.getpid()


def endless(path: Path, watch: Watch) -> None:
    """Work that says who it is, and never ends by itself."""
    path.write_text(str(os.getpid()))
    time.sleep(PATIENCE_S)


def test_the_result_and_the_progress_come_from_another_process() -> None:
    steps: list[Progress] = []
    assert in_child(partial(work, ""), Watch(steps.append)) != os.getpid()
    assert steps == [Progress("pattern", 3, 1, 0.1)]


def test_an_error_comes_through_as_it_is() -> None:
    with pytest.raises(InputError, match="no such week") as error:
        in_child(partial(work, "fail"), Watch(lambda _: None))
    assert error.value.option == "week"


def test_a_process_that_dies_is_one_clear_line() -> None:
    with pytest.raises(UnavailableError, match="has ended without an answer"):
        in_child(partial(work, "die"), Watch(lambda _: None))


def test_giving_up_ends_the_process(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    with pytest.raises(CancelledError):
        in_child(partial(endless, path), Watch(cancelled=lambda: path.exists() and bool(path.read_text())))
    with pytest.raises(ProcessLookupError):
        os.kill(int(path.read_text()), 0)
