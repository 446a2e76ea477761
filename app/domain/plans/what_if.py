"""What if: a question about a week that is a little different, and the one way to write it.

new ana@example.com,bo@example.com 30m [once|weekly|biweekly|monthly] [kind=KIND] ["Title"]
free tuesday
optional ana@example.com [in MEETING]
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias, get_args

from app.domain.configuration.pattern import WEEKDAYS, Weekday
from app.domain.plans.wish import Often
from app.errors import InputError

SHORTEST, LONGEST = 5, 480
MOST_PEOPLE = 50
TITLE_LIMIT = 200
_MINUTES = re.compile(r"(?:(\d{1,6})h)?(?:(\d{1,6})(?:m|min)?)?", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s,?]+@[^@\s,?]+")
_NEAR = 0.6
_HOW = 'write it like "new ana@example.com,bo@example.com 30m weekly", "free tuesday" or "optional ana@example.com"'


@dataclass(frozen=True)
class NewMeeting:
    """A meeting that does not exist yet, with these people beside the manager. Raises `InputError`."""

    people: tuple[str, ...]
    minutes: int
    often: Often = "once"
    kind: str | None = None
    title: str | None = None
    optional: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        everyone = (*self.people, *self.optional)
        if not self.people or len(set(everyone)) < len(everyone) or len(everyone) > MOST_PEOPLE:
            raise _wrong(f"a new meeting needs 1 to {MOST_PEOPLE} people beside you, one of them required, each once")
        for email in everyone:
            _check_email(email)
        if not SHORTEST <= self.minutes <= LONGEST:
            raise _wrong(f"a new meeting takes {SHORTEST} to {LONGEST} minutes, not {self.minutes}")
        if len(self.title or "") > TITLE_LIMIT:
            raise _wrong(f"a title has at most {TITLE_LIMIT} characters")

    def __str__(self) -> str:
        people = ",".join((*self.people, *(f"{email}?" for email in self.optional)))
        words = [f"new {people} {self.minutes}m {self.often}", f"kind={self.kind}" if self.kind else ""]
        return " ".join([*(w for w in words if w), *([_quoted(self.title)] if self.title else [])])


@dataclass(frozen=True)
class FreeDay:
    """One more meeting-free day."""

    day: Weekday

    def __str__(self) -> str:
        return f"free {self.day}"


@dataclass(frozen=True)
class MadeOptional:
    """Somebody who need not come: to one meeting (a UID, or a part of its title), or to any. Raises `InputError`."""

    email: str
    meeting: str | None = None

    def __post_init__(self) -> None:
        _check_email(self.email)

    def __str__(self) -> str:
        return f"optional {self.email}" + (f" in {self.meeting}" if self.meeting else "")


WhatIf: TypeAlias = NewMeeting | FreeDay | MadeOptional


def parse_what_if(text: str) -> WhatIf:
    """Read a question. Raises `InputError` that says what is wrong and how to write it."""
    text = text.replace(", ", ",")
    try:
        words = shlex.split(text)
    except ValueError:
        raise _wrong(f"{text!r} has a quotation mark too many; {_HOW}") from None
    match words:
        case ["new", *rest]:
            return _new(rest, plain=text.split())
        case ["free", day]:
            return FreeDay(_weekday(day))
        case ["optional", email]:
            return MadeOptional(email.lower())
        case ["optional", email, "in", *meeting] if meeting:
            return MadeOptional(email.lower(), " ".join(meeting))
    raise _wrong(f"{text!r} is not understood; {_HOW}")


def _new(words: Sequence[str], plain: Collection[str]) -> NewMeeting:
    """The words after `new`, in any order: people, minutes, how often, a kind; the title is not among `plain` ones."""
    people: list[str] = []
    titles: list[str] = []
    unknown: list[str] = []
    minutes: int | None = None
    often: Often = "once"
    kind = None
    for word in words:
        if word not in plain and not word.startswith("kind="):
            titles.append(word)
        elif "@" in word:
            people += [each.lower() for each in word.split(",") if each]
        elif minutes is None and word[:1].isdigit() and (found := _MINUTES.fullmatch(word)):
            minutes = int(found[1] or 0) * 60 + int(found[2] or 0)
        elif word.lower() in get_args(Often):
            often = next(each for each in get_args(Often) if each == word.lower())
        elif word.startswith("kind="):
            kind = word.removeprefix("kind=")
        else:
            unknown.append(word)
    if unknown:
        raise _not_known(unknown[0], has_people=bool(people))
    if minutes is None:
        raise _wrong(f"how long is it to be? {_HOW}")
    required = tuple(p for p in people if not p.endswith("?"))
    optional = tuple(p.removesuffix("?") for p in people if p.endswith("?"))
    return NewMeeting(required, minutes, often, kind, " ".join(titles) or None, optional)


def _not_known(word: str, *, has_people: bool) -> InputError:
    """The error for a word that says nothing: a slip in how often, somebody without an address, a title unquoted."""
    near = get_close_matches(word.lower(), get_args(Often), n=1, cutoff=_NEAR)
    if not (has_people or near):
        return _wrong(f"{word!r} is not an address; write it like ana@example.com")
    hint = f"did you mean {near[0]}?" if near else f"how often is {', '.join(get_args(Often))}"
    return _wrong(f"{word!r} is not understood; {hint}; a title stands in quotation marks")


def _weekday(text: str) -> Weekday:
    found = [day for day in WEEKDAYS if len(text) > 1 and day.startswith(text.lower())]
    if len(found) != 1:
        raise _wrong(f"{text!r} is no day of the week; write it like tuesday")
    return found[0]


def _quoted(title: str) -> str:
    escaped = title.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


def _check_email(email: str) -> None:
    if not _EMAIL.fullmatch(email):
        raise _wrong(f"{email!r} is not an address; write it like ana@example.com")


def _wrong(text: str) -> InputError:
    return InputError(text, "what-if")
