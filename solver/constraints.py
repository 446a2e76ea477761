"""The hard rules between tasks as rows of the model; what a place breaks by itself was dropped before."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import combinations

from ortools.sat.python import cp_model

from solver.candidates import Choice
from solver.data import Budget, ProblemData, Relation
from solver.overlaps import Overlaps, among
from solver.variables import ChoiceVars


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
        for first, second in pairs:
            _add_not_both(model, choices, relation, first, second)


Chosen = list[tuple[Choice, cp_model.IntVar]]


def _ordered(choices: ChoiceVars, relation: Relation) -> Iterator[tuple[Chosen, Chosen]]:
    """For each minute: the choices of the first task that end after it, and those of the second that start by it."""
    firsts = [(place.spans[0].end, choice, literal) for choice, literal, place in choices.places(relation.first)]
    seconds = [(place.spans[0].start, choice, literal) for choice, literal, place in choices.places(relation.second)]
    for minute in sorted({start for start, _, _ in seconds}):
        yield (
            [(choice, literal) for end, choice, literal in firsts if end > minute],
            [(choice, literal) for start, choice, literal in seconds if start <= minute],
        )


def _same_day(data: ProblemData, choices: ChoiceVars, relation: Relation) -> Iterator[tuple[Chosen, Chosen]]:
    """For each day: the choices of the two tasks that start on it."""
    firsts, seconds = _by_day(data, choices, relation.first), _by_day(data, choices, relation.second)
    for day in sorted(firsts.keys() & seconds.keys()):
        yield firsts[day], seconds[day]


def _by_day(data: ProblemData, choices: ChoiceVars, task: int) -> dict[int, Chosen]:
    days: dict[int, Chosen] = {}
    for choice, literal, place in choices.places(task):
        day = bisect_right(data.day_starts, place.spans[0].start)
        days.setdefault(day, []).append((choice, literal))
    return days


def _add_not_both(
    model: cp_model.CpModel, choices: ChoiceVars, relation: Relation, first: Chosen, second: Chosen
) -> None:
    """Forbid a choice of the first task with one of the second, unless both stay."""
    new_first = [literal for choice, literal in first if not choices.is_stay(relation.first, choice)]
    new_second = [literal for choice, literal in second if not choices.is_stay(relation.second, choice)]
    if new_first and second:
        model.add_at_most_one([*new_first, *(literal for _, literal in second)])
    if new_second and first:
        model.add_at_most_one([*(literal for _, literal in first), *new_second])


def add_move_budget(model: cp_model.CpModel, data: ProblemData, budget: Budget, choices: ChoiceVars) -> None:
    """Move no more tasks than the budget has."""
    _add_at_most(model, [move for _, move in _moves(data, choices)], budget.max_moves)


def add_person_budget(model: cp_model.CpModel, data: ProblemData, budget: Budget, choices: ChoiceVars) -> None:
    """Mail nobody about more moves than the budget has for one person."""
    for moves in _moves_by_person(data, choices).values():
        _add_at_most(model, moves, budget.max_moves_per_person)


def add_mail_budget(model: cp_model.CpModel, data: ProblemData, budget: Budget, choices: ChoiceVars) -> None:
    """Mail no more people than the budget has."""
    people = _moves_by_person(data, choices)
    if len(people) <= budget.max_people_mailed:
        return
    mailed = []
    for resource, moves in people.items():
        literal = model.new_bool_var(f"mailed_{data.resources[resource].id}")
        for move in moves:
            model.add_implication(move, literal)
        mailed.append(literal)
    _add_at_most(model, mailed, budget.max_people_mailed)


Move = cp_model.LiteralT


def _moves(data: ProblemData, choices: ChoiceVars) -> Iterator[tuple[int, Move]]:
    """The tasks whose move counts against the budget, with a literal that is true if they move."""
    for index, task in enumerate(data.tasks):
        if task.stay is None or task.clashes or list(choices.x[index]) == [0]:
            continue
        stay = choices.stay(index)
        yield index, choices.model.new_constant(1) if stay is None else stay.negated()


def _moves_by_person(data: ProblemData, choices: ChoiceVars) -> dict[int, list[Move]]:
    people: dict[int, list[Move]] = {}
    for index, move in _moves(data, choices):
        for resource in data.tasks[index].mailed:
            people.setdefault(resource, []).append(move)
    return people


def _add_at_most(model: cp_model.CpModel, literals: Iterable[Move], most: int) -> None:
    """Let at most so many literals be true, if more could be."""
    found = list(literals)
    if len(found) > most:
        model.add(cp_model.LinearExpr.sum(found) <= most)
