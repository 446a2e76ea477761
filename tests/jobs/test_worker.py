"""Jobs are done once, whoever dies."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from app.adapters.store.database import writing
from app.jobs.engine import KEPT
from app.jobs.queues import TAKEN
from app.jobs.work import PLAN
from app.jobs.workflows import RECOVERIES, SYNCS_AT_ONCE
from tests.databases import new_database, running_server
from tests.jobs.workers import Workers, until


def test_a_queued_sync_runs_once(workers: Workers) -> None:
    workers.start()
    for _ in range(3):
        workers.queues.due("a")
    workers.queues.due("b")
    until(lambda: len(workers.of("done")) == 2, "both are synced")
    workers.queues.due("c")
    until(lambda: bool(workers.of("done", "c")), "the next one is synced")
    assert Counter(what for what, _, _ in workers.of("begun")) == {"a": 1, "b": 1, "c": 1}


def test_who_asks_during_a_sync_gets_one_more_after_it(workers: Workers) -> None:
    workers.start()
    workers.queues.sync("gate")
    until(lambda: bool(workers.of("begun")), "it is at work")
    for _ in range(3):
        workers.queues.sync("gate")
    workers.open_gate()
    until(lambda: len(workers.of("done")) == 2, "it is synced once more")
    workers.queues.due("after")
    until(lambda: bool(workers.of("done", "after")), "nothing else waited")
    assert len(workers.of("begun", "gate")) == 2


def test_a_job_is_queued_with_our_own_rows_or_not_at_all(workers: Workers) -> None:
    with workers.engine.connect() as connection:
        workers.queues.plan("lost", connection)
        connection.rollback()
    with writing(workers.engine) as connection:
        workers.queues.plan("kept", connection)
    workers.queues.plan("kept")
    workers.start()
    until(lambda: bool(workers.of("planned")), "the planning is worked at")
    assert [what for what, _, _ in workers.of("planned")] == ["kept"]


def test_a_job_is_tried_again_when_that_may_help(workers: Workers) -> None:
    workers.start()
    workers.queues.due("faulty")
    until(lambda: bool(workers.of("done", "faulty")), "the second try helps")
    (_, first, _), (_, second, _) = workers.of("begun", "faulty")
    assert first == second


def test_a_killed_worker_that_starts_again_goes_on_under_the_same_name(workers: Workers) -> None:
    killed = workers.start()
    workers.queues.due("gate")
    until(lambda: bool(workers.of("begun")), "it is at work")
    killed.kill()
    workers.open_gate()
    workers.start()
    until(lambda: bool(workers.of("done")), "the work is done")
    assert len({holder for _, holder, _ in workers.of("begun")}) == 1
    assert len(workers.of("done")) == 1


def test_a_worker_that_is_asked_to_end_leaves_its_work_to_the_next_one(workers: Workers) -> None:
    asked = workers.start()
    workers.queues.due("gate")
    until(lambda: bool(workers.of("begun")), "it is at work")
    asked.end()
    assert asked.ended() == (0, "")
    workers.open_gate()
    workers.start()
    until(lambda: bool(workers.of("done")), "the work is done")


def test_what_kills_each_worker_is_given_up(on_sqlite: Workers) -> None:
    killed = on_sqlite.start()
    on_sqlite.queues.due("gate")
    until(lambda: bool(on_sqlite.of("begun")), "it is at work")
    killed.kill()
    with writing(on_sqlite.engine) as connection:
        tried = text("UPDATE workflow_status SET recovery_attempts = :often WHERE name = 'sync'")
        connection.execute(tried, {"often": RECOVERIES + 1})
    on_sqlite.start()
    until(lambda: not on_sqlite.unfinished(), "it is given up")
    assert len(on_sqlite.of("begun")) == 1


def test_what_failed_is_said_in_one_line(on_sqlite: Workers) -> None:
    worker = on_sqlite.start()
    on_sqlite.queues.plan("broken")
    until(lambda: bool(worker.said()) and not on_sqlite.unfinished(), "it is said")
    worker.end()
    assert worker.ended() == (0, "plan broken failed: it cannot be read\n")


def test_a_planning_that_waits_is_queued_again_after_its_job_failed(workers: Workers) -> None:
    with writing(workers.engine) as connection:
        connection.execute(text("INSERT INTO job VALUES ('waiting', 'unlucky', '', 0)"))
    workers.start(tick_s=1)
    until(lambda: bool(workers.of("planned", "unlucky")), "a later tick helps")


def test_what_was_done_long_ago_is_forgotten(workers: Workers) -> None:
    workers.start()
    workers.queues.plan("old")
    until(lambda: not workers.unfinished(), "it is planned")
    [old] = workers.known(PLAN)
    yesterday = datetime.now(UTC) - KEPT - timedelta(minutes=1)
    table = "dbos.workflow_status" if workers.engine.dialect.name == "postgresql" else "workflow_status"
    with writing(workers.engine) as connection:
        ended = text(f"UPDATE {table} SET completed_at = :at WHERE workflow_uuid = :old")  # noqa: S608
        connection.execute(ended, {"at": int(yesterday.timestamp() * 1000), "old": old})
    workers.queues.plan("new")
    until(lambda: len(workers.of("planned")) == 2 and not workers.unfinished(), "another one is planned")
    workers.queues.upkeep("forget")
    until(lambda: old not in workers.known(PLAN), "the older one is forgotten")
    assert len(workers.known(PLAN)) == 1


def test_three_workers_share_and_a_live_one_takes_the_place_of_a_dead_one(on_postgresql: Workers) -> None:
    workers = on_postgresql
    three = [workers.start(adopt_s=0.05) for _ in range(3)]
    assert sorted(what for what, _, _ in workers.of("slot")) == ["slot-0", "slot-1", "slot-2"]
    workers.queues.due("gate")
    until(lambda: bool(workers.of("begun", "gate")), "one is at work")
    [(_, name, pid)] = workers.of("begun", "gate")
    for number in range(39):
        workers.queues.due(f"calendar-{number}")
    until(lambda: workers.unfinished() == [name], "all others are done")
    assert len(workers.of("begun", "gate")) == 1
    next(worker for worker in three if worker.pid == pid).kill()
    workers.open_gate()
    until(lambda: not workers.unfinished(), "all is done")
    assert set(Counter(what for what, _, _ in workers.of("begun") if what != "gate").values()) == {1}
    [(_, holder, other)] = workers.of("done", "gate")
    assert (holder, len(workers.of("done"))) == (name, 40)
    assert other in {worker.pid for worker in three} - {pid}
    workers.start()
    assert Counter(what for what, _, _ in workers.of("slot"))[_place_of(workers, pid)] == 2


def test_each_move_of_a_proposal_is_a_step_that_a_live_worker_goes_on_with(on_postgresql: Workers) -> None:
    """The dead worker's moves are not begun again, and the one that it was at is."""
    workers = on_postgresql
    three = [workers.start(adopt_s=0.05) for _ in range(3)]
    workers.queues.apply("gate", 7)
    until(lambda: bool(workers.of("moving", "gate:1")), "one is at the second move")
    [(_, holder, pid)] = workers.of("moving", "gate:1")
    next(worker for worker in three if worker.pid == pid).kill()
    workers.open_gate()
    until(lambda: bool(workers.of("applied")), "another one ends it")
    assert [(what, by) for what, by, _ in workers.of("moved")] == [(f"gate:{n}", holder) for n in (3, 1, 2)]
    assert len(workers.of("moving", "gate:3")) == len(workers.of("applying")) == 1
    assert len(workers.of("moving", "gate:1")) == 2


