"""`clearweek db` and `clearweek keys`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.commands import app
from app.errors import ConfigError, InputError


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "data" / "clearweek.sqlite"
    monkeypatch.setenv("CLEARWEEK_DATABASE_URL", f"sqlite:///{found}")
    return found


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words, catch_exceptions=False)


def test_an_upgrade_makes_the_file_and_says_where(file: Path) -> None:
    before = run("db", "status")
    assert (before.exit_code, "run `clearweek db upgrade`" in before.output) == (1, True)
    assert run("db", "upgrade").output == f"sqlite:///{file}: schema 0003, from nothing\n"
    assert run("db", "upgrade").output == f"sqlite:///{file}: schema 0003, was there already\n"
    assert run("db", "status").exit_code == 0


def test_keys_need_a_database_of_this_version(file: Path) -> None:
    with pytest.raises(ConfigError, match="clearweek db upgrade"):
        run("keys", "list")


def test_a_key_is_shown_once_listed_and_revoked(file: Path) -> None:
    run("db", "upgrade")
    text = run("keys", "create", "calendar bot", "--scope", "plan", "--scope", "calendars").output.strip()
    (key,) = json.loads(run("keys", "list", "--json").output)
    assert (key["name"], key["scopes"], key["revoked_at"]) == ("calendar bot", ["calendars", "plan"], None)
    assert text.encode() not in file.read_bytes()
    assert "calendar bot" in run("keys", "list").output
    assert run("keys", "revoke", key["id"]).output == f"{key['id']}: revoked\n"
    (key,) = json.loads(run("keys", "list", "--json").output)
    assert key["revoked_at"]


def test_a_key_for_a_person_opens_their_proposals(file: Path) -> None:
    run("db", "upgrade")
    run("keys", "create", "danas bot", "--scope", "proposals", "--for", "Dana@example.com")
    (key,) = json.loads(run("keys", "list", "--json").output)
    assert (key["scopes"], key["person"]) == (["proposals"], "dana@example.com")
    assert "dana" in run("keys", "list").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--for", "dana@example.com"), "add --scope proposals"),
        (("--scope", "admin", "--scope", "proposals", "--for", "dana@example.com"), "leave one of the two out"),
        (("--scope", "proposals", "--for", "dana"), "is no email address"),
    ],
)
def test_a_person_that_narrows_nothing_is_refused(file: Path, words: tuple[str, ...], said: str) -> None:
    run("db", "upgrade")
    with pytest.raises(InputError, match=said):
        run("keys", "create", "bot", *words)


def test_a_database_is_no_part_of_a_plan_from_files(file: Path) -> None:
    assert run("--help").exit_code == 0
    assert not file.exists()
