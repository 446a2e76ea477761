"""A folder and a database for each test of the command."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path

import pytest

from tests.cli.calls import NOW


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the command is called in; its database is there, too, and there is no key for secrets."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLEARWEEK_DATABASE_URL", f"sqlite:///{tmp_path / 'clearweek.sqlite'}")
    monkeypatch.delenv("CLEARWEEK_SECRET_KEYS", raising=False)
    return tmp_path


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Syncs that take place at the moment for which the sample is made: only weeks around it are kept."""
    stop_clock(monkeypatch)


def stop_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have syncs take place at that moment."""

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Stopped:
            return cls.fromisoformat(NOW).astimezone(tz)

    monkeypatch.setattr("app.wiring.connected.datetime", Stopped)
