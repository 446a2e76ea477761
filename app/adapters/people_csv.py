"""A team from a table of people, as other systems export it (CSV, RFC 4180)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from io import StringIO

from pydantic import TypeAdapter, ValidationError

from app.domain.people.person import Person, Team
from app.errors import InputError

COLUMNS = (
    "email", "name", "manager", "team", "timezone", "level", "one_on_one", "country", "aliases", "starts", "ends",
)  # fmt: skip
"""The columns, in any order; only `email` has to be there. `aliases` has spaces between."""
_PERSON = TypeAdapter(Person)


def read_people(name: str, text: str) -> Team:
    """The people of a table with a header of `COLUMNS`; commas or semicolons between.

    Raises `InputError` that names each line that cannot be used, one a line.
    """
    text = text.removeprefix("\ufeff")
    header = text.partition("\n")[0]
    table = csv.DictReader(StringIO(text, newline=""), delimiter=";" if ";" in header else ",", strict=True)
    _check_header(name, table.fieldnames or ())
    people: dict[str, Person] = {}
    faults: list[str] = []
    for line, row in _rows(table, name, faults):
        try:
            person = _person(row)
            if person.email in people:
                raise ValueError(f"{person.email} is there twice")
            people[person.email] = person
        except ValueError as error:
            faults.append(f"{name}, line {line}: {_why(error)}")
    if faults:
        raise InputError("\n".join(faults))
    return Team(tuple(people.values()))


def _rows(
    table: csv.DictReader[str], name: str, faults: list[str]
) -> Iterator[tuple[int, Mapping[str | None, str | Sequence[str] | None]]]:
    """Each line that is not empty, with its number; what is no CSV ends it."""
    try:
        for row in table:
            if any(row.values()):
                yield table.line_num, row
    except csv.Error as error:
        faults.append(f"{name}, line {table.line_num + 1}: is no CSV: {error}")


def _check_header(name: str, header: Sequence[str]) -> None:
    for column in header:
        if column.strip().lower() not in COLUMNS:
            near = get_close_matches(column.strip().lower(), COLUMNS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(COLUMNS)}"
            raise InputError(f"{name}, line 1: unknown column {column!r}; {hint}")
    if "email" not in (column.strip().lower() for column in header):
        raise InputError(f"{name}, line 1: has no column email; known are {', '.join(COLUMNS)}")


def _person(row: Mapping[str | None, str | Sequence[str] | None]) -> Person:
    """The person of one line. Raises `ValueError`."""
    if None in row:
        raise ValueError("has more values than the header has columns")
    said = {str(key).strip().lower(): value.strip() for key, value in row.items() if isinstance(value, str)}
    known: dict[str, object] = {key: value for key, value in said.items() if value}
    if "@" not in said["email"]:
        raise ValueError(f"{said['email']!r} is no email address")
    if "aliases" in known:
        known["aliases"] = tuple(said["aliases"].lower().split())
    return _PERSON.validate_python({**known, "email": said["email"].lower()})


def _why(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    reason = str(first.get("ctx", {}).get("error", first["msg"]))
    return f"{'.'.join(str(part) for part in first['loc'])}: {reason}"
