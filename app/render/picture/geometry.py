"""Where things lie in the picture of a week, in its pixels: it is drawn at twice the size that a mail shows."""

from __future__ import annotations

from dataclasses import dataclass

from app.render.plans.boxes import Box
from app.render.plans.week import Week

WIDTH = 1_200
MARGIN = 28
GUTTER = 56
"""What the names of the hours take."""
TITLE = 58
HEAD = 84
"""What the names of the days take, with what is special about them."""
GAP = 34
LEGEND_ROW = 40
HOUR = 76
TALLEST = 1_000
"""The most that the hours of one week take together: where there are more of them, each is lower."""
INSET, STRIP = 9, 22
"""What is free at the left of a day for the bar of its block, and the width of own busy time that stands aside."""
LEAST = 12


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle, in pixels: from the left and top (inclusive) to the right and bottom (exclusive)."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """How wide it is."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """How high it is."""
        return self.bottom - self.top

    def meets(self, other: Rect) -> bool:
        """Whether they have a pixel in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True)
class Panel:
    """One week in the picture; `top` is where its title begins."""

    week: Week
    top: int

    @property
    def per_minute(self) -> float:
        """Pixels of a minute."""
        return min(HOUR / 60, TALLEST / (self.week.last - self.week.first))

    @property
    def body(self) -> Rect:
        """Where the hours are."""
        top = self.top + TITLE + HEAD
        height = round((self.week.last - self.week.first) * self.per_minute)
        return Rect(MARGIN + GUTTER, top, WIDTH - MARGIN, top + height)

    def day(self, number: int) -> Rect:
        """The hours of a day, the first one being 0."""
        body, days = self.body, len(self.week.columns)
        edges = [body.left + body.width * n // days for n in (number, number + 1)]
        return Rect(edges[0], body.top, edges[1], body.bottom)

    def at(self, minute: int) -> int:
        """How far down a minute of the day is; what lies outside of the hours shown is at their edge."""
        inside = min(max(minute, self.week.first), self.week.last)
        return self.body.top + round((inside - self.week.first) * self.per_minute)

    def place(self, number: int, box: Box) -> Rect:
        """Where an entry of a day is drawn; never lower than can be seen."""
        day = self.day(number)
        left, right = day.left + INSET, day.right - 3
        if box.strip is not None:
            right -= STRIP * (box.strips - 1 - box.strip)
            left = right - STRIP + 2
        else:
            room = right - left - STRIP * box.strips
            left, right = left + round(room * box.left), left + round(room * (box.left + box.share)) - 2
        top = min(self.at(box.entry.start) + 1, day.bottom - LEAST)
        return Rect(left, top, max(right, left + 3), max(self.at(box.entry.end) - 1, top + LEAST))
