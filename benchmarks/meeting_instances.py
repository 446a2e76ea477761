"""Instances of OptaPlanner's public meeting scheduling problem: read from its workbooks, or made by its family's rules.

Time is counted in grains of a quarter hour. Only working time has grains: the lunch hour has none, so that the last
grain before it and the first one after it are neighbours, as they are for the problem's own constraints.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from openpyxl import load_workbook

GRAIN_MINUTES = 15
LUNCH_MINUTES = 60
DAY_GRAINS = 36
LENGTHS = (1, 2, 3, 4, 6, 8, 16)
ATTENDANCES = (2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20, 30)


class InstanceError(ValueError):
    """A workbook that is no instance of the problem: which one, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Room:
    """A room, and the people it seats."""

    name: str
    capacity: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of so many grains; the numbers of those who must come and of those who would like to."""

    topic: str
    grains: int
    required: tuple[int, ...]
    preferred: tuple[int, ...]

    @property
    def seats(self) -> int:
        """People that its room has to seat."""
        return len(self.required) + len(self.preferred)


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance: the grains of each day, rooms, persons and meetings."""

    name: str
    days: tuple[int, ...]
    rooms: tuple[Room, ...]
    persons: tuple[str, ...]
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where a meeting was put: its first grain and the number of its room."""

    start: int
    room: int


def read(path: Path) -> Instance:
    """The instance in a workbook. Raises `InstanceError` for one that is not of this family."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Workbook contains no default style")
        book = load_workbook(path, read_only=True)
    try:
        days, rooms, persons, meetings = (_rows(book, name) for name in ("Days", "Rooms", "Persons", "Meetings"))
        names = tuple(str(row["Full name"]) for row in persons)
        return Instance(
            path.stem,
            tuple(_day_grains(row) for row in days),
            tuple(Room(str(row["Name"]), int(row["Capacity"])) for row in rooms),
            names,
            tuple(_meeting(row, {name: number for number, name in enumerate(names)}) for row in meetings),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InstanceError(f"{path}: no meeting scheduling instance: {error}") from error
    finally:
        book.close()


def generate(meetings: int, rooms: int, seed: int) -> Instance:
    """An instance of any size by the rules of the family: as many grains as all meetings at their longest need."""
    rng = Random(seed)
    sizes = [rng.choice(ATTENDANCES) for _ in range(meetings)]
    persons = max(*sizes, sum(sizes) * rooms * 3 // (4 * meetings))
    grains = meetings * LENGTHS[-1] // rooms
    whole, rest = divmod(grains, DAY_GRAINS)
    return Instance(
        f"{meetings}meetings-{grains}timegrains-seed{seed}",
        (DAY_GRAINS,) * whole + ((rest,) if rest else ()),
        tuple(Room(f"R {i + 1}", ATTENDANCES[-1 - i % (len(ATTENDANCES) * 3 // 4)]) for i in range(rooms)),
        tuple(f"Person {number + 1}" for number in range(persons)),
        tuple(_random_meeting(rng, number, size, persons) for number, size in enumerate(sizes)),
    )


def _random_meeting(rng: Random, number: int, size: int, persons: int) -> Meeting:
    people = rng.sample(range(persons), max(2, size))
    required = max(2, rng.randint(0, size))
    return Meeting(f"Meeting {number + 1}", rng.choice(LENGTHS), tuple(people[:required]), tuple(people[required:]))


def _rows(book: Any, sheet: str) -> list[dict[str, Any]]:
    """The rows of a sheet by the names in its first one; without the empty ones."""
    head, *rows = book[sheet].iter_rows(values_only=True)
    found: Iterator[dict[str, Any]] = (dict(zip(head, row, strict=True)) for row in rows)
    return [row for row in found if any(row.values())]


def _day_grains(row: dict[str, Any]) -> int:
    """The grains of a day: its quarter hours without those of the lunch hour."""
    start, end, lunch = (_minute(row[name]) for name in ("Start", "End", "Lunch hour start time"))
    return sum(not lunch <= minute < lunch + LUNCH_MINUTES for minute in range(start, end, GRAIN_MINUTES))


def _minute(text: str) -> int:
    time = datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day, of no zone
    return time.hour * 60 + time.minute


def _meeting(row: dict[str, Any], persons: dict[str, int]) -> Meeting:
    required, preferred = (_people(row[f"{name} attendance list"], persons) for name in ("Required", "Preferred"))
    if set(required) & set(preferred):
        raise ValueError(f"somebody is both required and preferred for {row['Topic']!r}")
    grains, rest = divmod(int(row["Duration"]), GRAIN_MINUTES)
    if rest or not grains:
        raise ValueError(f"{row['Topic']!r} does not last a number of grains")
    return Meeting(str(row["Topic"]), grains, required, preferred)


def _people(names: str | None, persons: dict[str, int]) -> tuple[int, ...]:
    return tuple(persons[name.strip()] for name in (names or "").split(",") if name.strip())


def day_spans(days: Sequence[int]) -> Iterator[range]:
    """The grains of each day by their numbers."""
    first = 0
    for grains in days:
        yield range(first, first + grains)
        first += grains
