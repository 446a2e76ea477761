"""Dana's mails, an hour before the first is due."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from app.adapters.store.database import open_database
from tests.services.mailing.mail_work import MailWork, movable
from tests.services.weeks import NOW, office


@pytest.fixture
def engine(file_database: str) -> Iterator[Engine]:
    """A database of this version's schema."""
    made = open_database(file_database)
    yield made
    made.dispose()


@pytest.fixture
def work(engine: Engine) -> MailWork:
    """A desk on which the first mail is due in an hour, with one move to propose."""
    return MailWork(movable(office("ana")), engine, NOW)


@pytest.fixture
def quiet(engine: Engine) -> MailWork:
    """The same with nothing to say."""
    return MailWork(office("ana"), engine, NOW)
