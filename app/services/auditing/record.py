"""What an audit looks at: half a year of a manager's meetings, the planned week, and the quarter after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from app.domain.audit.finding import Finding
from app.domain.calendar.event import Event
from app.domain.calendar.timespan import FIRST_YEAR, LAST_YEAR, IsoWeek, Timespan
from app.domain.configuration.audit_rules import AuditRules
from app.domain.configuration.rules import MOST
from app.domain.meetings.classify import classify
from app.domain.meetings.corrected import corrected
from app.domain.meetings.meeting import Classified, Meeting, merge, takes_place
from app.domain.people.grid import weeks_span
from app.domain.people.person import Team
from app.domain.proposals.around import Reserved
from app.errors import InputError
from app.services.planning.situation.reading import Reading, read
from app.services.planning.situation.request import Request
from app.services.planning.situation.sight import takes_part
from app.services.planning.situation.situation import Situation, declined, situate

PAST_WEEKS = 26
"""Weeks before the planned one: so many are kept of a calendar."""
AHEAD_WEEKS = 14
"""Weeks from the planned one on: a quarter, and one more."""
NOTICE = timedelta(days=4)
"""So long before a past week, on the Thursday before, it is looked at as if it were to be planned."""

FirstUids = Mapping[str, str]


@dataclass(frozen=True)
class Record:
    """A manager's meetings with somebody else, and the week that is audited.

    `meetings` are all that they are invited to, declined ones and those that do not take place too, in order of time;
    private ones are left out. `kinds` says what each was taken for. `situation` is the planned week as a plan sees it.
    `first_uids` gives for the UID of a series that was split the first that it had, `agendas` the texts of the agenda
    templates by name, `proposed` the places at which open proposals want to have the manager, `given` those that drafts
    were given, by their titles.
    """

    request: Request
    reading: Reading
    situation: Situation
    meetings: tuple[Meeting, ...]
    kinds: Mapping[tuple[str, str], Classified]
    first_uids: FirstUids = field(default_factory=dict)
    agendas: Mapping[str, str] = field(default_factory=dict)
    proposed: tuple[Timespan, ...] = ()
    given: dict[str, Timespan] = field(default_factory=dict, compare=False, repr=False)
    _seen: dict[IsoWeek, Situation] = field(default_factory=dict, compare=False, repr=False)

    @property
    def manager(self) -> str:
        """The manager's main address."""
        return self.reading.manager

    @property
    def zone(self) -> ZoneInfo:
        """The manager's clock."""
        return self.reading.zone

    @property
    def now(self) -> datetime:
        """The moment of the audit."""
        return self.request.now

    @property
    def week(self) -> IsoWeek:
        """The planned week."""
        return self.request.week

    @property
    def team(self) -> Team:
        """The people, guessed where nobody said who they are."""
        return self.situation.team

    @property
    def rules(self) -> AuditRules:
        """What counts as a finding."""
        return self.request.rules.audit

    @cached_property
    def past(self) -> tuple[Meeting, ...]:
        """Those that are over."""
        return tuple(m for m in self.meetings if m.span.end <= self.now)

    @cached_property
    def ahead(self) -> tuple[Meeting, ...]:
        """Those that are not."""
        return tuple(m for m in self.meetings if m.span.end > self.now)

    @cached_property
    def series(self) -> Mapping[str, tuple[Meeting, ...]]:
        """The occurrences of each series that has any, by the first UID that it ever had."""
        found: dict[str, list[Meeting]] = defaultdict(list)
        for meeting in self.meetings:
            if meeting.event.recurring:
                found[self.first_uid(meeting)].append(meeting)
        return {uid: tuple(meetings) for uid, meetings in found.items()}

    @cached_property
    def of_planned_week(self) -> Mapping[str, tuple[Meeting, ...]]:
        """Those of the planned week that take place, by the first UID of their series, or their own."""
        found: dict[str, list[Meeting]] = defaultdict(list)
        for meeting in self.meetings:
            if self.week_of(meeting) == self.week and self.happens(meeting):
                found[self.first_uid(meeting)].append(meeting)
        return {uid: tuple(meetings) for uid, meetings in found.items()}

    def first_uid(self, meeting: Meeting) -> str:
        """The UID by which a meeting is known from week to week, however often its series was split."""
        uid = meeting.event.ref.uid
        return self.first_uids.get(uid, uid)

    def kind(self, meeting: Meeting) -> Classified:
        """What a meeting was taken for."""
        return self.kinds[meeting.key]

    def happens(self, meeting: Meeting) -> bool:
        """Whether a meeting takes place, and the manager did not decline it."""
        return takes_place(meeting) and not declined(meeting, self.manager)

    def is_own(self, meeting: Meeting) -> bool:
        """Whether the manager organizes a meeting, so that it is theirs to change."""
        organizer = meeting.event.organizer
        return organizer is None or self.team.canonical(organizer) == self.manager

    def is_from_above(self, meeting: Meeting) -> bool:
        """Whether somebody above the manager called a meeting."""
        organizer = self.team.canonical(meeting.event.organizer or "")
        return organizer in self.team.chain_above(self.manager)

    def concerned(self, meeting: Meeting) -> Sequence[str]:
        """Whom a mail about a meeting goes to: the guests if it is the manager's own, else its organizer."""
        return meeting.others(self.manager) if self.is_own(meeting) else (meeting.event.organizer or "",)

    def week_of(self, meeting: Meeting) -> IsoWeek:
        """The week that a meeting is in, on the manager's clock."""
        return IsoWeek.of(meeting.span.in_zone(self.zone).local_start.date())

    def name(self, email: str) -> str:
        """How to call somebody."""
        return self.team.find(email).name or email

    def reports_on(self, day: date) -> list[str]:
        """The addresses of the reports who have started and not left on a day."""
        there = (p for p in self.team.reports_of(self.manager) if (p.starts or day) <= day <= (p.ends or day))
        return [self.team.canonical(person.email) for person in there]

    def situation_of(self, week: IsoWeek) -> Situation:
        """A week as a plan of it sees it, or would have seen it on the Thursday before if it has begun.

        Of weeks before the planned one only the manager's own time is known.
        """
        if week == self.week:
            return self.situation
        if week not in self._seen:
            moment = min(self.now, weeks_span(week, 1, self.zone).start - NOTICE)
            request = replace(self.request, week=week, now=moment, team=self.team)
            reading = replace(self.reading, team=self.team)
            part = _part(reading if week > self.week else replace(reading, events=self._own_events), request)
            self._seen[week] = situate(request, part)
        return self._seen[week]

    @cached_property
    def _own_events(self) -> tuple[Event, ...]:
        """All copies of what the manager has to do with: of past weeks nobody needs to know when others were free."""
        owners = self.reading.owners
        own = {m.event.ref.uid for m in self.meetings}
        own |= {e.ref.uid for e in self.reading.events if owners[e.ref.calendar_id] == self.manager}
        return tuple(e for e in self.reading.events if e.ref.uid in own)


