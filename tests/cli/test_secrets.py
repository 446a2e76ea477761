"""`clearweek secrets`."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.commands import app
from app.errors import ConfigError


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARWEEK_DATABASE_URL", f"sqlite:///{tmp_path / 'clearweek.sqlite'}")
    monkeypatch.delenv("CLEARWEEK_SECRET_KEYS", raising=False)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words, catch_exceptions=False)


def test_a_new_key_can_be_used_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    run("db", "upgrade")
    first, second = (run("secrets", "new").output.strip() for _ in range(2))
    assert first != second
    monkeypatch.setenv("CLEARWEEK_SECRET_KEYS", f"{first}, {second}")
    assert run("secrets", "rotate").output == "sealed with the newest key: 0 secrets\n"


def test_without_a_key_nothing_is_rotated() -> None:
    run("db", "upgrade")
    with pytest.raises(ConfigError, match="clearweek secrets new"):
        run("secrets", "rotate")
