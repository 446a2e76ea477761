"""`clearweek plan --from-store`: the same plan as from the files, out of what is kept in sync."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app import wiring
from app.errors import InputError
from tests.cli.calls import NOW, SAMPLE, WEEK, kept, run

pytestmark = pytest.mark.usefixtures("folder", "clock")
DANA = ("--manager", "dana@example.com")
TEAM = ("--team", str(SAMPLE / "team.toml"))
QUICK = ("--time-limit", "0.2")
FILES = sorted(SAMPLE.glob("*.ics"))


def connected(*files: Path) -> None:
    for file in files:
        run("connect", "ics", str(file), "--person", f"{file.stem}@example.com")


def planned(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("plan", *DANA, *WEEK, *words, "--json").stdout)
    return found


def test_four_commands_lead_from_a_file_to_a_plan(folder: Path) -> None:
    assert run("connect", "ics", str(SAMPLE / "dana.ics"), "--person", "dana@example.com").exit_code == 0
    assert run("sync").exit_code == 0
    assert run("calendars").exit_code == 0
    ended = run("plan", "--from-store", *DANA, *WEEK, *QUICK)
    assert ended.exit_code == 0
    assert "Calendars as of" in ended.output
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        "plan.json",
        "proposal.html",
        "team.toml",
        "week.ics",
    ]


def test_to_whom_all_is_shown_the_store_gives_the_same_plan_as_the_files() -> None:
    connected(*FILES)
    run("sync")
    for one in kept():
        run("grant", one["id"], "dana@example.com", "details")
    from_files = planned(*(str(file) for file in FILES), *TEAM)
    from_store = planned("--from-store", *TEAM)
    for name in ("tiers", "metrics", "target", "status", "budget"):
        assert from_store[name] == from_files[name], name
    moves = [
        [(m["uid"], m["action"], m["from"], m["to"]) for m in plan["meetings"]] for plan in (from_store, from_files)
    ]
    assert moves[0] == moves[1]


def test_people_are_known_as_of_the_last_sync_and_what_is_old_is_warned_of() -> None:
    connected(SAMPLE / "dana.ics", SAMPLE / "ana.ics")
    run("sync")
    last = {one["owner"]: datetime.fromisoformat(one["last_success_at"]) for one in kept()}
    plan = planned("--from-store", *TEAM, *QUICK, "--now", "2026-11-28T09:00:00+01:00")
    as_of = {one["email"]: one["as_of"] and datetime.fromisoformat(one["as_of"]) for one in plan["people"]}
    assert {email: as_of[email] for email in last} == last
    assert as_of["jonas@example.com"] is None
    stale = {one["ref"] for one in plan["warnings"] if one["code"] == "stale_calendar"}
    assert stale == {one["id"] for one in kept()}


def test_the_team_is_the_given_one_else_the_managers_else_everyones() -> None:
    connected(SAMPLE / "dana.ics")
    run("sync")
    base = (SAMPLE / "team.toml").read_text()
    for name, owner in (("all", ()), ("own", DANA), ("given", None)):
        Path(f"{name}.toml").write_text(base.replace('name = "Ana', f'name = "{name} Ana'))
        if owner is not None:
            run("team", "load", f"{name}.toml", *owner)
            assert _ana(planned("--from-store", *QUICK)).startswith(f"{name} Ana")
    assert _ana(planned("--from-store", *QUICK, "--team", "given.toml")).startswith("given Ana")


def test_a_manager_of_whom_nothing_is_synced_is_refused() -> None:
    connected(SAMPLE / "dana.ics")
    for when in ("before", "after"):
        manager = "dana@example.com" if when == "before" else "ana@example.com"
        with pytest.raises(InputError, match=f"no calendar of {manager} was synced yet"):
            run("plan", "--from-store", "--manager", manager)
        run("sync")


def test_a_week_of_which_nothing_is_kept_is_refused_without_a_word_of_files() -> None:
    connected(SAMPLE / "dana.ics")
    run("sync")
    (one,) = kept()
    said = rf"^{one['id']}: holds no event of dana@example\.com .* is known.*; check the calendar and the week$"
    with pytest.raises(InputError, match=said):
        run("plan", "--from-store", *DANA, "--week", "2010-W10", "--now", WEEK[-1])


def test_of_others_only_when_they_are_busy_is_seen() -> None:
    connected(SAMPLE / "dana.ics", SAMPLE / "ana.ics")
    run("sync")
    shown = run("plan", "--from-store", *DANA, *TEAM, *WEEK, *QUICK, "--json").stdout
    assert b"SUMMARY:Physio" in (SAMPLE / "ana.ics").read_bytes()
    assert ("1:1 Dana / Ana" in shown, "Physio" in shown) == (True, False)


def test_what_nobody_may_see_is_not_known() -> None:
    connected(SAMPLE / "dana.ics", SAMPLE / "ana.ics")
    run("sync")
    for seen, known in (("busy", "known"), ("nothing", "unknown")):
        (ana,) = (one["id"] for one in kept() if one["owner"] == "ana@example.com")
        run("grant", ana, "*", seen)
        plan = planned("--from-store", *TEAM, *QUICK)
        assert {one["email"]: one["availability"] for one in plan["people"]}["ana@example.com"] == known


def _ana(plan: dict[str, Any]) -> str:
    """What the team calls Ana."""
    return str(next(one["name"] for one in plan["people"] if one["email"] == "ana@example.com"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--from-store"),
        (("--from-store", "a.ics"), "--from-store"),
        (("--from-store",), "--manager"),
        (("--from-store", *DANA, "--scope", "team"), "--scope team needs the calendars as files"),
    ],
)
def test_what_cannot_be_planned_is_said(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        run("plan", *words)


def test_a_managers_own_rules_and_week_come_before_the_files_and_a_named_file_before_them() -> None:
    connected(SAMPLE / "dana.ics")
    run("sync")
    own = wiring.configurations(wiring.store(wiring.Settings()))
    own.save("rules", "dana@example.com", '[pins]\nkinds = ["one_on_one"]\n', datetime.fromisoformat(NOW))
    own.save("pattern", "dana@example.com", '[meeting_free_days]\ndays = ["friday"]\n', datetime.fromisoformat(NOW))
    plan = planned("--from-store", *TEAM, *QUICK)
    assert plan["pattern"] == {"blocks": [], "meeting_free": ["2026-12-04"]}
    assert {m["pinned_reason"]["code"] for m in plan["meetings"] if m["kind"] == "one_on_one" and m["from"]} == {"kind"}
    Path("rules.toml").write_text("")
    named = planned("--from-store", *TEAM, *QUICK, "--rules", "rules.toml")
    assert any(m["movable"] for m in named["meetings"] if m["kind"] == "one_on_one" and m["from"])
