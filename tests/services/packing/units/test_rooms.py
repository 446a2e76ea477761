"""Rooms are part of the answer, and the way between sites takes its time."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.people.rooms import Distance, Room, Site
from app.services.packing.packing import Limits
from app.services.planning.plan_week import plan_week
from tests.services.valid import problems
from tests.services.weeks import DANA, MONDAY_ONLY, Office, codes, office, only, random_office

ANA, BEN = "ana@example.com", "ben@example.com"
MONDAY, TUESDAY, WEDNESDAY, FRIDAY = 0, 1, 2, 4
SMALL, LARGE, HUGE = "small@example.com", "large@example.com", "huge@example.com"
ROOMS = (
    Room(SMALL, "Small", 2, "Mitte"),
    Room(LARGE, "Large", 6, "Mitte"),
    Room(HUGE, "Huge", 60, "Mitte"),
    Room("far@example.com", "Far", 2, "Adlershof"),
)
SITES = (Site("Mitte"), Site("Adlershof"))
ONE_HOUR = f"""{MONDAY_ONLY}
    [[block]]
    name = "Syncs"
    day = "monday"
    start = "13:00"
    end = "14:00"
    kinds = ["cross_team"]
"""
EXACT = "[packing]\ntolerance_minutes = 0\n"


def with_rooms(*names: str) -> Office:
    """A 1:1 in the small room on Tuesdays."""
    made = office("ana", "ben", *names)
    made.room, made.site, made.distance = ROOMS, SITES, (Distance(("Mitte", "Adlershof"), 40),)
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10), rooms=[SMALL])
    return made


def test_a_room_is_kept_where_it_is_free() -> None:
    moved = only(with_rooms().plan(pattern=ONE_HOUR, rules=EXACT), "1:1")
    assert moved.in_block
    assert moved.rooms.from_ == moved.rooms.to == (SMALL,)


def test_another_room_of_the_site_is_taken_where_the_own_one_is_not_free() -> None:
    made = with_rooms()
    made.events[SMALL] = []
    made.block(SMALL, MONDAY, time(13), 60, week=5)
    plan = made.plan(pattern=ONE_HOUR, rules=EXACT)
    assert problems(plan, made.request(pattern=ONE_HOUR, rules=EXACT)) == []
    moved = only(plan, "1:1")
    assert moved.in_block
    assert moved.rooms.to == (LARGE,)


@pytest.mark.parametrize("busy", [(SMALL, LARGE, HUGE), (SMALL, LARGE)])
def test_a_meeting_whose_rooms_are_all_taken_stays_out_and_says_so(busy: tuple[str, ...]) -> None:
    made = with_rooms()
    for room in busy:
        made.events[room] = []
        made.block(room, MONDAY, time(13), 30)
    kept = only(made.plan(pattern=ONE_HOUR, rules=EXACT), "1:1")
    assert kept.in_block == (HUGE not in busy)
    if HUGE in busy:
        assert "no_room" in codes(kept)


def test_a_room_that_is_too_small_is_not_taken() -> None:
    made = with_rooms("cleo")
    made.meeting("Sync", [DANA, ANA, BEN, "cleo@example.com"], TUESDAY, time(14), rooms=[LARGE])
    made.events[LARGE] = []
    made.block(LARGE, MONDAY, time(13), 60)
    pattern = ONE_HOUR.replace('"one_on_one"', '"team_sync"')
    moved = only(made.plan(pattern=pattern, rules=EXACT), "Sync")
    assert moved.in_block
    assert moved.rooms.to == (HUGE,)


def test_two_meetings_do_not_get_one_room_at_a_time() -> None:
    made = with_rooms()
    made.meeting("Other", [DANA, ANA], TUESDAY, time(14), rooms=[SMALL])
    made.meeting("Board", [BEN, "x@example.com"], MONDAY, time(13), 30, rooms=[SMALL])
    moved = only(made.plan(pattern=ONE_HOUR, rules=EXACT), "1:1")
    plan = made.plan(pattern=ONE_HOUR, rules=EXACT)
    assert problems(plan, made.request(pattern=ONE_HOUR, rules=EXACT)) == []
    assert SMALL not in [r for m in plan.moves if m.in_block for r in m.rooms.to]
    assert moved.rooms.from_ == (SMALL,)


def test_a_room_that_is_booked_twice_is_a_clash() -> None:
    made = with_rooms()
    made.meeting("Board", [BEN, "x@example.com"], TUESDAY, time(10), 30, rooms=[SMALL])
    moved = only(made.plan(), "1:1")
    assert "ends_clash" in codes(moved)


def test_a_room_is_known_by_its_name_in_the_location() -> None:
    made = office("ana")
    made.room, made.site = ROOMS, SITES
    made.meeting("1:1", [DANA, ANA], FRIDAY, time(13), location="Room Small, 2nd floor")
    assert only(made.plan(), "1:1").rooms.from_ == (SMALL,)


def test_a_room_that_no_table_describes_is_kept_or_the_place_is_not_taken() -> None:
    made = office("ana", "ben")
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10), rooms=["attic@example.com"])
    made.meeting("Board", [BEN, "x@example.com"], MONDAY, time(13), 30, rooms=["attic@example.com"])
    kept = only(made.plan(pattern=ONE_HOUR, rules=EXACT), "1:1")
    assert not kept.in_block


@pytest.mark.parametrize(("location", "in_block"), [("Adlershof", False), ("Mitte", True), ("", True)])
def test_a_new_place_leaves_the_time_to_get_there(location: str, in_block: bool) -> None:
    made = with_rooms()
    made.block(DANA, MONDAY, time(12, 15), 30, location=location)
    plan = made.plan(pattern=ONE_HOUR, rules=EXACT)
    assert problems(plan, made.request(pattern=ONE_HOUR, rules=EXACT)) == []
    moved = only(plan, "1:1")
    assert moved.in_block == in_block
    if not in_block:
        assert "travel" in codes(moved)


def test_two_meetings_that_move_leave_the_time_between_their_sites() -> None:
    made = with_rooms()
    made.meeting("Visit", [DANA, BEN], TUESDAY, time(14), location="Adlershof")
    pattern = ONE_HOUR.replace('end = "13:30"', 'end = "14:30"')
    plan = made.plan(pattern=pattern, rules=EXACT)
    assert problems(plan, made.request(pattern=pattern, rules=EXACT)) == []
    assert [only(plan, title).in_block for title in ("1:1", "Visit")].count(True) == 1


@settings(max_examples=5)
@given(seed=st.integers(0, 10**6))
def test_any_random_week_with_rooms_and_sites_gives_a_valid_plan(seed: int) -> None:
    made, rng = random_office(seed), random.Random(seed)
    made.room, made.site, made.distance = ROOMS, SITES, (Distance(("Mitte", "Adlershof"), 40),)
    everyone = [p.email for p in made.people]
    for number in range(4):
        who = [DANA, *rng.sample(everyone[1:], min(len(everyone) - 1, rng.randint(1, 2)))]
        made.meeting(
            f"There {number}",
            who,
            rng.randrange(5),
            time(rng.randint(9, 16)),
            rooms=rng.choice([[SMALL], [LARGE], ["far@example.com"], []]),
            location=rng.choice(["Adlershof", "Mitte", ""]),
        )
    for room in (SMALL, LARGE):
        made.events[room] = []
        for number in range(rng.randint(0, 6)):
            made.block(room, rng.randrange(5), time(rng.randint(9, 16)), 60, week=number)
    request = replace(made.request(), limits=Limits(work=0.2))
    assert problems(plan_week(request).plan, request) == []
