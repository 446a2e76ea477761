"""Meetings for the tests of the domain, in one line each; Dana leads Ana, Ben and Cleo, and reports to Ruth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.calendar.event import Attendee, Cutype, Event, EventRef, Partstat
from app.domain.calendar.timespan import Timespan
from app.domain.configuration.rules import Rules
from app.domain.meetings.meeting import Meeting, merge
from app.domain.people.person import Group, Person, Team
from app.settings import Settings, load_rules

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 30)
DANA = "dana@acme.example"
RULES: Rules = load_rules(None, Settings())
TEAM = Team(
    person=(
        Person(DANA, "Dana", "ruth@acme.example", "platform"),
        Person("ruth@acme.example", "Ruth", "zoe@acme.example", "leads"),
        Person("zoe@acme.example", "Zoe"),
        Person("ana@acme.example", "Ana", DANA, "platform", aliases=("ana.k@acme-labs.example",)),
        Person("ben@acme.example", "Ben", DANA, "platform"),
        Person("cleo@acme.example", "Cleo", DANA, "mobile"),
        Person("dev@acme.example", "Dev", "cleo@acme.example", "mobile"),
        Person("pete@acme.example", "Pete", "ruth@acme.example", "growth"),
        Person("quin@acme.example", "Quin", "pete@acme.example", "growth"),
    ),
    group=(Group("platform@acme.example", (DANA, "ana@acme.example", "ben@acme.example", "fay@acme.example")),),
    internal_domains=("acme.example",),
)


def email(name: str) -> str:
    """`ana` is `ana@acme.example`; an address stays as it is."""
    return name if "@" in name else f"{name}@acme.example"


def guests(
    names: str | Iterable[str], answers: dict[str, Partstat] | None = None, optional: Sequence[str] = ()
) -> tuple[Attendee, ...]:
    """Attendees by their first names; a name that starts with `room` is a room."""
    return tuple(
        Attendee(
            email(n),
            required=n not in optional,
            partstat=(answers or {}).get(n, Partstat.ACCEPTED),
            cutype=Cutype.ROOM if n.startswith("room") else Cutype.INDIVIDUAL,
        )
        for n in (names.split() if isinstance(names, str) else names)
    )


def event(
    title: str = "Meeting",
    names: str = "dana ana",
    *,
    day: date = MONDAY,
    clock: time = time(10, 0),
    minutes: int = 30,
    series: bool = False,
    uid: str | None = None,
    calendar: str = DANA,
    **more: Any,
) -> Event:
    """An event of Dana's; in a series its own start is its RECURRENCE-ID."""
    start = datetime.combine(day, clock, BERLIN)
    span = Timespan.between(start, start + timedelta(minutes=minutes), BERLIN)
    people = more.pop("attendees", None) or guests(names)
    organizer = more.pop("organizer", DANA if people else None)
    ref = EventRef(calendar, uid or title, more.pop("recurrence_id", start.astimezone(UTC)) if series else None)
    rule = more.pop("rrule", "FREQ=WEEKLY" if series else None)
    return Event(ref, span, title, organizer, people, rrule=rule, **more)


def meeting(title: str = "Meeting", names: str = "dana ana", *, team: Team = TEAM, **more: Any) -> Meeting:
    """The meeting that one event is."""
    return merge([event(title, names, **more)], {DANA: DANA}, team)[0]


def series(title: str, names: str, days: Sequence[int], *, weeks: int = 2, **more: Any) -> list[Meeting]:
    """The occurrences of a series on some weekdays (0 is Monday), in each of some weeks."""
    on = (MONDAY + timedelta(days=7 * week + day) for week in range(weeks) for day in days)
    return [meeting(title, names, day=day, series=True, **more) for day in on]
