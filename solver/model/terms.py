"""A part of the value of a tier, as the model counts it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ortools.sat.python import cp_model

NO_END = -(1 << 62)


@dataclass(slots=True)
class Term:
    """A sum of variables with whole weights, and a constant."""

    variables: list[cp_model.IntVar] = field(default_factory=list)
    weights: list[int] = field(default_factory=list)
    constant: int = 0

    def add(self, variable: cp_model.IntVar, weight: int) -> None:
        """Count a variable."""
        if weight:
            self.variables.append(variable)
            self.weights.append(weight)

    def add_term(self, other: Term, times: int = 1) -> None:
        """Count another term, as often as said."""
        self.variables += other.variables
        self.weights += [times * weight for weight in other.weights]
        self.constant += times * other.constant

    def minimize(self, model: cp_model.CpModel) -> None:
        """Make the term the objective of a model, written in bulk."""
        weights = self._by_index()
        objective = model.proto.objective
        objective.vars.extend(list(weights))
        objective.coeffs.extend(list(weights.values()))
        objective.offset = self.constant

    def add_at_most(self, model: cp_model.CpModel, value: int) -> None:
        """Demand that the term is no larger, written in bulk."""
        weights = self._by_index()
        row = model.proto.constraints.add().linear
        row.vars.extend(list(weights))
        row.coeffs.extend(list(weights.values()))
        row.domain.extend([NO_END, value - self.constant])

    def _by_index(self) -> dict[int, int]:
        weights: dict[int, int] = {}
        for variable, weight in zip(self.variables, self.weights, strict=True):
            weights[variable.index] = weights.get(variable.index, 0) + weight
        return weights
