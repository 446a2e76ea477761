"""What a sync survives: full disks, locked files, databases that restart, other syncs, clocks and endless answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, event, text

from app.adapters.store import database as database_module
from app.adapters.store.database import open_database, reading
from app.adapters.store.upgrades import upgrade
from app.domain.calendar.connected import CalendarObject, Page, SyncState
from app.errors import ClaimedError, ReconnectError, StoreError, UnavailableError
from app.services.syncing import sync as sync_module
from app.services.syncing.sync import due
from tests.adapters.store.kept import a_connection
from tests.adapters.store.syncing import Syncing, vcalendar, vevent
from tests.databases import new_database, running_server
from tests.services.points import Points, pointed

UIDS = ["a", "b", "c", "d"]
LATER = "20261126T100000"
WAIT_S = 30
MOST_PAGES = 100
"""Of an answer without end, fewer are taken."""


@pytest.fixture
def syncing(database: Engine) -> Syncing:
    one = Syncing(database)
    one.put(*UIDS)
    one.sync()
    one.put(*UIDS, start=LATER)
    return one


def is_old(syncing: Syncing) -> bool:
    return syncing.titles() == [f"{uid} 20261124T100000" for uid in UIDS]


def is_new(syncing: Syncing) -> bool:
    return syncing.titles() == [f"{uid} {LATER}" for uid in UIDS]


# the database


def test_a_full_disk_is_a_state_and_the_next_sync_is_right(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    upgrade(engine)
    syncing = Syncing(engine)
    syncing.put(*UIDS)
    syncing.sync()
    for uid in UIDS:
        long = vevent(uid, LATER, f"SUMMARY:{uid} {LATER}", "DESCRIPTION:" + "x" * 100_000)
        syncing.remote.put(f"{uid}.ics", uid, vcalendar(long))
    with reading(engine) as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one() + 40
    full = open_database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    event.listen(full, "connect", lambda raw, _record: raw.execute(f"PRAGMA max_page_count={pages}"))
    syncing.engine, own = full, syncing.store
    syncing.store = type(own)(full)
    with pytest.raises(StoreError, match="is full"):
        syncing.sync()
    assert is_old(syncing)
    assert syncing.status.state == SyncState.RETRYING
    assert "is full" in (syncing.status.problem or "")
    assert "make room" in (syncing.status.remedy or "")
    syncing.store = own
    assert syncing.sync().state == SyncState.SYNCED
    assert is_new(syncing)
    for one in (engine, full):
        one.dispose()


def test_a_file_that_somebody_else_locks_is_an_error_and_the_next_sync_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "PRAGMAS", ("busy_timeout=1", *database_module.PRAGMAS[1:]))
    engine = open_database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    upgrade(engine)
    syncing = Syncing(engine)
    syncing.put(*UIDS)
    syncing.sync()
    syncing.put(*UIDS, start=LATER)
    other = engine.raw_connection()
    syncing.server.after = lambda: other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="is locked"):
        syncing.sync()
    assert is_old(syncing)
    other.execute("ROLLBACK")
    other.close()
    syncing.server.after = lambda: None
    syncing.sync()
    assert is_new(syncing)
    engine.dispose()


@pytest.mark.parametrize("away", [0, 2, 3, 9])
def test_a_calendar_is_given_back_as_soon_as_the_database_is_there_again(
    syncing: Syncing, monkeypatch: pytest.MonkeyPatch, away: int
) -> None:
    fail, pauses = syncing.store.fail, list[float]()

    def gone(*_: object) -> None:
        raise StoreError("the database cannot be used")

    def return_after(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == away:
            monkeypatch.setattr(syncing.store, "fail", fail)

    monkeypatch.setattr(syncing.store, "put", gone)
    if away:
        monkeypatch.setattr(syncing.store, "fail", gone)
    with pytest.raises(StoreError, match="cannot be used"):
        syncing.sync(pause=return_after)
    assert pauses == list(sync_module.WAITS_S[:away])
    assert syncing.status.is_syncing(syncing.now) == (away > len(pauses))
    assert syncing.status.state == (SyncState.SYNCED if away > len(pauses) else SyncState.RETRYING)


def test_postgresql_that_restarts_at_any_point_of_a_sync() -> None:
    with running_server() as server:
        engine = open_database(new_database(server.url))
        upgrade(engine)
        syncing = Syncing(engine)

        def restart() -> None:
            server.stop()
            server.start()

        told = 0
        for at in (2, 4, 7, 12, 17):  # within the claim, before a request, and within the pages and what follows
            syncing.now += timedelta(hours=1)
            start = f"20261126T{at % 10 + 10}0000"
            syncing.put(*UIDS, start=start)
            before, after = syncing.titles(), [f"{uid} {start}" for uid in UIDS]
            points = Points(at, restart)
            with pointed(syncing.server, points), suppress(StoreError):
                syncing.sync()
            assert syncing.titles() in (before, after)
            began = syncing.status.last_try_at == syncing.now
            if began and syncing.titles() == before:
                assert syncing.status.state == SyncState.RETRYING
                assert "cannot be used" in (syncing.status.problem or "")
                told += 1
            syncing.sync()
            assert syncing.titles() == after
            assert len(points.passed) >= at
        assert told > 1
        engine.dispose()


# somebody else


def test_of_two_syncs_at_once_one_is_refused(syncing: Syncing) -> None:
    reached, go_on = Event(), Event()

    def wait() -> None:
        reached.set()
        assert go_on.wait(WAIT_S)

    syncing.server.after = wait
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(syncing.sync, holder="slow")
        assert reached.wait(WAIT_S)
        with pytest.raises(ClaimedError, match="is being synced just now"):
            syncing.sync(holder="other")
        go_on.set()
        assert slow.result(WAIT_S).state == SyncState.SYNCED
    assert is_new(syncing)


@pytest.mark.parametrize("holder", ["other", "slow"])
def test_a_sync_whose_claim_was_taken_over_writes_no_more(syncing: Syncing, holder: str) -> None:
    reached, go_on = Event(), Event()

    def wait() -> None:
        syncing.server.after = lambda: None
        reached.set()
        assert go_on.wait(WAIT_S)

    syncing.server.after = wait
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(syncing.sync, holder="slow")
        assert reached.wait(WAIT_S)
        syncing.now += timedelta(minutes=6)
        assert syncing.sync(holder=holder).state == SyncState.SYNCED
        status = syncing.status
        go_on.set()
        with pytest.raises(ClaimedError, match="taken over; this sync wrote no more"):
            slow.result(WAIT_S)
    assert is_new(syncing)
    assert syncing.status == status
    assert syncing.sync().changed == 0


@pytest.mark.parametrize("others", [True, False])
def test_a_sync_with_an_old_login_does_not_undo_a_new_one(syncing: Syncing, others: bool) -> None:
    def renew_and_refuse(_number: int) -> None:
        named = [] if others else [syncing.stored]
        syncing.kept.keep(a_connection(), b"new", named, syncing.now)
        raise ReconnectError("the password is wrong")

    syncing.server.fault = renew_and_refuse
    with pytest.raises(ClaimedError, match="connected anew"):
        syncing.sync()
    assert (syncing.status.state, syncing.status.problem) == (SyncState.SYNCED, None)
    assert due(syncing.store, syncing.now, 9) == ["k1"]
    assert is_old(syncing)
    syncing.server.fault = lambda _number: None
    assert syncing.sync().state == SyncState.SYNCED
    assert is_new(syncing)


def test_a_sync_of_a_calendar_that_is_disconnected_meanwhile_says_so(syncing: Syncing) -> None:
    syncing.server.after = partial(syncing.kept.forget, "c1")
    with pytest.raises(ClaimedError, match="was disconnected"):
        syncing.sync()


# the clock


def test_a_claim_of_a_clock_that_was_wrong_does_not_last(syncing: Syncing) -> None:
    syncing.store.claim("k1", "other", syncing.now + timedelta(days=365))
    assert syncing.sync().state == SyncState.SYNCED
    assert is_new(syncing)


def test_a_next_try_of_a_clock_that_was_wrong_is_due(syncing: Syncing) -> None:
    syncing.now += timedelta(days=365)
    syncing.sync()
    syncing.now -= timedelta(days=365)
    assert due(syncing.store, syncing.now, 10) == ["k1"]
    syncing.sync()
    assert due(syncing.store, syncing.now, 10) == []
    assert is_new(syncing)


# when it is tried again


def test_what_is_due(syncing: Syncing) -> None:
    now = syncing.now
    assert due(syncing.store, now + timedelta(minutes=14), 10) == []
    assert due(syncing.store, now + timedelta(minutes=15), 10) == ["k1"]
    assert due(syncing.store, now + timedelta(minutes=15), 0) == []
    claim = syncing.store.claim("k1", "other", now + timedelta(minutes=15))
    assert due(syncing.store, now + timedelta(minutes=16), 10) == []
    assert due(syncing.store, now + timedelta(minutes=21), 10) == ["k1"]
    syncing.store.release(claim)
    syncing.server.fail(ReconnectError("no"), at=1)
    syncing.sync()
    assert due(syncing.store, now + timedelta(days=9), 10) == []


def test_a_calendar_that_was_never_synced_is_due(database: Engine) -> None:
    syncing = Syncing(database)
    assert due(syncing.store, syncing.now, 10) == ["k1"]


@pytest.mark.parametrize(("chance", "minutes"), [(0.0, 11.25), (0.999999, 18.75)])
def test_calendars_that_are_well_are_spread_over_their_interval(
    syncing: Syncing, chance: float, minutes: float
) -> None:
    syncing.sync(chance=lambda: chance)
    wait = (syncing.status.next_try_at or syncing.now) - syncing.now
    assert wait.total_seconds() == pytest.approx(minutes * 60, abs=1)


def test_failures_in_a_row_wait_longer_and_longer(syncing: Syncing) -> None:
    waits = []
    for number in range(10):
        syncing.server.fail(UnavailableError("no answer"), at=1)
        syncing.sync(chance=lambda: 0.0)
        waits.append(((syncing.status.next_try_at or syncing.now) - syncing.now).total_seconds())
        assert syncing.status.state == SyncState.RETRYING, number
    assert waits == [15, 30, 60, 120, 240, 480, 960, 1800, 1800, 1800]
    syncing.sync()
    syncing.server.fail(UnavailableError("no answer"), at=1)
    syncing.sync(chance=lambda: 0.999999)
    wait = (syncing.status.next_try_at or syncing.now) - syncing.now
    assert wait.total_seconds() == pytest.approx(30, abs=1)


# answers that cannot be


def _item(number: int) -> CalendarObject:
    return CalendarObject(f"{number}", f"{number}", vcalendar(vevent(f"{number}")), "1")


def _endless_new() -> Iterator[Page]:
    for number in count():
        yield Page((_item(number),))


def _endless(page: Page) -> Callable[[], Iterator[Page]]:
    def pages() -> Iterator[Page]:
        while True:
            yield page

    return pages


def _twice_the_last() -> Iterator[Page]:
    yield Page((_item(1),), token="1")
    yield Page((_item(2),), token="2")


@pytest.mark.parametrize(
    ("pages", "problem"),
    [
        (_endless(Page()), "has no end"),
        (_endless(Page((_item(1),))), "has no end"),
        (_endless(Page(removed=("a.ics",))), "has no end"),
        (_endless_new, "has more than 30 events"),
        (_twice_the_last, "goes on after the last page"),
        (lambda: iter([Page((_item(1),))]), "ended its answer before it was complete"),
        (lambda: iter(()), "ended its answer before it was complete"),
    ],
)
def test_an_answer_that_cannot_be_is_a_fault(
    syncing: Syncing, monkeypatch: pytest.MonkeyPatch, pages: Callable[[], Iterator[Page]], problem: str
) -> None:
    monkeypatch.setattr(sync_module, "MAX_OBJECTS", 30)
    taken = count()
    monkeypatch.setattr(syncing.server, "changes", lambda *_: (page for page in pages() if next(taken) < MOST_PAGES))
    synced = syncing.sync()
    assert synced.state == SyncState.RETRYING
    assert problem in (synced.problem or "")
    assert is_old(syncing)
    monkeypatch.undo()
    syncing.sync()
    assert is_new(syncing)


def test_a_fault_of_our_own_is_a_state_too(syncing: Syncing, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Iterator[Page]:
        raise ZeroDivisionError

    monkeypatch.setattr(syncing.server, "changes", broken)
    with pytest.raises(ZeroDivisionError):
        syncing.sync()
    assert syncing.status.state == SyncState.RETRYING
    assert syncing.status.problem == "the sync broke off: ZeroDivisionError"
    monkeypatch.undo()
    syncing.sync(holder="other")
    assert is_new(syncing)
