"""`clearweek serve` as it is started: with a worker beside it, a plan that takes long is answered, across restarts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from app import wiring
from app.api.openapi.examples import CALENDAR_EXAMPLE, TEAM_EXAMPLE
from app.domain.configuration.access import Scope
from tests.api.calls import OPTIONS, PATIENCE_S, client, form

LONG = {**OPTIONS, "scope": "company", "time_limit_s": 1}
TEAM = f'{TEAM_EXAMPLE}[[person]]\nemail = "dana@example.com"\n'
TRIES = 1_200
PAUSE_S = 0.05


@contextmanager
def serve(folder: Path, *options: str) -> Iterator[str]:
    """The service in a process of its own; it says the port that it has, and logs what is asked in `access.log`."""
    env = {**os.environ, "CLEARWEEK_DATABASE_URL": f"sqlite:///{folder / 'clearweek.sqlite'}"}
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0", *options]
    with (folder / "access.log").open("w") as log:
        child = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.PIPE, text=True, cwd=Path.cwd())
    assert child.stderr
    try:
        yield next(line.strip() for line in child.stderr if line.startswith("http://127.0.0.1:"))
    finally:
        child.send_signal(signal.SIGINT)
        child.stderr.read()
        child.wait(PATIENCE_S)
        child.stderr.close()


def asked(url: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any]:
    request = urllib.request.Request(f"{url}{path}", data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def ask_for_plan(url: str) -> str:
    built = client().build_request("POST", "/v1/plans", files=form([("dana.ics", CALENDAR_EXAMPLE)], LONG, team=TEAM))
    status, found = asked(url, "/v1/plans", built.read(), **{"Content-Type": built.headers["content-type"]})
    assert status == 202, found
    return f"/v1/plans/{found['id']}"


def ended(url: str, path: str) -> Any:
    """The plan once it is answered: a worker takes a moment to start."""
    paused = Event()
    for _ in range(TRIES):
        status, found = asked(url, path)
        assert status == 200, found
        if found["state"] in ("done", "failed"):
            return found
        paused.wait(PAUSE_S)
    pytest.fail(f"not answered: {found}")


def test_a_plan_that_takes_long_outlives_the_service(tmp_path: Path) -> None:
    with serve(tmp_path, "--no-worker") as url:
        path = ask_for_plan(url)
        assert asked(url, path)[1]["state"] == "queued"
    with serve(tmp_path) as url:
        found = ended(url, path)
    assert (found["state"], found["result"]["schema"]) == ("done", "clearweek.plans/1"), found["problem"]


def test_a_key_is_asked_for_as_soon_as_there_is_one(tmp_path: Path) -> None:
    with serve(tmp_path, "--no-worker") as url:
        assert asked(url, "/v1/plans/" + "0" * 32)[0] == 404
        settings = wiring.Settings(database_url=f"sqlite:///{tmp_path / 'clearweek.sqlite'}")
        _, text = wiring.keys(settings).create("bot", [Scope.PLAN], datetime.now(UTC))
        assert asked(url, "/v1/plans/" + "0" * 32)[0] == 401
        assert asked(url, "/v1/plans/" + "0" * 32, Authorization=f"Bearer {text}")[0] == 404
        assert asked(url, "/readyz") == (200, {"status": "ready"})


def test_no_query_is_in_the_log(tmp_path: Path) -> None:
    with serve(tmp_path, "--no-worker") as url:
        asked(url, "/v1/calendars/google/callback?code=secret-code&state=secret-state")
    log = (tmp_path / "access.log").read_text()
    assert '"GET /v1/calendars/google/callback HTTP/1.1"' in log
    assert "secret" not in log
