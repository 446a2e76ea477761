# ruff: noqa: RUF001 - titles are written as people write them
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.meetings.titles import consists_of, find_word, is_one_of, plain


@pytest.mark.parametrize(
    ("title", "word", "found"),
    [
        ("Rétro 🔁", "retro", "Rétro"),
        ("RETRO!", "rétro", "RETRO"),
        ("retroactive pay", "retro", None),
        ("Stand-up ☀️", "stand up", "Stand up"),
        ("Standup", "stand up", "Standup"),
        ("👩‍💻stand up👩‍💻", "stand up", "stand up"),
        ("Sprintplanung Portal", "*planung", "Sprintplanung"),
        ("Urlaubsplanung", "planung", None),
        ("Vorstellungsgespräche heute", "vorstellungsgespräch*", "Vorstellungsgespräche"),
        ("Entretien d’embauche", "entretien d'embauche", "Entretien d embauche"),
        ("ＡＬＬ　ＨＡＮＤＳ", "all hands", "ALL HANDS"),
        ("Straße", "strasse", "Straße"),
        ("🎉", "🎉", None),
        ("", "retro", None),
        ("a.*b", ".*", None),
    ],
)
def test_words_are_found_whole_whatever_their_writing(title: str, word: str, found: str | None) -> None:
    assert find_word(title, (word,)) == found


def test_the_longest_word_is_the_one_that_is_found() -> None:
    assert find_word("Phone screen - Kit", ("phone", "phone screen")) == "Phone screen"


def test_no_words_are_found_nowhere() -> None:
    assert find_word("anything", ()) is None
    assert not is_one_of("anything", ())


def test_a_title_as_a_whole() -> None:
    assert is_one_of("Review 🎬", ("review",))
    assert not is_one_of("Code review", ("review",))


def test_every_part_is_one_of_the_words() -> None:
    assert consists_of("acme-all", ("all", "acme"))
    assert not consists_of("all-leads", ("all", "acme"))
    assert not consists_of("🎉", ("all",))


@given(st.text())
def test_plain_is_settled_and_never_fails(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text(), st.lists(st.text(), max_size=4).map(tuple))
def test_any_title_and_any_words_do_no_harm(title: str, words: tuple[str, ...]) -> None:
    found = find_word(title, words)
    assert found is None or (found and set(plain(found).split()) <= set(plain(title).split()))
