"""Each constraint of the meeting scheduling problem, counted by itself."""

from __future__ import annotations

from benchmarks.meeting_instances import Assignment, Instance, Meeting, Room
from benchmarks.meeting_score import Score, score

ROOMS = (Room("large", 10), Room("other", 10), Room("small", 2))
PEOPLE = ("Amy", "Beth", "Chad", "Dan")
LARGE, OTHER, SMALL = range(3)


def _instance(*meetings: Meeting) -> Instance:
    return Instance("made", (8, 4), ROOMS, PEOPLE, meetings)


def _meeting(grains: int, required: tuple[int, ...], preferred: tuple[int, ...] = ()) -> Meeting:
    return Meeting("made", grains, required, preferred)


def test_two_meetings_in_one_room_cost_the_grains_that_they_share() -> None:
    instance = _instance(_meeting(4, (0,)), _meeting(4, (1,)))
    assert score(instance, [Assignment(0, LARGE), Assignment(1, LARGE)]) == Score(3, 0, 0)
    assert score(instance, [Assignment(0, LARGE), Assignment(4, LARGE)]) == Score(0, 0, 0)
    assert score(instance, [Assignment(0, LARGE), Assignment(1, OTHER)]) == Score(0, 0, 0)


def test_required_people_in_two_places_count_each() -> None:
    instance = _instance(_meeting(2, (0, 1)), _meeting(2, (0, 1, 2)))
    assert score(instance, [Assignment(0, LARGE), Assignment(1, OTHER)]) == Score(2, 0, 0)


def test_a_person_who_is_preferred_in_one_of_the_two_is_medium() -> None:
    instance = _instance(_meeting(3, (0,), (1,)), _meeting(3, (2,), (0, 1)))
    assert score(instance, [Assignment(0, LARGE), Assignment(1, OTHER)]) == Score(0, 4, 0)


def test_a_room_that_is_too_small_costs_its_missing_seats() -> None:
    instance = _instance(_meeting(1, (0, 1), (2, 3)))
    assert score(instance, [Assignment(0, SMALL)]) == Score(2, 0, 0)


def test_a_meeting_that_ends_on_another_day_costs_one() -> None:
    instance = _instance(_meeting(2, (0,)))
    assert score(instance, [Assignment(7, LARGE)]) == Score(1, 0, 0)
    assert score(instance, [Assignment(6, LARGE)]) == Score(0, 0, 0)


def test_a_meeting_beyond_the_last_grain_costs_the_number_of_its_last_grain() -> None:
    assert score(_instance(_meeting(2, (0,))), [Assignment(11, LARGE)]) == Score(12, 0, 0)


def test_a_meeting_without_a_place_is_counted_and_costs_nothing_else() -> None:
    assert score(_instance(_meeting(2, (0,)), _meeting(2, (0,))), [None, Assignment(0, LARGE)]) == Score(0, 0, 1)
