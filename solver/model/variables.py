"""The decisions of the model: one literal for each choice that a task can get."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from ortools.sat.python import cp_model

from solver.candidates import Candidates, Choice
from solver.data import Place, ProblemData, Span, Task
from solver.model.load_days import LoadDay, Taken, load_days
from solver.model.overlaps import takers
from solver.solution import Solution
from solver.stopping import Poll, go_on


class LongRun(NamedTuple):
    """The literal of minutes beyond a long run of meetings, and the parts of it that may be free.

    `parts` are their first minutes on the load day, each with a literal that is false if the part is taken.
    """

    beyond: cp_model.IntVar
    parts: tuple[tuple[int, cp_model.IntVar], ...]


class ChoiceVars:
    """The literals `x[task][choice]`: true if the task gets the choice; None is a new task without a place."""

    def __init__(self, model: cp_model.CpModel, data: ProblemData, candidates: Candidates, poll: Poll = go_on) -> None:
        self.model = model
        self.data = data
        self.candidates = candidates
        self.x: tuple[dict[Choice, cp_model.IntVar], ...] = tuple(
            self._literals(task, choices, poll) for task, choices in zip(data.tasks, candidates, strict=True)
        )
        self.pairs: dict[tuple[int, int], cp_model.IntVar] = {}
        self.literals = {literal.index: literal for literals in self.x for literal in literals.values()}
        self.long_runs: dict[LoadDay, list[LongRun]] = {}
        self.takers = takers(data, candidates)
        self.stays = frozenset(self.x[n][0].index for n, task in enumerate(data.tasks) if task.stay and 0 in self.x[n])

    def _literals(self, task: Task, choices: Sequence[Choice], poll: Poll) -> dict[Choice, cp_model.IntVar]:
        poll()
        return {choice: self.model.new_bool_var(f"{task.id}_{choice}") for choice in choices}

    def places(self, task: int) -> Iterator[tuple[Choice, cp_model.IntVar, Place]]:
        """The choices of a task that have a place, with their literals."""
        options = self.data.tasks[task].options
        for choice, literal in self.x[task].items():
            if choice is not None:
                yield choice, literal, options[choice]

    @cached_property
    def load_days(self) -> Mapping[LoadDay, int]:
        """The load days that differ, with how many there are of each."""
        days: Counter[LoadDay] = Counter()
        for index, resource in enumerate(self.data.resources):
            if resource.load_days:
                taken, fixed = [], []
                for task, literal, span in self.spans(index):
                    if len(self.x[task]) == 1:
                        fixed.append(span)
                    else:
                        taken.append(Taken(task, literal.index, span))
                days.update(load_days(resource, taken, fixed))
        return days

    def spans(self, resource: int) -> Iterator[tuple[int, cp_model.IntVar, Span]]:
        """Each span of each choice that takes a resource."""
        for task, choice, place in self.takers[resource]:
            literal = self.x[task][choice]
            for span in place.spans:
                yield task, literal, span

    def at_once(self, literals: Iterable[int]) -> Iterator[list[cp_model.IntVar]]:
        """Rows of choices that share a minute of a resource: an answer has at most one of each row.

        Those are the new places, with at most one place that stays.
        """
        found = sorted(set(literals))
        new = [self.literals[literal] for literal in found if literal not in self.stays]
        stays = [self.literals[literal] for literal in found if literal in self.stays]
        yield from ([*new, stay] for stay in stays)
        if not stays:
            yield new

    def stay(self, task: int) -> cp_model.IntVar | None:
        """The literal of today's place, if there is one and the task can keep it."""
        return None if self.data.tasks[task].stay is None else self.x[task].get(0)

    def new(self, task: int) -> Iterator[tuple[cp_model.IntVar, Place]]:
        """The new places of a task, with their literals."""
        for choice, literal, place in self.places(task):
            if not self.is_stay(task, choice):
                yield literal, place

    def both_stay(self, one: int, other: int) -> cp_model.IntVar | None:
        """A literal that is true if two tasks keep today's place, one for each pair; None if one of them cannot."""
        first, second = self.stay(one), self.stay(other)
        if first is None or second is None:
            return None
        if (one, other) not in self.pairs:
            both = self.model.new_bool_var(f"both_stay_{one}_{other}")
            self.model.add_bool_or(first.negated(), second.negated(), both)
            self.model.add_implication(both, first)
            self.model.add_implication(both, second)
            self.pairs[one, other] = both
        return self.pairs[one, other]

    def is_stay(self, task: int, choice: Choice) -> bool:
        """Whether a choice is today's place."""
        return choice == 0 and self.data.tasks[task].stay is not None

    def fix(self, task: int, choice: Choice) -> None:
        """Demand a choice."""
        self.model.add(self.x[task][choice] == 1)

    def hint(self, solution: Solution) -> None:
        """Start the search from an answer."""
        found = [
            (literal.index, int(choice == chosen))
            for literals, chosen in zip(self.x, solution.choices, strict=True)
            for choice, literal in literals.items()
        ]
        hint = self.model.proto.solution_hint
        hint.vars.extend([index for index, _ in found])
        hint.values.extend([value for _, value in found])

    def keep_only(self, candidates: Candidates) -> None:
        """Forbid every choice that is not among these."""
        for literals, kept in zip(self.x, candidates, strict=True):
            for choice in literals.keys() - set(kept):
                domain = self.model.proto.variables[literals[choice].index].domain
                domain.clear()
                domain.extend([0, 0])

    def extract(self, solver: cp_model.CpSolver | cp_model.CpSolverSolutionCallback) -> Solution:
        """The answer that the solver found."""
        return Solution(tuple(next(c for c, x in literals.items() if solver.boolean_value(x)) for literals in self.x))
