"""Calling the command, in the process of the tests or in one of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from app import wiring
from app.adapters.store.calendars.calendars import StoredCalendars
from app.cli.commands import app

SAMPLE = wiring.sample()
NOW = "2026-11-26T09:00:00+01:00"
WEEK = ("--week", "2026-W49", "--now", NOW)


def run(*words: str) -> Result:
    """Call `clearweek`; what it raises is raised here."""
    return CliRunner().invoke(app, words, catch_exceptions=False)


def start(*words: str, stderr: int = subprocess.PIPE, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start `clearweek` as a process."""
    command = [str(Path(sys.executable).with_name("clearweek")), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, env=env, text=True)


def begin_sync(calendar_id: str) -> None:
    """Begin a sync as another process would, and do not end it."""
    store = StoredCalendars(wiring.prepared(wiring.Settings()))
    store.claim(calendar_id, "somebody else", datetime.now(UTC))


def kept() -> list[dict[str, Any]]:
    """The calendars that are kept, as `clearweek calendars --json` shows them."""
    found: list[dict[str, Any]] = json.loads(run("calendars", "--json").output)["calendars"]
    return found
