import pytest

from solver.data import CONFLICTS, FOCUS, PATTERN, PEOPLE, TIERS, Budget, Place, ProblemData, Span
from solver.days import cells
from solver.solution import Result, Solution, Status, Swaps, TierValue, in_order, objective, stay_all
from tests.solver import instances
from tests.solver.given import HORIZON, at, chosen, only, person, problem, task

TWO = (person("ana"), person("bob"))
ONE_DAY = (Span(0, HORIZON),)
CELLS = HORIZON // 15


def values(data: ProblemData, *choices: int | None) -> tuple[int, ...]:
    return objective(data, chosen(*choices))


def test_places_cost_what_they_say_in_each_tier() -> None:
    costs = {"conflicts": 1, "free_days": 2, "pattern": 3, "disruption": 4, "people": 5, "focus": 6}
    data = problem(task("one", at(0, pattern=7), at(60, **costs)), task("two", at(0), at(90, pattern=10)))
    assert values(data, 1, 1) == (1, 2, 13, 4, 5, 6)
    assert values(data, 0, 1)[PATTERN] == 17


def test_left_out_new_tasks_cost_in_the_first_tier() -> None:
    data = problem(task("one", None, at(0), unplaced_cost=4), task("two", None, unplaced_cost=5))
    assert values(data, None, None) == (9, 0, 0, 0, 0, 0)
    assert values(data, 0, None)[CONFLICTS] == 5


@pytest.mark.parametrize(("start", "minutes"), [(0, 0), (85, 15), (100, 30), (120, 10), (130, 0)])
def test_minutes_that_stay_in_busy_time_are_conflicts(start: int, minutes: int) -> None:
    data = problem(task("one", at(start)), people=(person(hard_busy=(Span(100, 130),)),))
    assert values(data, 0)[CONFLICTS] == minutes


def test_busy_time_counts_for_each_required_person() -> None:
    busy = (Span(0, 30),)
    people = (person("ana", hard_busy=busy), person("bob", hard_busy=busy), person("eva", hard_busy=busy))
    data = problem(task("one", at(10), required=(0, 1), optional=(2,)), people=people)
    assert values(data, 0)[CONFLICTS] == 40


def test_two_that_stay_are_a_conflict_for_each_shared_person() -> None:
    both, bob = {"required": (0, 1)}, {"required": (1,)}
    data = problem(
        task("one", at(0), at(90), **both), task("two", at(20), **both), task("three", at(25), **bob), people=TWO
    )
    assert values(data, 0, 0, 0)[CONFLICTS] == 2 * 10 + 5 + 25
    assert values(data, 1, 0, 0)[CONFLICTS] == 25


def test_conflicts_after_the_counted_week_do_not_count() -> None:
    data = problem(task("one", at(0, 400)), task("two", at(10, 400)), counted_until=400)
    assert values(data, 0, 0)[CONFLICTS] == 20


@pytest.mark.parametrize(("busy", "cost"), [(570, 0), (575, 5), (600, 30)])
def test_minutes_short_of_slack_cost(busy: int, cost: int) -> None:
    weights = only(slack_minutes=30, slack=1)
    ana = person(hard_busy=(Span(0, busy),), load_days=ONE_DAY)
    assert values(problem(people=(ana,), weights=weights))[PEOPLE] == cost


def test_slack_and_ceiling_count_chosen_places_within_the_day() -> None:
    weights = only(slack_minutes=20, slack=3, ceiling_minutes=60, ceiling=2)
    ana = person(load_days=(Span(0, 100),))
    data = problem(
        task("one", at(0, length=60), at(200)), task("two", at(70, length=60)), people=(ana,), weights=weights
    )
    assert values(data, 0, 0)[PEOPLE] == 3 * 10 + 2 * 30
    assert values(data, 1, 0)[PEOPLE] == 0


@pytest.mark.parametrize(
    ("spans", "cost"),
    [([(0, 30)] * 2, 0), ([(0, 30)] * 3, 7), ([(0, 30), (0, 40), (90, 130)], 7), ([(0, 30), (10, 20), (100, 130)], 0)],
)
def test_meetings_beyond_the_ceiling_cost(spans: list[tuple[int, int]], cost: int) -> None:
    tasks = [task(f"t{n}", Place((Span(*span),))) for n, span in enumerate(spans)]
    data = problem(*tasks, people=(person(load_days=(Span(0, 100),)),), weights=only(ceiling_meetings=2, meeting=7))
    assert values(data, *(0 for _ in spans))[PEOPLE] == cost


