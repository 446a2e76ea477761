"""What a problem with one rule eased would change: first by a look, then by solving it again."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from solver.data import TIERS, ProblemData
from solver.limits import Limits
from solver.solution import Result, Solution, in_order
from solver.why.explain import free_options

CAUSES = ("conflicts", "free_days", "pattern")
"""The tiers that can cause a move; the others only choose where it goes."""


def carried(data: ProblemData, solution: Solution, eased: ProblemData) -> Solution:
    """An answer in another problem of the same tasks: each at the same time as before, or else where it is today."""
    return Solution(tuple(_same(data, solution, eased, task) for task in range(len(data.tasks))))


def best_swap(
    data: ProblemData,
    solution: Solution,
    task: int,
    wanted: Collection[int],
    *,
    order: Sequence[str] = TIERS,
) -> Solution | None:
    """The best answer with one task at a wanted option and the others where they are; None if there is none as good.

    An answer that has the task there already is its own best swap.
    """
    if solution.choices[task] in wanted:
        return solution
    swaps = [solution.swapped(task, option) for option in free_options(data, solution, task, wanted)]
    best = min((solution, *swaps), key=lambda swap: in_order(data, swap, order))
    return None if best is solution else best


def settled(data: ProblemData, near: Solution, *, limits: Limits, order: Sequence[str] = TIERS) -> Result | None:
    """Solve an eased problem from an answer nearby; None unless the tiers that can cause a move are proven.

    An answer that was cut short before that says nothing of what the eased rule is good for.
    """
    from solver.search import solve  # noqa: PLC0415 - OR-Tools takes a second to import

    result = solve(data, limits=limits, hint=near, order=order)
    causes = [tier for tier in result.tiers if tier.name in CAUSES]
    return result if causes and all(tier.value == tier.lower_bound for tier in causes) else None


def _same(data: ProblemData, solution: Solution, eased: ProblemData, task: int) -> int | None:
    """The option of a task in the eased problem that is the place it has; else the first, or None for a new task."""
    nothing = None if eased.tasks[task].stay is None else 0
    place = solution.place(data, task)
    if place is None:
        return nothing
    options = enumerate(eased.tasks[task].options)
    found = (n for n, option in options if (option.spans, option.resources) == (place.spans, place.resources))
    return next(found, nothing)
