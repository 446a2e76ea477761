"""The week as columns of entries, before or after the moves: what both the terminal and the page draw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Literal
from zoneinfo import ZoneInfo

from app.domain.plans.plan import Busy, Day, Plan, PlanMeeting, When
from app.render import words

State = Literal["keep", "leaves", "arrives", "pinned", "conflict", "suggest", "skip", "busy"]
DAY_MINUTES = 24 * 60
LONG = 10 * 60


@dataclass(frozen=True, slots=True)
class Entry:
    """Something on one day, in minutes of that day; `number` joins both ends of a move.

    Of `lanes` columns that a clash needs side by side, the entry takes `lane`. `meeting` is None for own busy time.
    """

    start: int
    end: int
    title: str
    kind: str
    state: State
    meeting: str | None = None
    number: int | None = None
    lane: int = 0
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class BlockPart:
    """A block of the pattern on its day, in minutes of that day."""

    name: str
    kinds: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Column:
    """One day: what it is, its blocks, and its entries in order of time."""

    day: Day
    blocks: tuple[BlockPart, ...]
    entries: tuple[Entry, ...]

    @property
    def meeting_minutes(self) -> int:
        """Minutes with at least one meeting that is not merely suggested."""
        there = (e for e in self.entries if e.meeting and e.state not in ("skip", "suggest"))
        covered = {m for e in there for m in range(e.start, e.end)}
        return len(covered)

    @property
    def note(self) -> str:
        """What is special about the day, in a few words: `holiday: Christmas Day`, `away`, `meeting-free`."""
        if self.day.holiday:
            return words.clean(self.day.holiday)
        return "away" if self.day.away else "meeting-free" if self.day.meeting_free else ""

    @property
    def kept(self) -> str:
        """What kind of day it is, as one word for programs: `holiday`, `away`, `free` or nothing."""
        return "holiday" if self.day.holiday else "away" if self.day.away else "free" if self.day.meeting_free else ""

    @property
    def load(self) -> str:
        """How much of a day there is with meetings: `clear`, `3 h 20`."""
        return words.duration(self.meeting_minutes) if self.meeting_minutes else "clear"


@dataclass(frozen=True, slots=True)
class Week:
    """The days of a week and the span of hours that shows them, in minutes, on full hours."""

    columns: tuple[Column, ...]
    first: int
    last: int


Numbers = Mapping[str, int]
"""The number that each move goes by, by the id of its meeting; a series on two weekdays has one."""


def numbers(plan: Plan) -> dict[str, int]:
    """The numbers of the moves of a plan alone, in order of the new places."""
    moves = sorted(plan.moves, key=lambda m: (m.to.start.isoformat() if m.to else "", m.id))
    return {m.id: n for n, m in enumerate(moves, start=1)}


def weeks(plan: Plan, number: Numbers | None = None) -> tuple[Week, Week]:
    """The week before and the week after, on the same days and hours; without `number`, with those of the plan."""
    number = numbers(plan) if number is None else number
    before, after = (_entries(plan, number, after=after) for after in (False, True))
    days = [d for d in plan.days if d.date.weekday() < 5 or before.get(d.date) or after.get(d.date)]
    first, last = _hours([e for entries in (before, after) for d in days for e in entries.get(d.date, ())])
    blocks = _blocks(plan)
    old, new = (
        Week(tuple(Column(d, blocks.get(d.date, ()), in_lanes(entries.get(d.date, ()))) for d in days), first, last)
        for entries in (before, after)
    )
    return old, new


def place_after(meeting: PlanMeeting) -> When | None:
    """Where a meeting is once the plan is done; None if it does not take place."""
    if meeting.action in ("skip", "unplaced"):
        return None
    return meeting.to or meeting.from_


def _entries(plan: Plan, number: Numbers, *, after: bool) -> dict[date, list[Entry]]:
    zone = ZoneInfo(plan.timezone)
    found: dict[date, list[Entry]] = {}
    for meeting in plan.meetings:
        place = place_after(meeting) if after else meeting.from_
        if place is not None:
            whole = Entry(0, 0, words.title(meeting.title), meeting.kind, _state(meeting, after=after), meeting.id)
            _add(found, replace(whole, number=number.get(meeting.id)), place, zone)
    for busy in plan.busy:
        _add(found, Entry(0, 0, words.BUSY_WHY[busy.why], "busy", "busy"), busy, zone)
    return found


def _state(meeting: PlanMeeting, *, after: bool) -> State:
    if meeting.action == "move":
        return "arrives" if after else "leaves"
    if meeting.action == "suggest" and not after:
        return "skip"
    if meeting.action in ("pinned", "conflict", "suggest", "skip"):
        return meeting.action
    return "keep"


def _add(found: dict[date, list[Entry]], entry: Entry, place: When | Busy, zone: ZoneInfo) -> None:
    """Add an entry to each day that it touches, by the wall clock."""
    start, end = place.start.astimezone(zone), place.end.astimezone(zone)
    for offset in range((end.date() - start.date()).days + 1):
        day = start.date() + timedelta(days=offset)
        first = _minute(start) if not offset else 0
        last = _minute(end) if day == end.date() else DAY_MINUTES
        if first < last or (not offset and start == end):
            found.setdefault(day, []).append(replace(entry, start=first, end=max(last, first + 1)))


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _blocks(plan: Plan) -> dict[date, tuple[BlockPart, ...]]:
    zone = ZoneInfo(plan.timezone)
    parts = [
        (start.date(), BlockPart(words.clean(b.name), b.kinds, _minute(start), _minute(end) or DAY_MINUTES))
        for b in plan.pattern.blocks
        for start, end in [(b.start.astimezone(zone), b.end.astimezone(zone))]
    ]
    parts.sort(key=lambda part: (part[0], part[1].start))
    return {day: tuple(part for _, part in found) for day, found in groupby(parts, key=lambda part: part[0])}


def _hours(entries: Iterable[Entry]) -> tuple[int, int]:
    """From 08:00 to 18:00, wider where something short lies outside, narrower by an hour where nothing is."""
    short = [e for e in entries if e.end - e.start < LONG]
    first = min([9 * 60, *(e.start for e in short)])
    last = max([17 * 60, *(e.end for e in short)])
    return first // 60 * 60, -(-last // 60) * 60


def in_lanes(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Put entries that overlap beside each other."""
    return tuple(entry for cluster in clusters(entries) for entry in _widened(cluster))


def clusters(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Entries in order of time, together where one overlaps the next."""
    cluster: list[Entry] = []
    for entry in sorted(entries, key=lambda e: (e.start, -e.end, e.title)):
        if cluster and entry.start >= max(e.end for e in cluster):
            yield cluster
            cluster = []
        cluster.append(entry)
    if cluster:
        yield cluster


def _widened(cluster: Sequence[Entry]) -> list[Entry]:
    """Each entry of a cluster in the first lane that is free."""
    placed: list[Entry] = []
    for entry in cluster:
        taken = {e.lane for e in placed if e.end > entry.start}
        placed.append(replace(entry, lane=next(n for n in range(len(placed) + 1) if n not in taken)))
    lanes = max(e.lane for e in placed) + 1
    return [replace(e, lanes=lanes) for e in placed]
