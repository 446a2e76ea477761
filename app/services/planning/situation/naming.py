"""Which meeting somebody means by a word: its title or UID, or a part of one."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from app.errors import InputError

MOST_NAMED = 4


def uid_named(name: str, titles: Mapping[str, str], option: str) -> str:
    """The UID that a name stands for: itself, a whole title, a part of one, or else of a UID; case does not matter.

    `titles` are those of the meetings that may be meant, by UID. Raises `InputError`, with the option that it came by.
    """
    if name in titles:
        return name
    wanted = name.strip().casefold()
    whole = [uid for uid, title in titles.items() if title.casefold() == wanted]
    part = [uid for uid, title in titles.items() if wanted and wanted in title.casefold()]
    found = whole or part or [uid for uid in titles if wanted and wanted in uid.casefold()]
    if len(found) == 1:
        return found[0]
    raise InputError(_none(name, titles) if not found else _several(name, [titles[uid] for uid in found]), option)


def _none(name: str, titles: Mapping[str, str]) -> str:
    near = get_close_matches(name, titles.values(), n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else "give its UID, or a part of its title"
    return f"no meeting of this week is called {name!r}; {hint}"


def _several(name: str, titles: list[str]) -> str:
    shown = ", ".join(repr(title) for title in titles[:MOST_NAMED])
    more = f" and {len(titles) - MOST_NAMED} more" if len(titles) > MOST_NAMED else ""
    return f"{name!r} fits {len(titles)} meetings, {shown}{more}; give more of the title, or the UID"
