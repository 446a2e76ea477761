"""What each tier counts: every term is one function, and a tier is the sum of its terms."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from ortools.sat.python import cp_model

from solver.candidates import own_costs, price
from solver.data import CELL_MINUTES, CONFLICTS, FOCUS, FOCUS_CELLS, PEOPLE, ProblemData, Span
from solver.days import cells
from solver.variables import ChoiceVars

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


def tier_term(model: cp_model.CpModel, data: ProblemData, choices: ChoiceVars, tier: int) -> Term:
    """The whole value of a tier; its helper variables and their rows are added to the model."""
    total = own_cost_term(data, choices, tier)
    for build in TERMS.get(tier, ()):
        term = build(model, data, choices)
        total.variables += term.variables
        total.weights += term.weights
        total.constant += term.constant
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


def load_term(model: cp_model.CpModel, data: ProblemData, choices: ChoiceVars) -> Term:
    """Minutes of slack that a load day lacks, and of meetings above its ceiling.

    Both grow with the minutes of meetings above a threshold, so the smallest `over` that its row allows is the truth.
    """
    term = Term()
    for (minutes, busy, length), days in Counter(_loads(data, choices)).items():
        wanted, enough = length - data.weights.slack_minutes, data.weights.ceiling_minutes
        most = busy + _most(minutes)
        for threshold, weight in ((wanted, data.weights.slack), (enough, data.weights.ceiling)):
            if weight and most > threshold:
                over = model.new_int_var(0, most - threshold, "over")
                meeting = cp_model.LinearExpr.weighted_sum(
                    [choices.literals[index] for _, index, _ in minutes], [weight for _, _, weight in minutes]
                )
                model.add(meeting - over <= threshold - busy)
                term.add(over, weight * days)
    return term


def fragmentation_term(model: cp_model.CpModel, data: ProblemData, choices: ChoiceVars) -> Term:
    """Cells of load days outside free runs of `FOCUS_CELLS` cells.

    A cell is saved only if no chosen place touches it and it lies in such a run, so the most that can be saved is
    the truth.
    """
    term = Term()
    for (free, touches), days in Counter(_cell_days(data, choices)).items():
        weight = days * data.weights.fragment
        term.constant += weight * len(free)
        for saved in _saved_cells(model, choices, free, touches) if weight else ():
            term.add(saved, -weight)
    return term


TermBuilder = Callable[[cp_model.CpModel, ProblemData, ChoiceVars], Term]

TERMS: dict[int, tuple[TermBuilder, ...]] = {
    CONFLICTS: (pair_conflict_term,),
    PEOPLE: (load_term,),
    FOCUS: (fragmentation_term,),
}

Minutes = tuple[tuple[int, int, int], ...]
"""Task, literal and minutes of each choice that takes from a day."""


class Touch(NamedTuple):
    """A span of a choice on a day: the cells that it touches, and those that it takes as a whole."""

    task: int
    literal: int
    first: int
    last: int
    first_whole: int
    last_whole: int


Touches = tuple[Touch, ...]


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


Taken = list[tuple[int, int, Span]]


def _taken_by_day(data: ProblemData, choices: ChoiceVars) -> Iterator[tuple[Span, list[Span], Taken]]:
    """Each load day of each resource, with the busy spans and the choices (task, literal, span) that take from it."""
    for index, resource in enumerate(data.resources):
        if not resource.load_days:
            continue
        busy: list[list[Span]] = [[] for _ in resource.load_days]
        taken: list[Taken] = [[] for _ in resource.load_days]
        for span in resource.hard_busy:
            for day in _touched_days(resource.load_days, span):
                busy[day].append(span)
        for task, _, literal, span in choices.spans(index):
            for day in _touched_days(resource.load_days, span):
                taken[day].append((task, literal.index, span))
        yield from zip(resource.load_days, busy, taken, strict=True)


def _touched_days(days: tuple[Span, ...], span: Span) -> range:
    """The indexes of the sorted, disjoint days that a span overlaps."""
    return range(bisect_right(days, span.start, key=_end), bisect_left(days, (span.end,)))


def _end(span: Span) -> int:
    return span.end


def _loads(data: ProblemData, choices: ChoiceVars) -> Iterator[tuple[Minutes, int, int]]:
    """The minutes that choices and busy times take from each load day, and its length."""
    for day, busy, taken in _taken_by_day(data, choices):
        minutes: Counter[tuple[int, int]] = Counter()
        for task, literal, span in taken:
            minutes[task, literal] += day.overlap(span)
        sums = tuple(sorted((*key, count) for key, count in minutes.items()))
        yield sums, sum(day.overlap(span) for span in busy), day.end - day.start


def _most(minutes: Minutes) -> int:
    """The most minutes that the tasks can take, each with one of its choices."""
    most: dict[int, int] = {}
    for task, _, count in minutes:
        most[task] = max(count, most.get(task, 0))
    return sum(most.values())


def _cell_days(data: ProblemData, choices: ChoiceVars) -> Iterator[tuple[tuple[bool, ...], Touches]]:
    """For each load day which cells are free whatever is chosen, and which cells each choice touches."""
    for day, busy, taken in _taken_by_day(data, choices):
        grid = cells(day)
        blocked = [*busy, *(span for task, _, span in taken if len(choices.x[task]) == 1)]
        free = tuple(not any(cell.overlap(span) for span in blocked) for cell in grid)
        touches = {
            _touch(task, literal, day, span, len(grid)) for task, literal, span in taken if len(choices.x[task]) > 1
        }
        yield free, tuple(sorted(touches))


def _touch(task: int, literal: int, day: Span, span: Span, cell_count: int) -> Touch:
    first, first_whole = (
        side // CELL_MINUTES for side in (span.start - day.start, span.start - day.start + CELL_MINUTES - 1)
    )
    last, last_whole = (
        side // CELL_MINUTES for side in (span.end - day.start + CELL_MINUTES - 1, span.end - day.start)
    )
    return Touch(task, literal, max(0, first), min(cell_count, last), max(0, first_whole), min(cell_count, last_whole))


def _saved_cells(
    model: cp_model.CpModel, choices: ChoiceVars, free: tuple[bool, ...], touches: Touches
) -> Iterator[cp_model.IntVar]:
    """A literal for each cell of a day that can lie in a free run of `FOCUS_CELLS` cells or more.

    A run that begins saves its cells: the rows are those of minimum up times, whose relaxation is exact for one day.
    """
    starts = [c for c in range(len(free) - FOCUS_CELLS + 1) if all(free[c : c + FOCUS_CELLS])]
    begins = {start: model.new_bool_var(f"begin_{start}") for start in starts}
    reachable = sorted({cell for start in starts for cell in range(start, start + FOCUS_CELLS)})
    saved = {cell: model.new_bool_var(f"saved_{cell}") for cell in reachable}
    for start, begin in begins.items():
        for touching in _spread(choices, touches, start, start + FOCUS_CELLS):
            model.add_at_most_one([begin, *touching])
    for cell, literal in saved.items():
        before = [v for v in (saved.get(cell - 1), begins.get(cell)) if v is not None]
        model.add_bool_or(*before, literal.negated())
        recent = [begins[start] for start in range(cell - FOCUS_CELLS + 1, cell + 1) if start in begins]
        model.add_at_most_one([*recent, literal.negated()])
        _keep_free(model, choices, touches, cell, literal)
    yield from saved.values()


def _keep_free(
    model: cp_model.CpModel, choices: ChoiceVars, touches: Touches, cell: int, saved: cp_model.IntVar
) -> None:
    """Save a cell only if nothing touches it.

    Of the new places that take the whole cell and one that stays, an answer has at most one, so they share a row.
    """
    taking = {(t.task, t.literal) for t in touches if t.first_whole <= cell < t.last_whole}
    touching = {(t.task, t.literal) for t in touches if t.first <= cell < t.last}
    stays = [(task, literal) for task, literal in sorted(taking) if choices.is_stay_literal(task, literal)]
    others = [choices.literals[literal] for task, literal in sorted(taking) if (task, literal) not in stays]
    alone = stays if len(stays) > 1 else []
    partly = sorted({*(touching - taking), *alone})
    for task in dict.fromkeys(task for task, _ in partly):
        model.add_at_most_one([saved, *(choices.literals[literal] for one, literal in partly if one == task)])
    if len(stays) > 1:
        pairs = [both for (a, _), (b, _) in combinations(stays, 2) if (both := choices.both_stay(a, b)) is not None]
        taken = cp_model.LinearExpr.sum([saved, *others, *(choices.literals[literal] for _, literal in stays)])
        model.add(taken - cp_model.LinearExpr.sum(pairs) <= 1)
    elif taking:
        model.add_at_most_one([saved, *others, *(choices.literals[literal] for _, literal in stays)])


def _spread(choices: ChoiceVars, touches: Touches, first: int, last: int) -> Iterator[list[cp_model.IntVar]]:
    """For each task its choices that touch a cell from `first` to before `last`, unless all of them take one cell.

    Then the row of that cell says more.
    """
    by_task: dict[int, list[Touch]] = {}
    for touch in touches:
        if touch.first < last and first < touch.last:
            by_task.setdefault(touch.task, []).append(touch)
    for found in by_task.values():
        common_first = max(first, *(t.first_whole for t in found))
        common_last = min(last, *(t.last_whole for t in found))
        if common_first >= common_last:
            yield [choices.literals[literal] for literal in dict.fromkeys(t.literal for t in found)]
