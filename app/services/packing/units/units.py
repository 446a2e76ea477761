"""What moves as one: a series with its occurrences in the weeks looked at, or a single occurrence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from app.domain.calendar.monthly import is_nth
from app.domain.calendar.rrule import parse_rrule
from app.domain.calendar.timespan import IsoWeek, Timespan
from app.domain.meetings.busy import Strength
from app.domain.meetings.meeting import Classified, Meeting, Reason
from app.domain.plans.asked import ScopeOfMoves
from app.domain.plans.wish import Wish
from app.domain.proposals.around import Held
from app.services.packing.units.availability import PersonTime

Scope = Literal["series", "occurrence"]
MAX_WEEKDAYS = 2
NOON = 12


@dataclass(frozen=True, slots=True)
class Barred:
    """A day of the week, or the part of it before or after noon, to which a unit is not to go, and why."""

    weekday: int
    afternoon: bool | None
    reason: Reason

    def forbids(self, span: Timespan, zone: ZoneInfo) -> bool:
        """Whether a span starts then, on the wall clock of a zone."""
        local = span.start.astimezone(zone)
        return local.weekday() == self.weekday and self.afternoon in (None, local.hour >= NOON)


@dataclass(frozen=True)
class Unit:
    """One or more occurrences that move together, or stay together.

    `meetings` are its occurrences in the planned week and `later` those of the weeks after; of scope `occurrence`
    there is just one, and nothing later. `rule_fits` says whether a rule of one weekday pattern can carry a move of
    the series. `clashes` are the other things at the same time that some required person is in; `clash_recurs` says
    that there is one in later weeks too. What does not exist yet has the `wish` that it comes from: its meetings are
    drafts without a time of their own. `unpin` is the condition under which a pinned one might move, if there is one.
    `held` is the accepted move of it, to `held_spans`: the one place that it can have in this plan. `barred` are those
    that it is not to have. `likely` are the starts that the plan before had for its occurrences of the planned week.
    """

    id: str
    meetings: tuple[Meeting, ...]
    later: tuple[Meeting, ...]
    scope: Scope
    kind: Classified
    pinned: Reason | None
    manager: str
    rule_fits: bool = True
    clashes: tuple[str, ...] = ()
    clash_recurs: bool = False
    wish: Wish | None = None
    unpin: str | None = None
    held: Held | None = None
    held_spans: tuple[Timespan, ...] = ()
    barred: tuple[Barred, ...] = ()
    likely: tuple[datetime, ...] = ()

    @property
    def lead(self) -> Meeting:
        """The first occurrence of the planned week, whose people and title stand for all."""
        return self.meetings[0]

    @property
    def uid(self) -> str:
        """The UID of its meetings."""
        return self.lead.event.ref.uid

    @property
    def recurrence_ids(self) -> tuple[str | None, ...]:
        """The RECURRENCE-IDs of its occurrences in the planned week, as a plan writes them."""
        return tuple(m.key[1] or None for m in self.meetings)

    @property
    def spans(self) -> tuple[Timespan, ...]:
        """All occurrences, those of the planned week first; none if it does not exist yet."""
        if self.wish:
            return ()
        return tuple(m.span for m in (*self.meetings, *self.later))

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Who must be there in any of its occurrences; of what may move, the manager in any case."""
        people = {e: None for m in (*self.meetings, *self.later) for e in m.required}
        return tuple(people | {self.manager: None} if self.movable else people)

    @cached_property
    def optional(self) -> tuple[str, ...]:
        """Who may be there, and need not in any of its occurrences."""
        people = {e: None for m in (*self.meetings, *self.later) for e in m.optional}
        return tuple(e for e in people if e not in self.required)

    @cached_property
    def mailed(self) -> tuple[str, ...]:
        """Who gets a mail if it moves: everyone on the guest lists but the manager. What is new is only a draft."""
        if self.wish:
            return ()
        people = {e: None for m in (*self.meetings, *self.later) for e in (*m.others(self.manager), *m.informed)}
        return tuple(people)

    @property
    def rooms(self) -> tuple[str, ...]:
        """The rooms and equipment that it has today."""
        return self.lead.rooms

    @property
    def recurring(self) -> bool:
        """Whether what the unit moves is a series: a rule's own occurrences, not one somebody moved by hand."""
        return self.lead.event.recurring and not self.lead.event.overridden

    @property
    def nth(self) -> int | None:
        """Of a series once a month: which weekday of the month it takes, -1 for the last."""
        return parse_rrule(self.lead.event.rrule).ordinal

    @property
    def biweekly(self) -> bool:
        """Whether it is a series every other week."""
        rule = parse_rrule(self.lead.event.rrule)
        return (rule.freq, rule.interval) == ("WEEKLY", 2)

    @property
    def keeps_days(self) -> bool:
        """Whether it is a stand-up: its days never change, and its time only to end a clash that recurs."""
        return self.kind.kind == "standup"

    @property
    def clashes_once(self) -> bool:
        """Whether it is a series of one occurrence a week that clashes this week, and in no later one."""
        alone = self.scope == "series" and len(self.meetings) == 1 and not self.keeps_days
        return alone and self.movable and bool(self.clashes) and not self.clash_recurs

    def by_occurrence(self) -> Unit:
        """The same with only its occurrence of this week: the later ones stay where they are."""
        return replace(self, scope="occurrence", later=())

    @property
    def governed(self) -> bool:
        """Whether the pattern is about it: it recurs or is new, may move, and is no stand-up."""
        return self.movable and (self.recurring or self.wish is not None) and not self.keeps_days

    @property
    def movable(self) -> bool:
        """Whether it may get a new place at all."""
        return self.pinned is None


