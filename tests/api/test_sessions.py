"""What a browser keeps for us: signed, ended, and good for one purpose alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.api.sessions import SESSION, SIGN_IN, Sessions
from app.domain.configuration.access import BegunSignIn, Identity

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DANA = Identity("dana@example.com", "Dana")
BEGUN = BegunSignIn("state", "nonce", "verifier")


def test_a_session_is_read_as_it_was_begun() -> None:
    ours = Sessions(["key"])
    session, cookie = ours.begin(DANA, NOW)
    assert ours.read(cookie, NOW) == session
    assert (session.person, session.name) == ("dana@example.com", "Dana")


def test_it_ends() -> None:
    ours = Sessions(["key"])
    _, cookie = ours.begin(DANA, NOW)
    assert ours.read(cookie, NOW + SESSION - timedelta(seconds=1))
    assert ours.read(cookie, NOW + SESSION) is None


def test_each_session_is_another() -> None:
    ours = Sessions(["key"])
    (first, _), (second, _) = ours.begin(DANA, NOW), ours.begin(DANA, NOW)
    assert first.id != second.id
    assert ours.is_csrf(ours.csrf(first), first)
    assert not ours.is_csrf(ours.csrf(first), second)


@pytest.mark.parametrize("forged", ["", "x", "W10.x", "W10.W10.W10", "\u2603"])
def test_what_is_not_ours_is_nobody_s(forged: str) -> None:
    ours = Sessions(["key"])
    session, _ = ours.begin(DANA, NOW)
    assert ours.read(forged, NOW) is None
    assert ours.kept(forged, NOW) is None
    assert not ours.is_csrf(forged, session)


def test_a_changed_cookie_is_nobody_s() -> None:
    ours = Sessions(["key"])
    _, mine = ours.begin(DANA, NOW)
    _, other = ours.begin(Identity("ruth@example.com", "Ruth"), NOW)
    assert ours.read(other.partition(".")[0] + "." + mine.partition(".")[2], NOW) is None


def test_keys_can_be_exchanged() -> None:
    _, cookie = Sessions(["old"]).begin(DANA, NOW)
    assert Sessions(["new", "old"]).read(cookie, NOW)
    assert Sessions(["new"]).read(cookie, NOW) is None
    _, newer = Sessions(["new", "old"]).begin(DANA, NOW)
    assert Sessions(["new"]).read(newer, NOW)


def test_nothing_is_signed_without_a_key() -> None:
    with pytest.raises(ValueError, match="key"):
        Sessions([])


def test_no_signature_passes_for_another() -> None:
    ours = Sessions(["key"])
    session, cookie = ours.begin(DANA, NOW)
    begun = ours.keep(BEGUN, "/", NOW)
    assert ours.read(begun, NOW) is None
    assert ours.kept(cookie, NOW) is None
    assert ours.read(ours.csrf(session), NOW) is None


def test_a_sign_in_that_takes_too_long_is_forgotten() -> None:
    ours = Sessions(["key"])
    kept = ours.keep(BEGUN, "/proposals/1", NOW)
    assert ours.kept(kept, NOW) == (BEGUN, "/proposals/1")
    assert ours.kept(kept, NOW + SIGN_IN) is None
