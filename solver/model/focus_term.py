"""What fragmentation costs: working time outside long free runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from ortools.sat.python import cp_model

from solver.data import CELL_MINUTES, FOCUS_CELLS, ProblemData, Span
from solver.days import cells
from solver.model.load_days import LoadDay, Taken
from solver.model.terms import Term
from solver.model.variables import ChoiceVars, LongRun


class Touch(NamedTuple):
    """A span of a choice on a day: the cells that it touches, and those that it takes as a whole."""

    task: int
    literal: int
    first: int
    last: int
    first_whole: int
    last_whole: int


Touches = tuple[Touch, ...]


def fragmentation_term(model: cp_model.CpModel, data: ProblemData, choices: ChoiceVars) -> Term:
    """Cells of load days outside free runs of `FOCUS_CELLS` cells.

    A cell is saved only if no chosen place touches it and it lies in such a run, so the most that can be saved is
    the truth.
    """
    term = Term()
    for (free, touches), days in _cell_days(choices).items():
        weight = data.weights.fragment * sum(choices.load_days[day] for day in days)
        term.constant += weight * len(free)
        if weight:
            saved, begins = _saved_cells(model, choices, free, touches)
            for literal in saved.values():
                term.add(literal, -weight)
            for run in (run for day in days for run in choices.long_runs.get(day, ())):
                _end_runs(model, run, saved, begins)
    return term


def _end_runs(
    model: cp_model.CpModel, run: LongRun, saved: dict[int, cp_model.IntVar], begins: dict[int, cp_model.IntVar]
) -> None:
    """A run of meetings ends in a short break, or where a saved run begins, or a saved one covers its first part.

    This follows from the other rows, but not in their relaxation: there the same free time would be both many short
    breaks and a long saved run.
    """
    cells = [start // CELL_MINUTES for start, _ in run.parts]
    ends = [run.beyond, *(free for _, free in run.parts)]
    ends += [begins[cell] for cell in range(cells[0] + 1, cells[-1] + 1) if cell in begins]
    long = [saved[cell] for cell in cells[1:] if cell in saved]
    model.add(cp_model.LinearExpr.sum(ends) - cp_model.LinearExpr.sum(long) >= 1)


def _cell_days(choices: ChoiceVars) -> dict[tuple[tuple[bool, ...], Touches], list[LoadDay]]:
    """The load days by the cells that are free whatever is chosen, and those that each choice touches."""
    found: dict[tuple[tuple[bool, ...], Touches], list[LoadDay]] = {}
    for day in choices.load_days:
        grid = cells(Span(0, day.length))
        free = tuple(not any(cell.overlap(span) for span in day.busy) for cell in grid)
        touches = tuple(sorted({_touch(taken, len(grid)) for taken in day.taken}))
        found.setdefault((free, touches), []).append(day)
    return found


def _touch(taken: Taken, cell_count: int) -> Touch:
    start, end = taken.span
    first, first_whole = start // CELL_MINUTES, -(-start // CELL_MINUTES)
    last, last_whole = -(-end // CELL_MINUTES), end // CELL_MINUTES
    return Touch(taken.task, taken.literal, first, min(cell_count, last), first_whole, min(cell_count, last_whole))


def _saved_cells(
    model: cp_model.CpModel, choices: ChoiceVars, free: tuple[bool, ...], touches: Touches
) -> tuple[dict[int, cp_model.IntVar], dict[int, cp_model.IntVar]]:
    """A literal for each cell that can lie in a free run of `FOCUS_CELLS` cells or more, and one where a run can begin.

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
    return saved, begins


def _keep_free(
    model: cp_model.CpModel, choices: ChoiceVars, touches: Touches, cell: int, saved: cp_model.IntVar
) -> None:
    """Save a cell only if nothing touches it.

    Of the new places that take the whole cell and one that stays, an answer has at most one, so they share a row.
    """
    taking = {(t.task, t.literal) for t in touches if t.first_whole <= cell < t.last_whole}
    touching = {(t.task, t.literal) for t in touches if t.first <= cell < t.last}
    stays = [(task, literal) for task, literal in sorted(taking) if literal in choices.stays]
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
