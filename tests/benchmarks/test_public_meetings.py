"""Meeting scheduling instances as the solver is given them."""

from __future__ import annotations

from benchmarks.meeting_instances import GRAIN_MINUTES, Instance, Meeting, Room, generate
from benchmarks.meeting_score import Score, score
from benchmarks.public_meetings import plan_of, problem
from solver.candidates import feasible_places
from solver.check import violations
from solver.data import PEOPLE, Span
from solver.limits import Limits
from solver.model.overlaps import is_dense
from solver.search import solve
from solver.solution import Status, objective

TINY = Instance(
    "tiny",
    (4, 2),
    (Room("large", 3), Room("small", 2)),
    ("Amy", "Beth", "Chad"),
    (
        Meeting("all", 2, (0, 1), (2,)),
        Meeting("two", 2, (0, 2), ()),
        Meeting("more", 2, (1, 2), ()),
        Meeting("one", 2, (1,), (0,)),
    ),
)


def test_a_meeting_may_begin_wherever_its_day_holds_it_in_each_room_that_seats_it() -> None:
    data = problem(TINY)
    first, second = data.tasks[0], data.tasks[1]
    assert [(p.spans[0], p.resources) for p in first.places] == [
        (Span(0, 30), (3,)),
        (Span(15, 45), (3,)),
        (Span(30, 60), (3,)),
        (Span(60, 90), (3,)),
    ]
    assert {p.resources for p in second.places} == {(3,), (4,)}
    assert len(second.places) == 8


def test_meetings_of_one_length_and_the_same_rooms_share_their_places() -> None:
    data = problem(TINY)
    assert data.tasks[1].places is data.tasks[2].places is data.tasks[3].places
    large = problem(generate(60, 5, 1))
    assert len({id(task.places) for task in large.tasks}) <= 35 < 60


def test_the_best_answer_scores_what_the_solver_says() -> None:
    """Three meetings need a time each, so that Amy misses the fourth, for which she is only preferred."""
    data = problem(TINY)
    result = solve(data, limits=Limits(work=2.0))
    assert result.solution
    assert not violations(data, result.solution)
    found = score(TINY, plan_of(TINY, data, result.solution))
    assert found == Score(hard=0, medium=2, unassigned=0)
    assert objective(data, result.solution)[PEOPLE] == found.medium * GRAIN_MINUTES


def test_an_instance_that_is_too_dense_for_a_model_gets_a_good_answer_all_the_same() -> None:
    instance = generate(50, 5, 1)
    data = problem(instance)
    assert is_dense(data, feasible_places(data))
    result = solve(data, limits=Limits(work=0.3))
    assert result.solution
    assert result.status is Status.FEASIBLE
    found = score(instance, plan_of(instance, data, result.solution))
    assert (found.hard, found.unassigned) == (0, 0)
    assert objective(data, result.solution)[PEOPLE] == found.medium * GRAIN_MINUTES
