"""`clearweek serve --demo` as it is started: the sample to try everything with, and nothing of it left at the end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from urllib.parse import urljoin

import pytest
import requests

PATIENCE_S = 60.0
TRIES = 600
PAUSE_S = 0.1
COMMAND = [sys.executable, "-m", "app.cli", "serve", "--demo", "--port", "0"]


@contextmanager
def demo(folder: Path) -> Iterator[str]:
    """The demo in a process of its own, ended as a supervisor does; gives the address of Dana's proposal."""
    env = {
        **os.environ,
        "TMPDIR": str(folder),
        "CLEARWEEK_DATABASE_URL": "nonsense",
        "CLEARWEEK_OIDC_ISSUER": "nonsense",
    }
    child = subprocess.Popen(COMMAND, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert child.stderr
    try:
        yield next(line.strip() for line in child.stderr if line.startswith("http://127.0.0.1:"))
    finally:
        child.send_signal(signal.SIGTERM)
        child.stderr.read()
        child.wait(PATIENCE_S)
        child.stderr.close()


def press(at: requests.Session, url: str, page: str, do: str) -> requests.Response:
    """Press a button of a page, with what is ticked in it; gives the page that comes of it."""
    form = {name: re.findall(rf'name="{name}" value="([^"]*)"', page)[-1:] for name in ("csrf", "version", "told")}
    ticked = re.findall(r'name="tick" value="(\d+)" checked', page)
    return at.post(url, {**form, "tick": ticked, "notify": ["all"], "do": [do]}, timeout=PATIENCE_S)


def ended(at: requests.Session, url: str) -> str:
    """The page once a worker is done: it takes a moment to start."""
    paused = Event()
    for _ in range(TRIES):
        page = at.get(url, timeout=PATIENCE_S).text
        if not re.search('data-state="(applying|undoing)"', page):
            return page
        paused.wait(PAUSE_S)
    pytest.fail(f"not done: {page}")


def test_the_sample_is_decided_applied_to_files_and_taken_back_and_nothing_is_left(tmp_path: Path) -> None:
    with demo(tmp_path) as url, requests.Session() as at:
        first = at.get(url, timeout=PATIENCE_S).text
        assert press(at, url, first, "apply").status_code == 200
        applied = ended(at, url)
        assert 'data-state="applied"' in applied
        files = [found for found in re.findall(r'href="([^"]*/files/[^"]*)"', applied) if "dana" in found]
        moved = at.get(urljoin(url, files[0]), timeout=PATIENCE_S)
        assert moved.content.startswith(b"BEGIN:VCALENDAR")
        assert press(at, url, applied, "undo").status_code == 200
        assert 'data-state="undone"' in ended(at, url)
    assert not list(tmp_path.iterdir())


def test_without_accounts_it_is_for_this_machine_alone() -> None:
    command = [*COMMAND, "--host", "0.0.0.0"]  # noqa: S104
    ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert ended.returncode == 2
    assert "this machine alone" in ended.stderr
