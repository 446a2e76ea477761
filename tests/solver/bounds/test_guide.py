"""What the relaxation says of the choices, and in which order they are searched."""

import pytest
from ortools.sat.python import cp_model

from benchmarks.instances import one_manager
from solver.bounds import guide as module
from solver.bounds.guide import Guide, Ring
from solver.bounds.relaxation import relax
from solver.candidates import beside_fixed, feasible_places
from solver.data import PATTERN, ProblemData
from solver.model.constraints import add_constraints
from solver.model.objective import tier_term
from solver.model.overlaps import crowds, overlaps
from solver.model.variables import ChoiceVars
from solver.solution import Solution, objective, stay_all


def guided(data: ProblemData, best: Solution) -> Guide:
    """The guide of the tier `pattern` alone."""
    candidates = beside_fixed(data, feasible_places(data))
    model = cp_model.CpModel()
    choices = ChoiceVars(model, data, candidates)
    add_constraints(model, data, choices, overlaps(data, candidates), crowds(data, candidates))
    tier_term(model, data, choices, PATTERN).minimize(model)
    relaxed = relax(model, 1.0)
    assert relaxed
    return Guide(choices, relaxed, best)


def rings(data: ProblemData) -> list[Ring]:
    best = stay_all(data)
    value = objective(data, best)[PATTERN]
    return list(guided(data, best).rings(lambda: value))


def contains(ring: Ring, choices: tuple[int | None, ...]) -> bool:
    return all(choice in kept for choice, kept in zip(choices, ring.candidates, strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_rings_grow_and_always_keep_the_best_answer(seed: int) -> None:
    data = one_manager(30, seed)
    found = rings(data)
    assert len(found) > 1
    assert [ring.size for ring in found] == sorted(ring.size for ring in found)
    assert [ring.parts == 1 for ring in found] == [ring is found[-1] for ring in found]
    assert all(contains(ring, stay_all(data).choices) for ring in found)


@pytest.mark.parametrize("seed", range(5))
def test_what_the_relaxation_takes_as_a_whole_is_searched_first(seed: int) -> None:
    data = one_manager(30, seed)
    guide = guided(data, stay_all(data))
    first, *_ = guide.rings(lambda: objective(data, stay_all(data))[PATTERN])
    for literals, kept in zip(guide.choices.x, first.candidates, strict=True):
        whole = {c for c, x in literals.items() if guide.relaxed.values[x.index] > 1 - 1e-9}
        assert whole <= set(kept)


def test_few_choices_are_searched_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    data = one_manager(20, 1)
    monkeypatch.setattr(module, "FEW", 10_000)
    assert len(rings(data)) == 1


def test_the_last_ring_has_all_that_could_be_better() -> None:
    data = one_manager(30, 1)
    guide = guided(data, stay_all(data))
    value = objective(data, stay_all(data))[PATTERN]
    *_, last = guide.rings(lambda: value)
    for literals, kept in zip(guide.choices.x, last.candidates, strict=True):
        assert all(c in kept for c, x in literals.items() if guide.relaxed.allows(x.index, value - 1))
    assert last.beyond == value


def test_a_ring_takes_in_an_answer_that_was_found_since() -> None:
    assert Ring(((0, 2), (1,))).with_choices(Solution((2, 0))) == ((0, 2), (1, 0))
