"""The peers that need nothing beside what is there: first fit, and HiGHS. Timefold needs its wheel and Java."""

from __future__ import annotations

import pytest
from ortools.sat.python import cp_model

from benchmarks.instances import company, one_manager
from benchmarks.peers.__main__ import Run, table, worse
from benchmarks.peers.first_fit import first_fit
from benchmarks.peers.highs import rows, translated
from benchmarks.peers.timefold import TimefoldError, lines
from solver.candidates import feasible_places
from solver.check import violations
from solver.data import Budget, Place, ProblemData, Relation, Resource, Span, Task
from solver.solution import objective, stay_all

DAY = Span(0, 240)
ANA = Resource("ana", working=(DAY,))


def _task(name: str, stay: int, *starts: int, outside: int = 30) -> Task:
    """Half an hour of Ana's; today's start is out of its block, the others are in it."""
    places = tuple(Place((Span(start, start + 30),)) for start in starts)
    return Task(name, (0,), stay=Place((Span(stay, stay + 30),), (0, 0, outside, 0, 0, 0)), places=places)


def _chosen(data: ProblemData) -> tuple[int | None, ...]:
    solution = first_fit(data)
    assert not violations(data, solution)
    return solution.choices


def test_first_fit_takes_the_earliest_free_place_of_the_block() -> None:
    data = ProblemData((ANA,), (_task("one", 0, 120, 60), _task("two", 30, 60, 90)))
    assert _chosen(data) == (2, 2)


def test_first_fit_leaves_a_meeting_that_finds_nothing_better() -> None:
    data = ProblemData((ANA,), (_task("one", 0, 60), _task("two", 30, 60)))
    assert _chosen(data) == (1, 0)


def test_first_fit_leaves_a_meeting_that_stands_well() -> None:
    data = ProblemData((ANA,), (_task("one", 90, 0, outside=0),))
    assert _chosen(data) == (0,)


def test_first_fit_keeps_relations() -> None:
    tasks = (_task("one", 0, 60), _task("two", 30, 90))
    data = ProblemData((ANA,), tasks, (Relation("order", 0, 1),), day_starts=(0,))
    assert _chosen(data) == (0, 1)


def test_first_fit_packs_a_company_without_breaking_a_rule() -> None:
    data = company(4, 1)
    solution = first_fit(data)
    assert not violations(data, solution)
    assert objective(data, solution) < objective(data, stay_all(data))


def test_highs_gets_every_constraint_as_a_row() -> None:
    model = cp_model.CpModel()
    a, b, c = (model.new_bool_var(name) for name in "abc")
    model.add_at_most_one(a, b.negated())
    model.add_exactly_one(a, b, c)
    model.add_bool_or(a, c.negated())
    model.add_implication(a, b)
    model.add(2 * a + 3 * c <= 4)
    found = [(dict(row.terms), row.low, row.high) for row in rows(model)]
    assert found == [
        ({0: 1, 1: -1}, -float("inf"), 0),
        ({0: 1, 1: 1, 2: 1}, 1, 1),
        ({0: 1, 2: -1}, 0, float("inf")),
        ({0: -1, 1: 1}, 0, float("inf")),
        ({0: 2, 2: 3}, -float("inf"), 4),
    ]


def test_highs_refuses_a_constraint_that_is_no_row() -> None:
    model = cp_model.CpModel()
    model.add_no_overlap([model.new_interval_var(0, 1, 1, "i")])
    with pytest.raises(ValueError, match="no linear row"):
        translated(model)


def test_timefold_gets_resources_tasks_and_relations_in_quarter_hours() -> None:
    ana = Resource("ana", hard_busy=(Span(15, 30),), working=(DAY,), load_days=(Span(0, 60),))
    data = ProblemData((ana,), (_task("one", 0, 60),), day_starts=(0,))
    head, _, ends, resources, days, day, tasks, people, *choices, relations = lines(data, feasible_places(data))
    assert (ends, resources, days, tasks, relations) == ((6, 6, 0, 1, 2, 3, 4, 5), (1,), (1,), (1,), (0,))
    assert head[0] == data.weights.slack_minutes
    assert day == (0, 4, 15, 1, 1, 1)
    assert people == (1, 0, 0, 2)
    stays, new = [0, 0, 30, 0, 0, 0], [0, 0, 0, 0, 0, 0]
    stays[0] = 15
    assert choices == [(1, 1, *stays), (1, 0), (1, 2), (0, 1, *new), (1, 4), (1, 6)]


def test_timefold_refuses_what_its_program_does_not_know() -> None:
    data = one_manager(8, 1)
    limited = ProblemData(data.resources, data.tasks, data.relations, Budget(1, 1, 1), day_starts=data.day_starts)
    with pytest.raises(TimefoldError, match="budget"):
        list(lines(limited, feasible_places(limited)))


def test_the_table_says_in_which_tier_a_peer_differs_first_and_where_ours_is_worse() -> None:
    ours = Run("ours", 1, 14, 1, (0, 0, 400, 60, 0, 1500), 43300, 0.2)
    peer = Run("peer", 1, 14, 1, (0, 0, 500, 60, 0, 1400), 53200, 1.0)
    assert list(table([ours, peer]))[2] == "| 1 | 14 | 1 | 43,300 | 53,200 (+22.9 %; pattern +100) |"
    assert not list(worse([ours, peer]))
    better = Run("better", 1, 14, 1, (0, 0, 400, 60, 0, 1400), 43200, 1.0)
    assert len(list(worse([ours, better]))) == 1
    alone = Run("ours", 4, 60, 1, (0, 0, 400, 60, 0, 1500), 43300, 0.2)
    assert list(table([ours, peer, alone]))[3] == "| 4 | 60 | 1 | 43,300 | - |"
