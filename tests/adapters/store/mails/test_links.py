"""Links of mails in the database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from app.adapters.store.mails.links import StoredLinks
from app.domain.mail_link import CODE, CODE_AGAIN, CODE_TRIES, CODES, MailLink
from app.errors import NotFoundError

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
LINK = MailLink("ab" * 8, "dana@example.com", "cd" * 8, 1, NOW, NOW + timedelta(days=14))


@pytest.fixture
def links(database: Engine) -> StoredLinks:
    kept = StoredLinks(database)
    kept.add(LINK)
    return kept


def test_a_link_is_kept_as_it_is(links: StoredLinks) -> None:
    assert links.get(LINK.id) == LINK
    with pytest.raises(NotFoundError):
        links.get("ef" * 8)


def test_a_link_that_was_used_is_closed(links: StoredLinks) -> None:
    links.use(LINK.id, NOW)
    assert "used" in (links.get(LINK.id).closed(NOW) or "")


def test_links_are_revoked_for_one_manager(links: StoredLinks) -> None:
    other = replace(LINK, id="01" * 8, manager="ben@example.com")
    links.add(other)
    assert links.revoke(LINK.manager, NOW) == 1
    assert links.revoke(LINK.manager, NOW) == 0
    assert "revoked" in (links.get(LINK.id).closed(NOW) or "")
    assert links.get(other.id).closed(NOW) is None


def test_a_link_expires() -> None:
    assert LINK.closed(LINK.expires_at - timedelta(seconds=1)) is None
    assert "expired" in (LINK.closed(LINK.expires_at) or "")


def test_a_right_code_is_taken_once(links: StoredLinks) -> None:
    assert links.expect_code(LINK.id, "right", NOW)
    assert not links.take_code(LINK.id, "wrong", NOW)
    assert links.take_code(LINK.id, "right", NOW)
    assert not links.take_code(LINK.id, "right", NOW)


def test_a_code_holds_for_some_minutes(links: StoredLinks) -> None:
    links.expect_code(LINK.id, "right", NOW)
    assert not links.take_code(LINK.id, "right", NOW + CODE)
    assert links.take_code(LINK.id, "right", NOW + CODE - timedelta(seconds=1))


def test_a_code_cannot_be_guessed(links: StoredLinks) -> None:
    links.expect_code(LINK.id, "right", NOW)
    for _ in range(CODE_TRIES):
        assert not links.take_code(LINK.id, "wrong", NOW)
    assert not links.take_code(LINK.id, "right", NOW)


def test_codes_do_not_fill_a_mailbox(links: StoredLinks) -> None:
    assert links.expect_code(LINK.id, "first", NOW)
    assert not links.expect_code(LINK.id, "second", NOW + CODE_AGAIN - timedelta(seconds=1))
    assert links.take_code(LINK.id, "first", NOW)
    given = [links.expect_code(LINK.id, "more", NOW + n * CODE_AGAIN) for n in range(1, CODES + 1)]
    assert given == [True] * (CODES - 1) + [False]
