"""Texts from outside, fitted into a width: what the font lacks is left out or boxed, what is too long is cut."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

Length = Callable[[str], float]
"""How wide a text is, in pixels."""

DRAWN = re.compile(
    "[ -~\u00a0-\u024f\u0259\u02bc\u02c6-\u02dd\u0300-\u0315\u0323-\u0333\u0370-\u03ff\u0400-\u0525\u1e00-\u1ef9"
    "\u2010-\u2027\u2030-\u203a\u2044\u2070-\u2089\u20a0-\u20bf\u2116\u2122\u2190-\u2199\u2212\u2264\u2265\u25a1"
    "\u25cf\u2713]"
)
"""What the bundled font holds (fonts/README.md)."""
BOX = "\u25a1"
ELLIPSIS = "\u2026"


def drawable(text: str, instead: str) -> str:
    """The text in letters that the font has: a run of others is one box; `instead` where too little is left.

    Emoji and the like go without a trace, as they are hardly ever the point.
    """
    kept = "".join(_drawn(char) for char in text)
    boxed = " ".join(re.sub(f"{BOX}[{BOX} ]*{BOX}", BOX, kept).split())
    known = sum(char.isalnum() for char in boxed)
    lost = sum(char == BOX for char in kept)
    return boxed if known and known >= lost else instead


def _drawn(char: str) -> str:
    if DRAWN.match(char):
        return char
    return BOX if unicodedata.category(char)[0] in "LN" else ""


def cut(text: str, width: float, length: Length) -> str:
    """The text, or its beginning with an ellipsis, no wider than so many pixels; empty if not even that fits."""
    if length(text) <= width:
        return text
    fitting = _fitting(text, width - length(ELLIPSIS), length)
    return text[:fitting].rstrip() + ELLIPSIS if fitting else ""


def _fitting(text: str, width: float, length: Length) -> int:
    """How many characters of a text fit."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if length(text[:middle]) <= width else (low, middle - 1)
    return low


def wrapped(text: str, width: float, lines: int, length: Length, indent: float = 0) -> list[str]:
    """The text in at most so many lines, broken at spaces and hyphens; the first is shorter by `indent`.

    The last line is cut. A single word that is too long for a line is broken where the line ends.
    """
    found: list[str] = []
    rest, room = text, width - indent
    while rest and len(found) < lines - 1 and length(rest) > room:
        at = _break(rest, _fitting(rest, room, length), first=not found and bool(indent))
        found.append(rest[:at].rstrip())
        rest, room = rest[at:].lstrip(), width
    return [*found, cut(rest, room, length)]


def _break(text: str, fitting: int, *, first: bool) -> int:
    """Where to break a line that has room for so many characters; only the first, indented one may stay empty."""
    if text[fitting : fitting + 1] == " ":
        return fitting
    head = text[:fitting]
    at = max(head.rfind(" "), head.rfind("-") + 1)
    return at if at > 0 else 0 if first else max(1, fitting)