def test_a_proposal_is_queued_with_our_own_rows_and_each_version_once(workers: Workers) -> None:
    with workers.engine.connect() as connection:
        workers.queues.apply("lost", 1, connection)
        connection.rollback()
    for version in (2, 3):
        with writing(workers.engine) as connection:
            workers.queues.apply("kept", version, connection)
    workers.start()
    until(lambda: len(workers.of("applied")) == 2, "both versions are worked at")
    assert {what for what, _, _ in workers.of("applied")} == {"kept"}
    assert len({holder for _, holder, _ in workers.of("applied")}) == 2


def test_a_proposal_that_nobody_is_at_is_found_by_a_tick_until_it_is_done(on_sqlite: Workers) -> None:
    with writing(on_sqlite.engine) as connection:
        connection.execute(text("INSERT INTO job VALUES ('unapplied', 'left', '', 0)"))
    worker = on_sqlite.start(tick_s=0.5, adopt_s=0.1)
    until(lambda: len(on_sqlite.of("applied", "left")) >= 2, "it is tried again")
    assert "apply of left failed: the server is not there" in worker.said()


def test_a_mail_is_found_by_a_tick_and_taken_over_from_a_worker_that_died(on_postgresql: Workers) -> None:
    with writing(on_postgresql.engine) as connection:
        connection.execute(text("INSERT INTO job VALUES ('unsent', 'gate', '', 0)"))
    first = on_postgresql.start(tick_s=1)
    until(lambda: bool(on_postgresql.of("mailing")), "the mail is at work")
    first.kill()
    second = on_postgresql.start(tick_s=3600)
    on_postgresql.open_gate()
    until(lambda: bool(on_postgresql.of("mailed", "gate", second.pid)), "another worker goes on with it")


