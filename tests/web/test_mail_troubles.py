"""The page of a proposal says what is in the way of the mails about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.adapters.store.database import open_database
from app.adapters.store.upgrades import upgrade
from app.errors import RefusedError
from app.services.mailing.by_hand import send_proposal
from tests.services.mailing.mail_work import MailWork, movable
from tests.services.mailing.test_running import raising
from tests.services.weeks import NOW, office
from tests.web.test_proposals import Calendars
from tests.web.visiting import browser


@pytest.fixture
def work(tmp_path: Path) -> Iterator[MailWork]:
    engine = open_database(f"sqlite:///{tmp_path / 'clearweek.sqlite'}")
    upgrade(engine)
    yield MailWork(movable(office("ana")), engine, NOW)
    engine.dispose()


@pytest.fixture
def at(work: MailWork) -> TestClient:
    return browser(mails=work.desk, desk=work.desk.desk, calendars=Calendars(), now=lambda: work.now)


def test_what_a_relay_refused_is_on_the_page_until_it_was_sent(work: MailWork, at: TestClient) -> None:
    work.post.fault = lambda: raising(RefusedError("550 <no> such user"))
    proposal = work.propose()
    send_proposal(work.desk, proposal.id)
    told = "The weekly mail failed: 550 &lt;no&gt; such user"
    assert told in at.get(f"/proposals/{proposal.id}").text
    work.post.fault = lambda: None
    send_proposal(work.desk, proposal.id)
    assert "The weekly mail" not in at.get(f"/proposals/{proposal.id}").text
