from hypothesis import given
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from solver.bounds.relaxation import UNIT, relax
from solver.candidates import feasible_places
from solver.check import violations
from solver.model.constraints import add_constraints
from solver.model.objective import tier_term
from solver.model.overlaps import crowds, overlaps
from solver.model.variables import ChoiceVars
from solver.solution import objective
from tests.solver.given import at, problem, task
from tests.solver.instances import small, solutions

WORK = 10.0


@given(st.integers(0, 100_000), st.booleans(), st.integers(0, 5))
def test_no_answer_lies_below_the_bound_or_takes_what_is_too_dear(seed: int, budget: bool, tier: int) -> None:
    data = small(seed, budget=budget)
    model = cp_model.CpModel()
    choices = ChoiceVars(model, data, feasible_places(data))
    found = overlaps(data, choices.candidates), crowds(data, choices.candidates)
    add_constraints(model, data, choices, *found)
    tier_term(model, data, choices, tier).minimize(model)
    relaxed = relax(model, WORK)
    assert relaxed
    for solution in solutions(data):
        if not violations(data, solution):
            value = objective(data, solution)[tier]
            assert relaxed.lower_bound <= value
            assert (value - relaxed.offset) % relaxed.step == 0
            taken = zip(choices.x, solution.choices, strict=True)
            assert all(relaxed.allows(literals[choice].index, value) for literals, choice in taken)


def test_every_kind_of_row_is_relaxed() -> None:
    model = cp_model.CpModel()
    a, b, c = (model.new_bool_var(name) for name in "abc")
    number = model.new_int_var(0, 9, "number")
    model.add_exactly_one(a, b.negated())
    model.add_at_most_one(b, c.negated())
    model.add_bool_or(a, c)
    model.add_implication(a, c)
    model.add(number + 2 * c >= 7)
    model.minimize(3 * number - 6 * b + 30)
    relaxed = relax(model, WORK)
    assert relaxed
    assert (relaxed.lower_bound, relaxed.step) == (39, 3)


def test_a_bound_is_a_value_that_the_objective_can_take() -> None:
    model = cp_model.CpModel()
    x = [model.new_bool_var(name) for name in "abc"]
    for one, other in ((0, 1), (1, 2), (0, 2)):
        model.add_bool_or(x[one], x[other])
    model.minimize(sum(4 * v for v in x) + 1)
    relaxed = relax(model, WORK)
    assert relaxed
    assert abs(relaxed.bound - 7 * UNIT) < UNIT / 100
    assert relaxed.lower_bound == 9


def test_without_time_there_is_no_bound() -> None:
    model = cp_model.CpModel()
    x = [model.new_bool_var(f"x{n}") for n in range(60)]
    for n in range(58):
        model.add(x[n] + 2 * x[n + 1] + 3 * x[n + 2] >= 3)
    model.minimize(sum((n % 7 + 1) * v for n, v in enumerate(x)))
    assert relax(model, 1e-12) is None


def test_two_that_stay_leave_no_room_for_half_of_another() -> None:
    tasks = [task(f"t{n}", at(0, conflicts=n), at(300, conflicts=9)) for n in range(3)]
    data = problem(*tasks, task("new", None, at(0), unplaced_cost=1000))
    candidates = feasible_places(data)
    assert [len(row) for row in crowds(data, candidates)] == [4]
    model = cp_model.CpModel()
    choices = ChoiceVars(model, data, candidates)
    add_constraints(model, data, choices, overlaps(data, candidates), crowds(data, candidates))
    assert sum(row.has_linear() for row in model.proto.constraints) == 1
