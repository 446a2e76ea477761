"""What can take from each load day: the same days of several weeks or people are one."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from solver.data import Resource, Span


class Taken(NamedTuple):
    """A span that a choice of a task takes, with the number of its literal."""

    task: int
    literal: int
    span: Span


class LoadDay(NamedTuple):
    """A load day from minute 0 on, with the lunch windows in it; all spans are cut at its ends.

    `busy` are the spans that are taken whatever is chosen; two of them may overlap.
    """

    length: int
    lunches: tuple[Span, ...]
    busy: tuple[Span, ...]
    taken: tuple[Taken, ...]

    def most(self, amounts: Counter[tuple[int, int]]) -> int:
        """The most that the tasks can add up to, each with one of its choices."""
        most: dict[int, int] = {}
        for (task, _), amount in amounts.items():
            most[task] = max(amount, most.get(task, 0))
        return sum(most.values())

    def minutes(self) -> Counter[tuple[int, int]]:
        """The minutes that each choice takes, by its task and literal."""
        minutes: Counter[tuple[int, int]] = Counter()
        for task, literal, span in self.taken:
            minutes[task, literal] += span.end - span.start
        return minutes


def load_days(resource: Resource, taken: Iterable[Taken], fixed: Iterable[Span]) -> Iterator[LoadDay]:
    """The load days of a resource, of which choices take something and other spans are fixed."""
    days = _Days(resource.load_days)
    chosen: list[list[Taken]] = [[] for _ in resource.load_days]
    for task, literal, span in taken:
        for day, part in days.parts(span):
            chosen[day].append(Taken(task, literal, part))
    busy = days.by_day((*resource.hard_busy, *fixed))
    lunches = days.by_day(resource.lunches)
    for day, (start, end) in enumerate(resource.load_days):
        yield LoadDay(end - start, tuple(lunches[day]), tuple(sorted(busy[day])), tuple(sorted(chosen[day])))


class _Days:
    """Sorted, disjoint days, each with minutes of its own from 0 on."""

    def __init__(self, days: Sequence[Span]) -> None:
        self.starts = [day.start for day in days]
        self.ends = [day.end for day in days]

    def parts(self, span: Span) -> Iterator[tuple[int, Span]]:
        """The parts of a span that lie on days, with their numbers."""
        day = bisect_right(self.ends, span.start)
        while day < len(self.starts) and self.starts[day] < span.end:
            start = self.starts[day]
            yield day, Span(max(0, span.start - start), min(self.ends[day], span.end) - start)
            day += 1

    def by_day(self, spans: Iterable[Span]) -> list[list[Span]]:
        """For each day the parts of spans that lie on it."""
        found: list[list[Span]] = [[] for _ in self.starts]
        for span in spans:
            for day, part in self.parts(span):
                found[day].append(part)
        return found
