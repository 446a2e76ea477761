"""The hard rules between tasks as rows of the model; what a place breaks by itself was dropped before."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from ortools.sat.python import cp_model

from solver.candidates import Choice
from solver.data import Budget, Place, ProblemData, Relation
from solver.model.overlaps import Overlaps, among
from solver.model.variables import ChoiceVars


def add_constraints(
    model: cp_model.CpModel, data: ProblemData, choices: ChoiceVars, overlaps: Overlaps, crowds: Overlaps = ()
) -> None:
    """Add every hard rule; the overlaps are those of these or of more candidates."""
    add_one_choice_each(model, choices)
    add_no_overlap(model, choices, overlaps)
    add_crowds(model, choices, crowds)
    add_relations(model, data, choices)
    if data.budget:
        add_move_budget(model, data, data.budget, choices)
        add_person_budget(model, data, data.budget, choices)
        add_mail_budget(model, data, data.budget, choices)


def add_one_choice_each(model: cp_model.CpModel, choices: ChoiceVars) -> None:
    """Give each task exactly one choice."""
    for literals in choices.x:
        model.add_exactly_one(literals.values())


def add_no_overlap(model: cp_model.CpModel, choices: ChoiceVars, overlaps: Overlaps) -> None:
    """Keep new places apart from each other, and from what stays, for each required resource."""
    for row in among(overlaps, choices.candidates):
        model.add_at_most_one(choices.x[task][choice] for task, choice in row)


def add_crowds(model: cp_model.CpModel, choices: ChoiceVars, crowds: Overlaps) -> None:
    """Take a minute once, and once more for each pair that clashes there: a row that follows, for the relaxation."""
    for row in among(crowds, choices.candidates):
        stays = [task for task, choice in row if choices.is_stay(task, choice)]
        pairs = [both for pair in combinations(stays, 2) if (both := choices.both_stay(*pair)) is not None]
        if 1 < len(stays) < len(row):
            taken = cp_model.LinearExpr.sum([choices.x[task][choice] for task, choice in row])
            model.add(taken - cp_model.LinearExpr.sum(pairs) <= 1)


def add_relations(model: cp_model.CpModel, data: ProblemData, choices: ChoiceVars) -> None:
    """Keep order, and days apart, where one of the two tasks has a new place."""
    for relation in data.relations:
        pairs = _ordered(choices, relation) if relation.kind == "order" else _same_day(data, choices, relation)
        for first, second in dict.fromkeys(pairs):
            _add_not_both(model, choices, relation, first, second)


Chosen = tuple[Choice, ...]


def _ordered(choices: ChoiceVars, relation: Relation) -> Iterator[tuple[Chosen, Chosen]]:
    """The pairs that break the order of first occurrences, and that of the others where both have as many."""
    firsts, seconds = ([(c, p) for c, _, p in choices.places(t)] for t in (relation.first, relation.second))
    yield from _ordered_at(0, firsts, seconds)
    for length in sorted({len(place.spans) for _, place in firsts}):
        some, others = ([(c, p) for c, p in places if len(p.spans) == length] for places in (firsts, seconds))
        for number in range(1, length if others else 0):
            yield from _ordered_at(number, some, others)


def _ordered_at(
    number: int, firsts: Sequence[tuple[Choice, Place]], seconds: Sequence[tuple[Choice, Place]]
) -> Iterator[tuple[Chosen, Chosen]]:
    """For each minute: the choices of the first task that end after it, and those of the second that start by it."""
    for minute in sorted({place.spans[number].start for _, place in seconds}):
        yield (
            tuple(choice for choice, place in firsts if place.spans[number].end > minute),
            tuple(choice for choice, place in seconds if place.spans[number].start <= minute),
        )


def _same_day(data: ProblemData, choices: ChoiceVars, relation: Relation) -> Iterator[tuple[Chosen, Chosen]]:
    """For each day: the choices of the two tasks with an occurrence that starts on it."""
    firsts, seconds = _by_day(data, choices, relation.first), _by_day(data, choices, relation.second)
    for day in sorted(firsts.keys() & seconds.keys()):
        yield tuple(firsts[day]), tuple(seconds[day])


def _by_day(data: ProblemData, choices: ChoiceVars, task: int) -> dict[int, list[Choice]]:
    days: dict[int, list[Choice]] = {}
    for choice, _, place in choices.places(task):
        for day in dict.fromkeys(bisect_right(data.day_starts, span.start) for span in place.spans):
            days.setdefault(day, []).append(choice)
    return days


def _add_not_both(
    model: cp_model.CpModel, choices: ChoiceVars, relation: Relation, first: Chosen, second: Chosen
) -> None:
    """Forbid a choice of the first task with one of the second, unless both stay."""
    ones = [choices.x[relation.first][choice] for choice in first]
    others = [choices.x[relation.second][choice] for choice in second]
    new_ones = [choices.x[relation.first][c] for c in first if not choices.is_stay(relation.first, c)]
    new_others = [choices.x[relation.second][c] for c in second if not choices.is_stay(relation.second, c)]
    if new_ones and others:
        model.add_at_most_one([*new_ones, *others])
    if new_others and ones:
        model.add_at_most_one([*ones, *new_others])


def add_move_budget(model: cp_model.CpModel, data: ProblemData, budget: Budget, choices: ChoiceVars) -> None:
    """Move no more tasks in a proposal than the budget has."""
    proposals: dict[int, list[Move]] = {}
    for index, move in _moves(data, choices):
        proposals.setdefault(data.tasks[index].proposal, []).append(move)
    for moves in proposals.values():
        _add_at_most(model, moves, budget.max_moves)


def add_person_budget(model: cp_model.CpModel, data: ProblemData, budget: Budget, choices: ChoiceVars) -> None:
    """Mail nobody about more moves of a proposal than the budget has for one person."""
    for people in _moves_by_person(data, choices).values():
        for moves in people.values():
            _add_at_most(model, moves, budget.max_moves_per_person)


def add_mail_budget(model: cp_model.CpModel, data: ProblemData, budget: Budget, choices: ChoiceVars) -> None:
    """Mail no more people for a proposal than the budget has."""
    for proposal, people in _moves_by_person(data, choices).items():
        if len(people) <= budget.max_people_mailed:
            continue
        mailed = []
        for resource, moves in people.items():
            literal = model.new_bool_var(f"mailed_{proposal}_{data.resources[resource].id}")
            for move in moves:
                model.add_implication(move, literal)
            mailed.append(literal)
        _add_at_most(model, mailed, budget.max_people_mailed)


Move = cp_model.LiteralT


def _moves(data: ProblemData, choices: ChoiceVars) -> Iterator[tuple[int, Move]]:
    """The tasks whose move counts against the budget, with a literal that is true if they move."""
    for index, task in enumerate(data.tasks):
        if task.stay is None or task.clashes or (list(choices.x[index]) == [0] and not task.spent):
            continue
        stay = None if task.spent else choices.stay(index)
        yield index, choices.model.new_constant(1) if stay is None else stay.negated()


def _moves_by_person(data: ProblemData, choices: ChoiceVars) -> dict[int, dict[int, list[Move]]]:
    """For each proposal the people whom its moves mail, with those moves."""
    proposals: dict[int, dict[int, list[Move]]] = {}
    for index, move in _moves(data, choices):
        people = proposals.setdefault(data.tasks[index].proposal, {})
        for resource in data.tasks[index].mailed:
            people.setdefault(resource, []).append(move)
    return proposals


def _add_at_most(model: cp_model.CpModel, literals: Iterable[Move], most: int) -> None:
    """Let at most so many literals be true, if more could be."""
    found = list(literals)
    if len(found) > most:
        model.add(cp_model.LinearExpr.sum(found) <= most)
