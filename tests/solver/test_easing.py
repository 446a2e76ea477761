from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check import violations
from solver.data import TIERS, ProblemData, Span
from solver.easing import best_swap, carried, freed
from solver.limits import Limits
from solver.search import solve
from solver.solution import Solution, in_order, objective
from tests.solver.given import at, chosen, person, problem, task
from tests.solver.instances import best_values, small, solutions

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


def test_a_task_is_freed_only_if_solving_again_gives_it_a_wanted_option() -> None:
    data = problem(task("one", at(0, pattern=9), at(60)), task("two", at(60, pattern=30), at(60)))
    assert freed(data, chosen(0, 0), 0, (1,), limits=LIMITS) is None
    roomy = problem(task("one", at(0, pattern=9), at(60)), task("two", at(60, pattern=30), at(90)))
    found = freed(roomy, chosen(0, 0), 0, (1,), limits=LIMITS)
    assert found
    assert found.solution == chosen(1, 1)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 100_000))
def test_what_is_freed_is_so_in_the_best_answer(seed: int) -> None:
    data = small(seed)
    here = solve(data).solution
    assert here
    eased = replace(data, resources=tuple(replace(r, hard_busy=(), visits=()) for r in data.resources))
    for index in range(len(data.tasks)):
        wanted = [n for n in range(len(eased.tasks[index].options)) if n != here.choices[index]]
        swap = best_swap(eased, here, index, wanted)
        if swap:
            assert not violations(eased, swap)
            assert in_order(eased, swap, TIERS) < in_order(eased, here, TIERS)
            found = freed(eased, swap, index, wanted, limits=LIMITS)
            assert (found is not None) >= all(s.choices[index] in wanted for s in best_answers(eased))


def best_answers(data: ProblemData) -> list[Solution]:
    """All the best valid answers, by exhaustive search."""
    best = best_values(data)
    found = (s for s in solutions(data) if list(objective(data, s)) == best)
    return [s for s in found if not violations(data, s)]
