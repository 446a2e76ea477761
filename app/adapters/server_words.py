"""What a server says of a refusal, made fit to be passed on to people."""

from __future__ import annotations

import re

MAX_WORDS = 200
"""Characters of what a server says that are passed on."""

_NO_LETTER = re.compile(r"[^\w!-~ ]+")


def one_line(text: str) -> str:
    """The letters, digits and signs of a text in one line of at most `MAX_WORDS`."""
    return " ".join(_NO_LETTER.sub(" ", text).split())[:MAX_WORDS]