def test_a_proposal_that_somebody_else_is_at_is_left_to_them_without_a_word(on_sqlite: Workers) -> None:
    worker = on_sqlite.start()
    on_sqlite.queues.apply("claimed")
    on_sqlite.queues.apply("other")
    until(lambda: bool(on_sqlite.of("applied", "other")) and not on_sqlite.unfinished(), "both are done with")
    assert (len(on_sqlite.of("applying", "claimed")), worker.said()) == (1, "")


def test_workers_leave_each_other_work(on_postgresql: Workers) -> None:
    workers = on_postgresql
    for _ in range(2):
        workers.start()
    for number in range(2 * TAKEN):
        workers.queues.due(f"gate-{number}")
    until(lambda: len(workers.of("begun")) == 2 * SYNCS_AT_ONCE, "both are at as much as they may be")
    workers.open_gate()
    until(lambda: len(workers.of("done")) == 2 * TAKEN, "all is done")
    assert len({pid for _, _, pid in workers.of("done")}) == 2


def _place_of(workers: Workers, pid: int) -> str:
    [(what, _, _)] = workers.of("slot", pid=pid)
    return what


def test_a_newer_version_finishes_what_an_older_one_began(workers: Workers) -> None:
    with writing(workers.engine) as connection:
        connection.execute(text("INSERT INTO job VALUES ('due', 'gate', '', 0)"))
    old = workers.start(version=1)
    until(lambda: bool(workers.of("begun", "gate")), "the older one is at work")
    old.kill()
    workers.open_gate()
    new = workers.start(version=2)
    until(lambda: bool(workers.of("done", "gate")), "the newer one has done it")
    (_, first, _), *others = workers.of("begun", "gate")
    assert first not in {holder for _, holder, _ in others}
    new.kill()
    refused = workers.start(version=1)
    code, said = refused.ended()
    assert code != 0
    assert "install that version" in said


def test_a_worker_whose_session_is_ended_ends_at_once(on_postgresql: Workers) -> None:
    workers = on_postgresql
    worker = workers.start()
    with writing(workers.engine) as connection:
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"))
    code, said = worker.ended()
    assert code == 1
    assert "ended the worker's session" in said
    assert said.count("\n") == 1


def test_the_server_is_restarted_at_work(tmp_path: Path) -> None:
    with running_server() as server, Workers(new_database(server.url), tmp_path) as workers:
        worker = workers.start()
        workers.queues.due("gate")
        until(lambda: bool(workers.of("begun")), "it is at work")
        server.stop()
        assert worker.ended()[0] == 1
        server.start()
        workers.engine.dispose()
        workers.open_gate()
        workers.start()
        until(lambda: bool(workers.of("done")), "the work is done")
        assert len(workers.of("done")) == 1


def test_a_second_worker_of_one_file_is_refused(on_sqlite: Workers) -> None:
    first = on_sqlite.start()
    second = on_sqlite.start()
    code, said = second.ended()
    assert code != 0
    assert "has a worker already" in said
    first.kill()
    third = on_sqlite.start()
    assert third.is_alive()


def test_a_tick_is_once_whoever_makes_it(on_postgresql: Workers) -> None:
    workers = on_postgresql
    for _ in range(3):
        workers.start(tick_s=1)
    until(lambda: len(workers.of("tick")) >= 4, "some ticks")
    numbers = [int(what.removeprefix("tick:")) for what, _, _ in workers.of("tick")]
    assert len(set(numbers)) == len(numbers)
