from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from solver.candidates import feasible_places
from solver.check import violations
from solver.data import FOCUS, PEOPLE, TIERS, ProblemData, Span, Weights
from solver.model.constraints import add_constraints
from solver.model.objective import tier_term
from solver.model.overlaps import overlaps
from solver.model.variables import ChoiceVars
from solver.solution import Solution, objective
from tests.solver.given import HORIZON, at, chosen, only, person, problem, task
from tests.solver.instances import small, solutions


def model_value(data: ProblemData, solution: Solution, tier: int) -> int:
    """What the model says that a solution costs in a tier."""
    model = cp_model.CpModel()
    choices = ChoiceVars(model, data, feasible_places(data))
    add_constraints(model, data, choices, overlaps(data, choices.candidates))
    for index, choice in enumerate(solution.choices):
        choices.fix(index, choice)
    tier_term(model, data, choices, tier).minimize(model)
    solver = cp_model.CpSolver()
    assert solver.solve(model) == cp_model.OPTIMAL
    return round(solver.objective_value)


@given(st.integers(0, 100_000), st.randoms(use_true_random=False))
def test_model_and_recomputation_agree_in_every_tier(seed: int, rng: object) -> None:
    data = small(seed)
    valid = [solution for solution in solutions(data) if not violations(data, solution)]
    solution = rng.choice(valid)  # type: ignore[attr-defined]
    values = objective(data, solution)
    assert [model_value(data, solution, tier) for tier in range(len(TIERS))] == list(values)


def focus_beside_breaks(data: ProblemData, solution: Solution) -> int:
    """What the model says that a solution costs in tier `focus`, where breaks are held at what they cost."""
    model = cp_model.CpModel()
    choices = ChoiceVars(model, data, feasible_places(data))
    for index, choice in enumerate(solution.choices):
        choices.fix(index, choice)
    tier_term(model, data, choices, PEOPLE).add_at_most(model, objective(data, solution)[PEOPLE])
    tier_term(model, data, choices, FOCUS).minimize(model)
    solver = cp_model.CpSolver()
    assert solver.solve(model) == cp_model.OPTIMAL
    return round(solver.objective_value)


@pytest.mark.parametrize("seed", range(100))
def test_focus_beside_breaks_is_what_it_is_alone(seed: int) -> None:
    data = small(seed)
    data = replace(data, weights=only(fragment=1, breaks=1, run_minutes=data.weights.run_minutes))
    for solution in [solution for solution in solutions(data) if not violations(data, solution)][::9]:
        assert focus_beside_breaks(data, solution) == objective(data, solution)[FOCUS]


@pytest.mark.parametrize("choices", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_run_ends_where_saved_time_begins(choices: tuple[int, int]) -> None:
    one, two = (task(f"t{n}", at(15 * n, length=15), at(300 + 60 * n, length=15)) for n in range(2))
    day = person(load_days=(Span(0, HORIZON),))
    data = problem(one, two, people=(day,), weights=only(run_minutes=15, breaks=1, fragment=1))
    assert focus_beside_breaks(data, chosen(*choices)) == objective(data, chosen(*choices))[FOCUS]


CLASH = problem(
    task("one", at(0), at(90, conflicts=3)),
    task("two", at(10)),
    task("new", None, at(300), unplaced_cost=8),
    people=(person(hard_busy=(Span(0, 5),)),),
)


@pytest.mark.parametrize(("choices", "value"), [((0, 0, 0), 25), ((1, 0, 0), 3), ((1, 0, None), 11)])
def test_conflicts(choices: tuple[int | None, ...], value: int) -> None:
    assert model_value(CLASH, chosen(*choices), 0) == value


@pytest.mark.parametrize(("choice", "value"), [(0, 10 + 2 * 40), (1, 0)])
def test_load_counts_slack_and_ceiling(choice: int, value: int) -> None:
    day = person(load_days=(Span(0, 100),))
    weights = only(slack_minutes=30, slack=1, ceiling_minutes=40, ceiling=2)
    data = problem(task("one", at(0, length=80), at(200, length=80)), people=(day,), weights=weights)
    assert model_value(data, chosen(choice), PEOPLE) == value


@pytest.mark.parametrize(("choice", "value"), [(0, 2), (1, 2 + 7), (2, 0)])
def test_fragmentation_counts_cells_outside_long_runs(choice: int, value: int) -> None:
    day = person(load_days=(Span(0, 400),), working=(Span(0, HORIZON),))
    data = problem(task("one", at(0), at(105), at(400)), people=(day,), weights=only(fragment=1))
    assert model_value(data, chosen(choice), FOCUS) == value


def test_equal_weeks_share_their_variables() -> None:
    def variables(weeks: int) -> int:
        days = tuple(Span(w * 1000, w * 1000 + HORIZON) for w in range(weeks))
        starts = [[w * 1000 + s for w in range(weeks)] for s in (0, 60, 300)]
        one = task("one", at(*starts[0]), at(*starts[1]), at(*starts[2]))
        data = problem(one, people=(person(load_days=days, working=days),), weights=Weights(slack_minutes=HORIZON))
        model = cp_model.CpModel()
        choices = ChoiceVars(model, data, feasible_places(data))
        for tier in (PEOPLE, FOCUS):
            tier_term(model, data, choices, tier)
        return len(model.proto.variables)

    assert variables(8) == variables(1)
