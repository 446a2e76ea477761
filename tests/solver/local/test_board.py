from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.candidates import feasible_places, own_costs
from solver.check import violations
from solver.data import Budget, ProblemData, Span
from solver.local.board import NOTHING, Board
from solver.local.columns import MANY
from solver.local.construction import construct, repair, settle
from solver.solution import Solution, objective
from solver.stopping import StoppedError
from tests.solver.given import at, chosen, person, problem, task
from tests.solver.instances import small

seeds = st.integers(0, 100_000)


def board_of(data: ProblemData, order: tuple[int, ...] = (0, 1, 2, 3, 4, 5), many: int = MANY) -> Board:
    board = Board(data, feasible_places(data), [own_costs(data, tier) for tier in range(6)], order, many)
    board.look_at_days()
    return board


def built(data: ProblemData) -> Solution:
    board = board_of(data)
    construct(board, Random(1), lambda: False)
    return board.solution()


def repaired(data: ProblemData, hint: Solution) -> Solution:
    board = board_of(data)
    repair(board, hint)
    return board.solution()


@given(seeds, st.booleans(), st.permutations(range(6)), st.sampled_from([1, MANY]))
def test_value_is_the_objective_and_the_cheapest_offer_breaks_no_rule(
    seed: int, budget: bool, order: list[int], many: int
) -> None:
    data, rng = small(seed, budget=budget), Random(seed)
    board = board_of(data, tuple(order), many)
    settle(board, range(len(data.tasks)))
    for _ in range(10):
        assert board.scale.values(board.value) == objective(data, board.solution())
        assert violations(data, board.solution()) == []
        task = rng.randrange(len(data.tasks))
        before = board.remove(task)
        without = board.value
        added, offer = board.cheapest(task, rng, blink=0.2)
        board.put(task, before if offer is NOTHING else offer)
        assert offer is NOTHING or board.value == without + added


@given(seeds, st.booleans(), st.sampled_from([1, MANY]))
def test_cheapest_offer_is_the_best_of_all_choices(seed: int, budget: bool, many: int) -> None:
    data = small(seed, budget=budget)
    board = board_of(data, many=many)
    settle(board, range(len(data.tasks)))
    board.remove(0)
    _, offer = board.cheapest(0, Random(0))
    board.put(0, offer)
    stays = board.solution()
    answers = [stays.swapped(0, choice) for choice in feasible_places(data)[0]]
    best = min(objective(data, answer) for answer in answers if not violations(data, answer))
    assert objective(data, stays) == best


def test_days_count_only_from_when_they_are_looked_at() -> None:
    data = problem(task("one", at(0)), people=(person(load_days=(Span(0, 600),)),))
    board = Board(data, feasible_places(data), [own_costs(data, tier) for tier in range(6)], range(6))
    settle(board, [0])
    assert board.scale.values(board.value) == (0, 0, 0, 0, 0, 0)
    board.look_at_days()
    assert board.scale.values(board.value) == objective(data, chosen(0))


@given(seeds, st.booleans())
def test_what_is_built_breaks_no_rule(seed: int, budget: bool) -> None:
    data = small(seed, budget=budget)
    assert violations(data, built(data)) == []


def test_each_task_gets_its_cheapest_place() -> None:
    data = problem(task("one", at(0, pattern=9), at(60, pattern=5), at(90)), task("two", None, at(300)))
    assert built(data) == chosen(2, 0)


def test_a_place_that_another_leaves_can_be_taken() -> None:
    data = problem(task("one", at(0, pattern=9), at(100), at(300, pattern=1)), task("two", at(100, pattern=9), at(200)))
    assert built(data) == chosen(1, 1)


def test_what_is_in_the_way_of_a_task_without_a_free_place_leaves() -> None:
    data = problem(task("one", at(0)), task("two", at(300, pattern=9), at(10), at(100, pattern=1)))
    assert built(data) == chosen(0, 2)


