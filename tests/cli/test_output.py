"""What the command says of itself."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.cli import output

ROOT = Path(output.__file__).parent.parent.parent


@pytest.mark.parametrize(
    ("called", "told"),
    [
        (ROOT / "app" / "cli" / "__main__.py", "clearweek"),
        (ROOT / ".venv" / "bin" / "clearweek", ".venv/bin/clearweek"),
        (Path("/opt/clearweek/bin/clearweek"), "/opt/clearweek/bin/clearweek"),
    ],
)
def test_a_next_step_can_be_typed_where_the_user_is(monkeypatch: pytest.MonkeyPatch, called: Path, told: str) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "argv", [str(called)])
    assert output.command() == told
