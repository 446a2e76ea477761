"""`clearweek audit`: of the sample, of files, and of what is kept in sync."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from app import wiring
from app.errors import InputError, NotFoundError
from tests.cli.calls import NOW, SAMPLE, WEEK, run

pytestmark = pytest.mark.usefixtures("folder", "clock")
DANA = ("--manager", "dana@example.com")
FELIX = "missing_one_on_one:felix@example.com"
FILES = [str(file) for file in sorted(SAMPLE.glob("*.ics"))]
TEAM = ("--team", str(SAMPLE / "team.toml"))


def keys(*words: str) -> list[str]:
    return [each["key"] for each in json.loads(run("audit", *words, "--json").stdout)["findings"]]


def test_the_sample_can_be_audited_without_a_database(folder: Path) -> None:
    ended = run("audit", "--demo")
    assert ended.exit_code == 0
    assert "Felix Brandt should have two 1:1s a week and has one" in ended.output
    assert "Next: " in ended.output
    assert not (folder / "clearweek.sqlite").exists()


def test_files_can_be_audited_as_one_document() -> None:
    document = json.loads(run("audit", *FILES, *DANA, *TEAM, *WEEK, "--json").stdout)
    assert (document["schema"], document["week"]) == ("clearweek.audit/1", "2026-W49")
    assert FELIX in [each["key"] for each in document["findings"]]


def test_what_is_kept_can_be_audited_and_findings_dismissed_and_restored() -> None:
    run("connect", "ics", FILES[1], "--person", "dana@example.com")
    run("sync")
    wiring.configurations(wiring.prepared(wiring.Settings())).save(
        "team", "dana@example.com", (SAMPLE / "team.toml").read_text(), datetime.fromisoformat(NOW)
    )
    assert FELIX not in keys(*DANA, *WEEK, "--dismiss", FELIX)
    assert FELIX in keys(*DANA, *WEEK, "--restore", FELIX)
    with pytest.raises(NotFoundError):
        run("audit", *DANA, *WEEK, "--restore", FELIX)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "whose meetings"),
        (("--demo", "--dismiss", FELIX), "leave files and --demo out"),
        (TEAM, "name calendars, too"),
        ((*DANA, *WEEK), "no calendar of dana@example.com was synced yet"),
        ((*DANA, *WEEK, "--dismiss", "nonsense"), "no key of a finding"),
    ],
)
def test_what_cannot_be_audited_is_refused_in_one_line(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        run("audit", *words)
