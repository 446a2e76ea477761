"""Which candidates lie nearer to each other than the way between their locations."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from solver.candidates import Choice
from solver.data import Place, ProblemData, Span

At = tuple[Span, tuple[int, Choice]]
"""A span of a choice of a task."""


def too_near(
    data: ProblemData, resource: int, takers: Sequence[tuple[int, Choice, Place]]
) -> Iterator[frozenset[tuple[int, Choice]]]:
    """Sets of choices of which a person can keep only one, unless they are today's places."""
    by_location: dict[int, list[At]] = {}
    for task, choice, place in takers:
        if place.location and resource in data.tasks[task].required:
            at = by_location.setdefault(place.location, [])
            at.extend((span, (task, choice)) for span in place.spans)
    for first, earlier in by_location.items():
        for second, later in by_location.items():
            if data.travel[first][second]:
                yield from _too_near(sorted(earlier), sorted(later), data.travel[first][second])


def _too_near(earlier: Sequence[At], later: Sequence[At], minutes: int) -> Iterator[frozenset[tuple[int, Choice]]]:
    """What is under way just before something ends, with what is under way less than so many minutes after.

    Each two of such a set overlap or are too near, and every two that are too near share a set.
    """
    for end in sorted({span.end for span, _ in earlier}):
        first, last = bisect_left(later, ((end,),)), bisect_left(later, ((end + minutes,),))
        near = [span for span, _ in later[first:last]]
        before = {chosen for span, chosen in earlier if span.start < end <= span.end} if near else set()
        while near:
            minute = max(span.start for span in near)
            yield frozenset(before.union(chosen for span, chosen in later if span.start <= minute < span.end))
            near = [span for span in near if span.end <= minute]
