"""The words that stand for a picture."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from app.render.picture.headline import ALT_LIMIT, alt_text, figures_of, titles
from tests.render import hostile
from tests.render.plans import meeting, moved
from tests.render.sample import MON, sample_plan

MOVED = moved("a", "Platform weekly", "team_sync", "tue 14:00 45", "mon 10:15 45", ("ana",), **MON)


def test_the_words_say_what_the_picture_shows() -> None:
    plan = replace(sample_plan(), meetings=(MOVED, meeting("b", "Retro", "team_sync", "fri 09:00 60")), busy=())
    assert alt_text(plan) == (
        "Before: 24 % in their own block, 9.5 h focus time; "
        "meetings on Mon clear, Tue 45 min, Wed clear, Thu clear, Fri 1 h. "
        "After 1 move: 78 % in their own block, 17 h focus time; "
        "meetings on Mon 45 min, Tue clear, Wed clear, Thu clear, Fri 1 h. "
        "Meeting-free: Tue and Thu. "
        "Moves: 1 Platform weekly, Tue 14:00 to Mon 10:15."
    )
    assert "Moves: 4 Platform weekly" in alt_text(plan, {"a": 4})


def test_a_week_in_which_nothing_moves_says_so() -> None:
    plan = replace(sample_plan(), meetings=())
    assert titles(plan) == ("Before", "After: nothing moves")
    assert "Moves" not in alt_text(plan)


def test_many_moves_are_counted() -> None:
    plan = replace(sample_plan(), meetings=tuple(replace(MOVED, id=f"m{n:02d}") for n in range(14)))
    assert alt_text(plan).count("Platform weekly") == 10
    assert alt_text(plan).endswith("; 4 more.")


def test_figures_stand_beside_their_week() -> None:
    assert figures_of(sample_plan()) == (
        "24 % in their own block, 9.5 h focus time",
        "78 % in their own block, 17 h focus time",
    )


@given(hostile.titles)
def test_whatever_a_title_is_the_words_stay_one_short_line(title: str) -> None:
    plan = replace(sample_plan(), meetings=tuple(replace(MOVED, id=f"m{n}", title=title) for n in range(14)))
    text = alt_text(plan)
    assert len(text) <= ALT_LIMIT
    assert not hostile.unseen(text)
    assert "\n" not in text


def test_a_private_title_is_not_said() -> None:
    plan = replace(sample_plan(), meetings=(replace(MOVED, private=True, title="Salary"),))
    assert "1 busy, Tue 14:00" in alt_text(plan)
