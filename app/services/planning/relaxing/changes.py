"""What the manager could give up to free a meeting: the changes of their own rules, the smallest first.

The order is by how much is given up: of `CHANGES` each kind before the next, and within a kind the fewest minutes,
people or days first. Nobody else's hours or absence is among them. Whether a change frees the meeting is for
`relaxations` to try.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from functools import cached_property
from typing import Any

from app.domain.calendar.timespan import Timespan
from app.domain.configuration.pattern import Block
from app.domain.meetings.busy import Strength
from app.domain.meetings.meeting import Meeting
from app.domain.people.person import WorkingHours
from app.render.words import kinds
from app.services.packing.packing import Packed
from app.services.packing.units.places import Setting, Spans, misplaced_minutes
from app.services.packing.units.units import Unit

SHORTER = (5, 10, 15)
SHORTEST = 15
"""No meeting is cut to fewer minutes than these."""
TOLERANCES = (5, 10, 15, 20, 30)
LONGER_BLOCKS = (15, 30, 45, 60)
LONGER_DAYS = (30, 60)
OWN_ENTRIES = 5
"""How many of the manager's own entries are looked at, the shortest first."""


@dataclass(frozen=True)
class Change:
    """One rule eased: a stable code, the condition in words, and the units and rules that then hold.

    `affected` are the numbers of the units whose costs may be others, and their places too if it `opens` new times; of
    those in `units` they surely are.
    """

    code: str
    condition: str
    setting: Setting
    units: Mapping[int, Unit]
    affected: frozenset[int]
    opens: bool = False


@dataclass(frozen=True)
class Case:
    """A unit that the target leaves without a place, out of its block or on a meeting-free day."""

    packed: Packed
    setting: Setting
    number: int

    @property
    def unit(self) -> Unit:
        """The unit itself."""
        return self.packed.units[self.number]

    @property
    def has_place(self) -> bool:
        """Whether it is anywhere, if not where it should be."""
        return bool(self.packed.goal[self.number])

    @property
    def minutes(self) -> int:
        """How long it is."""
        return self.unit.wish.minutes if self.unit.wish else self.unit.lead.span.minutes

    @cached_property
    def free(self) -> list[Spans]:
        """The places at which it breaks no rule while the others are at the target; its own is one of them."""
        return [self.packed.places[self.number][n] for n in self.packed.free(self.number)]

    def fits(self, spans: Spans, unit: Unit | None = None, setting: Setting | None = None) -> bool:
        """Whether a place is one that it should have; any is, for what has none."""
        if not spans:
            return False
        return not self.has_place or not any(misplaced_minutes(unit or self.unit, spans, setting or self.setting))

    def fits_free(self, setting: Setting) -> bool:
        """Whether one of the free places would be right under other rules."""
        return self.has_place and any(self.fits(spans, setting=setting) for spans in self.free)

    def meets(self, other: Unit) -> bool:
        """Whether another unit takes time of its people at a place that it should have."""
        shared = set(self.unit.required) & set(other.required)
        wanted = (spans for spans in self.packed.places[self.number] if shared and self.fits(spans))
        return any(a.overlaps(b) for spans in wanted for a in spans for b in other.spans)

    def alone(self, code: str, condition: str, unit: Unit) -> Change:
        """A change of the unit itself."""
        return Change(code, condition, self.setting, {self.number: unit}, frozenset())

    def ruled(self, code: str, condition: str, setting: Setting, among: Callable[[Unit], bool]) -> Change:
        """A change of the rules, which concerns some units; a series that it makes well placed moves by occurrence."""
        numbered = list(enumerate(self.packed.units))
        affected = frozenset(n for n, unit in numbered if unit.movable and among(unit))
        units = {n: unit.by_occurrence() for n, unit in numbered if unit.clashes_once and _is_placed(unit, setting)}
        return Change(code, condition, setting, units, affected | {self.number})


def changes(case: Case) -> Iterator[Change]:
    """Everything that could be given up for a unit, the smallest first; of what is pinned, first of all its pin."""
    kinds = CHANGES if case.unit.movable else (_unpinned, _shorter_notice)
    return (change for kind in kinds for change in kind(case))


def _shorter(case: Case) -> Iterator[Change]:
    whole = case.minutes
    for minutes in (whole - less for less in SHORTER):
        if minutes >= SHORTEST:
            yield case.alone("length", f"with {minutes} minutes instead of {whole}", _shortened(case.unit, minutes))


def _without_room(case: Case) -> Iterator[Change]:
    """Another room of the same site needs nothing to be given up: it is part of the answer."""
    if case.unit.rooms:
        yield case.alone("room", "without a room", _online(case.unit))


