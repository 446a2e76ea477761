"""Work under the eyes of the command: what it shows, and how Ctrl-C ends it."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import cli
from app.cli import commands
from app.cli.progress import line, watched
from app.errors import CancelledError, InputError
from app.services.packing.packing import Progress, Watch

PATIENCE_S = 60.0
"""A test that waits as long for an event has failed; none does otherwise."""


@pytest.fixture(autouse=True)
def _ctrl_c_counts() -> Iterator[None]:
    """Ctrl-C as on a terminal: what runs in the background is started with it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def given_up(watch: Watch) -> None:
    """Work that presses Ctrl-C itself, and ends when it hears of it."""
    os.kill(os.getpid(), signal.SIGINT)
    waited = threading.Event()
    for _ in range(int(PATIENCE_S / 0.001)):
        waited.wait(0.001)
        watch.check()


def test_the_result_and_the_errors_of_the_work_are_passed_on() -> None:
    def fails(watch: Watch) -> None:
        raise InputError("no such week")

    assert watched(lambda _: 7) == 7
    with pytest.raises(InputError, match="no such week"):
        watched(fails)


def test_ctrl_c_is_heard_by_the_work(capsys: pytest.CaptureFixture[str]) -> None:
    heard = threading.Event()

    def work(watch: Watch) -> None:
        try:
            given_up(watch)
        except CancelledError:
            heard.set()
            raise

    with pytest.raises(CancelledError):
        watched(work)
    assert heard.wait(PATIENCE_S)
    assert capsys.readouterr().err == ""


def test_ctrl_c_ends_the_command_with_130_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["clearweek", "demo"])
    monkeypatch.setattr(os, "_exit", sys.exit)
    monkeypatch.setattr(commands, "plan_week", lambda _, watch: given_up(watch))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == cli.INTERRUPTED
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "clearweek: stopped; nothing was written\n"
    assert list(tmp_path.iterdir()) == []


def test_the_line_says_how_long_what_and_how_good() -> None:
    assert line(1.25, None) == "planning … 1.2 s"
    assert line(2.0, Progress("free_days", 200, 190, 1.9)) == (
        "planning … 2.0 s · free days: 200, at most 5% above the best"
    )
    assert line(2.0, Progress("focus", 0, 0, 1.9)).endswith("focus: 0, proven best")


def test_progress_is_shown_on_a_terminal_only(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = Path(sys.executable).with_name("clearweek")
    with subprocess.Popen(
        [command, "demo"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TERM": "xterm"}
    ) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b""))
        assert process.stdout
        printed = process.stdout.read()
    os.close(ours)
    assert process.returncode == 0
    assert "planning …" in shown.decode()
    assert "planning …" not in printed.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1024)
    except OSError:  # the other end is closed
        return b""
