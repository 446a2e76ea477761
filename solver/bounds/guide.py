"""Where to search first: among the choices that the relaxation likes, and only then among all that could be better."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from solver.bounds.relaxation import UNIT, Relaxed
from solver.candidates import Candidates
from solver.model.variables import ChoiceVars
from solver.solution import Solution

FEW = 1_000
"""So many choices are searched at once."""
SPREAD = 8
"""So many of the choices that the relaxation could use as well are looked at for each task."""
NEAR = 4
"""Searched first is what can lie in this part of the way from the bound to the value."""
NO_BOUND = -(2**62)


@dataclass(frozen=True, slots=True)
class Ring:
    """Choices to search among, and what an answer with any other choice costs at least.

    The search may take one of so many `parts` of what the tier may take: only all that could be better gets the whole.
    """

    candidates: Candidates
    beyond: int = NO_BOUND
    parts: int = 4

    def with_choices(self, solution: Solution) -> Candidates:
        """The choices with those of an answer, which may have been found since."""
        pairs = zip(solution.choices, self.candidates, strict=True)
        return tuple(choices if chosen in choices else (*choices, chosen) for chosen, choices in pairs)

    @property
    def size(self) -> int:
        """The number of choices."""
        return sum(map(len, self.candidates))


@dataclass(frozen=True, slots=True)
class Guide:
    """What the relaxation of a tier says of the choices; those of the best answer so far are always kept."""

    choices: ChoiceVars
    relaxed: Relaxed
    best: Solution

    def affordable(self, value: int) -> Candidates:
        """The choices that an answer of at most this value can have."""
        return tuple(
            tuple(c for c, x in literals.items() if c == best or self.relaxed.allows(x.index, value))
            for literals, best in zip(self.choices.x, self.best.choices, strict=True)
        )

    def rings(self, value: Callable[[], int]) -> Iterator[Ring]:
        """Ever more choices; the last ring has all that an answer better than `value`, asked anew, can have."""
        rest = self._better(value())
        if rest.size > FEW:
            for ring in self._first(value()):
                if 2 * ring.size < rest.size:
                    yield ring
                    rest = self._better(value())
        yield rest

    def _first(self, value: int) -> Iterator[Ring]:
        """What is searched before the rest, each made only when it is its turn."""
        used = self._used()
        yield Ring(used)
        yield Ring(self._with_free(used))
        yield self._near(value)

    def _used(self) -> Candidates:
        """The choices that the relaxation uses."""
        return tuple(
            tuple(c for c, x in literals.items() if c == best or self.relaxed.uses(x.index))
            for literals, best in zip(self.choices.x, self.best.choices, strict=True)
        )

    def _with_free(self, used: Candidates) -> Candidates:
        """The choices in use, and for each task some of those that the relaxation could use as well."""
        found = []
        for literals, taken in zip(self.choices.x, used, strict=True):
            free = [c for c, x in literals.items() if self.relaxed.added[x.index] == 0 and c not in taken]
            found.append((*taken, *free[:: max(1, -(-len(free) // SPREAD))]))
        return tuple(found)

    def _near(self, value: int) -> Ring:
        least = self.relaxed.lower_bound
        cut = least + (value - least) // NEAR
        return Ring(self.affordable(cut), self.relaxed.at_least(cut * UNIT + 1))

    def _better(self, value: int) -> Ring:
        return Ring(self.affordable(value - self.relaxed.step), value, parts=1)
