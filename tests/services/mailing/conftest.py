"""Dana's mails, an hour before the first is due."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.adapters.store.database import open_database
from app.adapters.store.upgrades import upgrade
from tests.services.mailing.mail_work import MailWork, movable
from tests.services.weeks import NOW, office


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database of this version's schema."""
    made = open_database(f"sqlite:///{tmp_path / 'clearweek.sqlite'}")
    upgrade(made)
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
