"""Connections: kept with their calendars and grants, and forgotten whole."""

import pytest
from sqlalchemy import Engine, select

from app.adapters.store.connections import EVERYONE
from app.adapters.store.database import reading
from app.adapters.store.schema import calendar, calendar_grant
from app.domain.connected import Access, SyncState
from app.errors import NotFoundError
from tests.adapters.store.kept import ANA, a_calendar, a_connection, keep


def _grants(engine: Engine) -> dict[str, str]:
    with reading(engine) as database:
        return {row.viewer: row.access for row in database.execute(select(calendar_grant))}


def test_a_connection_comes_back_as_it_was(database: Engine) -> None:
    kept = keep(database)
    assert kept.all() == [a_connection()]
    assert kept.find("c1") == (a_connection(), b"sealed")
    kept.reseal("c1", b"other")
    assert kept.find("c1")[1] == b"other"


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


def test_what_is_forgotten_leaves_nothing(database: Engine) -> None:
    kept = keep(database, a_calendar())
    kept.forget("c1")
    with reading(database) as connection:
        assert [connection.execute(select(table)).all() for table in (calendar, calendar_grant)] == [[], []]
    for gone in (kept.forget, kept.find):
        with pytest.raises(NotFoundError, match="c1: there is no such connection"):
            gone("c1")
    with pytest.raises(NotFoundError, match="k1: there is no such calendar"):
        kept.calendar("k1")
