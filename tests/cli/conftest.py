"""A folder and a database for each test of the command."""

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the command is called in; its database is there, too, and there is no key for secrets."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLEARWEEK_DATABASE_URL", f"sqlite:///{tmp_path / 'clearweek.sqlite'}")
    monkeypatch.delenv("CLEARWEEK_SECRET_KEYS", raising=False)
    return tmp_path
