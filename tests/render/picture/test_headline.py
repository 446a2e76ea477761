"""The words that stand for a picture."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.render.picture.headline import alt_text, figures_of, titles
from tests.render import hostile
from tests.render.given_plans import meeting, moved, with_title
from tests.render.sample import MON, sample_plan

MOVED = moved("a", "Platform weekly", "team_sync", "tue 14:00 45", "mon 10:15 45", ("ana",), **MON)


def test_the_words_say_what_the_picture_shows() -> None:
    plan = replace(sample_plan(), meetings=(MOVED, meeting("b", "Retro", "team_sync", "fri 09:00 60")), busy=())
    assert alt_text(plan) == (
        "Before: 24 % in their own block, 9.5 h focus time; "
        "meetings on Mon clear, Tue 45 min, Wed clear, Thu clear, Fri 1 h. "
        "After 1 move: 78 % in their own block, 17 h focus time; "
        "meetings on Mon 45 min, Tue clear, Wed clear, Thu clear, Fri 1 h. "
        "Meeting-free: Tue and Thu."
    )


def test_a_week_in_which_nothing_moves_says_so() -> None:
    plan = replace(sample_plan(), meetings=())
    assert titles(plan) == ("Before", "After: nothing moves")
    assert "After: nothing moves: " in alt_text(plan)


def test_a_series_on_two_weekdays_is_one_move() -> None:
    plan = replace(sample_plan(), meetings=(MOVED, replace(MOVED, id="b")))
    assert titles(plan)[1] == "After 2 moves"
    assert titles(plan, {"a": 1, "b": 1})[1] == "After 1 move"
    assert "After 1 move:" in alt_text(plan, {"a": 1, "b": 1})


def test_figures_stand_beside_their_week() -> None:
    assert figures_of(sample_plan()) == (
        "24 % in their own block, 9.5 h focus time",
        "78 % in their own block, 17 h focus time",
    )


@pytest.mark.parametrize("title", hostile.HOSTILE)
def test_no_title_is_in_the_words(title: str) -> None:
    assert alt_text(with_title(sample_plan(), title)) == alt_text(with_title(sample_plan(), "Sync"))
