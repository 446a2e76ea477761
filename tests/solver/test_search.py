import os
from dataclasses import replace
from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import search
from solver.bounds import guide
from solver.check import violations
from solver.data import FOCUS, TIERS, Budget, Place, ProblemData, Span, Task
from solver.limits import Limits, Progress
from solver.meter import Meter, Ration, Share
from solver.model import cp_sat
from solver.search import solve, step_towards
from solver.solution import Result, Solution, Status, objective, stay_all
from tests.solver.given import at, chosen, person, problem, task
from tests.solver.instances import best_values, month, small

CUT = Limits(work=1e-6)
SEEDS = int(os.environ.get("CLEARWEEK_SEEDS", "2000"))
"""Random problems that are searched exhaustively; more of them take `CLEARWEEK_SEEDS=20000`."""


def values(result: Result) -> list[int]:
    return [tier.value for tier in result.tiers]


def assert_sound(data: ProblemData, result: Result, order: tuple[str, ...] = TIERS) -> None:
    """The answer breaks no rule, its values are recomputed, its bounds are no higher, and its status says so."""
    assert result.solution
    assert violations(data, result.solution) == []
    recomputed = dict(zip(TIERS, objective(data, result.solution), strict=True))
    assert [(tier.name, tier.value) for tier in result.tiers] == [(name, recomputed[name]) for name in order]
    assert all(tier.lower_bound <= tier.value for tier in result.tiers)
    assert (result.status is Status.OPTIMAL) == (result.gap == 0)


