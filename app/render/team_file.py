"""A team as the text of a team file, which reads back as the same team."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.meetings.guess import GuessedTeam
from app.domain.people.person import Team

HEAD = """\
The people that you work with, guessed from your calendar. Each guess says why; correct what is wrong, fill in what
is missing, and pass the file back with --team. Nothing in it is required; docs/classification.md says what it decides.
""".splitlines()


def guessed_team_file(guessed: GuessedTeam) -> str:
    """The text of a team file in which every guess is marked by a comment, and unknown lists wait to be filled in."""
    lines = [*(_comment(line) for line in HEAD), ""]
    lines += _lines(guessed.team, lambda about: [_comment(f"Guess: {why}.") for why in guessed.why(about)])
    if guessed.lists:
        lines += ["", _comment("Lists that were invited. Say who is on them, or their meetings count as cross-team.")]
    for email in guessed.lists:
        lines += [_comment("[[group]]"), _comment(f"email = {_value(email)}"), _comment("members = []")]
    return "\n".join(lines) + "\n"


def team_file(team: Team) -> str:
    """The text of a team file that reads back as this team."""
    return "\n".join(_lines(team, lambda _about: [])) + "\n"


def _lines(team: Team, comments: Callable[[str], list[str]]) -> Iterator[str]:
    yield from comments("")
    for name, value in _said(team):
        if name not in ("person", "group"):
            yield f"{name} = {_value(value)}"
    for table, entries in (("group", team.group), ("person", team.person)):
        for entry in entries:
            yield from ("", *comments(entry.email), f"[[{table}]]")
            yield from (f"{name} = {_value(value)}" for name, value in _said(entry))


def _said(one: Any) -> Iterator[tuple[str, Any]]:
    """Keys and values of a dataclass, of those that are not just the default."""
    for field in fields(one):
        value = getattr(one, field.name)
        if value is not None and value != _default(field):
            yield field.name.rstrip("_"), value


def _default(field: Field[Any]) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _value(value: Any) -> str:
    """A value in TOML."""
    if is_dataclass(value):
        return "{ " + ", ".join(f"{name} = {_value(item)}" for name, item in _said(value)) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, time):
        return _text(value.isoformat("auto" if value.second or value.microsecond else "minutes"))
    return value.isoformat() if isinstance(value, date) else _text(value.key if isinstance(value, ZoneInfo) else value)


def _text(text: str) -> str:
    """A basic string; TOML has the escapes of JSON, and wants one more for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """A comment that stays on its line, whatever is in it."""
    return ("# " + "".join(c if c.isprintable() else " " for c in text)).rstrip()