@pytest.mark.parametrize(
    ("spans", "cost"),
    [
        ([(0, 60)], 0),
        ([(0, 61)], 3),
        ([(0, 50), (50, 100)], 3 * 40),
        ([(0, 50), (51, 101)], 0),
        ([(0, 50), (40, 70), (100, 170)], 3 * 10 + 3 * 10),
        ([(0, 100), (10, 20), (100, 110)], 3 * 50),
        ([(150, 300)], 0),
        ([(130, 300)], 3 * 10),
    ],
)
def test_minutes_in_a_row_beyond_a_run_cost(spans: list[tuple[int, int]], cost: int) -> None:
    ana = person(hard_busy=(Span(*spans[0]),), load_days=(Span(0, 200),))
    tasks = [task(f"t{n}", Place((Span(*span),))) for n, span in enumerate(spans[1:])]
    data = problem(*tasks, people=(ana,), weights=only(run_minutes=60, breaks=3))
    assert values(data, *(0 for _ in tasks))[PEOPLE] == cost


@pytest.mark.parametrize(
    ("spans", "cost"),
    [
        ([], 0),
        ([(100, 130)], 0),
        ([(100, 131)], 9),
        ([(115, 145)], 9),
        ([(90, 110), (135, 140)], 9),
        ([(90, 110), (140, 150)], 0),
        ([(90, 200)], 9),
        ([(100, 120), (110, 130)], 0),
    ],
)
def test_a_lunch_window_without_a_free_run_costs(spans: list[tuple[int, int]], cost: int) -> None:
    tasks = [task(f"t{n}", Place((Span(*span),))) for n, span in enumerate(spans)]
    ana = person(load_days=ONE_DAY, lunches=(Span(100, 160),))
    data = problem(*tasks, people=(ana,), weights=only(lunch_minutes=30, lunch=9))
    assert values(data, *(0 for _ in tasks))[PEOPLE] == cost


@pytest.mark.parametrize(
    ("second", "counted", "cost"),
    [(at(20), HORIZON, 2 * 10), (at(30), HORIZON, 0), (at(0, 300), HORIZON, 2 * 60), (at(0, 300), 300, 2 * 30)],
)
def test_minutes_in_two_tasks_of_an_optional_attendee_cost(second: Place, counted: int, cost: int) -> None:
    tasks = (task("one", at(0, 300), required=(0,), optional=(1,)), task("two", second, required=(1,)))
    data = problem(*tasks, people=TWO, weights=only(optional=2), counted_until=counted)
    assert values(data, 0, 0)[PEOPLE] == cost


def test_each_pair_of_an_optional_attendee_costs_and_those_that_are_required_do_not() -> None:
    optional = {"required": (0,), "optional": (1,)}
    required = [task(f"r{n}", at(0), required=(1,)) for n in range(2)]
    tasks = (*required, task("o0", at(0), **optional), task("o1", at(0), **optional))
    assert values(problem(*tasks, people=TWO, weights=only(optional=1)), 0, 0, 0, 0)[PEOPLE] == 30 * 5


@pytest.mark.parametrize(
    ("places", "scattered"),
    [
        ([], 0),
        ([at(0)], 2),
        ([at(0, length=5)], 1),
        ([at(10)], 3),
        ([at(105)], 7 + 2),
        ([at(120)], 2),
        ([at(120), at(255)], 2 + 7 + 2),
        ([at(0, length=600)], CELLS),
    ],
)
def test_cells_outside_free_runs_of_two_hours_are_scattered(places: list[object], scattered: int) -> None:
    tasks = [task(f"t{i}", place) for i, place in enumerate(places)]  # type: ignore[arg-type]
    data = problem(*tasks, people=(person(load_days=ONE_DAY),), weights=only(fragment=10))
    assert objective(data, stay_all(data))[FOCUS] == 10 * scattered


def test_a_day_shorter_than_a_run_is_scattered_whole() -> None:
    data = problem(people=(person(load_days=(Span(0, 115),)),), weights=only(fragment=1))
    assert values(data)[FOCUS] == 7


def test_the_rest_of_a_day_that_is_no_whole_cell_does_not_count() -> None:
    assert cells(Span(5, 40)) == [Span(5, 20), Span(20, 35)]


def test_moved_knows_today_from_new() -> None:
    data = problem(task("one", at(0), at(60)), task("two", None, at(90)), budget=Budget(1, 1, 1))
    assert [chosen(0, None).moved(data, i) for i in (0, 1)] == [False, False]
    assert [chosen(1, 0).moved(data, i) for i in (0, 1)] == [True, True]


def test_gap_is_the_largest_of_any_tier() -> None:
    tiers = (TierValue("conflicts", 0, 0), TierValue("pattern", 10, 8), TierValue("focus", 100, 90))
    assert Result(Status.FEASIBLE, None, tiers, 0.1).gap == pytest.approx(0.2)
    assert Result(Status.UNKNOWN, None, (), 0.1).gap == 0


@pytest.mark.parametrize("seed", range(20))
def test_what_a_swap_is_worth_is_what_the_whole_answer_is_worth(seed: int) -> None:
    data = instances.small(seed)
    start = Solution(tuple(len(one.options) - 1 if one.options else None for one in data.tasks))
    swaps = Swaps(data, start)
    for number, one in enumerate(data.tasks):
        for choice in (*range(len(one.options)), *(() if one.stay else (None,))):
            assert swaps.in_order(number, choice, TIERS) == in_order(data, start.swapped(number, choice), TIERS)
