"""Finding words in what people write: titles, categories and the names of mailing lists, in any language.

Case, accents, width, emoji and punctuation make no difference: "Rétro 🔁" is `retro`, "Stand-up" is `stand up`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WITHIN_A_WORD = ("Mn", "Me", "Cf")


def plain(text: str) -> str:
    """The words of a text, in small letters without accents, with one space between them."""
    return " ".join(bare for bare, _ in _words(text))


def find_word(text: str, words: tuple[str, ...]) -> str | None:
    """The first place in a text where any of the words stands as a whole, as it is written there; None if none does.

    A word may be a phrase, whose parts may be written as one. `*` stands for any ending or beginning of a word.
    """
    match = _pattern(words).search(plain(text)) if words else None
    return None if match is None else _written(text, *match.span())


def is_one_of(text: str, words: tuple[str, ...]) -> bool:
    """Whether a text as a whole is one of the words."""
    return bool(words) and _pattern(words).fullmatch(plain(text)) is not None


def consists_of(text: str, words: tuple[str, ...]) -> bool:
    """Whether every single word of a text is one of the words; False for a text without any."""
    parts = plain(text).split()
    return bool(parts) and all(is_one_of(part, words) for part in parts)


def _written(text: str, start: int, end: int) -> str:
    """The words of a text as they are written, of those whose place in the plain text is given."""
    found: list[str] = []
    place = 0
    for bare, written in _words(text):
        if place < end and start < place + len(bare):
            found.append(written)
        place += len(bare) + 1
    return " ".join(found)


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[tuple[str, str], ...]:
    """Each word of a text, plain and as it is written."""
    composed = unicodedata.normalize("NFKC", text)
    spaced = "".join(c if c.isalnum() or unicodedata.category(c) in _WITHIN_A_WORD else " " for c in composed)
    return tuple((bare, word) for word in spaced.split() if (bare := _bare(word)))


def _bare(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if c.isalnum())


@lru_cache(maxsize=512)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds any of the words, the longer ones first."""
    longest_first = sorted(filter(None, map(_phrase, words)), key=len, reverse=True) or [r"(?!)"]
    return re.compile(r"(?<!\w)(?:" + "|".join(longest_first) + r")(?!\w)")


def _phrase(word: str) -> str:
    """What finds a word of the rules: its stars stand for letters, its spaces for a space or nothing."""
    parts = re.split(r"[^\w*]+", unicodedata.normalize("NFKC", word))
    pieces = ([re.escape(_bare(piece)) for piece in part.split("*")] for part in parts)
    return " ?".join(r"\w*".join(part) for part in pieces if any(part))
