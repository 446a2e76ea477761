"""The week before, after this step and at the target, and what can be asked of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.domain.calendar.timespan import IsoWeek, Timespan
from app.domain.configuration.rules import BudgetRule
from app.domain.meetings.meeting import Reason
from app.domain.plans.metrics import focus_minutes
from app.domain.plans.plan import Metrics
from app.services.packing.packing import Binding, Packed, Spans
from app.services.packing.units import wording
from app.services.packing.units.places import Setting, Spot
from app.services.packing.units.units import Taking, busy_beside, rivals
from app.services.planning.document.figures import figures_of
from app.services.planning.relaxing.relaxations import Allowance, Relaxations


@dataclass(frozen=True)
class Outcome:
    """A packed week beside what it is judged by; `advised` are the places that units of others are asked to go to."""

    setting: Setting
    packed: Packed
    allowance: Allowance = field(default_factory=Allowance)
    advised: dict[int, Spans | None] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def relaxations(self) -> Relaxations:
        """What would free each unit that is not where it should be."""
        return Relaxations(self.packed, self.setting, self.allowance)

    @cached_property
    def busy(self) -> dict[str, list[Timespan]]:
        """The hard busy times of each person that no unit explains."""
        return busy_beside(self.packed.units, self.setting.time)

    def ids(self, number: int) -> tuple[str, ...]:
        """The ids of a unit's meetings in the plan: its own, or one for each occurrence of the week."""
        unit = self.packed.units[number]
        several = len(unit.meetings) > 1
        return tuple(f"{unit.id}.{n}" for n in range(1, len(unit.meetings) + 1)) if several else (unit.id,)

    def refs(self, names: Iterable[str]) -> tuple[str, ...]:
        """Ids of units as those of their meetings; whatever is no unit stays as it is."""
        ids = {unit.id: self.ids(number) for number, unit in enumerate(self.packed.units)}
        return tuple(ref for name in names for ref in ids.get(name, (name,)))

    def called(self, name: str) -> str:
        """How to call a unit or a person: a title that the manager knows, or whose calendar it is."""
        unit = next((u for u in self.packed.units if u.id == name), None)
        if unit is not None:
            return unit.lead.event.title
        if name == self.setting.manager:
            return "something else in your own calendar"
        return f"something else in the calendar of {self.setting.person(name).name or name}"

    def binding(self, number: int, wanted: Sequence[int], *, where: str) -> Reason:
        """The rule that keeps a unit from all of some of its places, which are `where` it should be."""
        found = self.packed.binding(number, wanted)
        titles = [self.called(c) for c in found.culprits] if found.rule == "taken" else []
        return wording.binding(self._rule(found), titles, self.refs(found.culprits), where=where)

    def _rule(self, found: Binding) -> str:
        """The name of a rule that binds: `room` where only rooms are busy."""
        rooms = {room for spots in self.packed.spots for spot in spots for room in spot.rooms}
        return "room" if found.rule == "busy" and rooms.issuperset(found.culprits) else found.rule

    def rivals(self, number: int, span: Timespan, spots: Sequence[Spot]) -> dict[str, int]:
        """What people and rooms of a unit have at the time of a span: ids of units and addresses, with the minutes."""
        taking = [
            Taking(unit, spot.spans[: len(unit.meetings)], spot.rooms)
            for unit, spot in zip(self.packed.units, spots, strict=True)
        ]
        return rivals(taking[number]._replace(spans=(span,)), taking, self.busy)

    def later_week(self, number: int) -> IsoWeek | None:
        """About when a unit that waits has its turn; none for what is for this week alone."""
        later = self.later_weeks.get(number)
        return self.setting.week.plus(later) if later else None

    @cached_property
    def later_weeks(self) -> dict[int, int]:
        """About how many weeks later each waiting unit moves: the most valuable first, as many as the budget allows.

        What is for the planned week alone cannot wait.
        """
        rule, packed = self.setting.rules.budget, self.packed
        waiting = [n for n in range(len(packed.units)) if packed.waits(n) and packed.units[n].scope == "series"]
        waiting.sort(key=lambda n: packed.data.tasks[n].options[0].costs, reverse=True)
        weeks: list[Counter[str]] = []
        found: dict[int, int] = {}
        for number in waiting:
            people = packed.units[number].mailed
            week = next((w for w, used in enumerate(weeks) if _has_room(used, people, rule)), len(weeks))
            if week == len(weeks):
                weeks.append(Counter())
            weeks[week].update([MOVES, *people])
            found[number] = week + 1
        return found

    def focus_gain(self, number: int, email: str) -> int:
        """Minutes of focus time that a person wins by this move alone, the others at their new places."""
        working = self.setting.time[email].working_on(self.setting.week.days)
        busy = self.busy[email]
        undone = [*self.packed.after]
        undone[number] = self.packed.before[number]
        with_move, without = (
            focus_minutes([*busy, *self._spans_of(email, spans)], working) for spans in (self.packed.after, undone)
        )
        return with_move - without

    def _spans_of(self, email: str, spans: Sequence[Spans]) -> list[Timespan]:
        return [
            span
            for unit, places in zip(self.packed.units, spans, strict=True)
            if email in unit.required
            for span in places[: len(unit.meetings)]
        ]


MOVES = ""
"""Under this name the moves of a week are counted, beside those of each person."""


def _has_room(used: Counter[str], people: Sequence[str], rule: BudgetRule) -> bool:
    mailed = len({*used, *people} - {MOVES})
    each = all(used[email] < rule.max_moves_per_person for email in people)
    return used[MOVES] < rule.max_moves and each and mailed <= rule.max_people_mailed


def figures(outcome: Outcome, spans: Sequence[Spans]) -> Metrics:
    """The figures of the planned week with the units at these places."""
    return figures_of(outcome.setting, outcome.packed.units, spans, outcome.busy[outcome.setting.manager])
