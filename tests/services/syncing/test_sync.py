"""One sync after another, of a server in memory into a database."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

from app.adapters.ics import object_reader
from app.adapters.store.calendars.generations import TABLES
from app.adapters.store.calendars.standing import hasten
from app.adapters.store.database import reading
from app.adapters.store.schema import occurrence
from app.domain.calendar.connected import Claim, Expansion, Page, SyncState
from app.errors import ClaimedError, NotFoundError, ReconnectError, UnavailableError
from app.ports import Known
from app.services.syncing import sync as sync_module
from app.services.syncing.sync import SyncProgress, due
from tests.adapters.store.kept import a_connection
from tests.adapters.store.syncing import Syncing, vcalendar, vevent


@pytest.fixture
def syncing(database: Engine) -> Syncing:
    return Syncing(database)


def test_a_first_sync_brings_everything(syncing: Syncing) -> None:
    syncing.put("a", "b", "c")
    synced = syncing.sync()
    assert (synced.generation, synced.changed, synced.removed, synced.events) == (1, 3, 0, 3)
    assert synced.state == SyncState.SYNCED
    assert [event.ref.uid for event in syncing.events()] == ["a", "b", "c"]
    assert (syncing.status.state, syncing.status.events) == (SyncState.SYNCED, 3)
    assert syncing.status.last_success_at == syncing.now


def test_a_second_sync_brings_what_changed(syncing: Syncing) -> None:
    syncing.put("a", "b", "c")
    syncing.sync()
    syncing.put("b", start="20261125T090000")
    syncing.remote.remove("c.ics")
    synced = syncing.sync()
    assert (synced.generation, synced.changed, synced.removed, synced.events) == (2, 1, 1, 2)
    assert syncing.titles() == ["a 20261124T100000", "b 20261125T090000"]


def test_nothing_new_is_one_request_and_no_new_generation(syncing: Syncing) -> None:
    syncing.put("a")
    syncing.sync()
    before = syncing.server.requests
    synced = syncing.sync()
    assert (synced.generation, synced.changed, syncing.server.requests - before) == (1, 0, 1)


def test_progress_is_told(syncing: Syncing) -> None:
    syncing.put("a", "b", "c")
    told: list[SyncProgress] = []
    syncing.sync(on_progress=told.append)
    assert [(one.stage, one.done, one.total) for one in told] == [
        ("reading", 2, 3),
        ("reading", 3, 3),
        ("expanding", 3, 3),
    ]


def test_a_token_that_is_not_known_any_more_begins_again_in_the_same_sync(syncing: Syncing) -> None:
    syncing.put("a", "b", "c")
    syncing.sync()
    syncing.remote.remove("a.ics")
    syncing.remote.forget_tokens()
    synced = syncing.sync()
    assert (synced.state, synced.changed, synced.removed) == (SyncState.SYNCED, 0, 1)
    assert [event.ref.uid for event in syncing.events()] == ["b", "c"]


def test_a_name_that_now_holds_another_event_forgets_the_one_of_before(syncing: Syncing) -> None:
    syncing.put("a", "b")
    syncing.sync()
    syncing.remote.put("a.ics", "c", vcalendar(vevent("c")))
    assert syncing.sync().events == 2
    assert [event.ref.uid for event in syncing.events()] == ["b", "c"]


def test_what_nobody_sees_any_more_is_deleted(syncing: Syncing) -> None:
    syncing.put("a", "b")
    syncing.sync()
    syncing.put("a", start="20261125T090000")
    syncing.sync()
    with reading(syncing.engine) as connection:
        assert [connection.scalars(select(table.c.until)).all() for table in TABLES] == [[None, None], [None, None], []]
        assert len(connection.execute(select(occurrence)).all()) == 2


@pytest.mark.parametrize(
    ("error", "state", "waits"),
    [
        (UnavailableError("dav.example.com does not answer"), SyncState.RETRYING, timedelta(seconds=22.5)),
        (UnavailableError("too many requests", 900), SyncState.RETRYING, timedelta(seconds=900)),
        (ReconnectError("the password is wrong"), SyncState.RECONNECT, None),
        (NotFoundError("/k1/ is gone"), SyncState.GONE, timedelta(days=1)),
    ],
)
def test_a_fault_of_the_server_becomes_a_state_and_changes_nothing(
    syncing: Syncing, error: Exception, state: SyncState, waits: timedelta | None
) -> None:
    syncing.put("a", "b", "c")
    syncing.sync()
    before = syncing.events()
    syncing.put("a", "b", "c", "d", start="20261126T100000")
    syncing.server.fail(error, at=2)  # type: ignore[arg-type]
    synced = syncing.sync()
    assert (synced.state, synced.generation, synced.problem) == (state, 1, str(error))
    assert syncing.events() == before
    assert syncing.status.next_try_at == (None if waits is None else syncing.now + waits)
    assert syncing.status.remedy
    assert syncing.sync().state == SyncState.SYNCED
    assert {title.split()[1] for title in syncing.titles()} == {"20261126T100000"}
    after = syncing.status
    assert (after.problem, after.remedy) == (None, None)


def test_many_events_do_not_become_none_without_a_question(syncing: Syncing) -> None:
    uids = [f"u{n:02}" for n in range(10)]
    syncing.put(*uids)
    syncing.sync()
    for uid in uids:
        syncing.remote.remove(f"{uid}.ics")
    synced = syncing.sync()
    assert (synced.state, synced.generation, synced.events) == (SyncState.CONFIRM, 1, 10)
    assert len(syncing.events()) == 10
    hasten(syncing.engine, "k1", syncing.now, accept_empty=True)
    synced = syncing.sync()
    assert (synced.state, synced.events) == (SyncState.SYNCED, 0)
    assert syncing.events() == []


def test_a_sync_that_is_interrupted_changes_nothing_and_another_may_begin_at_once(syncing: Syncing) -> None:
    syncing.put("a", "b", "c")
    syncing.sync()
    before, status = syncing.events(), syncing.status
    syncing.put("a", "b", "c", start="20261126T100000")

    second_page = syncing.server.requests + 2

    def interrupt(number: int) -> None:
        if number == second_page:
            raise KeyboardInterrupt

    syncing.server.fault = interrupt
    with pytest.raises(KeyboardInterrupt):
        syncing.sync()
    assert syncing.events() == before
    assert syncing.status == replace(status, next_try_at=None)
    syncing.server.fault = lambda _number: None
    claim = syncing.store.claim("k1", "other", syncing.now)
    assert claim.failures == 0


def test_a_calendar_that_somebody_syncs_is_refused_to_others(syncing: Syncing) -> None:
    syncing.put("a")
    claim = syncing.store.claim("k1", "other", syncing.now)
    with pytest.raises(ClaimedError, match="k1: is being synced just now"):
        syncing.sync()
    assert syncing.server.requests == 0
    again = syncing.store.claim("k1", "other", syncing.now)
    assert again.fence != claim.fence
    with pytest.raises(ClaimedError, match="taken over; this sync wrote no more"):
        syncing.store.put(claim, [], [], syncing.now)
    syncing.now += timedelta(minutes=6)
    assert syncing.sync().events == 1


def test_a_calendar_that_is_not_kept_is_not_found(syncing: Syncing) -> None:
    with pytest.raises(NotFoundError, match="k2: there is no such calendar"):
        syncing.store.claim("k2", "test", syncing.now)


def test_a_back_end_can_ask_what_is_stored_and_what_of_it_is_past(
    syncing: Syncing, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncing.put("a", start="20261101T100000")
    syncing.put("b", start="20261201T100000")
    syncing.put("c", start="20301201T100000")
    syncing.remote.put("d.ics", "d", vcalendar(vevent("d", "20200101T100000", "RRULE:FREQ=YEARLY;BYMONTH=8")))
    syncing.sync()
    asked: list[object] = []

    def changes(_calendar: str, token: str | None, known: Known) -> Iterator[Page]:
        asked.extend((known.etags(), known.uid_of("a.ics"), known.uid_of("z.ics"), set(known.past(syncing.now))))
        yield Page((), ("a.ics",))
        asked.append(known.uid_of("a.ics"))
        yield Page(token=token)

    monkeypatch.setattr(syncing.server, "changes", changes)
    syncing.sync()
    etags = {f"{uid}.ics": f'"{number}"' for number, uid in enumerate("abcd", 1)}
    assert asked == [etags, "a", None, {"a.ics"}, "a"]
    assert "a" not in {event.ref.uid for event in syncing.events()}


def test_what_no_database_can_hold_is_left_out(syncing: Syncing) -> None:
    syncing.remote.put("a.ics", "a\0", vcalendar(vevent("a\0", "20261124T100000", "SUMMARY:nul \0, half \ud83d, ☕")))
    syncing.put("u" * 1_001)
    assert syncing.sync().events == 1
    [event] = syncing.events()
    assert (event.ref.uid, event.title) == ("a", "nul , half ?, ☕")
    assert syncing.sync().changed == 0
    syncing.remote.forget_tokens()
    assert syncing.sync().changed == 0


def test_no_transaction_writes_very_many_occurrences(syncing: Syncing, monkeypatch: pytest.MonkeyPatch) -> None:
    for uid, times in (("a", 3), ("b", 9), ("c", 4), ("d", 4), ("e", 4)):
        syncing.remote.put(uid, uid, vcalendar(vevent(uid, "20261123T080000", f"RRULE:FREQ=DAILY;COUNT={times}")))
    monkeypatch.setattr(sync_module, "PORTION", 8)
    written: list[list[str]] = []
    real = syncing.store.expand

    def expand(claim: Claim, expansions: Sequence[Expansion], now: datetime) -> None:
        written.append([one.uid for one in expansions])
        real(claim, expansions, now)

    monkeypatch.setattr(syncing.store, "expand", expand)
    syncing.sync()
    assert written == [["a"], ["b"], ["c", "d"], ["e"]]
    assert len(syncing.events()) == 24


@pytest.mark.parametrize(
    ("later", "again"),
    [
        (timedelta(days=6), False),
        (timedelta(days=8), True),
        (timedelta(days=-6), False),
        (timedelta(days=-8), True),
        (timedelta(days=-4000), True),
    ],
)
def test_all_is_expanded_anew_when_the_weeks_run_out(syncing: Syncing, later: timedelta, again: bool) -> None:
    syncing.remote.put("a.ics", "a", vcalendar(vevent("a", "20100104T080000", "RRULE:FREQ=WEEKLY")))
    first = syncing.sync().generation
    syncing.now += later
    assert syncing.sync().generation == first + again
    starts = [event.span.start for event in syncing.events()]
    assert starts[0] < syncing.now - timedelta(weeks=24)
    assert starts[-1] > syncing.now + timedelta(weeks=25)


@pytest.mark.parametrize(("more", "again"), [(-1, False), (0, False), (1, True)])
def test_all_is_expanded_anew_by_a_reader_that_reads_differently(
    syncing: Syncing, monkeypatch: pytest.MonkeyPatch, more: int, again: bool
) -> None:
    syncing.put("a")
    first = syncing.sync().generation
    monkeypatch.setattr(object_reader, "VERSION", object_reader.VERSION + more)
    assert syncing.sync().generation == first + again
    assert syncing.sync().generation == first + again
    assert syncing.titles() == ["a 20261124T100000"]


def test_what_an_older_reader_expanded_is_expanded_anew(syncing: Syncing, monkeypatch: pytest.MonkeyPatch) -> None:
    syncing.put("a")
    syncing.sync()
    with monkeypatch.context() as before:
        before.setattr(object_reader, "VERSION", 0)
        syncing.sync()
    assert syncing.sync().generation == 1
    with monkeypatch.context() as before:
        before.setattr(object_reader, "VERSION", 0)
        syncing.put("b")
        syncing.sync()
    assert syncing.sync().generation == 3


TOKYO = ZoneInfo("Asia/Tokyo")
ALL_DAY = vcalendar("BEGIN:VEVENT\r\nUID:d\r\nDTSTART;VALUE=DATE:20261124\r\nSUMMARY:d\r\nEND:VEVENT")


def _day(syncing: Syncing) -> tuple[str, str, str]:
    """When the all-day event begins, its zone, and that of the calendar."""
    [event] = [event for event in syncing.events() if event.all_day]
    return f"{event.span.start:%d %H:%M}", event.span.zone.key, syncing.kept.calendar("k1")[0].zone.key


def test_a_calendar_that_moves_to_another_zone_takes_its_days_with_it(syncing: Syncing) -> None:
    syncing.put("a")
    syncing.remote.put("d.ics", "d", ALL_DAY)
    syncing.sync()
    before = [event.span.start for event in syncing.events() if not event.all_day]
    assert _day(syncing) == ("23 23:00", "Europe/Berlin", "Europe/Berlin")
    syncing.remote.zone = TOKYO
    assert syncing.sync().state == SyncState.SYNCED
    assert _day(syncing) == ("23 15:00", "Asia/Tokyo", "Asia/Tokyo")
    assert [event.span.start for event in syncing.events() if not event.all_day] == before
    again = syncing.sync()
    assert (again.generation, again.changed) == (2, 0)
    syncing.remote.zone = None
    syncing.sync()
    assert _day(syncing) == ("23 15:00", "Asia/Tokyo", "Asia/Tokyo")


def test_until_a_sync_has_switched_the_old_zone_is_seen(syncing: Syncing) -> None:
    syncing.remote.put("d.ics", "d", ALL_DAY)
    syncing.sync()
    syncing.remote.zone = TOKYO
    syncing.put("a", "b", "c")
    seen: list[tuple[str, str, str]] = []
    syncing.sync(on_progress=lambda _: seen.append(_day(syncing)))
    assert set(seen) == {("23 23:00", "Europe/Berlin", "Europe/Berlin")}
    assert _day(syncing) == ("23 15:00", "Asia/Tokyo", "Asia/Tokyo")


def test_a_sync_that_fails_keeps_the_old_zone(syncing: Syncing) -> None:
    syncing.remote.put("d.ics", "d", ALL_DAY)
    syncing.sync()
    syncing.remote.zone = TOKYO
    syncing.put("a", "b", "c")
    syncing.server.fail(UnavailableError("out of order"), at=2)
    assert syncing.sync().state == SyncState.RETRYING
    assert _day(syncing) == ("23 23:00", "Europe/Berlin", "Europe/Berlin")


def test_a_calendar_that_is_connected_again_in_another_zone_follows_with_the_next_sync(syncing: Syncing) -> None:
    syncing.remote.put("d.ics", "d", ALL_DAY)
    syncing.sync()
    syncing.kept.keep(a_connection(), b"new", [replace(syncing.stored, zone=TOKYO)], syncing.now)
    assert due(syncing.store, syncing.now, 9) == ["k1"]
    syncing.sync()
    assert _day(syncing) == ("23 15:00", "Asia/Tokyo", "Asia/Tokyo")


def test_a_calendar_without_events_changes_its_zone_too(syncing: Syncing) -> None:
    syncing.sync()
    syncing.remote.zone = TOKYO
    syncing.sync()
    assert syncing.kept.calendar("k1")[0].zone == TOKYO