@pytest.mark.parametrize("first", range(0, SEEDS, 50))
def test_answer_equals_exhaustive_search(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if first % 100:  # as large problems are searched: from a whole answer, in rings
        monkeypatch.setattr(guide, "FEW", 0)
        monkeypatch.setattr(cp_sat, "WORTH_A_HINT", 0)
    for seed in range(first, first + 50):
        data = small(seed, budget=seed % 2 == 1)
        result = solve(data)
        assert_sound(data, result)
        assert result.status is Status.OPTIMAL, seed
        assert values(result) == best_values(data), seed


@pytest.mark.parametrize("seed", range(100))
def test_any_order_of_tiers_equals_exhaustive_search(seed: int) -> None:
    data = small(seed, budget=seed % 2 == 0)
    order = Random(seed).choice(list(permutations(range(6))))
    names = tuple(TIERS[tier] for tier in order)
    result = solve(data, order=names)
    assert_sound(data, result, names)
    assert values(result) == best_values(data, order)


@pytest.mark.parametrize("seed", range(300))
def test_step_equals_exhaustive_search_between_today_and_target(seed: int) -> None:
    data = small(seed, budget=True)
    target = solve(replace(data, budget=None)).solution
    assert target
    result = step_towards(data, target)
    assert_sound(data, result)
    assert result.solution
    stays = stay_all(data).choices
    assert all(c in pair for c, *pair in zip(result.solution.choices, target.choices, stays, strict=True))
    assert values(result) == best_values(only(data, target))


@pytest.mark.parametrize("seed", range(60))
def test_a_step_beside_what_was_spent_before_equals_exhaustive_search(seed: int) -> None:
    data = small(seed, budget=True)
    first = data.tasks[0]
    if first.stay is None or data.budget is None:
        return
    spent = replace(first, places=(), spent=True)
    room = replace(data.budget, max_moves=data.budget.max_moves + 1, max_moves_per_person=3, max_people_mailed=3)
    data = replace(data, tasks=(spent, *data.tasks[1:]), budget=room)
    target = solve(replace(data, budget=None)).solution
    assert target
    result = step_towards(data, target)
    assert_sound(data, result)
    assert values(result) == best_values(only(data, target))


def test_what_was_spent_before_leaves_less_of_the_budget() -> None:
    swap = task("one", at(0, pattern=10), at(100)), task("two", at(30, pattern=10), at(200))
    before = task("before", at(300), spent=True)
    data = problem(before, *swap, budget=Budget(2, 9, 9))
    step = step_towards(data, chosen(0, 1, 1)).solution
    assert step
    assert step.choices in ((0, 0, 1), (0, 1, 0))
    assert violations(data, chosen(0, 1, 1))


def only(data: ProblemData, target: Solution) -> ProblemData:
    """The same problem with no other new places than those of the target."""
    tasks = []
    for index, one in enumerate(data.tasks):
        place = target.place(data, index)
        tasks.append(replace(one, places=(place,) if place and target.moved(data, index) else ()))
    return replace(data, tasks=tuple(tasks))


@given(st.integers(0, 100_000), st.sampled_from([CUT, Limits(work=0.01), Limits(wall_s=1e-9)]))
def test_an_answer_that_was_cut_is_sound(seed: int, limits: Limits) -> None:
    data = small(seed, budget=seed % 2 == 0)
    result = solve(data, limits=limits)
    assert_sound(data, result)
    assert result.tiers[0].lower_bound <= best_values(data)[0]
    assert not result.limited or result.status is Status.FEASIBLE


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("work", [1e-6, 0.005, 0.05])
def test_bounds_of_a_cut_answer_hold_beside_earlier_tiers(seed: int, work: float) -> None:
    data = replace(month(seed, tasks=12, people=5, weeks=2, places=90), budget=None)
    best, result = values(solve(data)), solve(data, limits=Limits(work=work))
    assert_sound(data, result)
    for tier in range(6):
        if values(result)[:tier] == best[:tier]:
            assert result.tiers[tier].lower_bound <= best[tier] <= values(result)[tier]


@settings(max_examples=5)
@given(st.integers(0, 100_000))
def test_weeks_of_a_manager_are_solved_soundly(seed: int) -> None:
    data = month(seed, tasks=10, people=5, weeks=3, places=60)
    target = solve(replace(data, budget=None), limits=Limits(work=1))
    assert_sound(replace(data, budget=None), target)
    assert target.solution
    assert_sound(data, step_towards(data, target.solution))


def test_same_input_gives_the_same_answer() -> None:
    data = month(7, tasks=12, people=5, weeks=2, places=60)
    runs = [solve(data, limits=Limits(work=0.2, seed=3)) for _ in range(3)]
    assert len({(run.status, run.solution, run.tiers) for run in runs}) == 1


def test_only_an_answer_cut_by_the_clock_is_limited() -> None:
    data = month(3, tasks=8, people=4, weeks=1, places=60)
    by_clock = solve(data, limits=Limits(wall_s=1e-9))
    by_work = solve(data, limits=Limits(work=1e-5))
    assert (by_clock.status, by_clock.limited) == (Status.FEASIBLE, True)
    assert (by_work.status, by_work.limited) == (Status.FEASIBLE, False)


def test_no_model_is_begun_that_the_clock_would_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    data = month(3, tasks=8, people=4, weeks=1, places=60)
    monkeypatch.setattr(search, "BUILDING_S", 1e9)
    by_clock, by_work = (solve(data, limits=Limits(work=5.0, wall_s=wall_s)) for wall_s in (1e6, None))
    assert_sound(data, by_clock)
    assert (by_clock.status, by_clock.limited) == (Status.FEASIBLE, True)
    assert (by_work.status, by_work.limited) == (Status.OPTIMAL, False)


def test_an_answer_that_is_given_is_never_made_worse() -> None:
    data = month(5, tasks=10, people=4, weeks=2, places=60)
    best = solve(data)
    assert best.solution
    again = solve(data, hint=best.solution, limits=CUT)
    assert values(again) == values(best)


@pytest.mark.parametrize("hint", [chosen(), chosen(5, 5), chosen(1, 1), chosen(None, 0)])
def test_a_hint_that_is_no_valid_answer_is_ignored(hint: Solution) -> None:
    data = problem(task("one", at(0), at(90)), task("two", at(30, pattern=1), at(90)))
    assert solve(data, hint=hint).solution == chosen(0, 1)


def test_progress_tells_of_each_better_answer() -> None:
    told: list[Progress] = []
    data = month(3, tasks=8, people=4, weeks=1, places=60)
    result = solve(data, on_progress=told.append)
    assert {news.tier for news in told} <= set(TIERS)
    assert told[-1].value >= result.tiers[TIERS.index(told[-1].tier)].value
    assert all(news.lower_bound <= news.value for news in told)


def test_progress_begins_with_the_first_answer_and_ends_with_the_last() -> None:
    told: list[Progress] = []
    order = (*TIERS[3:], *TIERS[:3])
    data = month(3, tasks=8, people=4, weeks=1, places=60)
    result = solve(data, on_progress=told.append, order=order)
    assert told[0].tier == order[0]
    assert told[0].values[0] == told[0].value >= told[0].lower_bound
    assert list(told[-1].values) == values(result)
    assert (told[-1].tier, told[-1].value) == (order[-1], result.tiers[-1].value)


@pytest.mark.parametrize("calls", [0, 1, 3])
def test_a_run_that_is_cancelled_keeps_its_best_answer(calls: int) -> None:
    asked: list[None] = []

    def cancelled() -> bool:
        asked.append(None)
        return len(asked) > calls

    data = month(3, tasks=12, people=5, weeks=1, places=60)
    result = solve(data, cancelled=cancelled)
    assert_sound(data, result)
    assert (result.status, result.limited) == (Status.FEASIBLE, True)


def test_a_run_that_is_not_cancelled_is_not_limited() -> None:
    data = month(3, tasks=8, people=4, weeks=1, places=60)
    result = solve(data, cancelled=lambda: False)
    assert (result.status, result.limited) == (Status.OPTIMAL, False)
    assert result.solution == solve(data).solution


def test_nothing_to_place_is_solved() -> None:
    assert solve(problem()).status is Status.OPTIMAL
    assert solve(problem()).solution == Solution(())


def test_new_tasks_that_cannot_all_be_placed_leave_the_cheapest_out() -> None:
    data = problem(
        task("one", None, at(0), unplaced_cost=5), task("two", None, at(0), unplaced_cost=6), task("three", None)
    )
    result = solve(data)
    assert result.solution == chosen(None, 0, None)
    assert values(result)[0] == 5 + 9


def test_new_places_make_way_for_each_other() -> None:
    data = problem(task("one", at(0, pattern=9), at(90)), task("two", at(90, pattern=9), at(0)))
    assert solve(data).solution == chosen(1, 1)


def test_step_takes_what_is_worth_most_and_what_belongs_together() -> None:
    swap = (task("one", at(0, pattern=9), at(90)), task("two", at(90, pattern=9), at(0)))
    data = problem(*swap, task("three", at(300, pattern=10), at(400)), budget=Budget(2, 9, 9))
    target = chosen(1, 1, 1)
    assert step_towards(data, target).solution == chosen(1, 1, 0)
    small_budget = replace(data, budget=Budget(1, 9, 9))
    assert step_towards(small_budget, target).solution == chosen(0, 0, 1)


def test_a_target_place_that_is_no_longer_allowed_stays() -> None:
    data = problem(task("one", at(0, pattern=9), at(90), earliest=100))
    assert step_towards(data, chosen(1)).solution == chosen(0)


def test_tiers_are_lexicographic() -> None:
    data = problem(task("one", at(0, free_days=1), at(60, pattern=100, focus=100), at(90, free_days=2)))
    assert solve(data).solution == chosen(1)
    assert solve(data, order=(*TIERS[3:], *TIERS[:3])).solution == chosen(0)


def test_an_order_names_each_tier_once() -> None:
    with pytest.raises(ValueError, match="order must name each of conflicts, free_days"):
        solve(problem(), order=("conflicts", "focus"))


@pytest.mark.parametrize("limits", [{"work": 0}, {"wall_s": 0}, {"work": -1}])
def test_limits_must_leave_something(limits: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Limits(**limits)  # type: ignore[arg-type]


def test_costs_as_large_as_allowed_are_no_trouble() -> None:
    places = [Place((span,), (10**9,) * 6) for place in (at(0), at(60)) for span in place.spans]
    tasks = tuple(Task(f"t{i}", (0,), stay=places[0], places=(places[1], at(90 + i * 30))) for i in range(15))
    result = solve(problem(*tasks))
    assert result.status is Status.OPTIMAL
    assert result.tiers[FOCUS].value == 0


def test_a_new_place_equal_to_the_place_of_today_is_a_move() -> None:
    stay = at(0, pattern=1)
    data = problem(task("one", stay, stay, replace(stay, costs=(0,) * 6)), people=(person(hard_busy=(Span(0, 30),)),))
    assert solve(data).solution == chosen(0)
    assert chosen(1).moved(data, 0)


@pytest.mark.parametrize("seed", range(40))
def test_large_problems_are_searched_by_windows_and_relaxed_in_parts(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "WINDOWS_FROM", 1)
    monkeypatch.setattr(search, "WINDOW_TASKS", (2, 3))
    monkeypatch.setattr(search, "MOST_RELAXED", 1 if seed % 3 else 999)
    monkeypatch.setattr(search, "MOST_WITH_DAYS", 1 if seed % 2 else 99)
    monkeypatch.setattr(search, "PART_TASKS", 2)
    data = small(seed, budget=seed % 4 == 0)
    result = solve(data)
    assert_sound(data, result)
    best = best_values(data)
    for tier in range(6):
        if values(result)[:tier] == best[:tier]:
            assert result.tiers[tier].lower_bound <= best[tier]


def test_a_step_keeps_its_budget_however_few_choices_are_left() -> None:
    data = month(1)
    target = solve(data, limits=Limits(work=2.0)).solution
    assert target
    limited = replace(data, budget=Budget(4, 2, 20))
    assert_sound(limited, step_towards(limited, target, limits=Limits(work=2.0)))


@pytest.mark.parametrize("seed", range(20))
def test_a_step_of_many_tasks_is_proven_as_it_has_few_choices(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_WITH_DAYS", 0)
    data = small(seed, budget=True)
    target = solve(replace(data, budget=None)).solution
    assert target
    result = step_towards(data, target)
    assert_sound(data, result)
    assert result.status is Status.OPTIMAL


def test_a_share_that_the_clock_ends_makes_the_run_limited() -> None:
    meter = Meter(Limits(wall_s=1e6), None)
    assert not Ration(meter, Share(1.0, 1e6)).over()
    assert not meter.limited
    assert Ration(meter, Share(1.0, 0.0)).over()
    assert meter.limited


def test_what_a_later_tier_priced_out_is_back_with_an_answer_that_is_better_in_an_earlier_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stay, cheap = Place((Span(0, 30),), (5, 0, 7, 0, 0, 0)), Place((Span(60, 90),), (10, 0, 0, 1, 0, 0))
    data = problem(task("m", stay, cheap))
    run = search._Run(data, Limits(work=1.0), None, None, TIERS)
    run.candidates, run.whole = ((1,),), ((0, 1),)
    run.best = Solution((1,))
    run.values = objective(data, run.best)
    monkeypatch.setattr(search, "good_answer", lambda *given: given[4](Solution((0,))))
    run.start_again(TIERS.index("pattern"))
    assert run.best == Solution((0,))
    assert run.solve_tier(3, 3) == run.values[3]
