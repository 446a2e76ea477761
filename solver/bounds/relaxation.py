"""The linear relaxation of a model, and a bound from it that holds whatever its rounding: exact whole numbers.

GLOP gives prices (duals) for the rows. Any prices of the right sign give a lower bound, so they are rounded to whole
parts of `UNIT` and the bound is worked out anew from them: no tolerance of the linear solver enters it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import gcd, inf, isfinite

from ortools.linear_solver.python.model_builder_helper import (
    ModelBuilderHelper,
    ModelSolverHelper,
    SolveStatus,
    Variable,
)
from ortools.sat.python import cp_model

from solver.stopping import Cancelled, Poll, go_on, polling, stopping

UNIT = 1 << 24
FREE = 1 << 60
WORK_PER_ENTRY = 5e-6
TOLERANCE = 1e-6
DUAL = "use_dual_simplex:true use_preprocessing:false"


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A lower bound of the objective, and for each variable what taking it (from 0) adds to the bound at least.

    Both are in parts of `UNIT`. What the objective can be lies whole `step`s from `offset`. `prices` are those of the
    rows, `values` those of the variables in the best answer of the relaxation, which may be fractions.
    """

    bound: int
    added: Sequence[int]
    step: int
    offset: int
    prices: Sequence[float]
    values: Sequence[float]

    @property
    def lower_bound(self) -> int:
        """The bound as a value that the objective, a whole number, can take."""
        return self.at_least(self.bound)

    def at_least(self, units: int) -> int:
        """The least value of the objective that is no smaller; values lie `step` apart."""
        return self.offset - (self.offset * UNIT - units) // (self.step * UNIT) * self.step

    def allows(self, variable: int, value: int) -> bool:
        """Whether an answer of at most this value can take the variable."""
        return self.bound + self.added[variable] <= value * UNIT

    def uses(self, variable: int) -> bool:
        """Whether the best answer of the relaxation takes the variable, be it in part."""
        return self.values[variable] > TOLERANCE


@dataclass(frozen=True, slots=True)
class _Row:
    """`low <= sum of weights * variables <= high`."""

    variables: Sequence[int]
    weights: Sequence[int]
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class _Program:
    """A linear program over whole data: the ends of each variable, rows, and costs to make small."""

    domains: Sequence[Sequence[int]]
    rows: Sequence[_Row]
    costs: Mapping[int, int]
    constant: int

    @property
    def is_dual(self) -> bool:
        """Whether the dual simplex is the quick way: taking nothing is a dual answer, and rows only count."""
        counts = (abs(weight) == 1 for row in self.rows for weight in row.weights)
        return min(self.costs.values(), default=0) >= 0 and all(counts)


def relax(
    model: cp_model.CpModel, work: float, seconds: float | None = None, cancelled: Cancelled | None = None
) -> Relaxed | None:
    """Relax a model to linear rows; None if the solver found no prices within its limits.

    Raises `StoppedError` if it is cancelled before the solver begins.
    """
    poll = go_on if cancelled is None else polling(cancelled)
    program = _Program(list(_domains(model)), list(_rows(model, poll)), *_objective(model))
    poll()
    solver = ModelSolverHelper("glop")
    solver.set_solver_specific_parameters(f"max_deterministic_time:{work} {DUAL if program.is_dual else ''}")
    if seconds is not None:
        solver.set_time_limit_in_seconds(seconds)
    with stopping(solver.interrupt_solve, cancelled):
        solver.solve(_linear_model(program))
    if solver.status() != SolveStatus.OPTIMAL:
        return None
    return _priced(program, solver.dual_values().tolist(), solver.variable_values().tolist())


def work_of(model: cp_model.CpModel) -> float:
    """The work that a relaxation counts as: GLOP does not say, so it is read off the sizes."""
    proto = model.proto
    entries = sum(
        len(row.at_most_one.literals) if row.has_at_most_one() else len(row.linear.vars) if row.has_linear() else 2
        for row in proto.constraints
    )
    return WORK_PER_ENTRY * (len(proto.variables) + entries)


