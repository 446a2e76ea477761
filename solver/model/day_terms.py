"""What a load day costs in tier `people`: slack, ceilings, lunch and breaks."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from ortools.sat.python import cp_model

from solver.data import ProblemData, Span, Weights
from solver.model.load_days import LoadDay
from solver.model.overlaps import elementary, largest_sets
from solver.model.terms import Term
from solver.model.variables import ChoiceVars, LongRun


def load_days_term(model: cp_model.CpModel, data: ProblemData, choices: ChoiceVars) -> Term:
    """What all load days cost."""
    total = Term()
    for day, days in choices.load_days.items():
        for build in DAY_TERMS:
            total.add_term(build(model, data.weights, choices, day), days)
    return total


def minutes_term(model: cp_model.CpModel, weights: Weights, choices: ChoiceVars, day: LoadDay) -> Term:
    """Minutes of slack that the day lacks, and of meetings above its ceiling: both are meetings above a threshold."""
    term = Term()
    minutes = day.minutes()
    busy = sum(span.end - span.start for span in day.busy)
    _add_above(model, term, choices, day, minutes, busy, day.length - weights.slack_minutes, weights.slack)
    _add_above(model, term, choices, day, minutes, busy, weights.ceiling_minutes, weights.ceiling)
    return term


def meetings_term(model: cp_model.CpModel, weights: Weights, choices: ChoiceVars, day: LoadDay) -> Term:
    """Meetings above the ceiling of the day."""
    term = Term()
    meetings = Counter((task, literal) for task, literal, _ in day.taken)
    _add_above(model, term, choices, day, meetings, len(day.busy), weights.ceiling_meetings, weights.meeting)
    return term


def lunch_term(model: cp_model.CpModel, weights: Weights, choices: ChoiceVars, day: LoadDay) -> Term:
    """Lunch windows without a free run that is long enough.

    A run that is free begins with its window or where something ends, so one of those is taken for lunch, or it is
    missed.
    """
    term = Term()
    for window in day.lunches if weights.lunch and weights.lunch_minutes else ():
        runs = _lunches(day, window, weights.lunch_minutes)
        if not runs:
            term.constant += weights.lunch
        elif all(any(run.overlap(span) for *_, span in day.taken) for run in runs):
            term.add(_missed_lunch(model, choices, day, runs), weights.lunch)
    return term


def breaks_term(model: cp_model.CpModel, weights: Weights, choices: ChoiceVars, day: LoadDay) -> Term:
    """Minutes of meetings in a row beyond `run_minutes`: those that come after so many without a break."""
    term = Term()
    longest = day.most(day.minutes()) + sum(span.end - span.start for span in day.busy)
    if not weights.breaks or longest <= weights.run_minutes:
        return term
    cells = _cells(day)
    runs = _runs(day, cells, weights.run_minutes)
    free: dict[int, cp_model.IntVar] = {}
    for number in sorted({number for run in runs for number in run}):
        free[number] = model.new_bool_var(f"free_{number}")
        for row in choices.at_once(cells[number].literals):
            model.add_at_most_one([free[number], *row])
    for run, minutes in runs.items():
        beyond = model.new_bool_var("beyond")
        model.add_bool_or([beyond, *(free[number] for number in run)])
        term.add(beyond, weights.breaks * minutes)
        if run:
            parts = tuple((cells[number].span.start, free[number]) for number in run)
            choices.long_runs.setdefault(day, []).append(LongRun(beyond, parts))
    return term


DayTerm = Callable[[cp_model.CpModel, Weights, ChoiceVars, LoadDay], Term]

DAY_TERMS: tuple[DayTerm, ...] = (minutes_term, meetings_term, lunch_term, breaks_term)


def _add_above(
    model: cp_model.CpModel,
    term: Term,
    choices: ChoiceVars,
    day: LoadDay,
    amounts: Counter[tuple[int, int]],
    fixed: int,
    threshold: int,
    weight: int,
) -> None:
    """Count what the amounts of the choices and a fixed one make above a threshold.

    The least `over` that its row allows is the truth.
    """
    if fixed >= threshold:
        term.constant += weight * (fixed - threshold)
        for (_, literal), amount in amounts.items():
            term.add(choices.literals[literal], weight * amount)
        return
    most = fixed + day.most(amounts)
    if weight and most > threshold:
        over = model.new_int_var(0, most - threshold, "over")
        literals = [choices.literals[literal] for _, literal in amounts]
        model.add(cp_model.LinearExpr.weighted_sum(literals, list(amounts.values())) - over <= threshold - fixed)
        term.add(over, weight)


def _lunches(day: LoadDay, window: Span, minutes: int) -> list[Span]:
    """The runs of so many minutes in a window that may be free, if any is."""
    ends = (span.end for span in (*day.busy, *(span for *_, span in day.taken)))
    starts = sorted({window.start, *(end for end in ends if window.start < end)})
    runs = (Span(start, start + minutes) for start in starts if start + minutes <= window.end)
    return [run for run in runs if not any(run.overlap(span) for span in day.busy)]


def _missed_lunch(model: cp_model.CpModel, choices: ChoiceVars, day: LoadDay, runs: Sequence[Span]) -> cp_model.IntVar:
    """A literal that is true unless one of the runs is free."""
    missed = model.new_bool_var("missed")
    lunches = {-1 - number: model.new_bool_var(f"lunch_{run.start}") for number, run in enumerate(runs)}
    model.add_exactly_one([missed, *lunches.values()])
    spans = [*zip(lunches, runs, strict=True), *((literal, span) for _, literal, span in day.taken)]
    for together in dict.fromkeys(largest_sets(spans)):
        eating = [lunches[key] for key in sorted(together) if key < 0]
        meeting = [key for key in together if key >= 0]
        for row in choices.at_once(meeting) if eating and meeting else ():
            model.add_at_most_one([*eating, *row])
    return missed


class _Cell(NamedTuple):
    """A part of a day in which nothing begins or ends; `busy` whatever is chosen, or by the choices with `literals`."""

    span: Span
    busy: bool
    literals: frozenset[int]


FIXED, ALWAYS = -1, -2


def _cells(day: LoadDay) -> list[_Cell]:
    spans = [(FIXED, span) for span in day.busy]
    spans += [(literal, span) for _, literal, span in day.taken]
    cells = elementary([(ALWAYS, Span(0, day.length)), *spans])
    return [_Cell(span, FIXED in keys, keys - {FIXED, ALWAYS}) for keys, span in cells]


def _runs(day: LoadDay, cells: Sequence[_Cell], minutes: int) -> Counter[tuple[int, ...]]:
    """How many minutes come after a run of so many, if certain cells are taken: their numbers, without busy ones."""
    found: Counter[tuple[int, ...]] = Counter()
    starts = [cell.span.start for cell in cells]
    points = {minutes, day.length, *starts, *(start + minutes for start in starts)}
    for at, until in pairwise(sorted(point for point in points if minutes <= point <= day.length)):
        run = range(bisect_right(starts, at - minutes) - 1, bisect_right(starts, at))
        if all(cells[number].busy or cells[number].literals for number in run):
            found[tuple(number for number in run if not cells[number].busy)] += until - at
    return found
