"""What each tier counts: every term is one function, and a tier is the sum of its terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain, product
from typing import NamedTuple

from ortools.sat.python import cp_model

from solver.candidates import own_costs, price
from solver.data import CONFLICTS, FOCUS, PEOPLE, ProblemData, Span
from solver.model.day_terms import load_days_term
from solver.model.focus_term import fragmentation_term
from solver.model.overlaps import elementary
from solver.model.terms import Term
from solver.model.variables import ChoiceVars


def tier_term(model: cp_model.CpModel, data: ProblemData, choices: ChoiceVars, tier: int) -> Term:
    """The whole value of a tier; its helper variables and their rows are added to the model."""
    total = own_cost_term(data, choices, tier)
    for build in TERMS.get(tier, ()):
        total.add_term(build(model, data, choices))
    return total


def own_cost_term(data: ProblemData, choices: ChoiceVars, tier: int) -> Term:
    """What the choices cost by themselves; tasks without a place and clashes with busy time in tier `conflicts`."""
    term = Term()
    for literals, own in zip(choices.x, own_costs(data, tier), strict=True):
        for choice, literal in literals.items():
            term.add(literal, price(own, choice))
    return term


def pair_conflict_term(_model: cp_model.CpModel, data: ProblemData, choices: ChoiceVars) -> Term:
    """Minutes that two tasks which both stay take from a resource."""
    term = Term()
    for pair, minutes in sorted(_clashing_minutes(data, choices).items()):
        both = choices.both_stay(*pair)
        if both is not None:
            term.add(both, minutes)
    return term


def optional_term(model: cp_model.CpModel, data: ProblemData, choices: ChoiceVars) -> Term:
    """Minutes in which somebody is in two tasks, optional in one or both of them, for each such pair of tasks."""
    term = Term()
    weight = data.weights.optional
    for together, minutes in _attended_together(data, choices).items() if weight else ():
        for pairs in _optional_pairs(model, choices, together):
            term.add(pairs, weight * minutes)
    return term


TermBuilder = Callable[[cp_model.CpModel, ProblemData, ChoiceVars], Term]

TERMS: dict[int, tuple[TermBuilder, ...]] = {
    CONFLICTS: (pair_conflict_term,),
    PEOPLE: (load_days_term, optional_term),
    FOCUS: (fragmentation_term,),
}


def _clashing_minutes(data: ProblemData, choices: ChoiceVars) -> Counter[tuple[int, int]]:
    """Counted overlap of each two tasks where they are today, for each resource that both take."""
    minutes: Counter[tuple[int, int]] = Counter()
    for takers in choices.takers:
        stays = (
            (span, task) for task, choice, place in takers if choices.is_stay(task, choice) for span in place.spans
        )
        under_way: list[tuple[Span, int]] = []
        for span, task in sorted(stay for stay in stays if stay[0].start < data.counted_until):
            under_way = [earlier for earlier in under_way if earlier[0].end > span.start]
            for other, index in under_way:
                if index != task:
                    minutes[min(index, task), max(index, task)] += span.overlap(other)
            under_way.append((span, task))
    return minutes


class Attended(NamedTuple):
    """A choice of a task that somebody attends, and whether that is required."""

    task: int
    literal: int
    required: bool


def _attended_together(data: ProblemData, choices: ChoiceVars) -> Counter[frozenset[Attended]]:
    """The choices that somebody can be in at once, of two tasks or more, and for how many counted minutes."""
    minutes: Counter[frozenset[Attended]] = Counter()
    asked = {resource for task in data.tasks for resource in task.optional}
    attended: dict[int, list[tuple[Attended, Span]]] = {}
    for index, task in enumerate(data.tasks):
        for people, required in ((task.required, True), (task.optional, False)):
            for resource in asked.intersection(people):
                attended.setdefault(resource, []).extend(_counted(data, choices, index, required))
    for spans in attended.values():
        for together, span in elementary(spans):
            if len({one.task for one in together}) > 1 and not all(one.required for one in together):
                minutes[together] += span.end - span.start
    return minutes


def _counted(data: ProblemData, choices: ChoiceVars, task: int, required: bool) -> Iterator[tuple[Attended, Span]]:
    for _, literal, place in choices.places(task):
        for span in place.spans:
            if span.start < data.counted_until:
                yield Attended(task, literal.index, required), span


def _optional_pairs(
    model: cp_model.CpModel, choices: ChoiceVars, together: frozenset[Attended]
) -> Iterator[cp_model.IntVar]:
    """Numbers whose sum is that of the pairs of tasks under way at once, but for the pairs that are both required.

    Of the required choices an answer has one new place or some that stay. With the first of these, `n` tasks make
    `(n - 1) + (n - 2) + ...` pairs; each other one is in a pair with each optional task.
    """
    optional: dict[int, list[cp_model.IntVar]] = {}
    for one in sorted(together):
        if not one.required:
            optional.setdefault(one.task, []).append(choices.literals[one.literal])
    required = sorted(one.literal for one in together if one.required)
    stays = [choices.literals[literal] for literal in required if literal in choices.stays]
    new = [choices.literals[literal] for literal in required if literal not in choices.stays]
    most = len(optional) + bool(required)
    under_way = cp_model.LinearExpr.sum([*chain(*optional.values()), *new, *stays[:1]])
    for number in range(1, most):
        over = model.new_int_var(0, most - number, "pairs")
        model.add(under_way - over <= number)
        yield over
    for stay, literals in product(stays[1:], optional.values()):
        both = model.new_bool_var("pair")
        model.add(cp_model.LinearExpr.sum([stay, *literals]) - both <= 1)
        yield both