def _tolerant(case: Case) -> Iterator[Change]:
    now = case.setting.rules.packing.tolerance_minutes
    for minutes in (now + more for more in TOLERANCES):
        setting = _with_packing(case.setting, tolerance_minutes=minutes)
        if case.fits_free(setting):
            yield case.ruled("tolerance", f"with tolerance_minutes = {minutes}", setting, _has_pattern)


def _longer_block(case: Case) -> Iterator[Change]:
    own = case.setting.pattern.blocks_for(case.unit.kind.kind, case.unit.kind.relation)
    for minutes in LONGER_BLOCKS:
        for block in own:
            for condition, longer in _grown(block, minutes):
                setting = _with_block(case.setting, block, longer)
                if case.fits_free(setting):
                    yield case.ruled("block", condition, setting, _of_kinds(block))


def _other_block(case: Case) -> Iterator[Change]:
    kind = case.unit.kind
    word = f"{kind.kind}:{kind.relation}" if kind.relation else kind.kind
    for block in case.setting.pattern.block:
        wider = replace(block, kinds=(*block.kinds, word))
        setting = _with_block(case.setting, block, wider)
        if not block.takes(kind.kind, kind.relation) and case.fits_free(setting):
            yield case.ruled("other_block", f"if {block.name} also took {kinds([word])}", setting, _of_kinds(wider))


def _cheaper(case: Case) -> Iterator[Change]:
    if case.fits_free(case.setting):
        setting = _with_packing(case.setting, move_charge=0, mailed_charge=0)
        yield case.ruled("charge", "if a move had to gain nothing (move_charge and mailed_charge = 0)", setting, _any)


def _shorter_notice(case: Case) -> Iterator[Change]:
    for days in reversed(range(case.setting.rules.pins.freeze_working_days)):
        setting = _with_rules(case.setting, pins=replace(case.setting.rules.pins, freeze_working_days=days))
        thawed = {n: replace(u, pinned=None) for n, u in enumerate(case.packed.units) if _thaws(u, setting)}
        condition = f"with freeze_working_days = {days}"
        yield Change("freeze", condition, setting, thawed, frozenset())


def _own_entry(case: Case) -> Iterator[Change]:
    me = case.setting.time[case.setting.manager]
    wanted = [spans for spans in case.packed.places[case.number] if case.fits(spans)]
    found: dict[str, Timespan] = {}
    for entry in sorted(me.of(Strength.HARD), key=lambda e: (e.span.minutes, e.span.start)):
        alone = entry.own and not entry.private and len(entry.event.attendees) <= 1
        if alone and any(entry.span.overlaps(span) for spans in wanted for span in spans):
            found.setdefault(entry.event.ref.uid, entry.span)
    for uid, span in list(found.items())[:OWN_ENTRIES]:
        kept = tuple(e for e in me.entries if e.event.ref.uid != uid)
        time = {**case.setting.time, case.setting.manager: replace(me, entries=kept)}
        local = span.in_zone(case.setting.zone)
        condition = f"without your own entry of {local.local_start:%Y-%m-%d %H:%M}"
        yield Change("own_entry", condition, replace(case.setting, time=time), {}, frozenset({case.number}), opens=True)


def _optional(case: Case) -> Iterator[Change]:
    others = [e for e in case.unit.required if e != case.setting.manager]
    for email in others if len(others) > 1 else ():
        name = case.setting.person(email).name or email
        yield case.alone("optional", f"if {name} were optional", _with_optional(case.unit, email))


def _unpinned(case: Case) -> Iterator[Change]:
    """The unit itself, or others that are where it should be, let go."""
    if case.unit.unpin:
        yield _let_go(case, case.unit, case.unit.unpin)
    for other in case.packed.units if case.unit.movable else ():
        if other.unpin and case.meets(other):
            yield _let_go(case, other, f"if {other.lead.event.title} might move, {other.unpin}")


def _let_go(case: Case, unit: Unit, condition: str) -> Change:
    """A pin that is gone; a rule that pins several is gone for all of them."""
    alike = (
        (n, u)
        for n, u in enumerate(case.packed.units)
        if u.id == unit.id or (u.unpin == unit.unpin and u.pinned and u.pinned.code != "pinned_uid")
    )
    units = {n: replace(u, pinned=None, unpin=None) for n, u in alike}
    units = {n: u.by_occurrence() if u.clashes_once and _is_placed(u, case.setting) else u for n, u in units.items()}
    return Change("unpin", condition, case.setting, units, frozenset())


def _longer_day(case: Case) -> Iterator[Change]:
    me = case.setting.time[case.setting.manager]
    for minutes in LONGER_DAYS:
        for condition, hours in _grown_hours(me.person.working_hours, minutes):
            person = replace(me.person, working_hours=hours)
            time = {**case.setting.time, case.setting.manager: replace(me, person=person)}
            setting = replace(case.setting, time=time)
            yield replace(case.ruled("hours", condition, setting, _any), opens=True)


