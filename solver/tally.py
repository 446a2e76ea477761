"""The budget as it is spent move by move."""

from __future__ import annotations

from collections.abc import Iterable

from solver.data import Budget, ProblemData


class Tally:
    """Which moves count against the budget so far, for whom, and how many people they mail."""

    def __init__(self, data: ProblemData) -> None:
        self.budget: Budget | None = data.budget
        self.tasks = data.tasks
        self.charged = [bool(data.budget) and task.stay is not None and not task.clashes for task in data.tasks]
        self.moves: dict[int, None] = {}
        self.mails = [0] * len(data.resources)
        self.mailed = 0

    def allows(self, task: int) -> bool:
        """Whether one more task may move."""
        if self.budget is None or not self.charged[task]:
            return True
        mailed = self.tasks[task].mailed
        most = self.budget.max_moves_per_person
        return (
            len(self.moves) < self.budget.max_moves
            and all(self.mails[resource] < most for resource in mailed)
            and self.mailed + sum(not self.mails[resource] for resource in mailed) <= self.budget.max_people_mailed
        )

    def move(self, task: int) -> None:
        """Count the move of a task, if it counts."""
        if self.charged[task]:
            self.moves[task] = None
            for resource in self.tasks[task].mailed:
                self.mailed += not self.mails[resource]
                self.mails[resource] += 1

    def undo(self, task: int) -> None:
        """Count it no more."""
        if self.charged[task]:
            del self.moves[task]
            for resource in self.tasks[task].mailed:
                self.mails[resource] -= 1
                self.mailed -= not self.mails[resource]

    def fits(self, task: int, without: Iterable[int]) -> bool:
        """Whether a task may move once some others do not."""
        removed = [other for other in without if other in self.moves]
        for other in removed:
            self.undo(other)
        fits = self.allows(task)
        for other in removed:
            self.move(other)
        return fits
