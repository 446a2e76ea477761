"""`clearweek secrets`."""

import pytest

from app.errors import ConfigError
from tests.cli.calls import run

pytestmark = pytest.mark.usefixtures("folder")


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
