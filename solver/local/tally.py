"""The budget as it is spent move by move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from solver.data import Budget, ProblemData


class Tally:
    """Which moves count against the budget so far, for whom, and how many people they mail, in each proposal."""

    def __init__(self, data: ProblemData) -> None:
        self.budget: Budget | None = data.budget
        self.tasks = data.tasks
        self.charged = [bool(data.budget) and task.stay is not None and not task.clashes for task in data.tasks]
        self.moves: dict[int, None] = {}
        self.made: Counter[int] = Counter()
        self.mails: Counter[tuple[int, int]] = Counter()
        self.mailed: Counter[int] = Counter()
        for task, (known, counts) in enumerate(zip(data.tasks, self.charged, strict=True)):
            if known.spent and counts:
                self._count(task)

    def allows(self, task: int) -> bool:
        """Whether one more task may move."""
        if self.budget is None or not self.charged[task]:
            return True
        mine = self.tasks[task].proposal
        mails = [self.mails[mine, resource] for resource in self.tasks[task].mailed]
        most = self.budget.max_moves_per_person
        return (
            self.made[mine] < self.budget.max_moves
            and all(count < most for count in mails)
            and self.mailed[mine] + sum(not count for count in mails) <= self.budget.max_people_mailed
        )

    def move(self, task: int) -> None:
        """Count the move of a task, if it counts."""
        if self.charged[task]:
            self.moves[task] = None
            self._count(task)

    def _count(self, task: int) -> None:
        mine = self.tasks[task].proposal
        self.made[mine] += 1
        for resource in self.tasks[task].mailed:
            self.mailed[mine] += not self.mails[mine, resource]
            self.mails[mine, resource] += 1

    def undo(self, task: int) -> None:
        """Count it no more."""
        if self.charged[task]:
            del self.moves[task]
            mine = self.tasks[task].proposal
            self.made[mine] -= 1
            for resource in self.tasks[task].mailed:
                self.mails[mine, resource] -= 1
                self.mailed[mine] -= not self.mails[mine, resource]

    def fits(self, task: int, without: Iterable[int]) -> bool:
        """Whether a task may move once some others do not."""
        removed = [other for other in without if other in self.moves]
        for other in removed:
            self.undo(other)
        fits = self.allows(task)
        for other in removed:
            self.move(other)
        return fits