def _domains(model: cp_model.CpModel) -> Iterator[tuple[int, int]]:
    for variable in model.proto.variables:
        yield _ends(variable.domain)


def _ends(domain: Sequence[int]) -> tuple[int, int]:
    """The least and the largest value; the domains of a model know no index from behind, and unpacking is slow."""
    return domain[0], domain[len(domain) - 1]


def _rows(model: cp_model.CpModel, poll: Poll) -> Iterator[_Row]:
    """Each constraint of the model as a linear row; a literal that is negated counts as 1 less its variable."""
    for constraint in model.proto.constraints:
        poll()
        if constraint.has_at_most_one():
            yield _clause(list(constraint.at_most_one.literals), -inf, 1)
        elif constraint.has_exactly_one():
            yield _clause(list(constraint.exactly_one.literals), 1, 1)
        elif constraint.has_bool_or():
            yield _clause(list(constraint.bool_or.literals), 1, inf)
        elif constraint.has_bool_and():
            reasons = [-literal - 1 for literal in constraint.enforcement_literal]
            for literal in constraint.bool_and.literals:
                yield _clause([literal, *reasons], 1, inf)
        elif constraint.has_linear():
            linear = constraint.linear
            yield _Row(list(linear.vars), list(linear.coeffs), *_open(*_ends(linear.domain)))


def _clause(literals: list[int], low: float, high: float) -> _Row:
    if min(literals, default=0) >= 0:
        return _Row(literals, [1] * len(literals), low, high)
    negated = sum(literal < 0 for literal in literals)
    variables = [literal if literal >= 0 else -literal - 1 for literal in literals]
    return _Row(variables, [1 if literal >= 0 else -1 for literal in literals], low - negated, high - negated)


def _open(low: int, high: int) -> tuple[float, float]:
    """The ends of a domain, those that stand for no end as infinite."""
    return (low if low > -FREE else -inf), (high if high < FREE else inf)


def _objective(model: cp_model.CpModel) -> tuple[dict[int, int], int]:
    """The cost of each variable, and the constant."""
    objective = model.proto.objective
    constant = round(objective.offset)
    costs: dict[int, int] = {}
    for variable, cost in zip(objective.vars, objective.coeffs, strict=True):
        if variable < 0:
            constant += cost
            variable, cost = -variable - 1, -cost  # noqa: PLW2901 - the same term, on the variable itself
        costs[variable] = costs.get(variable, 0) + cost
    return costs, constant


def _linear_model(program: _Program) -> ModelBuilderHelper:
    """The program as GLOP reads it, written in bulk."""
    helper = ModelBuilderHelper()
    variables = [Variable(helper, float(low), float(high), False) for low, high in program.domains]  # noqa: FBT003
    for row in program.rows:
        index = helper.add_linear_constraint()
        helper.set_constraint_lower_bound(index, row.low)
        helper.set_constraint_upper_bound(index, row.high)
        helper.add_terms_to_constraint(index, [variables[v] for v in row.variables], [float(w) for w in row.weights])
    helper.set_objective_coefficients(list(program.costs), [float(cost) for cost in program.costs.values()])
    return helper


def _priced(program: _Program, prices: Sequence[float], values: Sequence[float]) -> Relaxed:
    """The bound that the prices give: `y·b` and each variable at its cheaper end, in whole parts of `UNIT`."""
    reduced = [program.costs.get(variable, 0) * UNIT for variable in range(len(program.domains))]
    bound = program.constant * UNIT
    for row, price in zip(program.rows, prices, strict=True):
        whole = round(price * UNIT)
        side = row.low if whole > 0 else row.high
        if whole == 0 or not isfinite(side):
            continue
        bound += whole * int(side)
        for variable, weight in zip(row.variables, row.weights, strict=True):
            reduced[variable] -= whole * weight
    bound += sum(min(cost * low, cost * high) for cost, (low, high) in zip(reduced, program.domains, strict=True))
    step = gcd(*program.costs.values()) or 1
    return Relaxed(bound, [max(0, cost) for cost in reduced], step, program.constant, prices, values)
