"""What a decision makes a rule of: changes of a manager's own TOML texts, in which everything else stays as written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import tomlkit
from tomlkit import TOMLDocument

from app.domain.people.person import Team


def with_pin(rules: str, uid: str) -> str:
    """The rules in which a meeting is pinned."""
    text = tomlkit.parse(rules)
    pins: Any = text.setdefault("pins", tomlkit.table())
    uids: Any = pins.setdefault("uids", tomlkit.array())
    if uid not in uids:
        uids.append(uid)
    return _written(text)


def with_correction(
    rules: str, uid: str, kind: str | None, required: Iterable[str] = (), optional: Iterable[str] = ()
) -> str:
    """The rules in which a meeting is of a kind, and people have to be there, or need not."""
    text = tomlkit.parse(rules)
    line = _entry(text, "correction", "uid", uid)
    if kind is not None:
        line["kind"] = kind
    wanted = {"required": [each.lower() for each in required], "optional": [each.lower() for each in optional]}
    said = {address for addresses in wanted.values() for address in addresses}
    for name, addresses in wanted.items():
        kept = [each for each in line.get(name, ()) if each not in said]
        if kept or addresses or name in line:
            line[name] = sorted({*kept, *addresses})
    return _written(text)


def with_manager(team: str, known: Team, person: str, manager: str | None) -> str:
    """The team file in which a person reports to a manager, or to nobody that it knows."""
    text = tomlkit.parse(team)
    line = _entry(text, "person", "email", known.find(person).email)
    line["manager"] = manager or ""
    return _written(text)


def _entry(text: TOMLDocument, table: str, key: str, value: str) -> Any:
    """The entry of an array of tables with this value of a key; it is added if there is none."""
    entries: Any = text.setdefault(table, tomlkit.aot())
    for entry in entries:
        if str(entry.get(key, "")).lower() == value.lower():
            return entry
    new = tomlkit.table()
    new[key] = value
    entries.append(new)
    return entries[-1]


def _written(text: TOMLDocument) -> str:
    return tomlkit.dumps(text)
