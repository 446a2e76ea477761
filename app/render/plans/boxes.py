"""Where the entries of a day are drawn on the page: what does not stand moves aside, and clashes go down in steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from app.render.plans.week import Column, Entry, clusters, in_lanes

SCALE, EDGES, LINE_HEIGHT = 1.3, 4, 12.4
"""Pixels of a minute, of an entry's border and padding, and of a line of text, as in the style sheet."""
STEPS = (0, 0.3, 0.45)
"""Where an entry begins that lies on none, one or two others, as a share of the width."""
FIRST_LINE = 20
"""Minutes that an entry needs for itself at its start, so that its title can be read beside what begins later."""
QUIET = ("busy", "skip")


@dataclass(frozen=True, slots=True)
class Box:
    """An entry's part of the width of its day, in shares of one; of its height, `seen` minutes lie under no other.

    `strips` narrow strips are kept free at the right. An entry that is `aside` stands in one of them, the `strip`th.
    """

    entry: Entry
    left: float
    share: float
    strips: int
    seen: int
    strip: int | None = None

    @property
    def lines(self) -> int:
        """The lines of text that it has room for on the page."""
        return max(1, int((self.seen * SCALE - EDGES) / LINE_HEIGHT))

    @property
    def aside(self) -> bool:
        """Whether the entry stands in a strip."""
        return self.strip is not None


def boxes(column: Column) -> tuple[Box, ...]:
    """The entries of a day with their places, in order of time: what is painted later lies on top."""
    standing = [e for e in column.entries if e.state not in QUIET]
    aside = in_lanes([e for e in column.entries if e.state in QUIET and any(_overlap(e, s) for s in standing)])
    moved = {_name(e) for e in aside}
    rest = [e for e in column.entries if _name(e) not in moved]
    found = [Box(e, 0, 1, e.lanes, e.end - e.start, e.lane) for e in aside]
    found += [box for cluster in clusters(rest) for box in _cluster(cluster, aside)]
    return tuple(sorted(found, key=lambda box: (box.entry.start, box.left, -box.entry.end)))


def _name(entry: Entry) -> tuple[object, ...]:
    """An entry without its lanes."""
    return (entry.meeting, entry.start, entry.end, entry.title, entry.state)


def _overlap(one: Entry, other: Entry) -> bool:
    return one.start < other.end and other.start < one.end


def _cluster(cluster: Sequence[Entry], aside: Sequence[Entry]) -> Iterator[Box]:
    """In steps, where each entry keeps its first line for itself; else beside each other."""
    steps = _steps(cluster)
    for entry in in_lanes(cluster):
        strips = max((e.lanes for e in aside if _overlap(e, entry)), default=0)
        if steps is None:
            yield Box(entry, entry.lane / entry.lanes, 1 / entry.lanes, strips, entry.end - entry.start)
        else:
            left = STEPS[steps[_name(entry)]]
            seen = min([entry.end, *(e.start for e in cluster if _overlap(e, entry) and e.start > entry.start)])
            yield Box(entry, left, 1 - left, strips, seen - entry.start)


def _steps(cluster: Sequence[Entry]) -> dict[tuple[object, ...], int] | None:
    """How many steps in each entry is drawn; None if two begin together or the steps go too deep."""
    if any(_overlap(a, b) and abs(a.start - b.start) < FIRST_LINE for a, b in combinations(cluster, 2)):
        return None
    depth: dict[tuple[object, ...], int] = {}
    for entry in sorted(cluster, key=lambda e: e.start):
        under = [depth[_name(e)] for e in cluster if e.start < entry.start and _overlap(e, entry)]
        depth[_name(entry)] = max(under, default=-1) + 1
    return None if max(depth.values()) >= len(STEPS) else depth
