import pytest
from hypothesis import given
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from solver.candidates import feasible_places
from solver.check import violations
from solver.data import ProblemData
from solver.model.constraints import add_constraints
from solver.model.overlaps import overlaps
from solver.model.variables import ChoiceVars
from solver.solution import Solution
from tests.solver.cases import CASES, Case
from tests.solver.given import at, chosen, person, problem, task
from tests.solver.instances import small, solutions


def allowed(data: ProblemData, solution: Solution) -> bool:
    """Whether the model has the solution."""
    candidates = feasible_places(data)
    if any(choice not in choices for choice, choices in zip(solution.choices, candidates, strict=True)):
        return False
    model = cp_model.CpModel()
    choices = ChoiceVars(model, data, candidates)
    add_constraints(model, data, choices, overlaps(data, choices.candidates))
    for index, choice in enumerate(solution.choices):
        choices.fix(index, choice)
    solver = cp_model.CpSolver()
    status = solver.solve(model)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    if status == cp_model.OPTIMAL:
        assert choices.extract(solver) == solution
    return bool(status == cp_model.OPTIMAL)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_model_has_what_keeps_the_rules(case: Case) -> None:
    assert allowed(case.data, case.solution) == (not case.broken)


@given(st.integers(0, 100_000), st.randoms(use_true_random=False))
def test_model_and_rules_agree(seed: int, rng: object) -> None:
    data = small(seed, budget=seed % 2 == 0)
    every = list(solutions(data))
    solution = rng.choice(every)  # type: ignore[attr-defined]
    assert allowed(data, solution) == (not violations(data, solution))


def test_new_places_that_share_minutes_share_rows() -> None:
    data = problem(task("one", None, at(0), at(10), at(300)), task("two", None, at(20), at(60)))
    model = cp_model.CpModel()
    choices = ChoiceVars(model, data, feasible_places(data))
    add_constraints(model, data, choices, overlaps(data, choices.candidates))
    rows = [len(row.at_most_one.literals) for row in model.proto.constraints if row.has_at_most_one()]
    assert rows == [3]


def test_equal_rows_of_two_people_are_one() -> None:
    tasks = (task("one", None, at(0), required=(0, 1)), task("two", None, at(20), required=(0, 1)))
    data = problem(*tasks, people=(person("ana"), person("bob")))
    model = cp_model.CpModel()
    choices = ChoiceVars(model, data, feasible_places(data))
    add_constraints(model, data, choices, overlaps(data, choices.candidates))
    assert sum(row.has_at_most_one() for row in model.proto.constraints) == 1


def test_a_budget_that_is_never_reached_adds_no_row() -> None:
    case = next(case for case in CASES if case.name == "as many moves as the budget has")
    model = cp_model.CpModel()
    choices = ChoiceVars(model, case.data, feasible_places(case.data))
    add_constraints(model, case.data, choices, overlaps(case.data, choices.candidates))
    assert not any(row.has_linear() for row in model.proto.constraints)
    assert violations(case.data, chosen(1, 1)) == []
