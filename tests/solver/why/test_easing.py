from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check import violations
from solver.data import TIERS, Span
from solver.limits import Limits
from solver.search import solve
from solver.solution import in_order, stay_all
from solver.why.easing import best_swap, carried, settled
from tests.solver.given import at, chosen, person, problem, task
from tests.solver.instances import best_values, month, small

LIMITS = Limits(work=2.0)


def test_an_answer_is_carried_by_its_times() -> None:
    data = problem(task("one", at(0), at(60), at(120)), task("new", None, at(200)), task("two", at(300), at(400)))
    eased = problem(task("one", at(0), at(90), at(120)), task("new", None, at(200)), task("two", at(300)))
    assert carried(data, chosen(2, 0, 1), eased) == chosen(2, 0, 0)
    assert carried(data, chosen(1, None, 0), eased) == chosen(0, None, 0)


def test_the_best_swap_is_the_cheapest_free_one_that_is_better() -> None:
    one = task("one", at(0, pattern=9), at(60), at(90, people=1), at(120), at(200, pattern=9))
    data = problem(one, task("two", at(120)), people=(person(hard_busy=(Span(60, 80),)),))
    here = chosen(0, 0)
    assert best_swap(data, here, 0, (1, 3)) is None
    assert best_swap(data, here, 0, (1, 2, 3)) == chosen(2, 0)
    assert best_swap(data, here, 0, (4,)) is None
    assert best_swap(data, here, 0, (0, 2)) == here


def test_an_answer_is_settled_if_what_causes_moves_is_proven() -> None:
    data = problem(task("one", at(0, pattern=9), at(60)), task("two", at(60, pattern=30), at(90)))
    found = settled(data, chosen(0, 0), limits=LIMITS)
    assert found
    assert found.solution == chosen(1, 1)
    tangled = month(1, weeks=1)
    assert settled(tangled, stay_all(tangled), limits=Limits(wall_s=1e-9)) is None


@settings(max_examples=60)
@given(st.integers(0, 100_000))
def test_a_swap_breaks_no_rule_and_what_is_settled_is_best(seed: int) -> None:
    data = small(seed)
    here = solve(data).solution
    assert here
    eased = replace(data, resources=tuple(replace(r, hard_busy=(), visits=()) for r in data.resources))
    for index, one in enumerate(eased.tasks):
        swap = best_swap(eased, here, index, range(len(one.options)))
        if swap and swap != here:
            assert not violations(eased, swap)
            assert in_order(eased, swap, TIERS) < in_order(eased, here, TIERS)
    found = settled(eased, here, limits=LIMITS)
    assert found
    assert [tier.value for tier in found.tiers][:3] == best_values(eased)[:3]