def units_of(
    meetings: Sequence[Meeting],
    kinds: Mapping[tuple[str, str], Classified],
    pins: Mapping[tuple[str, str], Reason | None],
    time: Mapping[str, PersonTime],
    *,
    manager: str,
    week: IsoWeek,
    zone: ZoneInfo,
    well_placed: Callable[[Meeting, Classified], bool],
    moves: ScopeOfMoves = "all",
    whole: Collection[str] = (),
) -> tuple[Unit, ...]:
    """Group the meetings of all weeks into units, of those that take place in the planned week of the manager's zone.

    A series whose rule cannot carry a move, or that is well placed and clashes just this once, moves by its
    occurrence. If only series are to move, what would move by its occurrence is pinned; if only occurrences are, each
    of the planned week is a unit of its own, and no later one moves. A series of which the UID is among the `whole`
    ones does not move by its occurrence just because it is well placed. `pins` are of the meetings of the planned week.
    """
    groups: dict[tuple[str, str], list[Meeting]] = defaultdict(list)
    for meeting in meetings:
        alone = _scope(meeting, moves) == "occurrence"
        groups[meeting.key if alone else (meeting.event.ref.uid, "series")].append(meeting)
    split = (_split(group, week, zone) for group in groups.values())
    chosen = sorted((s for s in split if s[0]), key=lambda s: (s[0][0].span.start, s[0][0].key))
    units = [
        Unit(
            f"m{number}",
            now,
            later,
            _scope(now[0], moves),
            kinds[now[0].key],
            pins[now[0].key],
            manager,
            _rule_fits(now, later, zone),
        )
        for number, (now, later) in enumerate(chosen, start=1)
    ]
    clashes = _Clashes(units, time)
    scoped = (_scoped(unit, clashes, well_placed, whole) for unit in units)
    return tuple(_series_alone(unit) for unit in scoped) if moves == "series" else tuple(scoped)


def _scope(meeting: Meeting, moves: ScopeOfMoves) -> Scope:
    alone = moves == "occurrence" or not meeting.event.recurring or meeting.event.overridden
    return "occurrence" if alone else "series"


def _series_alone(unit: Unit) -> Unit:
    """The unit, pinned if it could move by its occurrence only."""
    if unit.scope == "series" or not unit.movable:
        return unit
    return replace(unit, pinned=Reason("series_only", "you asked for moves of whole series only"))


def _split(group: Iterable[Meeting], week: IsoWeek, zone: ZoneInfo) -> tuple[tuple[Meeting, ...], tuple[Meeting, ...]]:
    """The occurrences in the planned week, and those after."""
    ordered = sorted(group, key=lambda m: m.span.start)
    now = tuple(m for m in ordered if IsoWeek.of(m.span.in_zone(zone).local_start.date()) == week)
    return now, tuple(m for m in ordered if m not in now)