Rule = Callable[[Record], Iterable[Finding]]
"""What finds something in a record; each finding has a key of its own."""


def record_of(
    request: Request,
    first_uids: FirstUids | None = None,
    agendas: Mapping[str, str] | None = None,
    proposed: Iterable[Reserved] = (),
) -> Record:
    """Read all that an audit looks at; it tells of every missing 1:1. Raises `InputError`, as a plan does."""
    if not FIRST_YEAR < request.week.year < LAST_YEAR:
        text = f"{request.week} cannot be audited; weeks of {FIRST_YEAR + 1}-{LAST_YEAR - 1} can"
        raise InputError(text, option="week")
    first = request.week.plus(-PAST_WEEKS)
    reading = read(
        request.sources,
        manager=request.manager,
        team=request.team,
        timezone=request.timezone,
        window=lambda zone: weeks_span(first, PAST_WEEKS + AHEAD_WEEKS, zone),
    )
    request = replace(request, rules=replace(request.rules, suggestions=replace(request.rules.suggestions, most=MOST)))
    situation = situate(request, _part(reading, request))
    team = situation.team
    everything = corrected(merge(reading.events, reading.owners, team), request.rules.correction, team)
    meetings = tuple(m for m in everything if takes_part(m, reading))
    kinds = classify(meetings, reading.manager, team, request.rules)
    places = _places(proposed, reading.manager, situation)
    return Record(request, reading, situation, meetings, kinds, first_uids or {}, agendas or {}, places)


def _places(proposed: Iterable[Reserved], manager: str, situation: Situation) -> tuple[Timespan, ...]:
    """Where proposals want to have the manager."""
    zone, canonical = situation.setting.zone, situation.team.canonical
    mine = (each for each in proposed if manager in map(canonical, each.people))
    return tuple(Timespan.between(each.start, each.end, zone) for each in mine)


def _part(reading: Reading, request: Request) -> Reading:
    """Of what was read the weeks that a plan looks at."""
    window = weeks_span(request.week, request.rules.packing.weeks, reading.zone)
    return replace(reading, events=tuple(e for e in reading.events if e.span.overlaps(window)))
