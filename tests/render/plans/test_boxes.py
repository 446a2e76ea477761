"""Where the entries of a day are drawn on the page."""

from dataclasses import replace

import pytest

from app.domain.plans.plan import Busy, Plan
from app.render.plans.boxes import Box, boxes
from app.render.plans.week import weeks
from tests.render.given_plans import meeting, when
from tests.render.sample import sample_plan


def monday(*times: str, busy: tuple[str, ...] = ()) -> dict[str, Box]:
    """The boxes of a Monday with meetings A, B, C… at such times, by title."""
    meetings = tuple(meeting(f"m{n}", "ABCDE"[n], "other", f"mon {at}") for n, at in enumerate(times))
    spans = tuple(when(f"mon {at}") for at in busy)
    plan: Plan = replace(
        sample_plan(), meetings=meetings, busy=tuple(Busy(span.start, span.end, "focus") for span in spans)
    )
    return {box.entry.title: box for box in boxes(weeks(plan)[0].columns[0])}


def place(box: Box) -> tuple[float, float]:
    return round(box.left, 2), round(box.share, 2)


def test_a_meeting_alone_has_the_whole_width() -> None:
    box = monday("09:00 60")["A"]
    assert (place(box), box.strips, box.aside, box.lines) == ((0, 1), 0, False, 5)


def test_a_later_meeting_of_a_clash_lies_a_step_in_and_leaves_the_first_its_title() -> None:
    found = monday("11:00 60", "11:30 25")
    assert (place(found["A"]), place(found["B"])) == ((0, 1), (0.3, 0.7))
    assert (found["A"].lines, found["B"].lines) == (2, 2)


@pytest.mark.parametrize("second", ["11:00 30", "11:15 30"])
def test_meetings_that_begin_together_share_the_width(second: str) -> None:
    found = monday("11:00 60", second)
    assert (place(found["A"]), place(found["B"])) == ((0, 0.5), (0.5, 0.5))


def test_steps_do_not_go_too_deep() -> None:
    assert [place(box)[0] for box in monday("09:00 120", "09:30 90", "10:00 60").values()] == [0, 0.3, 0.45]
    assert {box.share for box in monday("09:00 120", "09:30 90", "10:00 60", "10:30 30").values()} == {0.25}


def test_own_busy_time_makes_way_for_a_meeting() -> None:
    found = monday("09:00 60", "10:30 30", busy=("09:30 60",))
    assert (found["focus time"].aside, found["focus time"].strip) == (True, 0)
    assert (place(found["A"]), found["A"].strips) == ((0, 1), 1)
    assert found["B"].strips == 0


def test_busy_times_over_each_other_have_a_strip_each() -> None:
    found = monday("09:00 60", busy=("09:00 30", "09:15 30"))
    assert found["A"].strips == 2


def test_own_busy_time_alone_is_drawn_like_a_meeting() -> None:
    assert not monday("09:00 60", busy=("10:00 60",))["focus time"].aside


def test_every_entry_is_drawn_once() -> None:
    for week in weeks(sample_plan()):
        for column in week.columns:
            drawn = [(b.entry.title, b.entry.start) for b in boxes(column)]
            assert sorted(drawn) == sorted((e.title, e.start) for e in column.entries)
            assert [start for _, start in drawn] == sorted(start for _, start in drawn)