def _given_day(case: Case) -> Iterator[Change]:
    free = case.setting.pattern.meeting_free_days
    for day in free.days:
        left = replace(free, days=tuple(d for d in free.days if d != day))
        setting = replace(case.setting, pattern=replace(case.setting.pattern, meeting_free_days=left))
        condition = f"if {day.capitalize()} were not meeting-free"
        yield replace(case.ruled("free_day", condition, setting, _any), opens=True)


CHANGES: tuple[Callable[[Case], Iterator[Change]], ...] = (
    _shorter,
    _without_room,
    _tolerant,
    _longer_block,
    _other_block,
    _cheaper,
    _shorter_notice,
    _own_entry,
    _optional,
    _unpinned,
    _longer_day,
    _given_day,
)


def _any(unit: Unit) -> bool:  # noqa: ARG001 - a rule that concerns every unit
    return True


def _has_pattern(unit: Unit) -> bool:
    return unit.governed


def _of_kinds(block: Block) -> Callable[[Unit], bool]:
    return lambda unit: block.takes(unit.kind.kind, unit.kind.relation)


def _with_rules(setting: Setting, **parts: Any) -> Setting:
    return replace(setting, rules=replace(setting.rules, **parts))


def _with_packing(setting: Setting, **keys: Any) -> Setting:
    return _with_rules(setting, packing=replace(setting.rules.packing, **keys))


def _with_block(setting: Setting, old: Block, new: Block) -> Setting:
    blocks = tuple(new if block is old else block for block in setting.pattern.block)
    return replace(setting, pattern=replace(setting.pattern, block=blocks))


def _shifted(clock: time, minutes: int) -> time | None:
    """A time of day so much later; None beyond the day."""
    total = clock.hour * 60 + clock.minute + minutes
    return time(*divmod(total, 60)) if 0 <= total < 24 * 60 else None


def _grown(block: Block, minutes: int) -> Iterator[tuple[str, Block]]:
    end, start = _shifted(block.end, minutes), _shifted(block.start, -minutes)
    if end:
        yield f"if {block.name} ended at {end:%H:%M}", replace(block, end=end)
    if start:
        yield f"if {block.name} began at {start:%H:%M}", replace(block, start=start)


def _grown_hours(hours: Sequence[WorkingHours], minutes: int) -> Iterator[tuple[str, tuple[WorkingHours, ...]]]:
    """Each day that ends, or begins, with the last or first of the hours goes on for longer."""
    last, first = max(h.end for h in hours), min(h.start for h in hours)
    end, start = _shifted(last, minutes), _shifted(first, -minutes)
    if end:
        longer = tuple(replace(h, end=end) if h.end == last else h for h in hours)
        yield f"if your working hours ended at {end:%H:%M}", longer
    if start:
        longer = tuple(replace(h, start=start) if h.start == first else h for h in hours)
        yield f"if your working hours began at {start:%H:%M}", longer


def _is_placed(unit: Unit, setting: Setting) -> bool:
    return not any(misplaced_minutes(unit, unit.spans, setting))


def _thaws(unit: Unit, setting: Setting) -> bool:
    """Whether only the freeze pins a unit, and a shorter one would not."""
    frozen = unit.pinned is not None and unit.pinned.code == "frozen"
    return frozen and unit.lead.span.start >= setting.freeze_ends(unit.required)


def _shortened(unit: Unit, minutes: int) -> Unit:
    """The unit with its occurrences, or its wish, cut to so many minutes."""

    def cut(meeting: Meeting) -> Meeting:
        end = meeting.span.start + timedelta(minutes=minutes)
        return replace(meeting, event=replace(meeting.event, span=replace(meeting.span, end=end)))

    wish = replace(unit.wish, minutes=minutes) if unit.wish else None
    return replace(unit, meetings=tuple(map(cut, unit.meetings)), later=tuple(map(cut, unit.later)), wish=wish)


def _online(unit: Unit) -> Unit:
    """The unit with no room, and nowhere to go."""
    meetings, later = (tuple(replace(m, rooms=(), site="") for m in some) for some in (unit.meetings, unit.later))
    return replace(unit, meetings=meetings, later=later)


def _with_optional(unit: Unit, email: str) -> Unit:
    """The unit with one of its people not required."""

    def eased(meeting: Meeting) -> Meeting:
        people = (replace(p, required=p.required and p.email != email) for p in meeting.people)
        return replace(meeting, people=tuple(people))

    wish = unit.wish
    if wish:
        left = tuple(e for e in wish.people if e != email)
        wish = replace(wish, people=left, optional=(*wish.optional, email))
    return replace(unit, meetings=tuple(map(eased, unit.meetings)), later=tuple(map(eased, unit.later)), wish=wish)
