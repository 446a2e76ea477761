"""The peer HiGHS: a mixed-integer program of the same week, solved tier by tier through MathOpt.

The program is time-indexed, row by row what our own model says: each constraint of the model as a linear row (all of
them are linear, or clauses over literals). Each tier but the last gets half of the time that is left at most, keeps
what the earlier ones reached, and starts from the answer so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from math import inf
from time import perf_counter

from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model

from solver.candidates import beside_fixed, feasible_places
from solver.data import TIERS, ProblemData
from solver.model.constraints import add_constraints
from solver.model.objective import tier_term
from solver.model.overlaps import crowds, overlaps
from solver.model.variables import ChoiceVars
from solver.solution import Solution, objective, stay_all

OPEN = 1 << 60
LEAST_S = 0.05
SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Row:
    """`low <= sum of weights * variables <= high`; `terms` says which variable has which weight."""

    terms: Mapping[int, int]
    low: float
    high: float


@dataclass
class _Answer:
    """The best answer so far, and what is left of the time."""

    data: ProblemData
    until: float
    seed: int
    solution: Solution
    values: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.values = objective(self.data, self.solution)

    @property
    def seconds_left(self) -> float:
        """Seconds until the time is over."""
        return self.until - perf_counter()

    def keep(self, solution: Solution) -> None:
        """Remember an answer if it is better."""
        values = objective(self.data, solution)
        if values < self.values:
            self.solution, self.values = solution, values


def highs(data: ProblemData, seconds: float, seed: int) -> Solution:
    """The best week that HiGHS finds in so many seconds, the making of its programs included."""
    answer = _Answer(data, perf_counter() + seconds, seed, stay_all(data))
    candidates = beside_fixed(data, feasible_places(data))
    together, crowded = overlaps(data, candidates), crowds(data, candidates)
    for tier in range(len(TIERS)):
        model = cp_model.CpModel()
        choices = ChoiceVars(model, data, candidates)
        add_constraints(model, data, choices, together, crowded)
        for earlier in range(tier):
            tier_term(model, data, choices, earlier).add_at_most(model, answer.values[earlier])
        tier_term(model, data, choices, tier).minimize(model)
        if answer.seconds_left < LEAST_S:
            break
        share = 1.0 if tier == len(TIERS) - 1 else SHARE
        _solve_tier(model, choices, answer, max(LEAST_S, share * answer.seconds_left))
    return answer.solution


def _solve_tier(model: cp_model.CpModel, choices: ChoiceVars, answer: _Answer, seconds: float) -> None:
    program, variables = translated(model)
    parameters = mathopt.SolveParameters(time_limit=timedelta(seconds=seconds), random_seed=answer.seed)
    hint = mathopt.SolutionHint(
        variable_values={
            variables[literal.index]: float(choice == chosen)
            for literals, chosen in zip(choices.x, answer.solution.choices, strict=True)
            for choice, literal in literals.items()
        }
    )
    asked = mathopt.ModelSolveParameters(solution_hints=[hint])
    result = mathopt.solve(program, mathopt.SolverType.HIGHS, params=parameters, model_params=asked)
    if result.has_primal_feasible_solution():
        values = result.variable_values()
        chosen = (max(literals, key=lambda choice: values[variables[literals[choice].index]]) for literals in choices.x)
        answer.keep(Solution(tuple(chosen)))


def translated(model: cp_model.CpModel) -> tuple[mathopt.Model, list[mathopt.Variable]]:
    """The model as a mixed-integer program, and its variables in their order."""
    program = mathopt.Model()
    ends = [(min(variable.domain), max(variable.domain)) for variable in model.proto.variables]
    variables = [program.add_integer_variable(lb=low, ub=high) for low, high in ends]
    for row in rows(model):
        terms = mathopt.fast_sum(weight * variables[index] for index, weight in row.terms.items())
        program.add_linear_constraint(lb=row.low, ub=row.high, expr=terms)
    cost = model.proto.objective
    program.minimize(
        mathopt.fast_sum(weight * variables[index] for index, weight in zip(cost.vars, cost.coeffs, strict=True))
    )
    return program, variables


def rows(model: cp_model.CpModel) -> Iterator[Row]:
    """Each constraint as linear rows. Raises `ValueError` for a kind that is none of those that our models have."""
    for constraint in model.proto.constraints:
        given = list(constraint.enforcement_literal)
        if constraint.has_bool_and():
            for literal in constraint.bool_and.literals:
                yield _clause([literal, *(-reason - 1 for reason in given)], 1, inf)
        elif constraint.has_bool_or():
            yield _clause([*constraint.bool_or.literals, *(-reason - 1 for reason in given)], 1, inf)
        elif constraint.has_at_most_one() and not given:
            yield _clause(constraint.at_most_one.literals, -inf, 1)
        elif constraint.has_exactly_one() and not given:
            yield _clause(constraint.exactly_one.literals, 1, 1)
        elif constraint.has_linear() and not given and len(constraint.linear.domain) == 2:
            linear, (low, high) = constraint.linear, constraint.linear.domain
            yield Row(_terms(zip(linear.vars, linear.coeffs, strict=True)), *_open(low, high))
        else:
            raise ValueError(f"no linear row says what this does: {constraint}")


def _clause(literals: Iterable[int], low: float, high: float) -> Row:
    """A row over literals; one that is negated (below 0) counts as 1 less its variable."""
    found = list(literals)
    negated = sum(literal < 0 for literal in found)
    terms = _terms((literal, 1) if literal >= 0 else (-literal - 1, -1) for literal in found)
    return Row(terms, low - negated, high - negated)


def _terms(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    terms: dict[int, int] = {}
    for variable, weight in pairs:
        terms[variable] = terms.get(variable, 0) + weight
    return terms


def _open(low: int, high: int) -> tuple[float, float]:
    """The ends of a domain, those that stand for no end as infinite."""
    return (low if low > -OPEN else -inf), (high if high < OPEN else inf)
