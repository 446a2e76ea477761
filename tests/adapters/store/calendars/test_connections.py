"""Connections: kept whole with their calendars and grants, renewed, and forgotten without a rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, insert, select, update

from app.adapters.store import schema
from app.adapters.store.calendars import generations
from app.adapters.store.calendars.calendars import StoredCalendars
from app.adapters.store.calendars.connections import StoredConnections
from app.adapters.store.database import reading, writing
from app.adapters.store.schema import calendar, calendar_grant, calendar_object, connection
from app.domain.calendar.connected import Access, Forgotten, SyncState
from app.domain.configuration.access import EVERYONE
from app.errors import ClaimedError, InputError, NotFoundError
from tests.adapters.store.kept import ANA, NOW, a_calendar, a_connection, keep
from tests.adapters.store.syncing import Syncing

CONTENTS = (calendar_object, schema.component, schema.occurrence, schema.read_warning, schema.push_channel)


def _rows(engine: Engine, table: Any) -> list[Any]:
    with reading(engine) as database:
        return list(database.execute(select(table)).all())


def _grants(engine: Engine) -> dict[str, str]:
    return {row.viewer: row.access for row in _rows(engine, calendar_grant)}


def test_a_connection_comes_back_as_it_was(database: Engine) -> None:
    kept = keep(database)
    assert kept.all() == [a_connection()]
    assert kept.find("c1") == (a_connection(), b"sealed")


def test_a_new_calendar_was_never_synced(database: Engine) -> None:
    kept = keep(database, a_calendar())
    [(found, status)] = kept.calendars()
    assert found == a_calendar()
    assert kept.calendar("k1") == (found, status)
    assert (status.state, status.events, status.next_try_at) == (SyncState.NEW, 0, None)


def test_its_owner_sees_details_and_everyone_else_how_busy_they_are(database: Engine) -> None:
    keep(database, a_calendar())
    assert _grants(database) == {ANA: Access.DETAILS, EVERYONE: Access.BUSY}


def test_a_grant_can_be_changed_and_taken_back(database: Engine) -> None:
    kept = keep(database, a_calendar())
    kept.grant("k1", "dana@example.com", Access.BUSY)
    kept.grant("k1", "dana@example.com", Access.DETAILS)
    assert _grants(database)["dana@example.com"] == Access.DETAILS
    kept.grant("k1", EVERYONE, None)
    assert EVERYONE not in _grants(database)
    with pytest.raises(NotFoundError, match="no such calendar"):
        kept.grant("nobody", EVERYONE, Access.BUSY)


def test_a_login_that_is_kept_gets_its_new_secret_and_calendars(database: Engine) -> None:
    kept = keep(database, a_calendar())
    again = kept.keep(
        replace(a_connection(), id="again"),
        b"new",
        [replace(a_calendar(), id="other", name="Job"), a_calendar("k2")],
        NOW,
    )
    assert [(one.id, one.connection_id, one.name) for one in again] == [("k1", "c1", "Job"), ("k2", "c1", "K2")]
    assert kept.all() == [a_connection()]
    assert kept.find("c1")[1] == b"new"


@pytest.mark.parametrize("other", [{"account": "ben"}, {"url": "https://example.org/"}, {"person": "ben@example.com"}])
def test_another_login_is_another_connection(database: Engine, other: dict[str, Any]) -> None:
    kept = keep(database)
    kept.keep(replace(a_connection("c2"), **other), b"sealed", [a_calendar("k2", connection="c2")], NOW)
    assert [one.id for one in kept.all()] == ["c1", "c2"]


@pytest.mark.parametrize(("generation", "state"), [(0, SyncState.NEW), (2, SyncState.RETRYING)])
def test_a_calendar_that_waited_for_a_login_goes_on(database: Engine, generation: int, state: SyncState) -> None:
    kept = keep(database, a_calendar())
    waits = {"state": SyncState.RECONNECT, "problem": "p", "remedy": "r", "failures": 3, "generation": generation}
    with writing(database) as transaction:
        transaction.execute(update(calendar).values(waits))
    kept.keep(a_connection(), b"new", [a_calendar()], NOW)
    _, status = kept.calendar("k1")
    assert (status.state, status.problem, status.remedy, status.next_try_at) == (state, None, None, NOW)


def test_a_new_login_leaves_the_syncs_of_others_alone(database: Engine) -> None:
    kept, store = _two(database), StoredCalendars(database)
    own, other = store.claim("k1", "a", NOW), store.claim("k2", "b", NOW)
    kept.keep(a_connection(), b"new", [], NOW)
    store.put(other, [], [], NOW)
    with pytest.raises(ClaimedError):
        store.put(own, [], [], NOW)


def test_a_calendar_in_another_zone_is_expanded_anew(database: Engine) -> None:
    kept = keep(database, a_calendar())
    later = NOW + timedelta(days=1)
    with writing(database) as transaction:
        transaction.execute(update(calendar).values(state=SyncState.SYNCED, reader=9, next_try_at=later))
    same, other = a_calendar(), replace(a_calendar(), zone=ZoneInfo("Asia/Tokyo"))
    for one, reader, due in ((same, 9, later), (other, None, NOW)):
        assert kept.keep(a_connection(), b"new", [one], NOW)[0].zone == one.zone
        assert (_rows(database, calendar)[0].reader, kept.calendar("k1")[1].next_try_at) == (reader, due)


@pytest.mark.parametrize("other", [{"access": Access.BUSY}, {"owner": "ben@example.com"}])
def test_a_calendar_that_was_kept_otherwise_is_refused_and_nothing_changes(
    database: Engine, other: dict[str, Any]
) -> None:
    kept = keep(database, a_calendar())
    with pytest.raises(InputError, match="run `clearweek disconnect c1` first"):
        kept.keep(a_connection(), b"new", [a_calendar("k2"), replace(a_calendar(), **other)], NOW)
    assert kept.find("c1")[1] == b"sealed"
    assert [one.id for one, _ in kept.calendars()] == ["k1"]


def _fill(engine: Engine, name: str, count: int) -> None:
    """Rows of every kind, as syncs leave them."""
    of = {"calendar_id": name}
    with writing(engine) as database:
        for number in range(count):
            seen = {**of, "uid": f"{number}", "since": 1}
            database.execute(insert(calendar_object).values(**seen, href=f"{number}", text="x"))
            added = insert(schema.component).values(**seen, details="{}").returning(schema.component.c.id)
            part = {**of, "component_id": database.execute(added).scalar_one()}
            database.execute(insert(schema.occurrence).values(**part, start=0, end=1, zone="UTC", overridden=False))
            database.execute(insert(schema.read_warning).values(**seen, code="c", text="t"))
        channel = {**of, "id": name, "resource_id": "r", "digest": "d", "expires_at": NOW, "created_at": NOW}
        database.execute(insert(schema.push_channel).values(channel))


def _two(engine: Engine) -> StoredConnections:
    """Two connections of a calendar each; the first has five objects, the second one."""
    kept = keep(engine, a_calendar())
    kept.keep(replace(a_connection("c2"), account="ben"), None, [a_calendar("k2", connection="c2")], NOW)
    _fill(engine, "k1", 5)
    _fill(engine, "k2", 1)
    return kept


def test_what_is_forgotten_leaves_nothing(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for portion in ("BATCH", "COMPONENTS"):
        monkeypatch.setattr(generations, portion, 2)
    kept = _two(database)
    assert kept.forget("c1") == Forgotten(1, 5)
    assert [one.id for one in kept.all()] == ["c2"]
    left = {table.name: {row.calendar_id for row in _rows(database, table)} for table in (calendar_grant, *CONTENTS)}
    assert left == {table.name: {"k2"} for table in (calendar_grant, *CONTENTS)}
    for gone in (kept.forget, kept.find):
        with pytest.raises(NotFoundError, match="c1: there is no such connection"):
            gone("c1")
    with pytest.raises(NotFoundError, match="k1: there is no such calendar"):
        kept.calendar("k1")


def test_what_is_being_forgotten_is_seen_by_nobody_and_can_be_forgotten_again(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = _two(database)
    with writing(database) as transaction:
        transaction.execute(update(calendar).values(claimed_by="worker", claimed_until=NOW))
    with monkeypatch.context() as cut:
        cut.setattr(StoredConnections, "_empty", None)
        with pytest.raises(TypeError):
            kept.forget("c1")
    assert {row.calendar_id for row in _rows(database, calendar_grant)} == {"k2"}
    assert kept.find("c1")[1] is None
    half, whole = sorted(_rows(database, calendar), key=lambda row: str(row.id))
    assert (half.state, half.claimed_by, half.remedy) == ("reconnect", None, "run `clearweek disconnect c1` again")
    assert (whole.state, whole.claimed_by) == ("new", "worker")
    assert kept.forget("c1") == Forgotten(1, 5)


def test_what_was_half_forgotten_can_be_connected_again_and_is_read_anew(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncing = Syncing(database)
    syncing.put("a", "b", "c")
    syncing.sync()
    empty = StoredConnections._empty

    def cut(kept: StoredConnections, table: Any, ids: Any) -> int:
        empty(kept, table, ids)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(StoredConnections, "_empty", cut)
        with pytest.raises(KeyboardInterrupt):
            syncing.kept.forget("c1")
    syncing.kept.keep(a_connection(), b"sealed", [a_calendar()], NOW)
    assert syncing.status.state == SyncState.NEW
    assert _grants(database) == {ANA: Access.DETAILS, EVERYONE: Access.BUSY}
    assert syncing.sync().changed == 3
    assert [event.ref.uid for event in syncing.events()] == ["a", "b", "c"]


def test_a_secret_goes_with_its_connection(database: Engine) -> None:
    keep(database).forget("c1")
    assert _rows(database, connection) == []
