"""What one load day of one resource costs: a function of what takes from that day, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from solver.data import CELL_MINUTES, FOCUS_CELLS, Resource, Span, Weights

BUSY = b"\1"


class DayValue(NamedTuple):
    """What a load day costs in the tiers `people` and `focus`."""

    people: int
    focus: int


def day_value(weights: Weights, resource: Resource, day: Span, spans: Sequence[Span]) -> DayValue:
    """The costs of a load day of a resource.

    `spans` are all that overlap the day, hard busy times and chosen places alike, in any order; two that overlap both
    count.
    """
    runs = list(_runs(day, spans))
    people = load(weights, day, spans)
    people += weights.meeting * max(0, len(spans) - weights.ceiling_meetings)
    people += weights.breaks * sum(max(0, run.end - run.start - weights.run_minutes) for run in runs)
    people += weights.lunch * sum(
        longest_free(window, runs) < weights.lunch_minutes for window in resource.lunches if day.overlap(window)
    )
    return DayValue(people, weights.fragment * scattered_cells(day, spans))


def load(weights: Weights, day: Span, spans: Sequence[Span]) -> int:
    """Minutes of slack that a day lacks, and of meetings above its ceiling, each at its weight."""
    meeting = sum(day.overlap(span) for span in spans)
    short = max(0, weights.slack_minutes - (day.end - day.start - meeting))
    return weights.slack * short + weights.ceiling * max(0, meeting - weights.ceiling_minutes)


def longest_free(window: Span, runs: Sequence[Span]) -> int:
    """The minutes of the longest part of a window that none of the sorted, disjoint runs takes."""
    marks = [
        Span(window.start, window.start),
        *(run for run in runs if window.overlap(run)),
        Span(window.end, window.end),
    ]
    return max(0, *(after.start - before.end for before, after in pairwise(marks)))


def _runs(day: Span, spans: Sequence[Span]) -> Iterator[Span]:
    """The time of a day that is taken without a minute's break, run by run."""
    start = end = day.start
    for span in sorted(spans):
        if span.start > end:
            if end > start:
                yield Span(start, end)
            start = span.start
        end = max(end, min(span.end, day.end))
    if end > start:
        yield Span(start, end)


def scattered_cells(day: Span, spans: Sequence[Span]) -> int:
    """Cells outside free runs of `FOCUS_CELLS` cells or more: busy cells too."""
    busy = bytearray((day.end - day.start) // CELL_MINUTES)
    for span in spans:
        first = max(0, span.start - day.start) // CELL_MINUTES
        last = min(len(busy), -((day.start - span.end) // CELL_MINUTES))
        busy[first:last] = BUSY * max(0, last - first)
    return len(busy) - sum(len(run) for run in bytes(busy).split(BUSY) if len(run) >= FOCUS_CELLS)


def cells(day: Span) -> list[Span]:
    """The whole cells of a load day; what is left at its end does not count."""
    starts = range(day.start, day.end - CELL_MINUTES + 1, CELL_MINUTES)
    return [Span(start, start + CELL_MINUTES) for start in starts]
