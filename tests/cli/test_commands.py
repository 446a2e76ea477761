"""The command, through its door: what it prints, where it writes, how it ends."""

from __future__ import annotations

import io
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from icalendar import Calendar

from app import cli, wiring
from app.domain.plans.plan import SCHEMA

NOW = "2026-11-26T09:00:00+01:00"
SAMPLE = wiring.sample()
CALENDARS = sorted(str(p) for p in SAMPLE.glob("*.ics"))
QUESTION = [*CALENDARS, "--manager", "dana@example.com", "--week", "2026-W49", "--now", NOW]
TEAM = ["--team", str(SAMPLE / "team.toml")]


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Call `clearweek` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")

    def called(*arguments: str, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "argv", ["clearweek", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return Ended(int(ended.value.code or 0), printed.out, printed.err)

    return called


def test_the_demo_reaches_the_documented_week(run: Run) -> None:
    ended = run("demo")
    assert ended.code == 0
    plan = json.loads(Path("out/plan.json").read_text())
    assert plan["schema"] == SCHEMA
    target = plan["target"]["metrics"]
    assert target["meeting_free_days"] == {"tuesday": 0, "thursday": 0}
    assert target["pattern_adherence"] >= 0.9
    assert plan["status"] == "optimal"
    assert plan["budget"]["used"]["moves"] <= 8
    assert Path("out/proposal.html").read_text().startswith("<!doctype html>")
    assert Calendar.from_ical(Path("out/week.ics").read_bytes()).walk("VEVENT")
    assert "Before" in ended.out
    assert "After" in ended.out
    assert "clearweek plan" in ended.out
    assert max(map(len, ended.out.split("\nMoves")[0].splitlines())) <= 80


def test_the_demo_is_the_same_each_time(run: Run) -> None:
    def plan() -> dict[str, object]:
        run("demo")
        document: dict[str, object] = json.loads(Path("out/plan.json").read_text())
        del document["wall_time_s"]
        return document

    assert plan() == plan()


def test_json_is_one_document_on_standard_output_and_nothing_else(run: Run) -> None:
    ended = run("plan", *QUESTION, *TEAM, "--json")
    assert ended.code == 0
    assert json.loads(ended.out)["manager"] == "dana@example.com"
    assert not Path("out").exists()


def test_html_and_ics_are_printed(run: Run) -> None:
    assert run("plan", *QUESTION, *TEAM, "--format", "html").out.startswith("<!doctype html>")
    printed = run("plan", *QUESTION, *TEAM, "--format", "ics").out
    assert Calendar.from_ical(printed)["METHOD"] == "PUBLISH"


def test_out_names_the_folder(run: Run) -> None:
    run("plan", *QUESTION, *TEAM, "--out", "there/deep", "--json")
    assert sorted(p.name for p in Path("there/deep").iterdir()) == ["plan.json", "proposal.html", "week.ics"]


def test_a_managers_file_alone_is_enough(run: Run) -> None:
    ended = run("plan", str(SAMPLE / "dana.ics"), "--week", "2026-W49", "--now", NOW)
    assert ended.code == 0
    plan = json.loads(Path("out/plan.json").read_text())
    assert plan["manager"] == "dana@example.com"
    others = {p["availability"] for p in plan["people"] if p["email"] != "dana@example.com"}
    assert others == {"unknown"}
    moves = [m for m in plan["meetings"] if m["action"] == "move"]
    assert moves
    assert not any(m["preticked"] for m in moves)
    assert "out/team.toml" in ended.out


def test_guesses_can_be_edited_and_passed_back(run: Run) -> None:
    run("plan", *QUESTION)
    team = Path("out/team.toml")
    assert "Guess" in team.read_text()
    assert tomllib.loads(team.read_text())["internal_domains"] == ["example.com"]
    assert run("plan", *QUESTION, "--team", "out/team.toml").code == 0


def test_an_edited_team_file_is_never_overwritten(run: Run) -> None:
    run("plan", *QUESTION)
    team = Path("out/team.toml")
    team.write_text("# mine\n")
    ended = run("plan", *QUESTION)
    assert team.read_text() == "# mine\n"
    assert Path("out/team.guessed.toml").exists()
    assert "team.guessed.toml" in ended.out


def test_standard_input_is_a_calendar(run: Run) -> None:
    ended = run(
        "plan", "-", "--manager", "dana@example.com", "--week", "2026-W49", "--now", NOW, "--json",
        stdin=(SAMPLE / "dana.ics").read_bytes(),
    )  # fmt: skip
    assert ended.code == 0


def test_an_owner_can_be_named(run: Run, tmp_path: Path) -> None:
    text = (SAMPLE / "dana.ics").read_bytes().replace(b"X-WR-CALNAME:dana@example.com\r\n", b"")
    (tmp_path / "work.ics").write_bytes(text)
    week = ["--week", "2026-W49", "--now", NOW, "--json"]
    refused = run("plan", "work.ics", *week)
    assert refused.code == 2
    assert "--manager" in refused.err
    assert run("plan", "work.ics", "--manager", "dana@example.com", *week).code == 0
    assert run("plan", "dana@example.com=work.ics", *week).code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.ics"], "none.ics"),
        (["empty.ics", "--manager", "dana@example.com"], "empty.ics"),
        (["text.ics", "--manager", "dana@example.com"], "text.ics"),
        ([str(SAMPLE / "ana.ics"), "--manager", "dana@example.com"], "none of the calendars is dana@example.com's"),
        ([*QUESTION[:-4], "--week", "2026-W54"], "2026-W54"),
        ([*QUESTION[:-4], "--week", "soon"], "write it like 2026-W49"),
        ([*QUESTION[:-4], "--week", "9999-W52"], "weeks of 1970-2199 can"),
        ([*QUESTION[:-4], "--week", "0001-W01"], "weeks of 1970-2199 can"),
        ([*QUESTION[:-2], "--now", "9999-12-31T23:59:59+00:00"], "outside of 1970-2199"),
        (["ftp://example.com/a.ics"], "ftp is not read; use https"),
        ([*QUESTION[:-2], "--now", "2026-11-26T09:00:00"], "offset"),
        ([*QUESTION[:-2], "--now", "today"], "not a moment"),
        ([*QUESTION, "--timezone", "Mars/Base"], "Mars/Base"),
        ([*QUESTION, "--team", "bad.toml"], "line 2: unknown key 'mail'; did you mean email?"),
        ([*QUESTION, "--rules", "bad.toml"], "bad.toml, line 1: unknown key 'person'"),
        ([*QUESTION, CALENDARS[0]], "named twice"),
        ([*QUESTION, "--out", "text.ics"], "cannot be written"),
        ([str(SAMPLE / "dana.ics"), "--week", "2010-W10", "--now", NOW], "holds no event"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(run: Run, tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "empty.ics").write_bytes(b"")
    (tmp_path / "text.ics").write_bytes(b"Dear all,\nno calendar here.\n")
    (tmp_path / "bad.toml").write_text('[[person]]\nmail = "a@example.com"\n')
    ended = run("plan", *arguments)
    assert ended.code == 2
    assert said in ended.err
    assert ended.err.startswith("clearweek: ")
    assert ended.err.count("\n") == 1
    assert ended.out == ""


def test_bad_usage_is_exit_2(run: Run) -> None:
    assert run("plan").code == 2
    assert run("plan", "x.ics", "--nonsense").code == 2
    assert run("plan", *QUESTION, "--time-limit", "0").code == 2
    assert run("plan", *QUESTION, "--time-limit", "inf").code == 2


def test_an_unreadable_event_is_left_out_and_named(run: Run, tmp_path: Path) -> None:
    text = (SAMPLE / "dana.ics").read_bytes()
    broken = (
        b"BEGIN:VEVENT\r\nUID:broken-1\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:X\r\n"
        b"DTSTART;TZID=Nowhere/At-all:20261202T100000\r\nDTEND;TZID=Nowhere/At-all:20261202T110000\r\nEND:VEVENT\r\n"
    )
    (tmp_path / "dana.ics").write_bytes(text.replace(b"END:VCALENDAR", broken + b"END:VCALENDAR"))
    ended = run("plan", "dana.ics", "--week", "2026-W49", "--now", NOW, "--json")
    (warning,) = (w for w in json.loads(ended.out)["warnings"] if w["ref"] == "broken-1")
    assert warning["code"] == "unknown_timezone"
    assert "Nowhere/At-all" in warning["text"]


def test_a_calendar_of_which_nothing_can_be_read_says_why(run: Run, tmp_path: Path) -> None:
    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nX-WR-CALNAME:dana@example.com\r\n"
        "X-WR-TIMEZONE:Europe/Berlin\r\nBEGIN:VEVENT\r\nUID:tick\r\nDTSTAMP:20261101T000000Z\r\n"
        "DTSTART:20261130T100000Z\r\nDURATION:PT1M\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    (tmp_path / "dana.ics").write_bytes(text.encode())
    ended = run("plan", "dana.ics", "--week", "2026-W49", "--now", NOW)
    assert ended.code == 2
    assert "SECONDLY" in ended.err
    assert ended.err.count("\n") == 1


def test_calendars_are_called_by_their_file_names(run: Run) -> None:
    plan = json.loads(run("plan", *QUESTION, *TEAM, "--json").out)
    there = [m for m in plan["meetings"] if m["action"] not in ("suggest", "unplaced")]
    assert {m["calendar_id"] for m in there} <= {Path(p).name for p in CALENDARS}


def test_a_port_that_is_taken_is_one_line_and_exit_1(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = run("serve", "--port", str(taken.getsockname()[1]))
    assert ended.code == 1
    assert ended.err.startswith("clearweek: cannot listen on 127.0.0.1 port")
    assert ended.err.count("\n") == 1


def test_others_are_not_served_without_a_key(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARWEEK_DATABASE_URL", f"sqlite:///{tmp_path / 'clearweek.sqlite'}")
    ended = run("serve", "--host", "0.0.0.0", "--port", "0")  # noqa: S104
    assert ended.code == 2
    assert "`clearweek keys create NAME`" in ended.err
    assert ended.err.count("\n") == 1


def test_a_start_refuses_a_database_of_another_version(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEARWEEK_DATABASE_URL", f"sqlite:///{tmp_path / 'clearweek.sqlite'}")
    run("db", "upgrade")
    with sqlite3.connect(tmp_path / "clearweek.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    database.close()
    ended = run("serve", "--port", "0")
    assert (ended.code, "which this version does not know" in ended.err) == (2, True)
    assert ended.err.count("\n") == 1


def test_a_database_in_a_folder_that_cannot_be_made_is_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CLEARWEEK_DATABASE_URL", f"sqlite:///{tmp_path / 'file' / 'clearweek.sqlite'}")
    ended = run("serve", "--port", "0")
    assert (ended.code, "CLEARWEEK_DATABASE_URL" in ended.err) == (2, True)
    assert ended.err.count("\n") == 1


def test_the_installed_command_runs_without_a_terminal(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("clearweek")
    environment = {**os.environ, "PYTHONWARNINGS": "error", "PYTHONIOENCODING": "ascii:replace"}
    ended = subprocess.run([command, "demo"], cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr.decode()
    assert ended.stderr == b""
    assert (tmp_path / "out" / "plan.json").exists()


def test_one_meeting_is_explained(run: Run) -> None:
    ended = run("plan", *QUESTION, *TEAM, "--explain", "Tooling office", "--explain", "Jonas / Dana")
    assert ended.code == 0
    assert "Tooling office hours" in ended.out
    assert "Jonas / Dana" in ended.out
    assert "Before" not in ended.out
    found = json.loads(run("plan", *QUESTION, *TEAM, "--explain", "Tooling office", "--json").out)
    assert [m["title"] for m in found["meetings"]] == ["Tooling office hours"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--explain", "sync"], "'sync' fits 2 meetings"),
        (["--explain", "Nothing of the kind"], "no meeting of this week is called"),
        (["--explain", "Jonas / Dana", "--format", "html"], "as text or JSON, not as html"),
        (["--explain", "Jonas / Dana", "--what-if", "free friday", "--json"], "ask one of them at a time"),
        (["--what-if", "free someday"], "'someday' is no day of the week; write it like tuesday (--what-if)"),
        (["--series", "--occurrence"], "--series and --occurrence exclude each other"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_exit_2(run: Run, options: list[str], said: str) -> None:
    ended = run("plan", *QUESTION, *TEAM, *options)
    assert ended.code == 2
    assert said in ended.err
    assert ended.err.count("\n") == 1


def test_only_series_or_only_occurrences_are_proposed(run: Run) -> None:
    for option, scope in (("--series", "series"), ("--occurrence", "occurrence")):
        plan = json.loads(run("plan", *QUESTION, *TEAM, option, "--json").out)
        assert {m["scope"] for m in plan["meetings"] if m["action"] == "move"} == {scope}


def test_a_week_that_is_different_is_compared(run: Run) -> None:
    ended = run("plan", *QUESTION, *TEAM, "--what-if", 'new ana@example.com,jonas@example.com 30m "Design review"')
    assert ended.code == 0
    assert "What if" in ended.out
    assert "Best places of Design review" in ended.out
    assert "Design review" in Path("out/proposal.html").read_text()
    found = json.loads(Path("out/plan.json").read_text())["what_if"]
    assert len(found["new"][0]["places"]) == 5


JONAS_LEADS = (
    '[[person]]\nemail = "dana@example.com"\ntimezone = "Europe/Berlin"\n'
    '[[person]]\nemail = "jonas@example.com"\nmanager = "dana@example.com"\ntimezone = "Europe/Berlin"\n'
    '[[person]]\nemail = "ana@example.com"\nmanager = "jonas@example.com"\ntimezone = "Europe/Berlin"\n'
)


def test_several_managers_are_planned_as_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "team.toml").write_text(JONAS_LEADS)
    for name in ("dana", "jonas", "ana"):
        (tmp_path / f"{name}.ics").write_bytes((SAMPLE / f"{name}.ics").read_bytes())
    question = ["dana.ics", "jonas.ics", "ana.ics", "--week", "2026-W49", "--now", NOW, "--team", "team.toml"]
    ended = run("plan", *question, "--scope", "team")
    assert ended.code == 0
    assert "2 managers, planned as one" in ended.out
    plans = json.loads(Path("out/plans.json").read_text())
    assert plans["schema"] == "clearweek.plans/1"
    assert [plan["manager"] for plan in plans["plans"]] == ["dana@example.com", "jonas@example.com"]
    for plan in plans["plans"]:
        folder = Path("out") / plan["manager"]
        assert json.loads((folder / "plan.json").read_text()) == plan
        assert sorted(p.name for p in folder.iterdir()) == ["plan.json", "proposal.html", "week.ics"]
    printed = run("plan", *question, "--scope", "company", "--json")
    assert json.loads(printed.out)["scope"] == "company"
    assert printed.err == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "scope team needs a team file (--team)"),
        ([*TEAM, "--explain", "x"], "ask about one manager's week: leave --scope team out"),
        ([*TEAM, "--what-if", "free monday"], "ask about one manager's week: leave --scope team out"),
        ([*TEAM, "--format", "ics"], "--scope team answers as text or JSON, not as ics"),
    ],
)
def test_what_several_managers_cannot_be_asked_is_one_line_and_exit_2(run: Run, options: list[str], said: str) -> None:
    ended = run("plan", *QUESTION, "--scope", "team", *options)
    assert ended.code == 2
    assert said in ended.err
    assert ended.err.count("\n") == 1
