"""`clearweek team`."""

from pathlib import Path

import pytest

from app import wiring
from app.domain.people.person import Person
from app.errors import InputError, NotFoundError
from app.settings import Settings, load_team, packaged
from tests.cli.calls import run

pytestmark = pytest.mark.usefixtures("folder")

EXAMPLE = str(packaged("team.example.toml"))


def kept(person: str, settings: Settings | None = None) -> list[str]:
    settings = settings or Settings()
    team = wiring.team_of(person, wiring.prepared(settings), settings)
    return [one.email for one in team.person] if team else []


def write(name: str, *emails: str) -> None:
    Path(name).write_text("".join(f'[[person]]\nemail = "{email}"\n' for email in emails))


def test_the_example_is_in_order() -> None:
    ended = run("team", "check", EXAMPLE)
    assert (ended.exit_code, "3 people, 1 manager, 1 group, nothing wrong" in ended.output) == (0, True)
    assert "ana@example.com" in ended.output


def test_a_managers_own_team_comes_before_everyones_and_that_before_the_file(folder: Path) -> None:
    write("team.toml", "file@example.com")
    settings = Settings(config_dir=folder)
    assert kept("dana@example.com") == []
    assert kept("dana@example.com", settings) == ["file@example.com"]
    write("all.toml", "all@example.com")
    assert (
        run("team", "load", "all.toml").output == "stored team of everyone, version 1: 1 person, 0 managers, 0 groups\n"
    )
    write("own.toml", "own@example.com")
    assert (
        "stored team of dana@example.com, version 1"
        in run("team", "load", "own.toml", "--manager", "Dana@example.com").output
    )
    assert kept("dana@example.com", settings) == ["own@example.com"]
    assert kept("ben@example.com", settings) == ["all@example.com"]
    assert "1 person" in run("team", "check").output


def test_a_team_with_a_fault_is_not_kept() -> None:
    write("team.toml", "ana@example.com", "Ana@example.com")
    for command in ("load", "check"):
        with pytest.raises(InputError, match=r"team\.toml: ana@example\.com is named 2 times"):
            run("team", command, "team.toml")
    assert kept("dana@example.com") == []


def test_without_a_team_the_command_that_makes_one_is_named() -> None:
    with pytest.raises(NotFoundError, match="clearweek team load"):
        run("team", "check")


def test_a_table_becomes_a_team_file() -> None:
    Path("people.csv").write_text("email,name\nana@example.com,Ana\n")
    printed = run("team", "import", "people.csv").output
    assert (
        run("team", "import", "people.csv", "--out", "new.toml").output == "new.toml: 1 person, 0 managers, 0 groups\n"
    )
    assert Path("new.toml").read_text() == printed
    assert load_team(Path("new.toml")).person == (Person("ana@example.com", "Ana"),)


def test_a_team_file_that_is_there_is_never_overwritten() -> None:
    Path("people.csv").write_text("email\nana@example.com\n")
    Path("mine.toml").write_text("# mine\n")
    with pytest.raises(InputError, match=r"mine\.toml: is there already"):
        run("team", "import", "people.csv", "--out", "mine.toml")
    assert Path("mine.toml").read_text() == "# mine\n"
