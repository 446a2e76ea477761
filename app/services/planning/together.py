"""The weeks of several managers, planned as one: the target of all in one solve, then the step of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from time import perf_counter

from app.domain.calendar.timespan import Timespan
from app.domain.meetings.meeting import Meeting, Reason
from app.domain.people.person import Team
from app.domain.plans.asked import PlanScope
from app.domain.plans.plan import Plan, PlanWarning
from app.domain.plans.plans import Plans
from app.errors import InputError
from app.services.packing.packing import SHORTEST_S, Limits, Packed, Watch, pack, suggest
from app.services.packing.steps import pack_towards
from app.services.packing.units import wording
from app.services.packing.units.availability import PersonTime, retimed
from app.services.packing.units.places import Setting, Spot
from app.services.packing.units.units import Unit
from app.services.planning.document.document import Week, build_plan
from app.services.planning.situation.managers import Key, Owned, key_of, managers_of, owned_units
from app.services.planning.situation.request import Request
from app.services.planning.situation.situation import Situation, read_week, situate

JOINT_SHARE, STEP_SHARE = 0.6, 0.1
"""What parts of the time the joint solve and the step of all may take; the plans share the rest."""
Spots = Mapping[str, Spot]
"""Where units are, by their ids."""
Moved = Mapping[tuple[str, str], Timespan]
"""Where meetings are that have moved, by their keys."""


def plan_together(request: Request, scope: PlanScope, watch: Watch) -> Plans:
    """Plan the weeks of a manager and of those whom the scope adds, one plan each.

    Raises `InputError` as `plan_week` does, and without a team file; `CancelledError` once whoever watches has given
    up.
    """
    begin = perf_counter()
    names = managers_of(request.team, request.manager, scope)
    team = request.team or Team()
    situations, warnings = _situations(request, names)
    joint = _Joint(situations, owned_units(situations, team), _shared(request.limits, JOINT_SHARE), watch)
    steps = _Steps(joint, request, watch)
    plans = []
    for n, manager in enumerate(situations):
        limits = _left(request.limits, perf_counter() - begin, len(situations) - n)
        plans.append(steps.plan(manager, limits, () if n else warnings))
    return Plans(
        scope=scope,
        status=steps.step.status,
        limited=steps.step.limited or any(plan.limited for plan in plans),
        wall_time_s=round(perf_counter() - begin, 3),
        tiers=joint.packed.tiers,
        plans=tuple(plans),
    )


def _shared(limits: Limits, share: float) -> Limits:
    return limits if limits.wall_s is None else replace(limits, wall_s=limits.wall_s * share)


def _left(limits: Limits, seconds: float, plans: int) -> Limits:
    """An equal part for each of so many plans of what is left of the time after so many seconds."""
    if limits.wall_s is None:
        return limits
    return replace(limits, wall_s=max(SHORTEST_S, (limits.wall_s - seconds) / plans))


def _situations(request: Request, names: Sequence[str]) -> tuple[dict[str, Situation], list[PlanWarning]]:
    """What each manager's week starts from; whose week cannot be read is named, unless it is the one asked for."""
    found: dict[str, Situation] = {}
    warnings: list[PlanWarning] = []
    for number, name in enumerate(names):
        own = request if number == 0 else replace(request, manager=name, timezone=None)
        try:
            situation = situate(own, read_week(own))
        except InputError as error:
            if number == 0:
                raise
            warnings.append(PlanWarning("manager_left_out", f"the week of {name} is not planned: {error}", name))
            continue
        found[situation.setting.manager] = situation
    return found, warnings