def _rule_fits(now: Sequence[Meeting], later: Sequence[Meeting], zone: ZoneInfo) -> bool:
    """Whether the series is every few weeks, once on each of at most two weekdays; or on one weekday of the month.

    The planned week has to have it on each of its weekdays: it says where each of them goes.
    """
    rule, meetings = parse_rrule(now[0].event.rrule), (*now, *later)
    if rule.is_alone and rule.ordinal is not None:
        return all(is_nth(m.span.in_zone(zone).local_start.date(), rule.ordinal) for m in meetings)
    if not rule.is_alone or rule.freq != "WEEKLY":
        return False
    starts = [m.span.in_zone(zone).local_start for m in meetings]
    once = Counter((IsoWeek.of(s.date()), s.weekday()) for s in starts)
    weekdays = max(len({s.weekday() for s in starts}), len(rule.byday))
    return weekdays <= MAX_WEEKDAYS and max(once.values()) == 1 and len(now) == weekdays


def busy_beside(units: Iterable[Unit], time: Mapping[str, PersonTime]) -> dict[str, list[Timespan]]:
    """Everyone's hard busy times that no unit explains, by address."""
    held = {m.key for u in units for m in (*u.meetings, *u.later)}
    return {email: [e.span for e in known.of(Strength.HARD) if e.key not in held] for email, known in time.items()}


class Taking(NamedTuple):
    """A unit at some time: in which spans it takes its required people, and which rooms."""

    unit: Unit
    spans: Sequence[Timespan]
    rooms: tuple[str, ...]

    @property
    def takes(self) -> tuple[str, ...]:
        """The addresses of everyone, and every room, that it keeps busy."""
        return (*self.unit.required, *self.rooms)


def rivals(own: Taking, others: Iterable[Taking], busy: Mapping[str, Sequence[Timespan]]) -> dict[str, int]:
    """What required people and rooms of a unit have at the time of its spans, with the minutes.

    Other units are found by their ids, and other `busy` times by whose they are.
    """
    taken = set(own.takes)
    beside = (o for o in others if o.unit.id != own.unit.id and taken.intersection(o.takes))
    found = {o.unit.id: _shared(own.spans, o.spans) for o in beside}
    found |= {address: _shared(own.spans, busy.get(address, ())) for address in own.takes}
    return {name: minutes for name, minutes in sorted(found.items()) if minutes}


def _shared(spans: Iterable[Timespan], others: Sequence[Timespan]) -> int:
    return sum(a.overlap_minutes(b) for a in spans for b in others if a.overlaps(b))


class _Clashes:
    """What required people and rooms have at the same time as a unit: other units, and whatever else is hard busy."""

    def __init__(self, units: Sequence[Unit], time: Mapping[str, PersonTime]) -> None:
        self.units = units
        self.busy = busy_beside(units, time)

    def at(self, unit: Unit, meetings: Iterable[Meeting]) -> set[str]:
        """The ids of other units, and the addresses of people and rooms with something else."""
        others = (Taking(other, other.spans, other.rooms) for other in self.units)
        return set(rivals(Taking(unit, [m.span for m in meetings], unit.rooms), others, self.busy))


def _scoped(
    unit: Unit, clashes: _Clashes, well_placed: Callable[[Meeting, Classified], bool], whole: Collection[str]
) -> Unit:
    """The unit with what it clashes with; by occurrence where its series should not, or cannot, move."""
    unit = replace(
        unit,
        clashes=tuple(sorted(clashes.at(unit, unit.meetings))),
        clash_recurs=bool(clashes.at(unit, unit.later)),
    )
    if unit.scope == "occurrence" or not unit.movable or unit.keeps_days:
        return unit
    once = unit.clashes_once and unit.uid not in whole and well_placed(unit.lead, unit.kind)
    if unit.rule_fits and not once:
        return unit
    if len(unit.meetings) == 1:
        return unit.by_occurrence()
    text = "its rule cannot say where else it would be, and it takes place more than once this week"
    return replace(unit, pinned=Reason("rule_too_rich", text))