def test_the_budget_goes_to_who_gains_most() -> None:
    tasks = [task(f"t{i}", at(60 * i, pattern=i), at(300 + 60 * i)) for i in range(4)]
    assert built(problem(*tasks, budget=Budget(2, 9, 9))) == chosen(0, 0, 1, 1)


def test_each_proposal_has_the_whole_budget() -> None:
    tasks = (task(f"t{n}", at(60 * n, pattern=9), at(300 + 60 * n), proposal=n, mailed=(0,)) for n in range(2))
    assert built(problem(*tasks, budget=Budget(1, 1, 1))) == chosen(1, 1)


def test_nothing_is_built_once_it_is_stopped() -> None:
    data = problem(task("one", at(0, pattern=9), at(60)), task("two", None, at(300)))
    board = board_of(data)
    construct(board, Random(1), lambda: True)
    assert board.solution() == chosen(0, None)


@given(seeds, st.booleans())
def test_what_is_repaired_breaks_no_rule(seed: int, budget: bool) -> None:
    data, rng = small(seed, budget=budget), Random(seed)
    hint = Solution(tuple(rng.choice([None, 0, 1, 2, 7]) for _ in range(rng.randint(0, 6))))
    assert violations(data, repaired(data, hint)) == []


@given(seeds, st.booleans())
def test_a_hint_that_breaks_no_rule_is_kept(seed: int, budget: bool) -> None:
    data = small(seed, budget=budget)
    answer = built(data)
    assert repaired(data, answer) == answer


def test_only_what_a_hint_gets_wrong_is_mended() -> None:
    busy = person(hard_busy=(Span(100, 130),))
    data = problem(task("one", at(0), at(100), at(200)), task("two", at(30), at(300, pattern=9)), people=(busy,))
    assert repaired(data, chosen(1, 1)) == chosen(0, 1)


def test_a_task_cannot_stay_in_a_room_that_another_has_taken() -> None:
    people = (person("ana"), person("bob"), person("room", seats=9))
    in_room = replace(at(0), resources=(2,))
    only_stays = (task("one", in_room), task("two", at(300), required=(1,)))
    board = board_of(problem(*only_stays, task("three", None, in_room, required=(1,)), people=people))
    board.put(2, board.new[2][0][2])
    assert board.cheapest(0, Random(0))[1] is NOTHING


@given(seeds, st.sampled_from([1, MANY]))
def test_offers_that_are_restored_leave_the_board_as_it_was(seed: int, many: int) -> None:
    data, rng = small(seed), Random(seed)
    board = board_of(data, many=many)
    settle(board, range(len(data.tasks)))
    answer, value = board.solution(), board.value
    tasks = rng.sample(range(len(data.tasks)), 2)
    before = {task: board.remove(task) for task in tasks}
    board.put(tasks[0], board.cheapest(tasks[0], rng)[1])
    board.restore(before, value)
    assert board.solution() == answer
    for one in tasks:
        board.put(one, board.remove(one))
    assert board.value == value
    assert board.scale.values(value) == objective(data, answer)


def test_a_board_is_not_built_to_its_end_once_it_is_stopped() -> None:
    data = problem(task("one", at(0), at(60)))
    with pytest.raises(StoppedError):
        Board(data, feasible_places(data), [own_costs(data, tier) for tier in range(6)], range(6), poll=_stop)


def _stop() -> None:
    raise StoppedError


def test_a_time_counts_only_where_optional_people_do() -> None:
    """What begins at the end of the counted time may meet who is optional for nothing, and who is required never."""
    both = {"required": (1,), "optional": (0,)}
    people = (person("ana"), person("ben"), person("eve"))
    tasks = (task("one", None, at(0), at(60)), task("two", None, at(0), at(60), at(90), **both))
    data = problem(*tasks, task("three", None, at(60), required=(1,)), people=people, counted_until=60)
    board = board_of(data, many=1)
    board.put(0, board.new[0][0][2])
    assert board.cheapest(1, Random(0))[1].spans[0].start >= 60
    board.put(2, board.new[2][0][2])
    assert board.cheapest(1, Random(0))[1].spans[0].start == 90
