"""Finding words in what people write: titles, categories and the names of mailing lists, in any language.

Case, accents, width, emoji and punctuation make no difference: "Rétro 🔁" is `retro`, "Stand-up" is `stand up`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """The words of a text, in small letters without accents, with one space between them."""
    return " ".join(_tokens(text, keep=""))


def find_word(text: str, words: tuple[str, ...]) -> str | None:
    """The first place in a text where any of the words stands as a whole, as it stands there; None if none does.

    A word may be a phrase, whose parts may be written as one. `*` stands for any ending or beginning of a word.
    """
    match = _pattern(words).search(plain(text)) if words else None
    return match[0] if match else None


def is_one_of(text: str, words: tuple[str, ...]) -> bool:
    """Whether a text as a whole is one of the words."""
    return bool(words) and _pattern(words).fullmatch(plain(text)) is not None


def consists_of(text: str, words: tuple[str, ...]) -> bool:
    """Whether every single word of a text is one of the words; False for a text without any."""
    parts = plain(text).split()
    return bool(parts) and all(is_one_of(part, words) for part in parts)


def _tokens(text: str, keep: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = (c for c in folded if not unicodedata.combining(c) and unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    return "".join(c if c.isalnum() or c in keep else " " for c in bare).split()


@lru_cache(maxsize=512)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds any of the words, the longer ones first."""
    phrases = (" ?".join(re.escape(t).replace(r"\*", r"\w*") for t in _tokens(w, keep="*")) for w in words)
    longest_first = sorted(filter(None, phrases), key=len, reverse=True) or [r"(?!)"]
    return re.compile(r"(?<!\w)(?:" + "|".join(longest_first) + r")(?!\w)")
