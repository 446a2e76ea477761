"""Sign-ins that were begun in a browser."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from app.adapters.store.database import reading
from app.adapters.store.logins import StoredLogins
from app.adapters.store.schema import login
from app.errors import ReconnectError

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=10)


@pytest.fixture
def logins(database: Engine) -> StoredLogins:
    found = StoredLogins(database)
    found.begin("state", b"sealed", UNTIL, NOW)
    return found


def test_a_sign_in_ends_once(logins: StoredLogins) -> None:
    assert logins.take("state", NOW) == b"sealed"
    with pytest.raises(ReconnectError, match="begin again"):
        logins.take("state", NOW)


@pytest.mark.parametrize(("state", "now"), [("state", UNTIL), ("other", NOW), ("", NOW)])
def test_what_is_too_late_or_was_never_begun_is_refused(logins: StoredLogins, state: str, now: datetime) -> None:
    with pytest.raises(ReconnectError, match="begin again"):
        logins.take(state, now)


def test_the_state_itself_is_not_kept_and_old_sign_ins_are_forgotten(logins: StoredLogins, database: Engine) -> None:
    logins.begin("later", b"sealed too", UNTIL + timedelta(minutes=10), UNTIL)
    with reading(database) as connection:
        (row,) = connection.execute(select(login)).all()
    assert row.secret == b"sealed too"
    assert "later" not in row.digest
