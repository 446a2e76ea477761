"""A calendar at the double to which things are done by chance, and each state that it ever had."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from tests.google_double import GoogleDouble
from tests.google_double.apart import Apart

FIRST = datetime(2026, 11, 2, tzinfo=ZoneInfo("Europe/Berlin"))
FEWEST, MOST = 30, 80
State = tuple[tuple[str, datetime, str], ...]
"""Each occurrence: its UID, its start in UTC, its title."""


def add_event(google: GoogleDouble, person: str, body: dict[str, Any]) -> None:
    """Put an event on a calendar."""
    google.add_event(person, body)


def patch_event(google: GoogleDouble, person: str, name: str, body: dict[str, Any]) -> None:
    """Change an event or an occurrence."""
    google.patch_event(person, name, body)


def delete_event(google: GoogleDouble, person: str, name: str) -> None:
    """Delete an event or cancel an occurrence."""
    google.delete_event(person, name)


class Life:
    """What one person's calendar has, and had."""

    def __init__(self, google: Apart, person: str, chance: random.Random) -> None:
        self._google = google
        self._person = person
        self._chance = chance
        self._number = 0
        self._events: dict[str, dict[datetime, str]] = {}
        self._with_exceptions: set[str] = set()
        self._ages: dict[State, int] = {(): 0}
        self._age = 0
        while len(self._events) < FEWEST:
            self._add()
            self._remember()

    @property
    def state(self) -> State:
        """What the calendar has now."""
        found = [(f"{n}@google.com", at, title) for n, times in self._events.items() for at, title in times.items()]
        return tuple(sorted(found))

    def age_of(self, state: State) -> int | None:
        """The number of changes after which the calendar was last like this; None if it never was."""
        return self._ages.get(state)

    def go_on(self) -> None:
        """Do one thing."""
        size = len(self._events)
        acts: list[Callable[[], None]] = [self._rename, self._rename_occurrence, self._cancel_occurrence]
        acts += [self._add] * (size < MOST)
        acts += [self._delete] * (size > FEWEST)
        self._chance.choice(acts)()
        self._remember()

    def _remember(self) -> None:
        self._age += 1
        self._ages[self.state] = self._age

    def _title(self) -> str:
        self._number += 1
        return f"Title {self._number}"

    def _add(self) -> None:
        title = self._title()
        name = f"e{self._number:06}"
        start = FIRST + timedelta(days=self._chance.randrange(60), hours=self._chance.randrange(8, 18))
        count = self._chance.choice((1, 1, 4))
        body = {"id": name, "summary": title, "start": _moment(start), "end": _moment(start + timedelta(minutes=30))}
        rule = {"recurrence": [f"RRULE:FREQ=WEEKLY;COUNT={count}"]} if count > 1 else {}
        self._google.do(partial(add_event, person=self._person, body=body | rule))
        starts = (start + timedelta(weeks=week) for week in range(count))
        self._events[name] = {one.astimezone(UTC): title for one in starts}

    def _rename(self) -> None:
        """Rename all of an event: exceptions would keep their titles."""
        alike = sorted(self._events.keys() - self._with_exceptions)
        name, title = self._chance.choice(alike), self._title()
        self._google.do(partial(patch_event, person=self._person, name=name, body={"summary": title}))
        self._events[name] = dict.fromkeys(self._events[name], title)

    def _occurrence(self) -> tuple[str, datetime] | None:
        several = [(name, at) for name, times in self._events.items() if len(times) > 1 for at in times]
        return self._chance.choice(several) if several else None

    def _rename_occurrence(self) -> None:
        if one := self._occurrence():
            title = self._title()
            self._google.do(partial(patch_event, person=self._person, name=_id(*one), body={"summary": title}))
            self._events[one[0]][one[1]] = title
            self._with_exceptions.add(one[0])

    def _cancel_occurrence(self) -> None:
        if one := self._occurrence():
            self._google.do(partial(delete_event, person=self._person, name=_id(*one)))
            del self._events[one[0]][one[1]]

    def _delete(self) -> None:
        name = self._chance.choice(list(self._events))
        self._google.do(partial(delete_event, person=self._person, name=name))
        del self._events[name]


def _id(name: str, start: datetime) -> str:
    return f"{name}_{start:%Y%m%dT%H%M%SZ}"


def _moment(local: datetime) -> dict[str, str]:
    return {"dateTime": local.isoformat(), "timeZone": "Europe/Berlin"}
