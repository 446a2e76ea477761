import pytest

from solver.check import violations
from solver.solution import stay_all
from tests.solver.cases import CASES, Case, moved_to, two_at
from tests.solver.given import at, chosen, problem, task
from tests.solver.instances import small


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_rule_holds_or_is_named(case: Case) -> None:
    assert tuple(fault.rule for fault in violations(case.data, case.solution)) == case.broken


def test_violation_names_both_culprits() -> None:
    (fault,) = violations(two_at(90, 90), chosen(1, 1))
    assert fault.culprits == ("one", "two")
    assert fault.text == "one and two overlap for ana"


def test_violation_names_the_resource() -> None:
    (fault,) = violations(moved_to(700), chosen(1))
    assert fault.culprits == ("one", "ana")
    assert fault.text == "one at [700, 730) lies outside the working time of ana"


def test_every_broken_rule_is_listed() -> None:
    data = problem(task("one", at(0), at(700), earliest=800), task("two", at(710)))
    assert {fault.rule for fault in violations(data, chosen(1, 0))} == {"earliest", "working", "taken"}


@pytest.mark.parametrize("choices", [(None,), (2,), (-1,), (), (0, 0)])
def test_a_task_that_exists_has_one_of_its_options(choices: tuple[int | None, ...]) -> None:
    data = problem(task("one", at(0), at(60)))
    assert {fault.rule for fault in violations(data, chosen(*choices))} == {"choice"}


@pytest.mark.parametrize("seed", range(200))
def test_what_stands_may_stay(seed: int) -> None:
    data = small(seed, budget=True)
    assert violations(data, stay_all(data)) == []
