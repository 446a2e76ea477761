"""A lower bound of each tier from parts that know nothing of each other: each is relaxed alone, and the bounds add up.

The parts share only what all tiers before may cost in the whole; that is priced (a Lagrangian relaxation), at prices
that a few parts ask for. docs/solver.md says why the sum holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Protocol, Self

from ortools.sat.python import cp_model

from solver.bounds.parts import Part
from solver.bounds.relaxation import UNIT, Relaxed
from solver.candidates import Candidates, Choice, OwnCosts, least, price
from solver.model.constraints import add_constraints
from solver.model.objective import tier_term
from solver.model.overlaps import crowds, overlaps
from solver.model.terms import Term
from solver.model.variables import ChoiceVars
from solver.solution import Solution, objective

FINENESS = 16
SAMPLES = 4

Prices = Mapping[int, int]
"""What a unit of an earlier tier costs in the tier under way, in parts of `FINENESS`."""


class Relaxer(Protocol):
    """Relaxes models as long as the limits allow."""

    def over(self) -> bool:
        """Whether nothing more may be done."""

    def relax(self, model: cp_model.CpModel) -> Relaxed | None:
        """Relax a model; None if that took too long."""


@dataclass(slots=True)
class PricedPart:
    """A part, its candidates, what they cost by themselves in each tier, and the values of its share of the answer."""

    part: Part
    candidates: Candidates
    own: Sequence[OwnCosts]
    values: Sequence[int]

    @classmethod
    def of(cls, part: Part, candidates: Candidates, own: Sequence[OwnCosts], choices: Sequence[Choice]) -> Self:
        """A part with its share of what the whole can choose, what that costs, and what is chosen."""
        chosen = Solution(tuple(part.choices(choices)))
        costs = [tuple(whole[task] for task in part.tasks) for whole in own]
        return cls(part, part.candidates(candidates), costs, objective(part.data, chosen))

    def asked(self, earlier: Sequence[int], tier: int, relaxer: Relaxer) -> list[float] | None:
        """What this part would pay in a tier for a unit more of each earlier one."""
        if relaxer.over():
            return None
        model, terms = self._model([*earlier, tier])
        for t, term in zip(earlier, terms, strict=False):
            term.add_at_most(model, self.values[t])
        terms[-1].minimize(model)
        relaxed = relaxer.relax(model)
        return None if relaxed is None else [max(0.0, -asked) for asked in relaxed.prices[-len(earlier) :]]

    def bound(self, prices: Prices, tier: int, relaxer: Relaxer) -> int:
        """A lower bound, in parts of `FINENESS`, of the tier with the priced ones."""
        paid = [t for t, each in prices.items() if each]
        weights = [*(prices[t] for t in paid), FINENESS]
        cheapest, value = self._least([*paid, tier], weights), self._value([*paid, tier], weights)
        if cheapest == value or relaxer.over():
            return cheapest
        model, terms = self._model([*paid, tier])
        _sum(terms, weights).minimize(model)
        relaxed = relaxer.relax(model)
        return cheapest if relaxed is None else max(cheapest, -(-relaxed.bound // UNIT))

    def _model(self, tiers: Sequence[int]) -> tuple[cp_model.CpModel, list[Term]]:
        data = self.part.data
        model = cp_model.CpModel()
        choices = ChoiceVars(model, data, self.candidates)
        add_constraints(model, data, choices, overlaps(data, self.candidates), crowds(data, self.candidates))
        return model, [tier_term(model, data, choices, tier) for tier in tiers]

    def _value(self, tiers: Sequence[int], weights: Sequence[int]) -> int:
        return sum(weight * self.values[tier] for weight, tier in zip(weights, tiers, strict=True))

    def _least(self, tiers: Sequence[int], weights: Sequence[int]) -> int:
        """The same without a model: the cheapest choice of each task."""
        own = [self.own[tier] for tier in tiers]
        if len(own) == 1:
            return weights[0] * least(own[0], self.candidates)
        return sum(
            min(sum(w * price(costs[task], c) for w, costs in zip(weights, own, strict=True)) for c in choices)
            for task, choices in enumerate(self.candidates)
        )


def priced_bound(
    parts: Sequence[PricedPart], values: Sequence[int], earlier: Sequence[int], tier: int, relaxer: Relaxer
) -> int:
    """A lower bound of a tier among the answers whose earlier tiers cost no more than these values."""
    prices = _prices(parts, earlier, tier, relaxer)
    total = sum(part.bound(prices, tier, relaxer) for part in parts)
    return -((sum(each * values[t] for t, each in prices.items()) - total) // FINENESS)


def _prices(parts: Sequence[PricedPart], earlier: Sequence[int], tier: int, relaxer: Relaxer) -> Prices:
    """The means of what some parts, spread over all, would pay."""
    samples = parts[:: -(-len(parts) // SAMPLES)] if earlier else ()
    asked = [found for part in samples if (found := part.asked(earlier, tier, relaxer)) is not None]
    return {t: round(FINENESS * fmean(each)) for t, each in zip(earlier, zip(*asked, strict=True), strict=False)}


def _sum(terms: Sequence[Term], weights: Sequence[int]) -> Term:
    total = Term()
    for term, weight in zip(terms, weights, strict=True):
        total.variables += term.variables
        total.weights += [weight * w for w in term.weights]
        total.constant += weight * term.constant
    return total
