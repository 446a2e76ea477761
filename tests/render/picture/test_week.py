"""The picture of the week before and after: what is drawn where, whatever the plan says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import cycle
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from app.domain.plans.plan import Busy, Day, Plan, PlanMeeting, When
from app.render.picture import week_picture
from app.render.picture.colours import colour, mixed, of_kind, share
from app.render.picture.entries import fill_of
from app.render.picture.geometry import WIDTH, Panel, Rect
from app.render.picture.week import drawn, panels
from app.render.plans.boxes import Box, boxes
from tests.render import hostile
from tests.render.given_plans import meeting, moved, when, with_title
from tests.render.picture.images import at, image_of
from tests.render.sample import MON, sample_plan

MOVED = moved("a", "Platform weekly", "team_sync", "tue 14:00 45", "mon 10:15 45", ("ana",), **MON)


def of(*meetings: PlanMeeting, **more: object) -> Plan:
    return replace(sample_plan(), meetings=meetings, **{"busy": (), **more})  # type: ignore[arg-type]


def places(panel: Panel) -> Iterator[tuple[Box, Rect]]:
    """Each entry of a week, and where it is drawn."""
    for day, column in enumerate(panel.week.columns):
        yield from ((box, panel.place(day, box)) for box in boxes(column))


def inside(place: Rect) -> tuple[int, int]:
    """A pixel of a box, beside everything written on it."""
    return place.right - 6, place.bottom - 6


def crowded() -> Plan:
    return of(*(meeting(f"m{n}", f"Meeting {n}", "other", "wed 10:00 60") for n in range(8)))


WEEKS: dict[str, Callable[[], Plan]] = {
    "sample": sample_plan,
    "empty": of,
    "weekend": lambda: of(
        MOVED, meeting("x", "Call", "external", "sat 11:00 30"), meeting("y", "Y", "x", "sun 12:00 9")
    ),
    "early and late": lambda: of(
        meeting("x", "E", "other", "mon 06:00 30"), meeting("y", "L", "other", "fri 22:00 90")
    ),
    "crowded": crowded,
    "over midnight": lambda: of(meeting("x", "Release", "other", "mon 23:30 90")),
    "no length": lambda: of(meeting("x", "Mark", "other", "mon 09:00 0")),
    "without blocks": lambda: of(MOVED, pattern=replace(sample_plan().pattern, blocks=(), meeting_free=())),
    "away": lambda: of(busy=(Busy(when("mon 00:00 1440").start, when("fri 00:00 1440").end, "out_of_office"),)),
}


@pytest.mark.parametrize("name", WEEKS)
def test_any_week_is_drawn_small_and_the_same_each_time(name: str) -> None:
    data = week_picture(WEEKS[name]())
    image = image_of(data)
    assert image.width == WIDTH
    assert image.height <= 2_700
    assert len(data) < 120_000
    assert data == week_picture(WEEKS[name]())


@pytest.mark.parametrize("name", WEEKS)
def test_every_entry_lies_on_its_day(name: str) -> None:
    for panel in panels(WEEKS[name]()):
        for day, column in enumerate(panel.week.columns):
            hours = panel.day(day)
            for place in (panel.place(day, box) for box in boxes(column)):
                assert hours.left < place.left < place.right <= hours.right
                assert hours.top < place.top < place.bottom <= hours.bottom


def test_a_meeting_is_drawn_in_the_colour_of_its_kind() -> None:
    image = drawn(sample_plan()).image()
    found = {(box.entry.kind, box.entry.state) for panel in panels(sample_plan()) for box, _ in places(panel)}
    assert {("one_on_one", "keep"), ("team_sync", "arrives"), ("cross_team", "leaves")} <= found
    for panel in panels(sample_plan()):
        for box, place in places(panel):
            if box.entry.state != "busy" and box.seen == box.entry.end - box.entry.start and place.height > 20:
                assert at(image, *inside(place)) == fill_of(box.entry), box.entry


def test_a_move_is_strong_where_it_arrives_and_empty_where_it_was() -> None:
    plan = of(MOVED)
    image = drawn(plan).image()
    before, after = panels(plan)
    (_, old), (_, new) = next(places(before)), next(places(after))
    ink, paper = of_kind("team_sync"), colour("paper")
    assert at(image, *inside(new)) == mixed(ink, share("strong"), paper)
    assert at(image, *inside(old)) == mixed(ink, 0.07, paper)
    ghost = replace(old, top=old.top + after.top - before.top, bottom=old.bottom + after.top - before.top)
    assert at(image, ghost.left + 3, ghost.top) == mixed(ink, 0.45, paper)
    assert at(image, *inside(ghost)) in (paper, mixed(colour("good"), 0.09, paper))


def test_the_number_of_a_ghost_is_not_written_over_what_is_there_now() -> None:
    here = meeting("b", "Vendor call", "external", "tue 14:00 45")
    plan = of(MOVED, here)
    without = of(here)
    image, other = drawn(plan).image(), drawn(without).image()
    after = panels(without)[1]
    place = next(place for _, place in places(after))
    within = (place.left + 6, place.top + 3, place.right - 6, place.bottom - 3)
    assert image.crop(within) == other.crop(within)


def test_meetings_at_the_same_time_lie_beside_each_other() -> None:
    found = [place for _, place in places(panels(crowded())[0])]
    assert len(found) == 8
    assert not any(one.meets(other) for one in found for other in found if one is not other)


def test_own_busy_time_is_hatched() -> None:
    span = when("wed 15:00 120")
    plan = of(busy=(Busy(span.start, span.end, "focus"),))
    image = drawn(plan).image()
    ((_, place),) = places(panels(plan)[0])
    seen = {at(image, x, place.bottom - 10) for x in range(place.left + 4, place.right - 4)}
    assert {colour("paper"), colour("line")} <= seen


def test_a_meeting_free_day_is_hatched_and_others_are_not() -> None:
    image = drawn(of()).image()
    hatched = mixed(colour("good"), 0.09, colour("paper"))
    panel = panels(of())[0]
    seen = [
        hatched in {at(image, x, place.top + 20) for x in range(place.left + 8, place.right - 8)}
        for place in map(panel.day, range(5))
    ]
    assert seen == [False, True, False, True, False]


def test_a_private_title_stays_private() -> None:
    plan = sample_plan()
    assert any(m.private for m in plan.meetings)
    told = replace(plan, meetings=tuple(replace(m, title="Kita") if m.private else m for m in plan.meetings))
    assert week_picture(told) == week_picture(plan)


def test_a_title_that_is_not_private_is_seen() -> None:
    plan = of(meeting("x", "Salary", "other", "mon 10:00 60"))
    assert week_picture(with_title(plan, "Kita")) != week_picture(plan)


@cache
def covered(*titles: str) -> Image.Image:
    """The picture of a week with such titles, without the insides of its boxes."""
    places_of = ("tue 14:00 45", "wed 09:00 120", "wed 10:00 25", "thu 13:00 60", "fri 08:00 15")
    meetings = (meeting(f"m{n}", "", "other", at) for n, at in enumerate(places_of))
    plan = of(*(replace(m, title=title) for m, title in zip((MOVED, *meetings), cycle(titles))))
    image = drawn(plan).image()
    for panel in panels(plan):
        for _, place in places(panel):
            image.paste(0, (place.left, place.top, place.right, place.bottom))
    return image


@settings(max_examples=5, deadline=None)
@given(st.lists(hostile.titles, min_size=1, max_size=6))
@example(list(hostile.HOSTILE[:6]))
@example(list(hostile.HOSTILE[6:12]))
@example(list(hostile.HOSTILE[12:]))
def test_no_title_breaks_the_picture_or_leaves_its_box(titles: list[str]) -> None:
    assert covered(*titles) == covered("Sync")


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25)])
def test_hours_of_a_week_in_which_the_clock_changes_are_those_of_the_wall(sunday: date) -> None:
    start = datetime.combine(sunday, time(10), tzinfo=ZoneInfo("Europe/Berlin"))
    call = replace(meeting("x", "Call", "other", "sun 10:00 60"), from_=When(start, start + timedelta(hours=1)))
    days = (Day(sunday - timedelta(days=6 - n), None, away=False, meeting_free=False) for n in range(7))
    plan = of(call, days=tuple(days))
    panel = panels(plan)[0]
    ((_, place),) = places(panel)
    assert (place.top, place.bottom) == (panel.at(10 * 60) + 1, panel.at(11 * 60) - 1)
    assert at(drawn(plan).image(), *inside(place)) == mixed(of_kind("other"), share("tint"), colour("paper"))


def test_many_hours_make_each_lower_and_leave_the_whole_small() -> None:
    panel = panels(WEEKS["early and late"]())[0]
    assert (panel.week.first, panel.week.last) == (6 * 60, 24 * 60)
    assert panel.body.height <= 1_000


def test_a_plan_is_shown_without_loading_what_draws() -> None:
    code = "import sys, app.render.picture, app.render.picture.headline; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_numbers_may_be_those_of_a_proposal() -> None:
    plan = of(MOVED)
    assert week_picture(plan, {"a": 1}) == week_picture(plan)
    assert week_picture(plan, {"a": 7}) != week_picture(plan)
