"""The seeded weeks that the solver is measured on."""

from __future__ import annotations

import pytest

from benchmarks.instances import DAY, FREE_DAYS, WEEK, company, one_manager
from solver.candidates import feasible_places
from solver.check import violations
from solver.data import FREE_DAYS as FREE_DAYS_TIER
from solver.data import PATTERN, ProblemData, Task
from solver.search import Limits, solve
from solver.solution import Solution, Status, objective, stay_all

ABOUT = 0.15


def test_a_seed_always_gives_the_same_week() -> None:
    assert company(4, 7) == company(4, 7)
    assert company(4, 7) != company(4, 8)
    assert one_manager(20, 7) == one_manager(20, 7)


@pytest.mark.parametrize(("managers", "meetings", "people"), [(4, 56, 32), (16, 233, 134), (64, 934, 519)])
def test_sizes_are_those_of_the_reference(managers: int, meetings: int, people: int) -> None:
    data = company(managers, 1)
    assert len(data.tasks) == pytest.approx(meetings, rel=ABOUT)
    assert len(data.resources) == pytest.approx(people, rel=ABOUT)


@pytest.mark.parametrize("meetings", [8, 20, 40])
def test_one_manager_has_just_so_many_meetings(meetings: int) -> None:
    assert all(len(one_manager(meetings, seed).tasks) == meetings for seed in range(5))


def test_a_meeting_has_about_72_places_that_somebody_could_get() -> None:
    found = [len(choices) for choices in feasible_places(company(16, 1))]
    assert 65 < sum(found) / len(found) < 90


@pytest.mark.parametrize("data", [company(16, 1), one_manager(40, 1), company(4, 1, weeks=8)])
def test_to_leave_everything_is_valid(data: ProblemData) -> None:
    assert violations(data, stay_all(data)) == []


def test_new_places_are_on_quarter_hours_of_open_days() -> None:
    starts = [place.spans[0].start for task in company(4, 1).tasks for place in task.places]
    assert not any(start % 15 for start in starts)
    assert {start // DAY for start in starts} == set(range(5)) - set(FREE_DAYS)


def test_clashing_meetings_are_marked() -> None:
    data = company(4, 1)
    own = [task for task in data.tasks if not task.clashes]
    assert 0 < len(own) < len(data.tasks)
    assert all(_alone(data, task) for task in own)


def _alone(data: ProblemData, task: Task) -> bool:
    assert task.stay
    required = set(task.required)
    spans = [span for r in required for span in data.resources[r].hard_busy]
    others = (other for other in data.tasks if other is not task and required & set(other.required))
    spans += [span for other in others if other.stay for span in other.stay.spans]
    return not any(span.overlap(task.stay.spans[0]) for span in spans)


def test_only_meeting_free_days_and_other_blocks_make_todays_place_dear() -> None:
    for task in company(4, 1).tasks:
        assert task.stay
        on_free_day = task.stay.spans[0].start // DAY in FREE_DAYS
        assert (task.stay.costs[FREE_DAYS_TIER] > 0) == on_free_day
        assert all(place.costs[PATTERN] >= 15 + 2 * len(task.mailed) for place in task.places)


def test_series_are_the_same_week_again() -> None:
    weeks = company(4, 3, weeks=8)
    for task, single in zip(weeks.tasks, company(4, 3).tasks, strict=True):
        for place, one in zip(task.options, single.options, strict=True):
            assert place.costs == one.costs
            assert [span.start - one.spans[0].start for span in place.spans] == [n * WEEK for n in range(8)]


def test_load_days_count_for_whom_is_asked() -> None:
    managers = [r for r in company(4, 1).resources if r.load_days]
    assert managers == [r for r in company(4, 1).resources if r.closed]
    assert all(r.load_days for r in company(4, 1, load="everyone").resources)
    assert not any(r.load_days for r in company(4, 1, load="nobody").resources)


def test_a_small_week_is_solved_and_everything_holds() -> None:
    data = one_manager(8, 1)
    result = solve(data, limits=Limits(work=5))
    assert result.status is Status.OPTIMAL
    assert isinstance(result.solution, Solution)
    assert violations(data, result.solution) == []
    assert sorted(t.value for t in result.tiers) == sorted(objective(data, result.solution))
