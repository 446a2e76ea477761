"""What moves as one: a series with its occurrences in the weeks looked at, or a single occurrence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.domain.busy import Strength
from app.domain.meeting import Classified, Meeting, Reason
from app.domain.timespan import IsoWeek, Timespan
from app.services.availability import PersonTime

Scope = Literal["series", "occurrence"]
MAX_WEEKDAYS = 2


@dataclass(frozen=True, slots=True)
class Unit:
    """One or more occurrences that move together, or stay together.

    `meetings` are its occurrences in the planned week and `later` those of the weeks after; of scope `occurrence`
    there is just one, and nothing later. `rule_fits` says whether a rule of one weekday pattern can carry a move of
    the series. `clashes` are the other things at the same time that some required person is in.
    """

    id: str
    meetings: tuple[Meeting, ...]
    later: tuple[Meeting, ...]
    scope: Scope
    kind: Classified
    pinned: Reason | None
    rule_fits: bool = True
    clashes: tuple[str, ...] = ()

    @property
    def lead(self) -> Meeting:
        """The first occurrence of the planned week, whose people and title stand for all."""
        return self.meetings[0]

    @property
    def spans(self) -> tuple[Timespan, ...]:
        """All occurrences, those of the planned week first."""
        return tuple(m.span for m in (*self.meetings, *self.later))

    @property
    def recurring(self) -> bool:
        """Whether what the unit moves is a series: a rule's own occurrences, not one somebody moved by hand."""
        return self.lead.event.recurring and not self.lead.event.overridden

    @property
    def movable(self) -> bool:
        """Whether it may get a new place at all."""
        return self.pinned is None


def units_of(
    meetings: Sequence[Meeting],
    kinds: Mapping[tuple[str, str], Classified],
    pins: Mapping[tuple[str, str], Reason | None],
    time: Mapping[str, PersonTime],
    week: IsoWeek,
    well_placed: Callable[[Meeting, Classified], bool],
) -> tuple[Unit, ...]:
    """Group the meetings of all weeks into units, of those that take place in the planned week.

    A series whose rule cannot carry a move, or that is well placed and clashes just this once, moves by its
    occurrence.
    """
    groups: dict[tuple[str, str], list[Meeting]] = defaultdict(list)
    for meeting in meetings:
        alone = not meeting.event.recurring or meeting.event.overridden
        groups[meeting.key if alone else (meeting.event.ref.uid, "series")].append(meeting)
    split = (_split(group, week) for group in groups.values())
    chosen = sorted((s for s in split if s[0]), key=lambda s: (s[0][0].span.start, s[0][0].key))
    units = [
        Unit(
            f"m{number}",
            now,
            later,
            "series" if now[0].event.recurring and not now[0].event.overridden else "occurrence",
            kinds[now[0].key],
            pins[now[0].key],
            _rule_fits((*now, *later)),
        )
        for number, (now, later) in enumerate(chosen, start=1)
    ]
    return tuple(_scoped(_with_clashes(unit, units, time), units, time, well_placed) for unit in units)


def _split(group: Iterable[Meeting], week: IsoWeek) -> tuple[tuple[Meeting, ...], tuple[Meeting, ...]]:
    """The occurrences in the planned week, and those after."""
    ordered = sorted(group, key=lambda m: m.span.start)
    now = tuple(m for m in ordered if IsoWeek.of(m.span.local_start.date()) == week)
    return now, tuple(m for m in ordered if m not in now)


def _rule_fits(meetings: Sequence[Meeting]) -> bool:
    """Whether the series is weekly or every few weeks, on at most two weekdays, each once a week."""
    if "FREQ=WEEKLY" not in (meetings[0].event.rrule or ""):
        return False
    starts = [m.span.local_start for m in meetings]
    once = Counter((IsoWeek.of(s.date()), s.weekday()) for s in starts)
    return len({s.weekday() for s in starts}) <= MAX_WEEKDAYS and max(once.values()) == 1


def _with_clashes(unit: Unit, units: Sequence[Unit], time: Mapping[str, PersonTime]) -> Unit:
    """The unit with what it clashes with in the planned week."""
    found = {title for meeting in unit.meetings for title in clashes_at(unit, meeting.span, units, time)}
    return replace(unit, clashes=tuple(sorted(found)))


def clashes_at(unit: Unit, span: Timespan, units: Sequence[Unit], time: Mapping[str, PersonTime]) -> set[str]:
    """Keys of what required people of the unit have at the same time: other units' ids, else the person's address."""
    required = set(unit.lead.required)
    found = {
        other.id
        for other in units
        if other.id != unit.id and required & set(other.lead.required) and any(span.overlaps(s) for s in other.spans)
    }
    held = {m.key for u in units for m in (*u.meetings, *u.later)}
    found.update(
        email
        for email in required
        if email in time
        for entry in time[email].of(Strength.HARD)
        if entry.span.overlaps(span) and entry.key not in held
    )
    return found


def _scoped(
    unit: Unit,
    units: Sequence[Unit],
    time: Mapping[str, PersonTime],
    well_placed: Callable[[Meeting, Classified], bool],
) -> Unit:
    """The unit by occurrence where its series should not, or cannot, move."""
    if unit.scope == "occurrence" or unit.pinned is not None:
        return unit
    if unit.kind.kind == "standup":
        return replace(unit, pinned=Reason("standup", "a stand-up keeps its days and its time"))
    fine = all(well_placed(m, unit.kind) for m in unit.meetings)
    once = bool(unit.clashes) and fine and not any(clashes_at(unit, m.span, units, time) for m in unit.later)
    if unit.rule_fits and not once:
        return unit
    if len(unit.meetings) > 1:
        return replace(
            unit,
            pinned=Reason("rule_too_rich", "its rule cannot say a move, and it is more than one occurrence this week"),
        )
    return replace(unit, scope="occurrence", later=())
