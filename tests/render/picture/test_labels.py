"""Texts in a width: what the font lacks, what is too long."""

from __future__ import annotations

import unicodedata

import pytest

from app.render.picture.canvas import _font, length
from app.render.picture.labels import DRAWN, cut, drawable, wrapped


def each(text: str) -> float:
    """Every character takes a pixel."""
    return len(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1:1 Ana Kovač", "1:1 Ana Kovač"),
        ("Ελλάδα и Россия → 5 €", "Ελλάδα и Россия → 5 €"),
        ("☕ Lunch with Farah 👩‍👩‍👧", "Lunch with Farah"),
        ("Sync with Tokyo 東京", "Sync with Tokyo □"),
        ("東京オフィス", "team sync"),
        ("שלום עולם", "team sync"),
        ("🎉", "team sync"),
        ("ab 東京オフィス", "team sync"),
    ],
)
def test_a_text_is_shown_in_the_letters_that_there_are(text: str, shown: str) -> None:
    assert drawable(text, "team sync") == shown


def test_the_font_has_every_letter_that_is_counted_on() -> None:
    for weight in ("regular", "bold"):
        font = _font(20, weight)
        missing = bytes(font.getmask("\U0010fffd"))
        counted = [c for c in map(chr, range(0x21, 0x2714)) if DRAWN.match(c) and unicodedata.category(c)[0] in "LN"]
        assert len(counted) > 900
        assert [c for c in counted if bytes(font.getmask(c)) == missing] == []


def test_a_text_that_fits_is_whole_and_another_ends_in_an_ellipsis() -> None:
    assert cut("Platform", 8, each) == "Platform"
    assert cut("Platform", 7, each) == "Platfo…"
    assert cut("a bcd", 3, each) == "a…"
    assert cut("Platform", 1, each) == ""


@pytest.mark.parametrize(
    ("text", "lines", "indent", "found"),
    [
        ("Platform weekly", 2, 0, ["Platform", "weekly"]),
        ("Check-in of all", 2, 0, ["Check-in", "of all"]),
        ("Cross-team review", 3, 0, ["Cross-", "team", "review"]),
        ("Platform weekly", 1, 0, ["Platform…"]),
        ("Extraordinarily", 2, 0, ["Extraordi", "narily"]),
        ("Platform weekly", 3, 3, ["", "Platform", "weekly"]),
        ("On Platform weekly", 2, 3, ["On", "Platform…"]),
        ("", 2, 0, [""]),
    ],
)
def test_a_title_is_broken_where_it_may_be(text: str, lines: int, indent: int, found: list[str]) -> None:
    assert wrapped(text, 9, lines, each, indent) == found


def test_no_line_is_wider_than_its_room() -> None:
    lines = wrapped("WWWWW illi-illi " * 4, 120, 3, lambda text: length(text, 23), 30)
    assert len(lines) == 3
    assert [length(line, 23) <= room for line, room in zip(lines, (90, 120, 120), strict=True)] == [True] * 3
