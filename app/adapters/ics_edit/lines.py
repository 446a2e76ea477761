"""Text as logical lines that keep how they were written: their folds, their ends, and all that nobody reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from icalendar.parser import Contentline

from app.adapters.ics.text import MAX_DEPTH
from app.adapters.ics_edit.parsed import SOURCE
from app.errors import ParseError

MAX_TEXT = 10_000_000
"""Characters of one object, before and after."""

_FOLD = re.compile(r"\r*\n[ \t]")
_BREAK = re.compile(r"[\r\n]+")
_BARE_RETURN = re.compile(r"\r(?![\r\n])")


@dataclass(frozen=True)
class Line:
    """One content line as it is written; `raw` has its folds and its end."""

    raw: str

    @classmethod
    def of(cls, text: str, end: str) -> Line:
        """A new line, folded (RFC 5545 §3.1); a line break within it becomes a blank, so that it stays one."""
        folded: bytes = Contentline(_BREAK.sub(" ", text)).to_ical()  # type: ignore[no-untyped-call]
        return cls(folded.decode().replace("\r\n", end) + end)

    @cached_property
    def text(self) -> str:
        """The line without folds and end."""
        return _FOLD.sub("", self.raw.rstrip("\r\n"))

    @cached_property
    def name(self) -> str:
        """The name of the property, in upper case."""
        return re.split("[:;]", self.text, maxsplit=1)[0].strip().upper()

    @property
    def value(self) -> str:
        """What follows the last colon: the value of what says when something is."""
        return self.text.rpartition(":")[2].strip()

    def with_value(self, value: str, end: str) -> Line:
        """The line with another value of that kind; itself if that is the one it has."""
        if self.value == value:
            return self
        return Line.of(f"{self.text.rpartition(':')[0]}:{value}", end)


@dataclass
class Block:
    """One component directly in a VCALENDAR, from its BEGIN to its END; `number` is the line on which it begins.

    A property of the calendar that stands after a component is one without a kind.
    """

    kind: str
    number: int
    lines: list[Line] = field(default_factory=list)

    def own(self) -> Iterator[tuple[int, Line]]:
        """Its own properties with their places in `lines`; those of components within it are not among them."""
        depth = 0
        for place, line in enumerate(self.lines):
            depth -= line.name == "END"
            if depth == 1 and line.name not in ("BEGIN", "END"):
                yield place, line
            depth += line.name == "BEGIN"

    def copy(self) -> Block:
        """Another block with the same lines."""
        return Block(self.kind, self.number, [*self.lines])

    def without_inner(self) -> Block:
        """The block without components within it (VALARM)."""
        return Block(self.kind, self.number, [self.lines[0], *(line for _, line in self.own()), self.lines[-1]])


@dataclass
class Document:
    """One VCALENDAR: the lines before its components, these, and the lines after them."""

    head: list[Line]
    blocks: list[Block]
    tail: list[Line]
    end: str

    @classmethod
    def parse(cls, text: str) -> Document:
        """Split a text. Raises `ParseError` for what is no single, whole VCALENDAR, or too large."""
        if len(text) > MAX_TEXT:
            raise ParseError(f"{SOURCE} has more than {MAX_TEXT:,} characters")
        if _BARE_RETURN.search(text):
            raise ParseError(f"{SOURCE} has line ends that cannot be kept as they are")
        document = cls([], [], [], "\r\n" if "\r\n" in text else "\n")
        stack: list[str] = []
        for number, line in _logical(text):
            document._take(number, line, stack)
        if stack or not document.tail:
            raise ParseError(f"{SOURCE} is no whole VCALENDAR")
        return document

    def _take(self, number: int, line: Line, stack: list[str]) -> None:
        kind = line.text[6:].strip().upper()
        if line.name == "BEGIN":
            if len(stack) == 1:
                self.blocks.append(Block(kind, number))
            stack.append(kind)
        if (self.tail and line.text) or len(stack) > MAX_DEPTH or (stack and stack[0] != "VCALENDAR"):
            raise ParseError(f"{SOURCE}, line {number}, is not within one VCALENDAR")
        if len(stack) > 1:
            self.blocks[-1].lines.append(line)
        elif line.name == "END" or self.tail:
            self.tail.append(line)
        elif not self.blocks:
            self.head.append(line)
        elif line.text:
            self.blocks.append(Block("", number, [line]))
        if line.name == "END" and (not stack or stack.pop() != line.text[4:].strip().upper()):
            raise ParseError(f"{SOURCE}, line {number}, ends what did not begin")

    def events(self) -> Iterator[Block]:
        """Its VEVENTs."""
        return (block for block in self.blocks if block.kind == "VEVENT")

    def text(self) -> str:
        """The text. Raises `ParseError` if it became too large."""
        text = "".join(line.raw for line in self._lines())
        if len(text) > MAX_TEXT:
            raise ParseError(f"{SOURCE} would have more than {MAX_TEXT:,} characters")
        return text

    def _lines(self) -> Iterable[Line]:
        yield from self.head
        for block in self.blocks:
            yield from block.lines
        yield from self.tail


def _logical(text: str) -> Iterator[tuple[int, Line]]:
    """The logical lines with their ends, each with the number of its first physical line."""
    start, parts = 1, [""]
    for number, physical in enumerate(re.findall(r"[^\n]*\n|[^\n]+\Z", text), start=1):
        if physical[:1] in (" ", "\t") and parts[0]:
            parts.append(physical)
            continue
        if parts[0]:
            yield start, Line("".join(parts))
        start, parts = number, [physical]
    if parts[0]:
        yield start, Line("".join(parts))
