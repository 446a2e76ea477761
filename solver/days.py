"""What one load day of one resource costs: a function of what takes from that day, and of nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from solver.data import CELL_MINUTES, FOCUS_CELLS, Resource, Span, Weights

BUSY = b"\1"


class DayValue(NamedTuple):
    """What a load day costs in the tiers `people` and `focus`."""

    people: int
    focus: int


def day_value(
    weights: Weights,
    resource: Resource,  # noqa: ARG001 - its lunch windows are read here as soon as the model knows them
    day: Span,
    spans: Sequence[Span],
) -> DayValue:
    """The costs of a load day of a resource.

    `spans` are all that overlap the day, hard busy times and chosen places alike, in any order; two that overlap both
    count.
    """
    return DayValue(load(weights, day, spans), weights.fragment * scattered_cells(day, spans))


def load(weights: Weights, day: Span, spans: Sequence[Span]) -> int:
    """Minutes of slack that a day lacks, and of meetings above its ceiling, each at its weight."""
    meeting = sum(day.overlap(span) for span in spans)
    short = max(0, weights.slack_minutes - (day.end - day.start - meeting))
    return weights.slack * short + weights.ceiling * max(0, meeting - weights.ceiling_minutes)


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