class _Joint:
    """The target of all: every unit once, its places judged by what its manager wants."""

    def __init__(
        self, situations: Mapping[str, Situation], owned: Sequence[Owned], limits: Limits, watch: Watch
    ) -> None:
        self.situations = situations
        self.owned = owned
        self.time = _time_of_all(situations)
        settings = {name: replace(s.setting, time=self.time) for name, s in situations.items()}
        first, *others = settings
        budget = replace(settings[first].rules.budget, mode="none")
        rules = replace(settings[first].rules, budget=budget)
        lead = replace(settings[first], rules=rules, others={name: settings[name] for name in others})
        units = [replace(each.unit, id=f"{n}.{each.unit.id}") for n, each in enumerate(owned)]
        self.packed = pack(units, lead, limits, watch)

    def step(self, limits: Limits, watch: Watch) -> Packed:
        """The step of all towards the target, within each manager's own budget."""
        rule = next(iter(self.situations.values())).setting.rules.budget
        if rule.mode == "none":
            return self.packed
        step = self.packed.stepped(rule, _shared(limits, STEP_SHARE), watch.cancelled)
        watch.check()
        return step

    def spots(self, manager: str, packed: Packed) -> dict[str, Spot]:
        """Where each of a manager's own units is in an answer for all, by its id."""
        owned = enumerate(self.owned)
        return {each.unit.id: packed.spots_after[n] for n, each in owned if each.manager == manager}

    def mover(self, unit: Unit) -> str:
        """The manager whose plan says where a unit goes."""
        key = unit.lead.key
        return next(each.manager for each in self.owned if key in each.key)

    def own(self, manager: str) -> dict[Key, Unit]:
        """The units that are a manager's to move, as they were packed in the end."""
        pairs = zip(self.owned, self.packed.units, strict=True)
        return {each.key: replace(unit, id=each.unit.id) for each, unit in pairs if each.manager == manager}


def _time_of_all(situations: Mapping[str, Situation]) -> dict[str, PersonTime]:
    """What is known of everyone: of managers what they know themselves, else what the first of them knows."""
    time: dict[str, PersonTime] = {}
    for situation in reversed([*situations.values()]):
        time |= situation.setting.time
    return time | {name: s.setting.time[name] for name, s in situations.items()}


@dataclass
class _Steps:
    """The plans of all managers: what each moves in the step of all, so that moves that need each other go together."""

    joint: _Joint
    request: Request
    watch: Watch
    step: Packed = field(init=False)
    moved: dict[str, Moved] = field(default_factory=dict)
    after: dict[str, Spots] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.step = self.joint.step(self.request.limits, self.watch)
        for manager in self.joint.situations:
            self.after[manager] = self.joint.spots(manager, self.step)
            self.moved[manager] = dict(_moves(self.joint.own(manager).values(), self.after[manager]))

    def plan(self, manager: str, limits: Limits, warnings: Sequence[PlanWarning]) -> Plan:
        """The plan document of a manager, the others' moves taken as made."""
        situation = self.joint.situations[manager]
        units, setting = self.view(manager)
        joint = self.joint.packed
        goal = self.joint.spots(manager, joint)
        packed = pack_towards(units, setting, joint, goal, self.after[manager], limits, self.watch)
        suggested = suggest(situation.missing, packed, setting, limits, self.watch)
        week = Week(setting, self.request.generated_by, situation.skipped, [*situation.warnings, *warnings])
        return build_plan(week, packed, suggested)

    def view(self, manager: str) -> tuple[tuple[Unit, ...], Setting]:
        """A manager's units, and by what they are judged, where the others' moves have brought everything."""
        moved = dict(chain.from_iterable(own.items() for name, own in self.moved.items() if name != manager))
        situation, own = self.joint.situations[manager], self.joint.own(manager)
        units = tuple(own.get(key_of(u)) or self.theirs(u, moved, situation.setting) for u in situation.units)
        time = retimed(situation.setting.time, moved)
        return units, replace(situation.setting, time=time)

    def theirs(self, unit: Unit, moved: Moved, setting: Setting) -> Unit:
        """A unit that another manager moves, or does not."""
        mover = self.joint.mover(unit)
        who, old = setting.person(mover).name or mover, unit.lead.span
        there = replace(
            unit,
            meetings=tuple(_moved(m, moved) for m in unit.meetings),
            later=tuple(_moved(m, moved) for m in unit.later),
        )
        if there.lead.span != old:
            return replace(there, pinned=wording.moved_by(who, old, setting.zone))
        return replace(there, pinned=unit.pinned or Reason("other_plan", f"it is {who}'s to move, in their own plan"))


def _moved(meeting: Meeting, moved: Moved) -> Meeting:
    if meeting.key not in moved:
        return meeting
    return replace(meeting, event=replace(meeting.event, span=moved[meeting.key]))


def _moves(units: Iterable[Unit], after: Spots) -> Iterator[tuple[tuple[str, str], Timespan]]:
    """Where the meetings of units are after a step, of those that are elsewhere than today."""
    for unit in units:
        spot = after.get(unit.id, Spot(unit.spans, rooms=unit.rooms, site=unit.lead.site))
        left = {nth for nth, _ in spot.left_out}
        kept = (m for nth, m in enumerate((*unit.meetings, *unit.later)) if nth not in left)
        yield from ((m.key, span) for m, span in zip(kept, spot.spans, strict=True) if span != m.span)
