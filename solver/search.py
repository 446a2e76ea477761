"""The run: a first answer, then one tier after the other, each proven or cut by its limit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from math import ceil

from ortools.sat.python import cp_model

from solver.bounds.guide import NO_BOUND, Guide
from solver.bounds.parts import Part, Parts, partition
from solver.bounds.pricing import PricedPart, priced_bound
from solver.bounds.relaxation import Relaxed, relax, work_of
from solver.candidates import Candidates, beside_fixed, feasible_places, least, own_costs, within
from solver.check import violations
from solver.data import FOCUS, PATTERN, PEOPLE, TIERS, ProblemData
from solver.limits import Limits, OnProgress, Progress
from solver.local.annealing import deepen
from solver.local.search import INSERTIONS_PER_WORK, Effort, Problem, good_answer
from solver.meter import Meter, Ration, Share
from solver.model.constraints import add_constraints
from solver.model.cp_sat import Watch, complete_hint, solver_for
from solver.model.objective import tier_term
from solver.model.overlaps import Overlaps, crowds, is_dense, overlaps
from solver.model.variables import ChoiceVars
from solver.solution import Result, Solution, Status, TierValue, objective, stay_all
from solver.stopping import Cancelled, StoppedError, polling, stopping

__all__ = ["Cancelled", "Limits", "OnProgress", "Progress", "SolverError", "solve", "step_towards"]

LOCAL_SHARE, DEEP_SHARE = 0.3, 0.9
RELAXED_SHARE = 2
"""A relaxation may take this part of what is left: cut short it says nothing."""
WINDOWS_FROM, WINDOW_TASKS, WINDOW_WORK = 300, (48, 96), 0.3
"""Larger problems are searched by windows, of so many tasks and with so much work each at least."""
MOST_RELAXED, PART_TASKS = 300_000, 600
"""So many choices are relaxed as one, more in parts of so many tasks."""
MOST_WITH_DAYS, FEW_WITH_DAYS, PART_TASKS_WITH_DAYS = 300, 4_000, 150
"""So many tasks, or choices, where load days count: of a step towards a target each task has two."""
BUILDING_S = 1.5e-5
"""Seconds that a model takes for each choice, before anything is solved."""
MOST_CHOICES = 10_000
"""Of more choices together no tier is searched."""
ROUNDING = 1e-6


class SolverError(Exception):
    """A fault of the solver itself: an answer broke a rule, or model and recomputation differ."""


def solve(
    data: ProblemData,
    *,
    limits: Limits | None = None,
    hint: Solution | None = None,
    on_progress: OnProgress | None = None,
    cancelled: Cancelled | None = None,
    order: Sequence[str] = TIERS,
) -> Result:
    """Find the best answer, tier by tier in the given order.

    There is always one, as what stands may stay: the status is `optimal` if every tier is proven, else `feasible`.
    Once `cancelled` says so, the best answer so far comes back, marked as `limited`.
    """
    return _Run(data, limits or Limits(), on_progress, cancelled, order).result(feasible_places(data), hint)


def step_towards(
    data: ProblemData,
    target: Solution,
    *,
    limits: Limits | None = None,
    cancelled: Cancelled | None = None,
    order: Sequence[str] = TIERS,
) -> Result:
    """Find the best answer in which each task has its target place or stays, within the budget of the data."""
    candidates = tuple(
        tuple(dict.fromkeys((choices[0], choice if choice in choices else choices[0])))
        for choices, choice in zip(feasible_places(data), target.choices, strict=True)
    )
    return _Run(data, limits or Limits(), None, cancelled, order).result(candidates, target)


class _Run:
    """One run: the best answer so far, and what is left of the limits."""

    def __init__(
        self,
        data: ProblemData,
        limits: Limits,
        on_progress: OnProgress | None,
        cancelled: Cancelled | None,
        order: Sequence[str],
    ) -> None:
        if sorted(order) != sorted(TIERS):
            raise ValueError(f"order must name each of {', '.join(TIERS)} once")
        self.data = data
        self.limits = limits
        self.on_progress = on_progress
        self.meter = Meter(limits, cancelled)
        self.order = [TIERS.index(name) for name in order]
        self.own = [own_costs(data, tier) for tier in range(len(TIERS))]
        self.local_from: float | None = None
        self.overlaps: Overlaps | None = None
        self.crowds: Overlaps = ()
        self.candidates: Candidates = ()
        self.whole: Candidates = ()
        self.has_windows = len(data.tasks) > WINDOWS_FROM and not data.budget
        self.is_local = True
        self.best = stay_all(data)
        self.values = objective(data, self.best)

    def result(self, candidates: Candidates, hint: Solution | None) -> Result:
        """Solve each tier in its turn, and check what comes out."""
        candidates = beside_fixed(self.data, candidates)
        self.candidates = self.whole = candidates
        self.start(candidates, hint, self.order if len(self.data.tasks) <= WINDOWS_FROM else (PATTERN,))
        if is_dense(self.data, candidates):
            return self.ended([self.deepen_tier(tier) for tier in self.order])
        bounds: list[int] = []
        for position, tier in enumerate(self.order):
            bounds.append(self.solve_tier(position, tier))
            self.tell(tier, bounds[-1])
        return self.ended(bounds)

    def ended(self, bounds: Sequence[int]) -> Result:
        """The best answer with the lower bounds of its tiers, checked."""
        tiers = tuple(TierValue(TIERS[t], self.values[t], bound) for t, bound in zip(self.order, bounds, strict=True))
        proven = all(tier.value == tier.lower_bound for tier in tiers)
        self.check(tiers)
        status = Status.OPTIMAL if proven else Status.FEASIBLE
        return Result(status, self.best, tiers, self.meter.seconds, self.meter.limited and not proven)

    def look_through_windows(self, positions: Sequence[int], most: int, share: Share) -> None:
        """Make the answer better in some tiers where a few tasks, everything else held in place, allow it."""
        parts, ration = Parts(self.data), Ration(self.meter, share)
        windows = partition(self.data, most)
        work = max(WINDOW_WORK, 2 * share.work / len(windows))  # many need less than their part
        for tasks in windows:
            if ration.over():
                break
            window = parts.window(tasks, self.best.choices)
            self.look_through(window, positions, Share(work, ration.left().seconds))
        self.values = objective(self.data, self.best)
        last = self.order[positions[-1]]
        self.tell(last, least(self.own[last], self.candidates))

    def look_through(self, part: Part, positions: Sequence[int], share: Share) -> None:
        """Solve a window from where it is, and take what it finds."""
        limits = replace(self.limits, work=share.work, wall_s=share.seconds)
        run = _Run(part.data, limits, None, self.meter.cancelled, [TIERS[tier] for tier in self.order])
        run.refine(part.candidates(self.candidates), Solution(tuple(part.choices(self.best.choices))), positions)
        self.meter.work -= share.work - run.meter.work
        self.meter.limited |= run.meter.limited
        choices = list(self.best.choices)
        for task, choice in zip(part.tasks, run.best.choices, strict=False):
            choices[task] = choice
        self.best = Solution(tuple(choices))

    def refine(self, candidates: Candidates, solution: Solution, positions: Sequence[int]) -> None:
        """Make an answer better in some tiers without a search for another one to begin with."""
        self.candidates = beside_fixed(self.data, candidates)
        self.best, self.values = solution, objective(self.data, solution)
        self.has_windows = self.is_local = False
        for position in positions:
            self.solve_tier(position, self.order[position])

    def start(self, candidates: Candidates, hint: Solution | None, tiers: Collection[int]) -> None:
        """Begin with a good answer in some tiers: what the local search makes of the hint, or of nothing."""
        insertions = int(LOCAL_SHARE * self.meter.work * INSERTIONS_PER_WORK)
        self.local_from = None
        effort = Effort(insertions, self.meter.stopped, self.is_late)
        problem = Problem(self.data, self.with_stays(candidates), self.own, self.order)
        good_answer(problem, hint, self.limits.seed, effort, self.hear, tiers)
        self.meter.work -= (insertions - effort.insertions) / INSERTIONS_PER_WORK

    def with_stays(self, candidates: Candidates) -> Candidates:
        """The candidates with today's places first, priced out or not: what stands may stay, which the search needs."""
        stays = stay_all(self.data).choices
        pairs = zip(stays, candidates, strict=True)
        return tuple(c if c[0] == stay else (stay, *(x for x in c if x != stay)) for stay, c in pairs)

    def deepen_tier(self, tier: int) -> int:
        """Spend most of what is left on the local search of a tier; return its lower bound, that of choices alone."""
        bound = least(self.own[tier], self.candidates)
        if bound < self.values[tier] and not self.meter.stopped():
            until = self.meter.seconds + DEEP_SHARE * self.meter.seconds_left
            insertions = int(DEEP_SHARE * self.meter.work * INSERTIONS_PER_WORK)
            effort = Effort(insertions, lambda: self.meter.stopped() or self.meter.is_past(until))
            problem = Problem(self.data, self.candidates, self.own, self.order)
            self.keep(deepen(problem, self.best, tier, self.limits.seed, effort))
            self.meter.work -= (insertions - effort.insertions) / INSERTIONS_PER_WORK
        self.tell(tier, bound)
        return bound

    def is_late(self, share: float) -> bool:
        """Whether the clock is past a share of what the local search has of it, from its first answer on."""
        if self.limits.wall_s is None or self.local_from is None:
            return False
        late = self.meter.seconds >= self.local_from + share * LOCAL_SHARE * (self.limits.wall_s - self.local_from)
        self.meter.limited |= late
        return late

    def hear(self, solution: Solution) -> None:
        """Keep an answer of the local search, and tell of it."""
        self.local_from = self.meter.seconds if self.local_from is None else self.local_from
        self.keep(solution)
        first = self.order[0]
        self.tell(first, least(self.own[first], self.candidates))

    def keep(self, solution: Solution) -> None:
        """Remember an answer if it is better than the best so far."""
        if solution == self.best:
            return
        values = objective(self.data, solution)
        if [values[t] for t in self.order] < [self.values[t] for t in self.order]:
            self.best, self.values = solution, values

    def solve_tier(self, position: int, tier: int) -> int:
        """Make a tier as small as the earlier ones allow; return its lower bound."""
        if self.meter.stopped():
            return least(self.own[tier], self.candidates)
        earlier = self.order[:position]
        self.candidates = within(self.candidates, [(self.own[t], self.values[t]) for t in (*earlier, tier)])
        bound = least(self.own[tier], self.candidates)
        if bound == self.values[tier] or self.meter.stopped():
            return bound
        before = self.values[tier]
        with suppress(StoppedError):
            if not self.is_relaxed_as_one(tier):
                bound = self.solve_in_parts(position, tier, bound)
            elif self.has_time_for_a_model():
                bound = self.solve_as_one(position, tier, bound)
        if self.is_local and self.values[tier] < before and position + 1 < len(TIERS) and not self.meter.stopped():
            self.start_again(position)
        return bound

    def start_again(self, position: int) -> None:
        """Begin with a better answer in the tiers after a position.

        One that is better in a tier before may be worse in those between: what was priced out by these is back then.
        """
        settled = self.order[: position + 1]
        before = [self.values[tier] for tier in settled]
        self.start(self.candidates, self.best, self.order[position + 1 :])
        if [self.values[tier] for tier in settled] != before:
            self.candidates = within(self.whole, [(self.own[tier], self.values[tier]) for tier in settled])
            self.overlaps = None

    def solve_as_one(self, position: int, tier: int, bound: int) -> int:
        """Relax a tier, search where the relaxation says, and return the bound that is reached."""
        left = len(TIERS) - position
        model, choices = self.model(self.candidates, self.order[:position], tier)
        relaxed = self.relax(model, self.meter.share(RELAXED_SHARE))
        if relaxed:
            guide = Guide(choices, relaxed, self.best)
            bound = self.search(guide, position, max(bound, relaxed.lower_bound))
            self.candidates = replace(guide, best=self.best).affordable(self.values[tier])
        elif not self.meter.stopped() and sum(map(len, self.candidates)) <= MOST_CHOICES:
            before = self.values[tier]
            bound = max(bound, min(self.run(model, choices, tier, self.meter.share(left), bound), before))
        return bound

    def solve_in_parts(self, position: int, tier: int, bound: int) -> int:
        """Search a tier in windows, and return a bound from parts."""
        left = len(TIERS) - position
        if self.has_windows and left == 1:
            for most in WINDOW_TASKS:
                self.look_through_windows(range(len(TIERS)), most, self.meter.share(2 * len(WINDOW_TASKS)))
        elif self.has_windows and not counts_days(tier):
            self.look_through_windows([position], PART_TASKS, self.meter.share(2))
        return max(bound, self.priced(position, self.meter.share(left if counts_days(tier) else 2)))

    def has_time_for_a_model(self) -> bool:
        """Whether the clock leaves what building one takes; one that is begun too late is only given up."""
        has_time = self.meter.seconds_left > BUILDING_S * sum(map(len, self.candidates))
        self.meter.limited |= not has_time
        return has_time

    def is_relaxed_as_one(self, tier: int) -> bool:
        """Whether a tier is small enough for the relaxation of all its choices at once."""
        choices = sum(map(len, self.candidates))
        if counts_days(tier):
            return len(self.data.tasks) <= MOST_WITH_DAYS or choices <= FEW_WITH_DAYS
        return choices <= MOST_RELAXED

    def search(self, guide: Guide, position: int, bound: int) -> int:
        """Search among ever more choices, those first that the relaxation likes; return the bound that is reached."""
        tier = self.order[position]
        for ring in guide.rings(lambda: self.values[tier]):
            if self.values[tier] == bound or self.meter.stopped():
                break
            if ring.size <= MOST_CHOICES:
                model, choices = self.model(ring.with_choices(self.best), self.order[:position], tier)
                found = self.run(model, choices, tier, self.meter.share(ring.parts * (len(TIERS) - position)), bound)
                bound = max(bound, min(found, ring.beyond, self.values[tier]))
        return bound

    def priced(self, position: int, share: Share) -> int:
        """A lower bound of a tier from parts, each relaxed alone."""
        relaxer = _PartRelaxer(self, share)
        if relaxer.over():
            return NO_BOUND
        most = PART_TASKS_WITH_DAYS if counts_days(self.order[position]) else PART_TASKS
        parts = Parts(self.data).alone(partition(self.data, most))
        priced = [PricedPart.of(part, self.candidates, self.own, self.best.choices) for part in parts]
        costly = [
            t for t in self.order[:position] if counts_days(t) or self.values[t] > least(self.own[t], self.candidates)
        ]
        return priced_bound(priced, self.values, costly, self.order[position], relaxer)

    def relax(self, model: cp_model.CpModel, share: Share) -> Relaxed | None:
        """Relax the model within a share of the limits."""
        relaxed = relax(model, share.work, share.seconds, self.meter.cancelled)
        self.meter.work -= share.work if relaxed is None else min(share.work, work_of(model))
        self.meter.limited |= relaxed is None and (share.seconds is not None or self.meter.stopped())
        return relaxed

    def model(self, candidates: Candidates, earlier: Sequence[int], tier: int) -> tuple[cp_model.CpModel, ChoiceVars]:
        """The model that makes a tier small and earlier ones no larger than they are, with today's best as its hint."""
        poll = polling(self.meter.stopped)
        if self.overlaps is None:  # once for every model
            found = overlaps(self.data, self.candidates, poll)
            self.overlaps, self.crowds = found, crowds(self.data, self.candidates, poll)
        model = cp_model.CpModel()
        choices = ChoiceVars(model, self.data, candidates, poll)
        add_constraints(model, self.data, choices, self.overlaps, self.crowds)
        for t in earlier:
            poll()
            tier_term(model, self.data, choices, t).add_at_most(model, self.values[t])
        poll()
        tier_term(model, self.data, choices, tier).minimize(model)
        choices.hint(self.best)
        return model, choices

    def run(self, model: cp_model.CpModel, choices: ChoiceVars, tier: int, share: Share, bound: int) -> int:
        """Solve the model within its share of the limits, keep the answer, and return the bound."""
        self.meter.work -= complete_hint(model, solver_for(self.limits.seed, share), self.meter.cancelled)
        solver = solver_for(self.limits.seed, share)
        with stopping(solver.stop_search, self.meter.cancelled):
            status = solver.solve(model, Watch(choices, lambda solution: self.is_enough(solution, tier, bound)))
        self.meter.work -= solver.deterministic_time
        if status in (cp_model.MODEL_INVALID, cp_model.INFEASIBLE):
            raise SolverError(f"the model of tier {TIERS[tier]} refuses an answer that is valid")
        late = share.seconds is not None and solver.wall_time >= share.seconds
        self.meter.limited |= status != cp_model.OPTIMAL and (late or self.meter.stopped())
        if status == cp_model.UNKNOWN:
            return NO_BOUND
        self.keep(choices.extract(solver))
        if status == cp_model.OPTIMAL and self.values[tier] != round(solver.objective_value):
            raise SolverError(f"tier {TIERS[tier]}: the model says {solver.objective_value}, not {self.values[tier]}")
        return ceil(solver.best_objective_bound - ROUNDING)

    def is_enough(self, solution: Solution, tier: int, bound: int) -> bool:
        """Keep an answer that was found on the way, and tell of it; whether it can be no better in its tier."""
        self.keep(solution)
        self.tell(tier, min(bound, self.values[tier]))
        return self.values[tier] <= bound

    def tell(self, tier: int, bound: int) -> None:
        """Tell of the best answer so far."""
        if self.on_progress:
            values = tuple(self.values[t] for t in self.order)
            self.on_progress(Progress(TIERS[tier], self.values[tier], bound, self.meter.seconds, values))

    def check(self, tiers: Sequence[TierValue]) -> None:
        """Every answer passes the plain rules before anyone sees it, and no bound lies above its value."""
        faults = [fault.text for fault in violations(self.data, self.best)]
        faults += [f"{tier.name}: bound {tier.lower_bound} above {tier.value}" for tier in tiers if tier.gap < 0]
        if faults:
            raise SolverError("; ".join(faults))


def counts_days(tier: int) -> bool:
    """Whether load days count in a tier, so that its relaxation is large."""
    return tier in (PEOPLE, FOCUS)


class _PartRelaxer:
    """Relaxes parts one after the other within one share of the limits of a run."""

    def __init__(self, run: _Run, share: Share) -> None:
        self.run = run
        self.ration = Ration(run.meter, share)

    def over(self) -> bool:
        """Whether the share is used up."""
        return self.ration.over()

    def relax(self, model: cp_model.CpModel) -> Relaxed | None:
        """Relax a model with what is left of the share."""
        return None if self.over() else self.run.relax(model, self.ration.left())
