"""Signed texts of links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.link_tokens import SignedTokens
from app.errors import ConfigError

TOKENS = SignedTokens(["new key", "old key"])


def test_a_text_names_its_link_and_nothing_else() -> None:
    token = TOKENS.of_link("abcd")
    assert TOKENS.link(token) == "abcd"
    assert TOKENS.manager(token) is None
    assert TOKENS.manager(TOKENS.of_manager("dana@example.com")) == "dana@example.com"


def test_an_older_key_still_holds_and_one_that_is_gone_does_not() -> None:
    assert TOKENS.link(SignedTokens(["old key"]).of_link("abcd")) == "abcd"
    assert TOKENS.link(SignedTokens(["no key of ours"]).of_link("abcd")) is None


@given(st.text(max_size=200))
def test_nobody_else_makes_one(text: str) -> None:
    assert TOKENS.link(text) is None


@given(st.text(min_size=1).filter(lambda text: text != "abcd"))
def test_a_signature_holds_for_its_own_text_only(text: str) -> None:
    _, signature = TOKENS.of_link("abcd").rsplit(".", 1)
    value, _ = TOKENS.of_link(text).rsplit(".", 1)
    assert TOKENS.link(f"{value}.{signature}") is None


def test_the_same_code_of_two_links_is_kept_differently() -> None:
    assert TOKENS.code_digest("one", "123456") != TOKENS.code_digest("two", "123456")
    assert TOKENS.code_digest("one", "123456") != TOKENS.code_digest("one", "123457")


def test_there_is_no_default_key() -> None:
    with pytest.raises(ConfigError, match="CLEARWEEK_SECRET_KEYS"):
        SignedTokens([])
