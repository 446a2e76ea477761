"""Dana's mails, an hour before the first is due."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.services.mailing.mail_work import MailWork, movable
from tests.services.weeks import NOW, office


@pytest.fixture
def work(database: Engine) -> MailWork:
    """A desk on which the first mail is due in an hour, with one move to propose."""
    return MailWork(movable(office("ana")), database, NOW)


@pytest.fixture
def quiet(database: Engine) -> MailWork:
    """The same with nothing to say."""
    return MailWork(office("ana"), database, NOW)
