"""How long a large calendar takes to become a week of Events, against the plain use of the libraries.

`python -m benchmarks.reading [--json] [--runs N]` writes a seeded calendar of 5,000 VEVENTs (2,000 recurring since
2024, Europe/Vienna) and compares, in one run of one process:

- plain: `Calendar.from_ical(data)`, then `recurring_ical_events.of(calendar).between(week)`
- ours: `IcsCalendar.read(data)`, then `.events(week)`; and a second, different week of what is already read

Both must give the same (UID, start) pairs. Ratios are of the medians.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from app.adapters.ics.calendar import IcsCalendar
from app.domain.calendar.timespan import Timespan

ZONE = ZoneInfo("Europe/Vienna")
EVENTS, RECURRING = 5_000, 2_000
FIRST_WEEK, SECOND_WEEK = date(2026, 11, 23), date(2026, 12, 7)
TARGET_FIRST, TARGET_SECOND = 0.6, 0.1

RULES = (
    ("FREQ=WEEKLY;BYDAY={day}", 45),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY={day}", 15),
    ("FREQ=WEEKLY;BYDAY=MO,WE,FR", 8),
    ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", 6),
    ("FREQ=DAILY", 4),
    ("FREQ=MONTHLY;BYDAY=2{day}", 10),
    ("FREQ=WEEKLY;BYDAY={day};UNTIL={until}", 10),
    ("FREQ=YEARLY", 2),
)
"""Rules of series, each with how often it is drawn."""
_TIMEZONE = """BEGIN:VTIMEZONE
TZID:Europe/Vienna
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""


def sample(seed: int = 1, events: int = EVENTS, recurring: int = RECURRING) -> bytes:
    """A calendar of so many VEVENTs; every 20th series has an exception and a moved occurrence."""
    rng = random.Random(seed)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Clearweek//benchmark//EN", *_TIMEZONE.split("\n")]
    moved = recurring // 20
    for number in range(events - moved):
        lines += _series(rng, number, moves=number % 20 == 0) if number < recurring else _one_off(rng, number)
    return ("\r\n".join([*lines, "END:VCALENDAR"]) + "\r\n").encode()


def _vevent(rng: random.Random, uid: str, start: datetime, extra: list[str]) -> list[str]:
    end = start + timedelta(minutes=rng.choice((25, 30, 45, 60, 90)))
    people = [f"person{rng.randrange(300)}@example.com" for _ in range(rng.randrange(1, 6))]
    guests = [
        f"ATTENDEE;CN={p[:-12]};ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CUTYPE=INDIVIDUAL:mailto:{p}" for p in people
    ]
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20240101T000000Z",
        f"DTSTART;TZID=Europe/Vienna:{start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Europe/Vienna:{end:%Y%m%dT%H%M%S}",
        *extra,
        f"SUMMARY:Meeting {uid}",
        "DESCRIPTION:Agenda\\, notes and a link: https://example.com/notes",
        "LOCATION:Room 1",
        f"ORGANIZER:mailto:{people[0]}",
        *guests,
        "STATUS:CONFIRMED",
        "SEQUENCE:0",
        "END:VEVENT",
    ]


def day_and_time(rng: random.Random, first: date, days: int) -> datetime:
    """A quarter or half hour of a day's work, within so many days."""
    day = first + timedelta(days=rng.randrange(days))
    return datetime(day.year, day.month, day.day, rng.randrange(8, 18), rng.choice((0, 15, 30)))  # noqa: DTZ001


def _series(rng: random.Random, number: int, *, moves: bool) -> list[str]:
    start = day_and_time(rng, date(2024, 1, 1), 366)
    start -= timedelta(days=max(0, start.weekday() - 4))
    name = ("MO", "TU", "WE", "TH", "FR")[start.weekday()]
    until = f"{start + timedelta(days=rng.randrange(100, 1500)):%Y%m%dT235959Z}"
    rule = rng.choices([text for text, _ in RULES], [weight for _, weight in RULES])[0]
    rule = f"RRULE:{rule.format(day=name, until=until)}"
    uid = f"series-{number}@example.com"
    if not moves:
        return _vevent(rng, uid, start, [rule])
    skipped = start + timedelta(days=28)
    weeks = (datetime.combine(FIRST_WEEK, start.time()) - start).days // 7
    original = start + timedelta(weeks=weeks + 1)
    gone = f"EXDATE;TZID=Europe/Vienna:{skipped:%Y%m%dT%H%M%S}"
    identity = f"RECURRENCE-ID;TZID=Europe/Vienna:{original:%Y%m%dT%H%M%S}"
    plain = f"RRULE:FREQ=WEEKLY;BYDAY={name}"
    return _vevent(rng, uid, start, [plain, gone]) + _vevent(rng, uid, original + timedelta(hours=1), [identity])


def _one_off(rng: random.Random, number: int) -> list[str]:
    return _vevent(rng, f"single-{number}@example.com", day_and_time(rng, date(2024, 1, 1), 1200), [])


def _window(monday: date) -> Timespan:
    start = datetime.combine(monday, datetime.min.time(), ZONE)
    return Timespan.between(start, start + timedelta(days=7))


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    gc.collect()
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def _plain(data: bytes, monday: date) -> set[tuple[str, datetime]]:
    calendar = icalendar.Calendar.from_ical(data)
    week = _window(monday)
    found = recurring_ical_events.of(calendar).between(week.local_start, week.local_end)
    return {(str(e["UID"]), e["DTSTART"].dt.astimezone(UTC)) for e in found}


def _pairs(calendar: IcsCalendar, monday: date) -> set[tuple[str, datetime]]:
    found = calendar.events(_window(monday), "owner@example.com", ZONE)
    assert not found.warnings, found.warnings[:3]
    return {(e.ref.uid, e.span.start) for e in found.events}


def measure(runs: int, seed: int = 1) -> dict[str, float | int]:
    """Medians in seconds, ratios and counts. Raises `AssertionError` if the two ways disagree."""
    data = sample(seed)
    plain, first, second = [], [], []
    expected_second = _plain(data, SECOND_WEEK)
    for _ in range(runs):
        seconds, expected = _timed(lambda: _plain(data, FIRST_WEEK))
        plain.append(seconds)
        seconds, (calendar, found) = _timed(lambda: _read(data))
        first.append(seconds)
        seconds, later = _timed(partial(_pairs, calendar, SECOND_WEEK))
        second.append(seconds)
        assert found == expected, found ^ expected
        assert later == expected_second, later ^ expected_second
    base = statistics.median(plain)
    return {
        "events": data.count(b"BEGIN:VEVENT"),
        "recurring": data.count(b"RRULE:") - 2,
        "bytes": len(data),
        "occurrences": len(expected),
        "runs": runs,
        "plain_s": round(base, 3),
        "ours_s": round(statistics.median(first), 3),
        "second_week_s": round(statistics.median(second), 3),
        "ratio": round(statistics.median(first) / base, 3),
        "ratio_second_week": round(statistics.median(second) / base, 3),
    }


def _read(data: bytes) -> tuple[IcsCalendar, set[tuple[str, datetime]]]:
    calendar = IcsCalendar.read("benchmark.ics", data)
    return calendar, _pairs(calendar, FIRST_WEEK)


def main() -> None:
    """Run the comparison and print it; exit 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    result = measure(options.runs)
    if options.json:
        print(json.dumps(result, indent=2))
    else:
        for name, value in result.items():
            print(f"{name:>20}: {value}")
    missed = result["ratio"] > TARGET_FIRST or result["ratio_second_week"] > TARGET_SECOND
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
