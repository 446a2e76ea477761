"""The best places of one task, each with the best that the other tasks can then do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from solver.data import TIERS, Place, ProblemData
from solver.limits import Limits
from solver.search import solve
from solver.solution import Result, Solution
from solver.stopping import Cancelled


@dataclass(frozen=True, slots=True)
class Ranked:
    """An option of the task, and the answer with the task there, in terms of the whole problem."""

    option: int
    result: Result


def best_options(
    data: ProblemData,
    task: int,
    most: int,
    *,
    limits: Limits | None = None,
    hint: Solution | None = None,
    cancelled: Cancelled | None = None,
    order: Sequence[str] = TIERS,
) -> list[Ranked]:
    """Up to so many options of a task, the best first: each is the best once those before it are forbidden.

    Each search has the same limits and begins from the answer before. The ranks are proven where the results are
    optimal. A new task that is better left out ends the list; today's place of a task cannot be forbidden, so that one
    ranks among the others, and then ends it.
    """
    found: list[Ranked] = []
    for left in _leftover(data, task, found):
        if len(found) == most or (cancelled is not None and cancelled()):
            break
        narrowed = _only(data, task, left)
        given = _moved_on(narrowed, task, left, hint) if hint else None
        result = solve(narrowed, limits=limits, hint=given, cancelled=cancelled, order=order)
        choice = None if result.solution is None else result.solution.choices[task]
        if result.solution is None or choice is None:
            break
        hint = result.solution.swapped(task, left[choice])
        found.append(Ranked(left[choice], replace(result, solution=hint)))
    return found


def _leftover(data: ProblemData, task: int, found: Sequence[Ranked]) -> Iterator[list[int]]:
    """The options that are not forbidden yet, as long as there are any; today's place comes first."""
    options = range(len(data.tasks[task].options))
    while True:
        taken = {ranked.option for ranked in found}
        left = [n for n in options if n not in taken]
        if not left or (0 in taken and data.tasks[task].stay is not None):
            return
        yield left


def _only(data: ProblemData, task: int, left: Sequence[int]) -> ProblemData:
    """The problem in which a task has just some of its options."""
    one = data.tasks[task]
    places: list[Place] = [one.options[n] for n in left]
    narrowed = replace(one, places=tuple(places[1:] if one.stay else places))
    return replace(data, tasks=(*data.tasks[:task], narrowed, *data.tasks[task + 1 :]))


def _moved_on(narrowed: ProblemData, task: int, left: Sequence[int], hint: Solution) -> Solution:
    """A hint for the options left: a task whose place is forbidden begins where it is today, if anywhere."""
    choice = hint.choices[task]
    if choice in left:
        return hint.swapped(task, left.index(choice))
    return hint.swapped(task, None if narrowed.tasks[task].stay is None else 0)
