import re
from dataclasses import replace
from io import BytesIO, StringIO, TextIOWrapper
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from app.domain.plans.plan import Plan
from app.render.plans.terminal import print_plan, to_text
from app.render.plans.terminal_grid import fit, grid
from app.render.plans.week import weeks
from app.render.words import DASH
from tests.render.given_plans import meeting, with_title
from tests.render.hostile import HOSTILE, titles, unseen
from tests.render.sample import sample_plan, small_plan

NEXT = "clearweek plan your.ics --manager you@example.com"
SGR = re.compile(r"\x1b\[[0-9;]*m")


def cells(plan: Plan, day: int, width: int = 80) -> dict[str, list[str]]:
    """What a day of the week before shows, by row."""
    found: dict[str, list[str]] = {}
    label = ""
    size = (width - 5) // 5
    for line in grid(weeks(plan)[0], width)[4:]:
        label = line.plain[:5].strip() or label
        found.setdefault(label, []).append(line.plain[5 + day * size + 1 : 5 + (day + 1) * size].rstrip())
    return found


def of(*meetings: Any, **more: Any) -> Plan:
    return replace(sample_plan(), meetings=meetings, **{"busy": (), **more})


@pytest.mark.parametrize("width", [80, 120])
def test_golden(golden: Any, width: int) -> None:
    golden(f"terminal-{width}.txt", to_text(sample_plan(), width=width, next_step=NEXT))


def test_golden_in_colour(golden: Any) -> None:
    golden("terminal-120.ansi", to_text(sample_plan(), width=120, color=True, next_step=NEXT))


def test_colour_only_adds_to_the_text() -> None:
    plan = sample_plan()
    coloured = SGR.sub("", to_text(plan, width=100, color=True))
    assert [line.rstrip() for line in coloured.split("\n")] == to_text(plan, width=100).split("\n")


def test_no_color_leaves_the_colours_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    file = StringIO()
    print_plan(sample_plan(), Console(file=file, force_terminal=True, width=80))
    assert not re.search(r"\x1b\[[0-9;]*[34]8;5", file.getvalue())


@pytest.mark.parametrize("width", [60, 80, 97, 120, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(cell_len(line) for line in to_text(sample_plan(), width=width).split("\n")) <= width


def test_a_command_that_does_not_fit_behind_its_words_has_its_own_line() -> None:
    step = "your own calendar: .venv/bin/clearweek plan you.ics ana.ics --manager you@example.com"
    shown = to_text(sample_plan(), width=80, next_step=step)
    assert f"Next: your own calendar:\n  {step.partition(': ')[2]}\n" in shown
    assert f"Next: {step}\n" in to_text(sample_plan(), width=120, next_step=step)


def test_a_wide_terminal_shows_the_weeks_beside_each_other() -> None:
    assert re.search(r"^Before +After$", to_text(sample_plan(), width=170), re.MULTILINE)


def test_a_quarter_hour_says_its_times() -> None:
    shown = cells(of(meeting("a", "Stand-up", "standup", "mon 09:15 15")), 0)
    assert shown["09:00"] == ["▌Stand-up", f"▌09:15{DASH}09:30"]
    assert shown[":30"][0] == ""


def test_twenty_five_minutes_say_their_times() -> None:
    assert cells(of(meeting("a", "1:1 Ana", "one_on_one", "tue 11:30 25")), 1, 120)[":30"] != []
    shown = to_text(of(meeting("a", "1:1", "one_on_one", "mon 09:00 25")), width=120)
    assert f"1:1 09:00{DASH}09:25" in shown


def test_half_hours_need_no_times() -> None:
    assert cells(of(meeting("a", "Guild", "cross_team", "mon 10:00 60")), 0)["10:00"] == ["▌Guild"]


def test_clashes_have_a_bar_each() -> None:
    plan = of(meeting("a", "A", "other", "mon 10:00 60"), meeting("b", "B", "other", "mon 10:00 30"))
    assert cells(plan, 0)["10:00"] == ["▌ A", "▌▌B"]


def test_meetings_in_one_half_hour_stand_below_each_other() -> None:
    plan = of(meeting("a", "A", "other", "mon 10:00 15"), meeting("b", "B", "other", "mon 10:15 15"))
    assert cells(plan, 0)["10:00"] == [f"▌A 10:00{DASH}10:15", f"▌B 10:15{DASH}10:30"]


def test_what_follows_within_a_row_leaves_the_first_its_line() -> None:
    plan = of(meeting("a", "A", "other", "mon 10:00 45"), meeting("b", "B", "other", "mon 10:45 15"))
    shown = cells(plan, 0)
    assert shown["10:00"][0] == f"▌A 10:00{DASH}10:45"
    assert f"B 10:45{DASH}11:00" in to_text(plan)


def test_a_gap_of_empty_hours_is_folded() -> None:
    text = to_text(of(meeting("a", "Night call", "other", "mon 22:00 30")))
    assert "    ⋮" in text
    assert "22:00" in text
    assert "20:00" not in text


def test_a_free_day_that_is_clear_says_so() -> None:
    text = to_text(of())
    assert "meeting-free" in text
    assert "clear" in text
    assert "·  ·" in text


def test_moves_are_marked_without_colour() -> None:
    text = to_text(sample_plan())
    assert "→1 Mobile" in text
    assert "●1 Mobile" in text


def test_blocks_say_what_gives() -> None:
    text = to_text(sample_plan(), width=120)
    assert "1:1s (report, skip level) need 9.5 h; Monday 1:1s and Friday 1:1s have 8 h: 1.5 h too much" in text


def test_a_private_title_stays_private() -> None:
    plan = sample_plan()
    told = replace(plan, meetings=tuple(replace(m, title="Kita") if m.private else m for m in plan.meetings))
    assert "Kita" not in to_text(told)


def test_a_plan_without_anything_is_shown() -> None:
    empty = of(pattern=replace(sample_plan().pattern, blocks=()), warnings=(), days=(), people=())
    assert "Figures" in to_text(empty)


def test_without_utf8_it_is_ascii() -> None:
    raw = BytesIO()
    file = TextIOWrapper(raw, encoding="ascii")
    print_plan(sample_plan(), Console(file=file, width=80, legacy_windows=False), NEXT)
    file.flush()
    text = raw.getvalue().decode("ascii")
    assert ">1 Mobile" in text
    assert "*1 Mobile" in text


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_keep_the_grid_in_shape(title: str) -> None:
    lines = [line.plain for week in weeks(with_title(sample_plan(), title)) for line in grid(week, 80)]
    assert {cell_len(line) for line in lines} <= {80, 79, 5}
    assert {sum(char in "│┃┼" for char in line) for line in lines} <= {5, 0}


@settings(max_examples=30)
@given(titles)
def test_no_title_reaches_the_terminal_as_a_command(title: str) -> None:
    plan = with_title(small_plan(), title)
    assert not unseen(to_text(plan, next_step=title))
    coloured = to_text(plan, color=True)
    assert not unseen(SGR.sub("", coloured))
    if "[bold red]" in title and len(title) < 100:
        assert "[bold red]" in SGR.sub("", coloured)


@given(titles, st.integers(0, 40))
def test_fit_is_exact(title: str, width: int) -> None:
    from app.render.words import clean

    assert cell_len(fit(clean(title), width)) == width
