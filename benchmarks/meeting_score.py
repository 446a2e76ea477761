"""What an answer to a meeting scheduling instance is worth by the problem's own constraints, counted anew.

It knows nothing of the solver. Two levels count: hard (rooms and required people in two places, meetings beyond the
day or the last grain, rooms that are too small) and medium (people who would have liked to come and are elsewhere).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from benchmarks.meeting_instances import Assignment, Instance, day_spans

Plan = Sequence[Assignment | None]
"""For each meeting where it was put; None if nowhere."""


class Score(NamedTuple):
    """Penalties by level, and the meetings that were put nowhere."""

    hard: int
    medium: int
    unassigned: int


def score(instance: Instance, plan: Plan) -> Score:
    """The penalties of a plan. A meeting without a place scores in neither level; it is counted by itself."""
    hard = room_conflicts(instance, plan) + required_conflicts(instance, plan) + small_rooms(instance, plan)
    hard += overtime(instance, plan) + split_days(instance, plan)
    return Score(hard, preferred_conflicts(instance, plan), sum(assigned is None for assigned in plan))


def room_conflicts(instance: Instance, plan: Plan) -> int:
    """Grains that two meetings share in one room."""
    return sum(
        overlap
        for one, other, overlap in _overlaps(instance, plan)
        if _assigned(plan, one).room == _assigned(plan, other).room
    )


def required_conflicts(instance: Instance, plan: Plan) -> int:
    """Grains that two meetings share, for each person whom both require."""
    meetings = instance.meetings
    return sum(
        overlap * len(set(meetings[one].required) & set(meetings[other].required))
        for one, other, overlap in _overlaps(instance, plan)
    )


def preferred_conflicts(instance: Instance, plan: Plan) -> int:
    """Grains that two meetings share, for each person of both who is only preferred in one of them at least."""
    return sum(
        overlap * (_shared(instance, one, other) - _shared_required(instance, one, other))
        for one, other, overlap in _overlaps(instance, plan)
    )


def small_rooms(instance: Instance, plan: Plan) -> int:
    """People without a seat."""
    return sum(
        max(0, len(meeting.required) + len(meeting.preferred) - instance.rooms[assigned.room].capacity)
        for meeting, assigned in zip(instance.meetings, plan, strict=True)
        if assigned
    )


def overtime(instance: Instance, plan: Plan) -> int:
    """The last grain of each meeting that ends after there are any grains."""
    return sum(last for _, last in _first_and_last(instance, plan) if not 0 <= last < sum(instance.days))


def split_days(instance: Instance, plan: Plan) -> int:
    """Meetings that start on one day and end on another."""
    day = {grain: number for number, grains in enumerate(day_spans(instance.days)) for grain in grains}
    return sum(last in day and day[first] != day[last] for first, last in _first_and_last(instance, plan))


def _first_and_last(instance: Instance, plan: Plan) -> Iterator[tuple[int, int]]:
    for meeting, assigned in zip(instance.meetings, plan, strict=True):
        if assigned:
            yield assigned.start, assigned.start + meeting.grains - 1


def _overlaps(instance: Instance, plan: Plan) -> Iterator[tuple[int, int, int]]:
    """Each pair of meetings that meet, with the grains that both take."""
    placed = [number for number, assigned in enumerate(plan) if assigned]
    for one, other in combinations(placed, 2):
        starts = _assigned(plan, one).start, _assigned(plan, other).start
        ends = starts[0] + instance.meetings[one].grains, starts[1] + instance.meetings[other].grains
        if max(starts) < min(ends):
            yield one, other, min(ends) - max(starts)


def _assigned(plan: Plan, number: int) -> Assignment:
    assigned = plan[number]
    assert assigned
    return assigned


def _shared(instance: Instance, one: int, other: int) -> int:
    """People of two meetings."""
    people = [{*instance.meetings[n].required, *instance.meetings[n].preferred} for n in (one, other)]
    return len(people[0] & people[1])


def _shared_required(instance: Instance, one: int, other: int) -> int:
    return len(set(instance.meetings[one].required) & set(instance.meetings[other].required))
