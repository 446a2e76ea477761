"""The smallest change of the manager's own rules that frees a meeting: tried by a look, then by solving again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from time import perf_counter

from app.domain.configuration.rules import BudgetRule
from app.domain.plans.plan import Relaxation
from app.services.packing.packing import Conflict, Limits, Packed
from app.services.packing.units import wording
from app.services.packing.units.places import Setting, misplaced_minutes
from app.services.packing.units.units import Unit
from app.services.planning.relaxing.changes import Case, Change, changes

TRIALS = 60
"""Changes that are looked at in a plan, at most: each costs the places of one unit."""
SOLVES = 6
"""Changes that are solved in a plan, at most."""
WORK = 1.0
"""Deterministic seconds of each of those runs."""
WALL_S = 1.5
"""Seconds that all of it may take by the clock, where the clock counts at all."""
LEAST_S = 0.01
RUNS = 10
"""Into so many shares the time for a conflict is cut: each of its runs gets one, most need next to nothing."""
HOPES = 2
"""Changes of a meeting that are solved although no place would be free at once, at most."""


class Allowance:
    """What the relaxations of a plan may take: looks, runs of the solver, and seconds if the clock counts."""

    def __init__(self, seconds: float | None = None) -> None:
        self.trials, self.solves = TRIALS, SOLVES
        self.ends = None if seconds is None else perf_counter() + min(WALL_S, seconds)
        self.cut = False

    def trial(self) -> bool:
        """Take one look, if there is one left."""
        self.trials -= 1
        return self.trials >= 0 and not self._is_late()

    def solve(self) -> Limits | None:
        """Take one run of the solver, with its limits; None if there is none left."""
        self.solves -= 1
        if self.solves < 0 or self._is_late():
            return None
        return Limits(work=WORK, wall_s=None if self.ends is None else max(LEAST_S, self.ends - perf_counter()))

    def _is_late(self) -> bool:
        """Whether the clock has run out; if so, it is remembered that it cut something."""
        late = self.ends is not None and perf_counter() >= self.ends
        self.cut |= late
        return late


class Relaxations:
    """The relaxations of a packed week, each worked out when it is asked for."""

    def __init__(self, packed: Packed, setting: Setting, allowance: Allowance) -> None:
        self.packed, self.setting, self.allowance = packed, setting, allowance
        self.found: dict[int, Relaxation | None] = {}
        self.solved: dict[str, Packed | None] = {}

    def of(self, number: int) -> Relaxation | None:
        """What would free a unit that waits, that the target leaves misplaced, or that has no place."""
        if number not in self.found:
            self.found[number] = self._found(Case(self.packed, self.setting, number))
        return self.found[number]

    def _found(self, case: Case) -> Relaxation | None:
        if not self.packed.waits(case.number):
            return self._smallest(case)
        return None if self.packed.is_blocked(case.number) else self._budget(case)

    def conflict(self, number: int) -> Conflict | None:
        """The smallest set of rules that leaves a unit no place; None if it could have one, or nothing is left."""
        limits = self.allowance.solve()
        if limits is None:
            return None
        share = None if limits.wall_s is None else max(LEAST_S, limits.wall_s / RUNS)
        return self.packed.conflict(number, replace(limits, work=WORK / RUNS, wall_s=share))

    def _budget(self, case: Case) -> Relaxation:
        """As much more of the budget as the unit needs by itself, if it is next in line; else no budget at all."""
        rule = self._roomier(case.unit)
        condition = wording.larger_budget(self.setting.rules.budget, rule)
        if condition and condition not in self.solved:
            limits = self.allowance.solve()
            self.solved[condition] = self.packed.stepped(rule, limits) if limits else None
        step = self.solved.get(condition)
        if step is None or not step.moved(case.number):
            condition = wording.NO_BUDGET
        place = self.packed.goal[case.number][0]
        return wording.relaxation("budget", condition, "go to", place, self.setting.zone)

    def _roomier(self, unit: Unit) -> BudgetRule:
        """The budget in which there would be room for one more unit beside those that move now."""
        packed, rule = self.packed, self.setting.rules.budget
        charged = [u for n, u in enumerate(packed.units) if packed.moved(n) and not (u.clashes or u.wish)]
        each = Counter(email for u in (*charged, unit) for email in u.mailed)
        return replace(
            rule,
            max_moves=max(rule.max_moves, len(charged) + 1),
            max_moves_per_person=max(rule.max_moves_per_person, *(each[email] for email in unit.mailed), 0),
            max_people_mailed=max(rule.max_people_mailed, len(each)),
        )

    def _smallest(self, case: Case) -> Relaxation | None:
        """The first change that works with the others where they are, else the first for which others have to move."""
        hopes: list[tuple[Change, Packed]] = []
        for change in changes(case):
            if not self.allowance.trial():
                break
            own = change.affected & {case.number}
            trial = self.packed.eased(change.units, change.setting, own, own if change.opens else ())
            wanted = _wanted(case, change, trial)
            near = trial.swapped(case.number, wanted)
            if near is not None and (found := self._relaxation(case, change, near)):
                return found
            if near is None and trial.possible(case.number, wanted):
                hopes.append((change, trial))
        tried = (self._relaxation(case, change, trial) for change, trial in hopes[:HOPES])
        return next((found for found in tried if found), None)

    def _relaxation(self, case: Case, change: Change, near: Packed) -> Relaxation | None:
        """The change in words, if the unit is where it should be once everyone may make use of it."""
        solved = self._solved(case, change, near)
        place = solved.goal[case.number] if solved else ()
        fits = case.fits(place, change.units.get(case.number), change.setting)
        if solved is None or not fits or self._misplaces(solved, change):
            return None
        verb = "be well placed on" if case.has_place else "fit on"
        return wording.relaxation(change.code, change.condition, verb, place[0], self.setting.zone)

    def _misplaces(self, solved: Packed, change: Change) -> bool:
        """Whether something that the target has where it should be has to make way."""
        return any(
            unit.governed
            and goal
            and not any(misplaced_minutes(unit, goal, self.setting))
            and any(misplaced_minutes(unit, solved.goal[n], change.setting))
            for n, (unit, goal) in enumerate(zip(self.packed.units, self.packed.goal, strict=True))
        )

    def _solved(self, case: Case, change: Change, near: Packed) -> Packed | None:
        """The week solved again; a change that is the same for everyone is solved once, whomever it frees."""
        key = f"{case.number} {change.condition}" if case.number in change.units else change.condition
        if key not in self.solved:
            limits = self.allowance.solve()
            others = change.affected - {case.number, *change.units}
            if limits and others:
                near = near.eased({}, change.setting, others, others if change.opens else ())
            self.solved[key] = near.solved(limits) if limits else None
        return self.solved[key]


def _wanted(case: Case, change: Change, trial: Packed) -> list[int]:
    """The places of the unit that would be right."""
    unit = change.units.get(case.number)
    return [n for n, spans in enumerate(trial.places[case.number]) if case.fits(spans, unit, change.setting)]
