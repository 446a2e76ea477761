"""CP-SAT, set up for our models: one worker with cliques in its relaxation, and a whole answer to begin with."""

from __future__ import annotations

from collections.abc import Callable

from ortools.sat.python import cp_model

from solver.meter import Share
from solver.model.variables import ChoiceVars
from solver.solution import Solution
from solver.stopping import Cancelled, stopping

WORTH_A_HINT = 500
"""Models with more variables get a whole answer to begin with."""


def solver_for(seed: int, share: Share) -> cp_model.CpSolver:
    """A solver within a share of the limits; docs/solver.md says why it has one worker."""
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = 1
    parameters.linearization_level = 2
    parameters.random_seed = seed
    parameters.catch_sigint_signal = False  # Ctrl-C is the caller's
    parameters.max_deterministic_time = share.work
    if share.seconds is not None:
        parameters.max_time_in_seconds = share.seconds
    return solver


def complete_hint(model: cp_model.CpModel, solver: cp_model.CpSolver, cancelled: Cancelled | None) -> float:
    """Hint the helpers of a model, too, and return the work that it took.

    From a hint of the choices alone the search begins with an answer far worse than the hint.
    """
    if len(model.proto.variables) <= WORTH_A_HINT:
        return 0.0
    solver.parameters.fix_variables_to_their_hinted_value = True
    with stopping(solver.stop_search, cancelled):
        status = solver.solve(model)
    if status == cp_model.OPTIMAL:
        hint, values = model.proto.solution_hint, solver.response_proto.solution
        hint.vars.clear()
        hint.values.clear()
        hint.vars.extend(range(len(values)))
        hint.values.extend(values)
    return float(solver.deterministic_time)


class Watch(cp_model.CpSolverSolutionCallback):
    """Pass on each better answer, and stop as soon as one is good enough."""

    def __init__(self, choices: ChoiceVars, is_enough: Callable[[Solution], bool]) -> None:
        super().__init__()
        self.choices = choices
        self.is_enough = is_enough

    def on_solution_callback(self) -> None:
        """Hear of an answer."""
        if self.is_enough(self.choices.extract(self)):
            self.stop_search()
