"""Plans that are worked at after their request was answered."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, select

from app.adapters.store.database import reading
from app.adapters.store.plannings import StoredPlannings
from app.adapters.store.schema import planning
from app.domain.plans.planning import Answer, PlanningState
from app.errors import NotFoundError

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
DONE = Answer(result={"schema": "clearweek.plans/1"})


@pytest.fixture
def queued() -> list[str]:
    return []


@pytest.fixture
def plannings(database: Engine, queued: list[str]) -> StoredPlannings:
    return StoredPlannings(database, lambda planning_id, _: queued.append(planning_id))


def test_a_planning_goes_from_queued_to_done(plannings: StoredPlannings) -> None:
    added = plannings.add("a", b"who?", None, NOW)
    assert (added.id, added.state, added.version, added.created_at) == ("a", PlanningState.QUEUED, 1, NOW)
    begun = plannings.begin("a")
    assert begun
    assert (begun.request, begun.created_at, begun.attempts) == (b"who?", NOW, 1)
    plannings.report("a", {"tier": "pattern"})
    assert (plannings.glance("a").state, plannings.glance("a").progress) == ("running", {"tier": "pattern"})
    plannings.end("a", DONE, LATER)
    ended = plannings.get("a")
    assert (ended.state, ended.result, ended.problem, ended.finished_at) == ("done", DONE.result, None, LATER)
    assert plannings.glance("a").result is None


def test_every_change_is_a_new_version(plannings: StoredPlannings) -> None:
    versions = [plannings.add("a", b"", None, NOW).version]
    plannings.begin("a")
    versions.append(plannings.glance("a").version)
    plannings.report("a", {})
    versions.append(plannings.glance("a").version)
    plannings.end("a", DONE, NOW)
    versions.append(plannings.glance("a").version)
    assert versions == [1, 2, 3, 4]


def test_what_has_ended_stays_as_it_is(plannings: StoredPlannings) -> None:
    plannings.add("a", b"", None, NOW)
    plannings.end("a", Answer(problem={"status": 422}), NOW)
    before = plannings.get("a")
    assert plannings.begin("a") is None
    plannings.report("a", {"tier": "pattern"})
    plannings.end("a", DONE, LATER)
    assert plannings.get("a") == before
    assert (before.state, before.problem) == ("failed", {"status": 422})


def test_what_was_asked_is_forgotten_with_the_answer(plannings: StoredPlannings, database: Engine) -> None:
    plannings.add("a", b"the calendars of everyone", None, NOW)
    plannings.end("a", DONE, NOW)
    with reading(database) as connection:
        assert connection.execute(select(planning.c.request)).scalar_one() == b""


def test_the_same_key_makes_one_planning(plannings: StoredPlannings, queued: list[str]) -> None:
    first = plannings.add("a", b"who?", "key", NOW)
    assert plannings.add("b", b"else?", "key", LATER) == first
    assert plannings.add("c", b"who?", "other", NOW).digest == first.digest
    assert queued == ["a", "c"]


def test_what_cannot_be_queued_is_not_stored(database: Engine) -> None:
    def full(_planning_id: str, _connection: Connection) -> None:
        raise RuntimeError

    plannings = StoredPlannings(database, full)
    with pytest.raises(RuntimeError):
        plannings.add("a", b"", None, NOW)
    assert plannings.unfinished() == []


def test_what_has_not_ended_is_found_again(plannings: StoredPlannings) -> None:
    for number, planning_id in enumerate("dcba"):
        plannings.add(planning_id, b"", None, NOW + timedelta(seconds=number))
    plannings.begin("c")
    plannings.end("b", DONE, NOW)
    assert plannings.unfinished() == ["d", "c", "a"]


def test_a_forgotten_planning_is_gone(plannings: StoredPlannings) -> None:
    plannings.add("a", b"", None, NOW)
    assert plannings.wanted("a")
    plannings.forget("a")
    assert not plannings.wanted("a")
    assert plannings.begin("a") is None
    for gone in (plannings.get, plannings.glance, plannings.forget):
        with pytest.raises(NotFoundError, match="a: there is no such plan"):
            gone("a")


def test_old_answers_are_forgotten_and_nothing_that_is_waited_for(plannings: StoredPlannings) -> None:
    for planning_id in "abc":
        plannings.add(planning_id, b"", None, NOW)
    plannings.end("a", DONE, NOW)
    plannings.end("b", DONE, LATER)
    plannings.forget_older(LATER)
    assert [plannings.wanted(planning_id) for planning_id in "abc"] == [False, True, True]
