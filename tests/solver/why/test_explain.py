import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.check import violations
from solver.data import TIERS, Budget, ProblemData, Relation, Span
from solver.search import solve
from solver.solution import Solution, objective, stay_all
from solver.why.explain import Binding, binding, free_options
from tests.solver.given import at, chosen, person, problem, task
from tests.solver.instances import small

BUSY = (Span(100, 130),)
NAMED = (person("ana", hard_busy=BUSY), person("bob", hard_busy=(Span(300, 400),)))


def why(data: ProblemData, solution: Solution, *wanted: int) -> Binding:
    """What stands between the first task and the wanted options."""
    return binding(data, solution, 0, wanted)


def test_nothing_wanted() -> None:
    assert why(problem(task("one", at(0))), chosen(0)) == Binding("none", (), {})


def test_busy_names_who_is_busy_most_often() -> None:
    data = problem(task("one", at(0), at(100), at(300), at(330), required=(0, 1)), people=NAMED)
    assert why(data, chosen(0), 1, 2, 3) == Binding("busy", ("bob", "ana"), {"busy": 3})


def test_the_rule_that_forbids_most_is_the_main_one() -> None:
    data = problem(task("one", at(0), at(100), at(590), at(595)), people=NAMED[:1])
    assert why(data, chosen(0), 1, 2, 3) == Binding("working", ("ana",), {"busy": 1, "working": 2})


def test_closed_and_earliest() -> None:
    data = problem(task("one", at(0), at(100), earliest=50), people=(person(closed=BUSY),))
    assert why(data, chosen(0), 1) == Binding("closed", ("ana",), {"closed": 1})
    data = problem(task("one", at(0), at(100), earliest=150))
    assert why(data, chosen(0), 1) == Binding("earliest", (), {"earliest": 1})


def test_an_option_that_only_another_task_takes_comes_before_those_that_fail_alone() -> None:
    data = problem(task("one", at(0), at(100), at(110), at(500)), task("two", at(510)), people=NAMED[:1])
    assert why(data, chosen(0, 0), 1, 2, 3) == Binding("taken", ("two",), {"busy": 2, "taken": 1})


def test_relation_names_the_other_task() -> None:
    tasks = (task("one", at(0), at(200)), task("two", at(100)))
    data = problem(*tasks, relations=(Relation("order", 0, 1),))
    assert why(data, chosen(0, 0), 1) == Binding("relation", ("two",), {"relation": 1})


def test_budget_names_what_moves_instead() -> None:
    data = problem(task("one", at(0), at(60)), task("two", at(100), at(200)), budget=Budget(1, 9, 9))
    assert why(data, chosen(0, 1), 1) == Binding("budget", ("two",), {"budget": 1})


def test_cost_names_the_first_tier_that_gets_worse() -> None:
    data = problem(task("one", at(0, focus=9), at(60, people=1)))
    assert why(data, chosen(0), 1) == Binding("cost", ("people",), {"cost": 1})
    other = binding(data, chosen(0), 0, (1,), order=("focus", *TIERS[:5]))
    assert other == Binding("open", (), {"open": 1})


def test_open_says_that_nothing_stands_in_the_way() -> None:
    data = problem(task("one", at(0, pattern=9), at(60)))
    assert why(data, chosen(0), 1) == Binding("open", (), {"open": 1})


def test_today_is_never_forbidden_alone() -> None:
    data = problem(task("one", at(100), at(0)), people=NAMED[:1])
    assert why(data, chosen(1), 0).rule == "cost"


@given(st.integers(0, 100_000))
def test_the_main_rule_is_what_the_check_says(seed: int) -> None:
    data = small(seed, budget=True)
    solution = solve(data).solution
    assert solution
    for index, one in enumerate(data.tasks):
        for option in range(len(one.options)):
            if option != solution.choices[index]:
                found = binding(data, solution, index, [option])
                swapped = Solution((*solution.choices[:index], option, *solution.choices[index + 1 :]))
                rules = {fault.rule for fault in violations(data, swapped)}
                assert_agrees(found, rules, objective(data, solution), objective(data, swapped))


def assert_agrees(found: Binding, rules: set[str], now: tuple[int, ...], then: tuple[int, ...]) -> None:
    """A rule is named if and only if it is broken; without one the swap is no better in an answer proven best."""
    if found.rule in ("open", "cost"):
        assert not rules
        assert (found.rule == "cost") == (then > now)
        assert then >= now
    else:
        assert rules & {found.rule, *({"order", "not_same_day"} if found.rule == "relation" else ())}


@pytest.mark.parametrize("wanted", [[1], [1, 1]])
def test_counts_add_up(wanted: list[int]) -> None:
    data = problem(task("one", at(0), at(100)), people=NAMED[:1])
    assert why(data, chosen(0), *wanted).counts == {"busy": len(wanted)}


@pytest.mark.parametrize("seed", range(20))
def test_what_is_free_is_what_no_rule_binds(seed: int) -> None:
    data = small(seed)
    for start in (stay_all(data), Solution(tuple(len(one.options) - 1 if one.options else None for one in data.tasks))):
        for number, one in enumerate(data.tasks):
            others = [n for n in range(len(one.options)) if n != start.choices[number]]
            unbound = [n for n in others if binding(data, start, number, [n]).rule in ("open", "cost")]
            assert free_options(data, start, number) == unbound
