"""Secrets in the database: sealed, opened by any key, and sealed again by the newest."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, insert, select

from app.adapters.store.database import reading, writing
from app.adapters.store.schema import connection, login
from app.adapters.store.secrets import Secrets, new_key, rotate_all
from app.errors import ConfigError

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OLD, NEW, LOST = new_key(), new_key(), new_key()


def test_a_secret_comes_back_and_cannot_be_read_on_the_way() -> None:
    sealed = Secrets([OLD]).seal(b"hush")
    assert b"hush" not in sealed
    assert Secrets([OLD]).open(sealed) == b"hush"


def test_any_of_the_keys_opens_and_the_first_seals() -> None:
    assert Secrets([NEW, OLD]).open(Secrets([OLD]).seal(b"hush")) == b"hush"
    sealed = Secrets([NEW, OLD]).seal(b"hush")
    assert Secrets([NEW]).open(sealed) == b"hush"


def test_a_secret_of_another_key_is_refused_in_one_line() -> None:
    with pytest.raises(ConfigError, match="no key of CLEARWEEK_SECRET_KEYS opens"):
        Secrets([NEW]).open(Secrets([LOST]).seal(b"hush"))


def test_there_is_no_default_key() -> None:
    with pytest.raises(ConfigError, match="put a key from `clearweek secrets new` into CLEARWEEK_SECRET_KEYS"):
        Secrets([])


@pytest.mark.parametrize("key", ["", "hush", "ü" * 44, "a" * 43])
def test_what_is_no_key_is_named_by_its_place_and_not_shown(key: str) -> None:
    with pytest.raises(ConfigError, match="key 2 of CLEARWEEK_SECRET_KEYS is not one") as refused:
        Secrets([NEW, key])
    assert not key or key not in str(refused.value)


def keep(engine: Engine, name: str, secret: bytes | None) -> None:
    row = {"backend": "caldav", "person": "ana@example.com", "account": "ana", "url": "", "created_at": NOW}
    with writing(engine) as transaction:
        transaction.execute(insert(connection).values(id=name, secret=secret, **row))


def kept(engine: Engine) -> dict[str, bytes | None]:
    with reading(engine) as transaction:
        return {row.id: row.secret for row in transaction.execute(select(connection.c.id, connection.c.secret))}


def test_every_secret_is_sealed_again(database: Engine) -> None:
    for name in ("one", "two"):
        keep(database, name, Secrets([OLD]).seal(name.encode()))
    keep(database, "file", None)
    with writing(database) as transaction:
        transaction.execute(insert(login).values(digest="d", secret=Secrets([OLD]).seal(b"state"), expires_at=NOW))
    assert rotate_all(database, Secrets([NEW, OLD])).count == 3
    only_new = Secrets([NEW])
    assert {name: secret and only_new.open(secret) for name, secret in kept(database).items()} == {
        "one": b"one",
        "two": b"two",
        "file": None,
    }


def test_a_secret_that_no_key_opens_is_named_and_stays(database: Engine) -> None:
    lost = Secrets([LOST]).seal(b"lost")
    keep(database, "lost", lost)
    keep(database, "fine", Secrets([OLD]).seal(b"fine"))
    rotated = rotate_all(database, Secrets([NEW, OLD]))
    assert (rotated.count, rotated.unopened) == (1, ("connection lost",))
    assert kept(database)["lost"] == lost
