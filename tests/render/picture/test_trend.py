"""The chart of the last weeks."""

from __future__ import annotations

import pytest

from app.domain.audit.finding import WeekFigures
from app.render.picture import trend_picture
from app.render.picture.colours import colour, mixed
from app.render.picture.geometry import WIDTH
from app.render.picture.trend import FREE, HOURS, drawn, height_of, middle, step
from tests.render.picture.images import at, image_of

PAPER = colour("paper")


def week(number: int, meetings: float = 20, focus: float = 10, free: int = 0) -> WeekFigures:
    return WeekFigures(f"2026-W{number}", meetings, focus, free, 0)


EIGHT = [week(number, 20, number - 40, 30 * (48 - number)) for number in range(41, 49)]


def test_a_trend_is_drawn_small_and_the_same_each_time() -> None:
    data = trend_picture(EIGHT)
    assert image_of(data).width == WIDTH
    assert len(data) < 30_000
    assert data == trend_picture(EIGHT)


@pytest.mark.parametrize("weeks", [1, 2, 3, 8])
def test_every_week_is_marked_at_its_hours_on_an_axis_from_zero(weeks: int) -> None:
    shown = EIGHT[-weeks:]
    image = drawn(shown).image()
    for number, each in enumerate(shown):
        x = round(middle(number, weeks))
        for hours, name in ((each.meeting_hours, "team_sync"), (each.focus_hours, "one_on_one")):
            assert at(image, x, round(height_of(hours, 20)) - 6) == colour(name)
    assert (height_of(0, 20), height_of(20, 20)) == (HOURS.bottom, HOURS.top)
    assert height_of(10, 20) == (HOURS.top + HOURS.bottom) / 2


def test_bars_are_as_high_as_the_minutes_on_meeting_free_days() -> None:
    image = drawn([week(45, free=240), week(46, free=120), week(47)]).image()
    ink = mixed(colour("bad"), 0.6, PAPER)
    heights = [
        sum(at(image, round(middle(number, 3)), y) == ink for y in range(FREE.top, FREE.bottom)) for number in range(3)
    ]
    assert heights == [FREE.height - 1, FREE.height // 2 - 1, 0]


def test_weeks_that_follow_each_other_are_joined_and_a_missing_one_is_a_gap() -> None:
    y = round(height_of(20, 20))
    for second, seen in ((46, True), (47, False)):
        shown = [week(45), week(second), week(48)]
        between = (middle(0, 4) + middle(second - 45, 4)) / 2
        assert (at(drawn(shown).image(), round(between), y) == colour("team_sync")) is seen


def test_only_the_last_eight_weeks_are_shown() -> None:
    older = [week(30, 35), week(40, 35)]
    assert trend_picture([*older, *EIGHT]) == trend_picture(EIGHT)


@pytest.mark.parametrize(("most", "hours"), [(0, 1), (4, 1), (5.5, 2), (20, 5), (26, 10), (168, 50)])
def test_the_axis_has_few_lines(most: float, hours: int) -> None:
    assert step(most) == hours
    assert height_of(most, most) >= HOURS.top


def test_names_do_not_lie_over_each_other_where_the_lines_end_together() -> None:
    image = drawn([week(47, 10, 10), week(48, 10, 10)]).image()
    beside = image.crop((HOURS.right + 14, 0, WIDTH - 4, HOURS.bottom + 40))
    rows = [
        [y for y in range(beside.height) if colour(name) in {at(beside, x, y) for x in range(beside.width)}]
        for name in ("team_sync", "one_on_one")
    ]
    first, second = sorted(rows)
    assert first[-1] < second[0]
