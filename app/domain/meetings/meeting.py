"""Meetings: all copies of an occurrence put together, with people, a kind and a reason for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from app.domain.calendar.event import Attendee, Event, EventType, Partstat
from app.domain.calendar.timespan import Timespan
from app.domain.people.person import Relation, Team


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is as it is: a stable word for programs, a text for people, and what it refers to."""

    code: str
    text: str
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meeting:
    """One occurrence with all its copies; `event` is the copy that gives time and version.

    `people` are the persons on the guest list by their main address, groups opened up, rooms left out;
    `required` and `optional` split those who did not decline. `rooms` are addresses of rooms and equipment, `site` is
    where people have to go for it, if anywhere. Those who are `informed` got it for information only: they take no
    part, and get the mails.
    """

    event: Event
    copies: tuple[Event, ...]
    people: tuple[Attendee, ...]
    rooms: tuple[str, ...] = ()
    site: str = ""
    informed: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What is the same for all copies: the UID and the RECURRENCE-ID (`""` if it does not recur)."""
        return meeting_key(self.event)

    @property
    def span(self) -> Timespan:
        """When it is, by the organizer's copy."""
        return self.event.span

    @property
    def required(self) -> tuple[str, ...]:
        """Addresses of those who must be there, the ones who declined left out."""
        return tuple(p.email for p in self.people if p.required and p.partstat != Partstat.DECLINED)

    @property
    def optional(self) -> tuple[str, ...]:
        """Addresses of those who may be there, the ones who declined left out."""
        return tuple(p.email for p in self.people if not p.required and p.partstat != Partstat.DECLINED)

    def others(self, person: str) -> tuple[str, ...]:
        """The addresses of everyone on the guest list but one person."""
        return tuple(p.email for p in self.people if p.email != person)


@dataclass(frozen=True, slots=True)
class Classified:
    """What a meeting was taken for, with the reason in words; `relation` only for a 1:1."""

    kind: str
    reason: Reason
    relation: Relation | None = None


def meeting_key(event: Event) -> tuple[str, str]:
    """What all copies of one occurrence share: UID and RECURRENCE-ID."""
    recurrence_id = event.ref.recurrence_id
    return event.ref.uid, "" if recurrence_id is None else recurrence_id.isoformat()


def is_meeting_like(event: Event) -> bool:
    """Whether an event could be a meeting: it takes place, has an hour, and is not a mark on the calendar."""
    return not event.cancelled and not event.all_day and event.event_type == EventType.DEFAULT


def merge(events: Iterable[Event], owners: Mapping[str, str], team: Team) -> tuple[Meeting, ...]:
    """Put all copies of each occurrence together, in order of time.

    `owners` gives the owner's address of each calendar id. The organizer's copy gives time and version; without one,
    the copy with the highest SEQUENCE, the first calendar's among equals. Each attendee's answer is taken from their
    own copy where there is one.
    """
    ordered = sorted(events, key=meeting_key)
    meetings = [_merged(tuple(copies), owners, team) for _, copies in groupby(ordered, key=meeting_key)]
    return tuple(sorted(meetings, key=lambda m: (m.span.start, m.key)))


def _merged(copies: tuple[Event, ...], owners: Mapping[str, str], team: Team) -> Meeting:
    lead = _lead(copies, owners, team)
    people = _people(lead, team)
    own_answers = {
        owner: line.partstat
        for copy in copies
        if (owner := team.canonical(owners[copy.ref.calendar_id]))
        and (line := line_of(copy, owner, team)) is not None
        and owner != team.canonical(lead.organizer or "")
    }
    people = tuple(replace(p, partstat=own_answers.get(p.email, p.partstat)) for p in people)
    rooms = _rooms(lead, team)
    return Meeting(lead, copies, people, rooms, team.premises.site(lead.location, rooms), _informed(lead, team))


def _informed(event: Event, team: Team) -> tuple[str, ...]:
    return tuple(team.canonical(a.email) for a in event.attendees if a.informed and not _is_room(a, team))


def _rooms(event: Event, team: Team) -> tuple[str, ...]:
    """The rooms and equipment that an event has booked; else those that its LOCATION names."""
    booked = [a.email for a in event.attendees if _is_room(a, team) and a.partstat != Partstat.DECLINED]
    return tuple(dict.fromkeys(booked)) or team.premises.at(event.location)


def _is_room(line: Attendee, team: Team) -> bool:
    return line.is_room or line.email in team.premises.by_email


def _lead(copies: Sequence[Event], owners: Mapping[str, str], team: Team) -> Event:
    organizers = [
        c for c in copies if c.organizer and team.canonical(owners[c.ref.calendar_id]) == team.canonical(c.organizer)
    ]
    return max(organizers or copies, key=lambda c: c.sequence)


def line_of(event: Event, owner: str, team: Team) -> Attendee | None:
    """The line of the guest list that is somebody's, by any of their addresses; `owner` is the main one."""
    return next((a for a in event.attendees if team.canonical(a.email) == owner), None)


def _people(event: Event, team: Team) -> tuple[Attendee, ...]:
    """The guest list with groups opened up.

    A person named twice is required if either line says so; the rest comes from their own line, not from a group's.
    """
    people: dict[str, Attendee] = {}
    for line, own in _lines(event, team):
        known = people.get(line.email)
        if known is None:
            people[line.email] = line
        else:
            kept = replace(line, name=known.name or line.name) if own else known
            people[line.email] = replace(kept, required=known.required or line.required)
    return tuple(people.values())


def _lines(event: Event, team: Team) -> Iterator[tuple[Attendee, bool]]:
    """A line for each person on the guest list, and whether it is their own rather than that of a group."""
    for line in event.attendees:
        members = team.members_of(line.email)
        if _is_room(line, team) or line.informed:
            continue
        if members is None:
            email = team.canonical(line.email)
            yield replace(line, email=email, name=team.find(email).name or line.name), True
        else:
            yield from ((Attendee(email, team.find(email).name, line.required), False) for email in members)


def is_one_on_one(meeting: Meeting, kind: Classified, manager: str, report: str, team: Team) -> bool:
    """Whether a meeting is a manager's 1:1 with a report: of two, or somebody else may come to it and need not.

    Another of the manager's reports makes it a meeting of a team; what is informal, or an interview, is none.
    """
    others = meeting.others(manager)
    if report not in others:
        return False
    if kind.kind == "one_on_one":
        return True
    guests = [p for p in meeting.people if p.email not in (manager, report)]
    has_both = {manager, report} == {p.email for p in meeting.people if p.required}
    with_report = any(team.manager_of(p.email) == manager for p in guests)
    return has_both and len(guests) == 1 and not with_report and kind.kind not in ("network", "interview")


def takes_place(meeting: Meeting) -> bool:
    """Whether a meeting happens: of several people at least two did not decline. An entry without people does."""
    return len(meeting.people) < 2 or sum(p.partstat != Partstat.DECLINED for p in meeting.people) >= 2
