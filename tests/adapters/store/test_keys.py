"""Keys of the HTTP API."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from app.adapters.store.database import reading
from app.adapters.store.keys import StoredKeys
from app.adapters.store.schema import api_key
from app.domain.configuration.access import Scope
from app.errors import NotFoundError

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def keys(database: Engine) -> StoredKeys:
    return StoredKeys(database)


def test_a_key_opens_its_scopes_and_nothing_else(keys: StoredKeys) -> None:
    _, text = keys.create("bot", [Scope.PLAN, Scope.CALENDARS], NOW)
    assert (key := keys.find(text, LATER))
    assert key.scopes == frozenset((Scope.PLAN, Scope.CALENDARS))
    assert [key.last_used_at for key in keys.all()] == [LATER]
    assert keys.find(text + "x", LATER) is None


def test_a_key_knows_whose_proposals_it_opens(keys: StoredKeys) -> None:
    made, text = keys.create("bot", [Scope.PROPOSALS], NOW, "dana@example.com")
    assert (key := keys.find(text, LATER))
    assert key.person == made.person == "dana@example.com"
    assert [key.person for key in keys.all()] == ["dana@example.com"]


def test_two_keys_differ(keys: StoredKeys) -> None:
    (one, first), (other, second) = (keys.create("bot", [Scope.PLAN], NOW) for _ in range(2))
    assert one.id != other.id
    assert first != second
    assert [key.id for key in keys.all()] == sorted([one.id, other.id])


def test_the_text_of_a_key_is_not_kept(keys: StoredKeys, database: Engine) -> None:
    _, text = keys.create("bot", [Scope.PLAN], NOW)
    with reading(database) as connection:
        assert text not in str(connection.execute(select(api_key)).all())


def test_a_revoked_key_opens_nothing_and_stays_listed(keys: StoredKeys) -> None:
    key, text = keys.create("bot", [Scope.PLAN], NOW)
    keys.revoke(key.id, LATER)
    keys.revoke(key.id, LATER + timedelta(hours=1))
    assert keys.find(text, LATER) is None
    assert [(k.id, k.revoked_at, k.last_used_at) for k in keys.all()] == [(key.id, LATER, None)]


def test_a_key_that_is_not_there_cannot_be_revoked(keys: StoredKeys) -> None:
    with pytest.raises(NotFoundError, match="clearweek keys list"):
        keys.revoke("nobody", NOW)
