"""When the people of a week can meet: what their calendars say, and what others' calendars say of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from app.domain.calendar.event import Event
from app.domain.calendar.timespan import IsoWeek, Timespan
from app.domain.meetings.busy import BusyRules, Strength, strength
from app.domain.meetings.meeting import Meeting, line_of, takes_place
from app.domain.people.grid import day_span, working_spans
from app.domain.people.person import Person, Team
from app.domain.plans.plan import Availability
from app.domain.proposals.around import Reserved
from app.ports import HolidayCalendar

DAYS_GONE = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a person's or room's time.

    `own` says that it stands in their own calendar, which decides if it is private; `site` where people go for it.
    """

    span: Timespan
    strength: Strength
    key: tuple[str, str]
    event: Event
    own: bool
    private: bool
    site: str = ""


@dataclass(frozen=True, slots=True)
class PersonTime:
    """What is known of one person's time in the weeks looked at.

    `away` are days of the planned week on which they are not there; `holidays` names the public ones among them.
    `reserved` are times at which others' open proposals want to have them: nothing stands there yet.
    """

    person: Person
    zone: ZoneInfo
    availability: Availability
    entries: tuple[Entry, ...]
    away: frozenset[date]
    holidays: Mapping[date, str]
    reserved: tuple[Timespan, ...] = ()

    @property
    def is_read(self) -> bool:
        """Whether a calendar of theirs says when they are busy, rather than only those of others."""
        return self.availability in ("known", "free_busy")

    @property
    def is_gone(self) -> bool:
        """Whether the person is away for so much of the planned week that nothing is planned for them."""
        return len(self.away) >= DAYS_GONE

    def is_away(self, span: Timespan) -> bool:
        """Whether the person is not there on the day on which something of the planned week starts."""
        return span.start.astimezone(self.zone).date() in self.away

    def working_on(self, days: Iterable[date]) -> tuple[Timespan, ...]:
        """The working hours on those of some days of the planned week on which the person is there."""
        return working_spans(self.person, [day for day in days if day not in self.away], self.zone)

    def of(self, strength: Strength) -> Iterator[Entry]:
        """The entries of one strength."""
        return (e for e in self.entries if e.strength == strength)


def retimed(time: Mapping[str, PersonTime], moved: Mapping[tuple[str, str], Timespan]) -> dict[str, PersonTime]:
    """Everyone's time with some meetings, by their keys, at another time."""
    return {email: _retimed(known, moved) for email, known in time.items()}


def _retimed(known: PersonTime, moved: Mapping[tuple[str, str], Timespan]) -> PersonTime:
    if not any(entry.key in moved for entry in known.entries):
        return known
    entries = (replace(e, span=moved.get(e.key, e.span)) for e in known.entries)
    return replace(known, entries=tuple(sorted(entries, key=lambda e: e.span.start)))


def with_reserved(time: Mapping[str, PersonTime], reserved: Iterable[Reserved], team: Team) -> Mapping[str, PersonTime]:
    """Everyone's time with the places that others' open proposals want to have them at."""
    found: dict[str, list[Timespan]] = defaultdict(list)
    for place in reserved:
        for email in {team.canonical(address) for address in place.people}:
            if email in time:
                span = Timespan.between(place.start, place.end, time[email].zone)
                found[email].append(span)
    return {
        email: replace(known, reserved=tuple(found[email])) if email in found else known
        for email, known in time.items()
    }


def people_time(
    meetings: Sequence[Meeting],
    owners: Mapping[str, str],
    *,
    manager: str,
    team: Team,
    rules: BusyRules,
    week: IsoWeek,
    zone: ZoneInfo,
    holidays: HolidayCalendar,
    zones: Mapping[str, ZoneInfo],
    besides: Iterable[str] = (),
) -> dict[str, PersonTime]:
    """Everyone's time, by their main address: of those who have a calendar here, those whom one names, and `besides`.

    `owners` are the calendars' owners; `zones` the zones that people's calendars say; `zone` is the manager's.
    """
    readable = {team.canonical(owner) for owner in owners.values()}
    entries: dict[str, list[Entry]] = defaultdict(list)
    inferred: set[str] = set()
    for meeting in filter(takes_place, meetings):
        for email, entry in _entries(meeting, owners, team, rules):
            entries[email].append(entry)
        people = {p.email for p in meeting.people}
        if manager not in people:
            inferred |= people
    invited = {email for m in meetings for email in (*(p.email for p in m.people), *m.informed)}
    everyone = readable | entries.keys() | invited | set(besides)
    result: dict[str, PersonTime] = {}
    for email in sorted(everyone):
        person = team.find(email)
        known: Availability = "known" if email in readable else "inferred" if email in inferred else "unknown"
        own_zone = person.timezone or zones.get(email) or zone
        result[email] = _time_of(person, own_zone, known, entries[email], week, holidays)
    return result


