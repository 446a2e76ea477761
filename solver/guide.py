"""Where to search first: among the choices that the relaxation likes, and only then among all that could be better."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from solver.candidates import Candidates
from solver.relaxation import UNIT, Relaxed
from solver.solution import Solution
from solver.variables import ChoiceVars

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
        if self._better(value()).size > FEW:
            for ring in (Ring(self._liked(0)), Ring(self._liked(SPREAD)), self._near(value())):
                if 2 * ring.size < self._better(value()).size:
                    yield ring
        yield self._better(value())

    def _liked(self, spread: int) -> Candidates:
        """The choices that the relaxation uses, and for each task some of those that it could use as well."""
        liked = []
        for literals, best in zip(self.choices.x, self.best.choices, strict=True):
            used = [c for c, x in literals.items() if c == best or self.relaxed.uses(x.index)]
            free = [c for c, x in literals.items() if self.relaxed.added[x.index] == 0 and c not in used]
            every = -(-len(free) // spread) if spread and free else 1
            liked.append((*used, *(free[::every] if spread else ())))
        return tuple(liked)

    def _near(self, value: int) -> Ring:
        least = self.relaxed.lower_bound
        cut = least + (value - least) // NEAR
        return Ring(self.affordable(cut), self.relaxed.at_least(cut * UNIT + 1))

    def _better(self, value: int) -> Ring:
        return Ring(self.affordable(value - self.relaxed.step), value, parts=1)
