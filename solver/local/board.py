"""An answer under way, whose value is always known: what the local search takes from and puts on.

Each task has an offer or none. A piece of time of a resource is one bit, so that one `&` says whether a place is free,
and a load day is valued anew only where something on it has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from random import Random

from solver.candidates import Candidates, OwnCosts
from solver.data import CONFLICTS, PEOPLE, ProblemData, Resource, Span
from solver.days import day_value
from solver.local.attendance import Attendance
from solver.local.columns import MANY, Columns, columns_of
from solver.local.guards import Guards
from solver.local.offers import Offer, Offers, Scale, Share
from solver.local.tally import Tally
from solver.solution import Solution
from solver.stopping import Poll, go_on

NOTHING = Offer(0, 0, None)
"""What a task has that was taken off the board."""

ENDLESS = 1 << 1000


class Day:
    """One load day of one resource: what takes from it, and what that costs."""

    __slots__ = ("busy", "code", "known", "resource", "span", "spans", "value")

    def __init__(self, resource: Resource, span: Span) -> None:
        self.resource = resource
        self.span = span
        self.busy = [busy for busy in resource.hard_busy if busy.start < span.end and span.start < busy.end]
        self.spans: list[Span] = []
        self.code = 0
        self.known: dict[int, int] = {}
        self.value = 0


class Board:
    """The offers that the tasks have so far, and what they cost together: `value`, on the scale of the order.

    `first` and `new` are what each task can get. A task that has `NOTHING` costs nothing and takes nothing.
    """

    def __init__(
        self,
        data: ProblemData,
        candidates: Candidates,
        own: Sequence[OwnCosts],
        order: Sequence[int],
        many: int = MANY,
        poll: Poll = go_on,
    ) -> None:
        self.data = data
        self.scale = Scale(order)
        self.poll = poll
        offers = Offers(data, candidates, own, self.scale, poll)
        self.first, self.new = offers.first, offers.new
        self.required = [task.required for task in data.tasks]
        self.at: list[Offer] = [NOTHING] * len(data.tasks)
        self.taken = [0] * len(data.resources)
        self.fresh = [0] * len(data.resources)
        self.present: list[dict[int, None]] = [{} for _ in data.resources]
        self.tally = Tally(data)
        self.guards = Guards(data, offers.axis, self.at, self.present)
        self.value = 0
        self.clashes = self._clashes()
        self.days: list[dict[int, Day]] = [{}] * len(data.resources)
        self.load: list[list[dict[int, Day]]] = [[]] * len(data.tasks)
        self.loaded = [[r for r in required if data.resources[r].load_days] for required in self.required]
        self.company: list[dict[int, int]] = [{}] * len(data.tasks)
        self.looks_at_days = self.has_days = False
        self._axis = offers.axis
        self.columns = columns_of(self.new, self.scale, many, poll)
        self.has_columns = any(self.columns)
        self.attendance: Attendance | None = None
        if self.has_columns:
            self.look_at_days()

    def look_at_days(self) -> None:
        """Count what the load days cost, and optional attendees in two tasks at once, too, from now on."""
        if self.looks_at_days:
            return
        self.company = self._company()
        self.value += sum(map(self._lost, range(len(self.at)), self.at)) // 2
        if self.has_columns:
            self._look_at_attendance()
        self.days = [self._days(resource, self._axis.day_numbers) for resource in self.data.resources]
        self.load = [[self.days[r] for r in loaded] for loaded in self.loaded]
        self.looks_at_days, self.has_days = True, any(self.days)
        self.value += sum(day.value for days in self.days for day in days.values())
        for task, offer in enumerate(self.at):
            for day, share in self._shares(task, offer):
                day.code += share.code
                day.spans += share.spans
                self._revalue(day)

    def put(self, task: int, offer: Offer) -> None:
        """Give a task an offer; that it breaks no rule is for the caller to know."""
        self.value += offer.own + self._beside(task, offer)
        self._lay(task, offer)

    def remove(self, task: int) -> Offer:
        """Take the offer of a task off the board, and return it."""
        offer = self._lift(task)
        self.value -= offer.own + self._beside(task, offer)
        return offer

    def restore(self, offers: Mapping[int, Offer], value: int) -> None:
        """Give tasks the offers again that they had when the board had a value."""
        for task in offers:
            if self.at[task] is not NOTHING:
                self._lift(task)
        for task, offer in offers.items():
            self._lay(task, offer)
        self.value = value

    def _lay(self, task: int, offer: Offer) -> None:
        """Take what an offer takes."""
        self.at[task] = offer
        mask, is_new = offer.mask, offer.is_new
        for resource in self.required[task] + offer.extra:
            self.taken[resource] |= mask
            if is_new:
                self.fresh[resource] |= mask
            self.present[resource][task] = None
        if self.attendance:
            self.attendance.add(task, offer)
        if is_new and self.data.budget:
            self.tally.move(task)
        for day, share in self._shares(task, offer) if self.has_days else ():
            day.code += share.code
            day.spans += share.spans
            self._revalue(day)

    def _lift(self, task: int) -> Offer:
        """Free what the offer of a task takes, and return it."""
        offer, self.at[task] = self.at[task], NOTHING
        mask, is_new = offer.mask, offer.is_new
        for resource in self.required[task] + offer.extra:
            del self.present[resource][task]
            self.taken[resource] ^= mask
            if is_new:
                self.fresh[resource] ^= mask
            elif task in self.clashes:
                self._take_again(resource)
        if self.attendance:
            self.attendance.remove(task, offer)
        if is_new and self.data.budget:
            self.tally.undo(task)
        for day, share in self._shares(task, offer) if self.has_days else ():
            day.code -= share.code
            for span in share.spans:
                day.spans.remove(span)
            self._revalue(day)
        return offer

    def cheapest(self, task: int, random: Random, blink: float = 0.0) -> tuple[int, Offer]:
        """What adds least to the value and breaks no rule, and how much that is; `ENDLESS` and `NOTHING` if all do.

        Each free place is overlooked with the probability `blink`.
        """
        least, best = ENDLESS, NOTHING
        first, columns = self.first[task], self.columns[task]
        taken, fresh = self._taken(task) if first.mask or not columns else (0, 0)
        if not first.mask & (taken if first.is_new else fresh) and not self._is_guarded(task, first):
            least, best = first.own + self.joint(task, first), first
        if not self.tally.allows(task):
            return least, best
        offers = self._offers(task, taken, columns, random)
        guarded = self.guards.is_strict[task] if columns else self.guards.bind[task]
        is_exact = columns and not self.has_days
        for own, offer in offers:
            if own >= least:
                break
            if (guarded and self.is_forbidden(task, offer)) or (blink and random.random() < blink):
                continue
            total = own if is_exact else offer.own + self.joint(task, offer)
            if total < least:
                least, best = total, offer
        return least, best

    def _taken(self, task: int) -> tuple[int, int]:
        """The time that is taken of somebody whom a task requires: in all, and by what does not stay."""
        taken = fresh = 0
        for resource in self.required[task]:
            taken |= self.taken[resource]
            fresh |= self.fresh[resource]
        return taken, fresh

    def _offers(self, task: int, taken: int, columns: Columns | None, random: Random) -> Iterable[tuple[int, Offer]]:
        """New offers at a time that nothing takes, and what they cost at least, the cheapest first."""
        if columns and self.attendance:
            shared = self.attendance.costs(task, columns.first, columns.last)
            return columns.cheapest_first(shared, self.taken, random)
        return ((own, offer) for own, mask, offer in self.new[task] if not mask & taken)

    def _is_guarded(self, task: int, offer: Offer) -> bool:
        return self.guards.bind[task] and self.is_forbidden(task, offer)

    def is_forbidden(self, task: int, offer: Offer) -> bool:
        """Whether a rule other than the time of required people forbids an offer."""
        return any(True for _ in self.guards.forbid(task, offer))

    def blockers(self, task: int, offer: Offer) -> dict[int, None]:
        """The tasks that must leave for an offer, each once; the budget aside."""
        return dict.fromkeys((*self._meeting(task, offer), *self.guards.forbid(task, offer)))

    def _meeting(self, task: int, offer: Offer) -> Iterator[int]:
        """The other tasks that require the same people at the same time, unless both stay."""
        if self.attendance and task in self.attendance.column:
            others = self.attendance.meeting(task, offer)
            return (other for other in others if offer.is_new or self.at[other].is_new)
        people = (resource for resource in self.required[task] if self.taken[resource] & offer.mask)
        return (other for resource in people for other in self.guards.meeting(task, offer, resource))

    def joint(self, task: int, offer: Offer) -> int:
        """What an offer costs beside the others: clashes, load, focus."""
        total = self._beside(task, offer)
        for days in self._load(task, offer):
            for share in offer.shares:
                day = days.get(share.day)
                if day is not None:
                    after = day.known.get(day.code + share.code)
                    total += (self._value(day, share) if after is None else after) - day.value
        return total

    def solution(self) -> Solution:
        """The answer as it stands; each task must have an offer."""
        return Solution(tuple(offer.choice for offer in self.at))

    def _beside(self, task: int, offer: Offer) -> int:
        """What an offer costs with each other one: clashes of two that stay, and who is optional in one of two."""
        lost = self._lost(task, offer)
        if offer.is_new or task not in self.clashes:
            return lost
        return lost + sum(cost for other, cost in self.clashes[task].items() if self.at[other] is self.first[other])

    def _lost(self, task: int, offer: Offer) -> int:
        """What it costs that people who are in two tasks at once are optional in one of them."""
        if self.attendance and task in self.attendance.column:
            return self.attendance.cost(task, offer) * self.scale.units[PEOPLE]
        lost = 0
        for other, cost in self.company[task].items():
            there = self.at[other]
            if there.mask & offer.mask:
                lost += cost * self._counted_overlap(offer.spans, there.spans)
        return lost * self.scale.units[PEOPLE]

    def _look_at_attendance(self) -> None:
        """Keep at hand what each piece of time would cost each task, as so many places need it."""
        tasks = [task for task, columns in enumerate(self.columns) if columns]
        self.attendance = Attendance(tasks, self.required, self.company, self._axis, self.data.counted_until)
        for task, offer in enumerate(self.at):
            self.attendance.add(task, offer)

    def _load(self, task: int, offer: Offer) -> list[dict[int, Day]]:
        if not offer.extra:
            return self.load[task]
        return self.load[task] + [self.days[room] for room in offer.extra if self.days[room]]

    def _shares(self, task: int, offer: Offer) -> Iterator[tuple[Day, Share]]:
        """The load days that an offer takes from."""
        for days in self._load(task, offer):
            for share in offer.shares:
                if share.day in days:
                    yield days[share.day], share

    def _revalue(self, day: Day) -> None:
        """Value a day whose spans have changed."""
        before, after = day.value, day.known.get(day.code)
        if after is None:
            after = day.known[day.code] = self._value_of(day, day.spans)
        day.value = after
        self.value += after - before

    def _value(self, day: Day, share: Share) -> int:
        """The value of a day with what an offer takes."""
        value = day.known[day.code + share.code] = self._value_of(day, [*day.spans, *share.spans])
        return value

    def _value_of(self, day: Day, spans: Sequence[Span]) -> int:
        people, focus = day_value(self.data.weights, day.resource, day.span, [*day.busy, *spans])
        return self.scale.total((0, 0, 0, 0, people, focus))

    def _take_again(self, resource: int) -> None:
        """Find again what is taken: places that stay can overlap."""
        taken = 0
        for task in self.present[resource]:
            taken |= self.at[task].mask
        self.taken[resource] = taken

    def _days(self, resource: Resource, numbers: dict[Span, int]) -> dict[int, Day]:
        days = {numbers[span]: Day(resource, span) for span in resource.load_days}
        for day in days.values():
            day.value = day.known[0] = self._value_of(day, ())
        return days

    def _clashes(self) -> dict[int, dict[int, int]]:
        """For each task that overlaps another where it is today, what it costs if both stay."""
        clashes: dict[int, dict[int, int]] = {}
        stays: list[list[int]] = [[] for _ in self.data.resources]
        for task, offer in enumerate(self.first):
            for resource in self.required[task] + offer.extra if not offer.is_new and offer.mask else ():
                stays[resource].append(task)
        for one, other in (pair for tasks in stays for pair in combinations(tasks, 2)):
            if self.first[one].mask & self.first[other].mask:
                minutes = self._counted_overlap(self.first[one].spans, self.first[other].spans)
                for task, beside in ((one, other), (other, one)):
                    by_other = clashes.setdefault(task, {})
                    by_other[beside] = by_other.get(beside, 0) + minutes * self.scale.units[CONFLICTS]
        return clashes

    def _company(self) -> list[dict[int, int]]:
        """For each task the other tasks with people who are optional in one of the two, and the price of a minute."""
        optional: dict[int, list[int]] = {}
        attending: list[list[int]] = [[] for _ in self.data.resources]
        for index, task in enumerate(self.data.tasks):
            for resource in task.required + task.optional:
                attending[resource].append(index)
            for resource in task.optional if self.data.weights.optional else ():
                optional.setdefault(resource, []).append(index)
        company: list[dict[int, int]] = [{} for _ in self.at]
        price = self.data.weights.optional
        for resource, tasks in optional.items():
            may_come = set(tasks)
            for one in tasks:
                self.poll()
                for other in attending[resource]:
                    if other > one or other not in may_come:
                        company[one][other] = company[other][one] = company[one].get(other, 0) + price
        return company

    def _counted_overlap(self, one: Sequence[Span], other: Sequence[Span]) -> int:
        """Minutes that two places share, of the occurrences that count."""
        until = self.data.counted_until
        return sum(a.overlap(b) for a in one if a.start < until for b in other if b.start < until)