def _time_of(
    person: Person,
    zone: ZoneInfo,
    known: Availability,
    entries: Sequence[Entry],
    week: IsoWeek,
    holidays: HolidayCalendar,
) -> PersonTime:
    """Somebody's time, by what is seen of it and by the holidays of their country."""
    public = holidays.names(person.country, week.days) if person.country else {}
    seen = tuple(sorted(_without_shadows(entries), key=lambda e: e.span.start))
    absences = (entry.span for entry in seen if entry.strength == Strength.AWAY)
    away = frozenset(public) | away_days(absences, person, week.days, zone)
    seen = (*seen, *_rest_of_absence(seen, away, week, zone))
    return PersonTime(person, zone, known, seen, away, public)


def _entries(meeting: Meeting, owners: Mapping[str, str], team: Team, rules: BusyRules) -> Iterator[tuple[str, Entry]]:
    """What a meeting means for each of its people and rooms: their own copy decides, else the organizer's."""
    lines = {person.email: person for person in meeting.people}
    copies = {team.canonical(owners[c.ref.calendar_id]): c for c in meeting.copies}
    strengths = {o: strength(copy, lines.get(o) or line_of(copy, o, team), rules) for o, copy in copies.items()}
    for email, line in lines.items():
        if email not in copies:
            strengths[email] = strength(meeting.event, line, rules)
    for room in meeting.rooms:
        strengths.setdefault(room, strength(meeting.event, None, rules))
    for email, how in strengths.items():
        if how != Strength.NONE:
            yield (
                email,
                Entry(
                    meeting.span,
                    how,
                    meeting.key,
                    meeting.event,
                    email in copies,
                    copies.get(email, meeting.event).private,
                    meeting.site,
                ),
            )


def _without_shadows(entries: Sequence[Entry]) -> list[Entry]:
    """Leave out an entry without people that is at the time of a meeting of which the calendar has no copy.

    It is that meeting, in a calendar that tells no more than when its owner is busy.
    """
    elsewhere = {(e.span.start, e.span.end) for e in entries if not e.own}
    return [e for e in entries if e.event.attendees or e.event.organizer or (e.span.start, e.span.end) not in elsewhere]


def away_days(absences: Iterable[Timespan], person: Person, days: Sequence[date], zone: ZoneInfo) -> frozenset[date]:
    """Those of some days on which a person is away, by the team file or an absence of theirs."""
    away = {day for day in days if person.is_away(day)}
    for absence in absences:
        away.update(day for day in days if _covers_half(absence, person, day, zone))
    return frozenset(away)


def _rest_of_absence(entries: Iterable[Entry], away: frozenset[date], week: IsoWeek, zone: ZoneInfo) -> Iterator[Entry]:
    """Of timed absences the parts in the planned week that lie on days that are not wholly lost: hard busy."""
    for entry in entries:
        if entry.strength == Strength.AWAY and not entry.event.all_day:
            for day in (day_span(d, zone) for d in week.days if d not in away):
                if entry.span.overlaps(day):
                    start, end = max(entry.span.start, day.start), min(entry.span.end, day.end)
                    yield replace(entry, span=Timespan(start, end, zone), strength=Strength.HARD)


def _covers_half(span: Timespan, person: Person, day: date, zone: ZoneInfo) -> bool:
    """Whether a span takes at least half of a person's working time on a day; of a day off, any of it."""
    hours = working_spans(person, [day], zone) or (day_span(day, zone),)
    total, taken = sum(h.minutes for h in hours), sum(h.overlap_minutes(span) for h in hours)
    return taken * 2 >= total or (not person.hours_on(day) and taken > 0)
