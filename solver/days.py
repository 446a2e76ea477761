"""What one load day of one resource costs: a function of what takes from that day, and of nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from solver.data import CELL_MINUTES, FOCUS_CELLS, Resource, Span, Weights


class DayValue(NamedTuple):
    """What a load day costs in the tiers `people` and `focus`."""

    people: int
    focus: int


def day_value(weights: Weights, resource: Resource, day: Span, spans: Sequence[Span]) -> DayValue:
    """The costs of a load day of a resource.

    `spans` are all that overlap the day, hard busy times and chosen places alike, in any order; two that overlap both
    count.
    """
    runs = _runs(day, spans)
    people = load(weights, day, spans)
    if len(spans) > weights.ceiling_meetings:
        people += weights.meeting * (len(spans) - weights.ceiling_meetings)
    for start, end in runs:
        if end - start > weights.run_minutes:
            people += weights.breaks * (end - start - weights.run_minutes)
    for window in resource.lunches:
        if day.overlap(window) and longest_free(window, runs) < weights.lunch_minutes:
            people += weights.lunch
    return DayValue(people, weights.fragment * scattered_cells(day, runs))


def load(weights: Weights, day: Span, spans: Sequence[Span]) -> int:
    """Minutes of slack that a day lacks, and of meetings above its ceiling, each at its weight."""
    opens, closes = day
    meeting = 0
    for start, end in spans:
        meeting += end - start
        if start < opens:
            meeting -= opens - start
        if end > closes:
            meeting -= end - closes
    short = max(0, weights.slack_minutes - (closes - opens - meeting))
    return weights.slack * short + weights.ceiling * max(0, meeting - weights.ceiling_minutes)


def longest_free(window: Span, runs: Sequence[tuple[int, int]]) -> int:
    """The minutes of the longest part of a window that none of the sorted, disjoint runs takes."""
    longest, free_from = 0, window.start
    for start, end in runs:
        if end > free_from:
            longest = max(longest, min(start, window.end) - free_from)
            free_from = end
    return max(longest, window.end - free_from)


def scattered_cells(day: Span, runs: Sequence[tuple[int, int]]) -> int:
    """Cells outside free time of `FOCUS_CELLS` cells or more between the runs: busy cells too."""
    count = scattered = (day.end - day.start) // CELL_MINUTES
    first = 0
    for start, end in runs:
        free = (start - day.start) // CELL_MINUTES - first
        if free >= FOCUS_CELLS:
            scattered -= free
        first = -((day.start - end) // CELL_MINUTES)
    return scattered - (count - first if count - first >= FOCUS_CELLS else 0)


def _runs(day: Span, spans: Sequence[Span]) -> list[tuple[int, int]]:
    """The time of a day that is taken without a minute's break, run by run."""
    opens, closes = day
    runs = []
    begun = ended = opens
    for start, end in sorted(spans):
        if start > ended:
            if ended > begun:
                runs.append((begun, ended))
            begun = start
        if end > ended:
            ended = end
    if ended > closes:
        ended = closes
    if ended > begun:
        runs.append((begun, ended))
    return runs


def cells(day: Span) -> list[Span]:
    """The whole cells of a load day; what is left at its end does not count."""
    starts = range(day.start, day.end - CELL_MINUTES + 1, CELL_MINUTES)
    return [Span(start, start + CELL_MINUTES) for start in starts]
