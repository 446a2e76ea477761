"""What is in the calendars at one moment, and what may have become of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.adapters.ics.object_reader import ObjectReader
from app.domain.calendar.connected import Access, Backend, StoredCalendar
from app.domain.calendar.event import Event, Partstat
from app.domain.calendar.timespan import Timespan
from app.domain.plans.plan import PlanMeeting
from benchmarks.soak.places import ZONE, Place
from benchmarks.soak.weeks import WEEK, Week

WINDOW = Timespan(datetime(2026, 11, 2, tzinfo=UTC), datetime(2027, 1, 25, tzinfo=UTC), ZoneInfo("UTC"))


class BrokenError(Exception):
    """A rule did not hold."""


@dataclass(frozen=True, order=True)
class Occurrence:
    """One occurrence: when it is, by which UID, and what it was before it was moved by hand, if it was."""

    start: datetime
    end: datetime
    uid: str
    original: datetime | None
    coming: tuple[str, ...] = ()

    @property
    def moved_by_hand(self) -> bool:
        """Whether it is not where its rule says."""
        return self.original is not None and self.original != self.start

    def overlaps(self, other: Occurrence) -> bool:
        """Whether both take place at some moment."""
        return self.start < other.end and other.start < self.end


class Nothing:
    """What is known before a first sync (`app.ports.Known`)."""

    def etags(self) -> Mapping[str, str | None]:
        """No object."""
        return {}

    def uid_of(self, href: str) -> str | None:  # noqa: ARG002
        """None, for any of them."""
        return None

    def past(self, moment: datetime) -> Collection[str]:  # noqa: ARG002
        """None of them."""
        return ()


Seen = Mapping[str, Sequence[Occurrence]]
"""All occurrences of the meetings that each title has, in order of time."""


def texts(place: Place, person: str) -> dict[str, list[str]]:
    """All that a server has of somebody's calendar, by UID."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for page in place.store(person).changes(place.href(person), None, Nothing()):
        for item in page.changed:
            found[item.uid][item.href] = item.text
    return {uid: [of[href] for href in sorted(of)] for uid, of in found.items()}


def look(place: Place, week: Week, reader: ObjectReader) -> Seen:
    """All that their organizers have in their calendars."""
    found: dict[str, list[Occurrence]] = defaultdict(list)
    for person in week.everyone:
        for of in texts(place, person).values():
            for title, one in occurrences(of, person, reader):
                found[title].append(one)
    return {title: sorted(of) for title, of in found.items()}


def occurrences(of: Sequence[str], person: str, reader: ObjectReader) -> list[tuple[str, Occurrence]]:
    """What takes place by the texts of one UID that a person organizes, with the titles, in order of time."""
    kept = StoredCalendar(
        "soak", "soak", Backend.FEED, person, person, person, ZONE, Access.DETAILS, writable=False, schedules=False
    )
    events = [event for expansion in reader.expand({"": of}, WINDOW, kept) for event in expansion.events]
    own = (event for event in events if not event.cancelled and event.organizer in (None, person))
    return sorted((event.title, _occurrence(event, person)) for event in own)


def _occurrence(event: Event, owner: str) -> Occurrence:
    original = event.ref.recurrence_id
    guests = (line.email for line in event.attendees if line.partstat != Partstat.DECLINED)
    started = original if isinstance(original, datetime) else None
    return Occurrence(event.span.start, event.span.end, event.ref.uid, started, tuple(sorted({owner, *guests})))


def times(occurrences: Sequence[Occurrence]) -> list[tuple[datetime, datetime]]:
    """When they are, in order."""
    return sorted((one.start, one.end) for one in occurrences)


def expected(before: Sequence[Occurrence], moved: PlanMeeting, starts: date) -> list[tuple[datetime, datetime]]:
    """When the occurrences of one title have to be after a move of the plan, which for a series begins on a day."""
    assert moved.to is not None
    if moved.scope == "occurrence":
        when = (moved.to.start.astimezone(UTC), moved.to.end.astimezone(UTC))
        return sorted(when if _is(one, moved) else (one.start, one.end) for one in before)
    return sorted(_series(before, moved, starts))


def _series(before: Sequence[Occurrence], moved: PlanMeeting, starts: date) -> Iterator[tuple[datetime, datetime]]:
    assert moved.to is not None
    exceptions = {one.recurrence_id: one for one in (moved.series.exceptions if moved.series else ())}
    to = moved.to.start.astimezone(ZONE)
    for one in before:
        local = (one.original or one.start).astimezone(ZONE)
        exception = exceptions.get(one.original.isoformat()) if one.original else None
        if local.date() < starts or one.moved_by_hand:
            yield one.start, one.end
        elif exception is not None:
            if exception.to is not None:
                yield exception.to.start.astimezone(UTC), exception.to.end.astimezone(UTC)
        else:
            monday = local.date() - timedelta(days=local.weekday())
            start = datetime.combine(monday + timedelta(days=to.weekday()), to.time(), ZONE).astimezone(UTC)
            yield start, start + (one.end - one.start)


def _is(one: Occurrence, moved: PlanMeeting) -> bool:
    if moved.recurrence_id is None:
        return True
    return one.original is not None and one.original.isoformat() == moved.recurrence_id


def check_times(title: str, found: Sequence[Occurrence], wanted: Sequence[tuple[datetime, datetime]]) -> None:
    """Refuse a meeting that was lost, doubled or moved where nobody said yes."""
    if times(found) != sorted(wanted):
        odd = sorted(set(times(found)) ^ set(wanted))
        raise BrokenError(
            f"{title}: {len(found)} occurrences where {len(wanted)} were expected; not in both: {odd[:6]}"
        )


def check_free(title: str, new: Sequence[Occurrence], after: Seen) -> None:
    """Refuse a new place at which somebody who comes has something else, within the weeks that a plan looks at."""
    ahead = datetime.combine(WEEK.plus(8).monday, datetime.min.time(), UTC)
    for one in new:
        for other, occurrences in after.items():
            taken = (o for o in occurrences if other != title and o.start < ahead and o.overlaps(one))
            clash = next((o for o in taken if set(o.coming) & set(one.coming)), None)
            if clash is not None:
                raise BrokenError(
                    f"{title} at {one.start} is where {other} is, for {set(clash.coming) & set(one.coming)}"
                )
