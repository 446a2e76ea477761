"""What the signs and colours of a picture mean, under it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from app.render import words
from app.render.picture.canvas import Canvas, length
from app.render.picture.colours import colour, mixed, of_kind
from app.render.picture.entries import BADGE, GHOST, HOLLOW, SOLID, Look, draw_badge
from app.render.picture.geometry import LEGEND_ROW, MARGIN, WIDTH, Panel, Rect
from app.render.plans.week import Entry

SIZE, SWATCH, BESIDE, APART = 26, 22, 9, 30
Sort = Literal["badge", "ghost", "busy", "block", "kind"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is explained, and where: from its left, at a base line."""

    sort: Sort
    text: str
    kind: str = "other"
    mark: str = ""
    look: Look = SOLID
    left: int = 0
    base: int = 0

    @property
    def width(self) -> int:
        """Pixels of the swatch and the text."""
        return SWATCH + BESIDE + round(length(self.text, SIZE))


@dataclass(frozen=True, slots=True)
class Legend:
    """The items in rows, and where the last row ends."""

    items: tuple[Item, ...]
    bottom: int

    @classmethod
    def of(cls, panels: Iterable[Panel], top: int) -> Legend:
        """What is to be explained of two weeks, below `top`."""
        columns = [column for panel in panels for column in panel.week.columns]
        shown = [e for column in columns for e in column.entries]
        placed: list[Item] = []
        left, base = MARGIN, top + LEGEND_ROW
        for item in _items(shown, blocks=any(column.blocks for column in columns)):
            if left + item.width > WIDTH - MARGIN:
                left, base = MARGIN, base + LEGEND_ROW
            placed.append(replace(item, left=left, base=base))
            left += item.width + APART
        return cls(tuple(placed), base + 8 if placed else top)

    def draw(self, canvas: Canvas) -> None:
        """Draw all of it."""
        for item in self.items:
            _draw_swatch(canvas, item)
            canvas.text((item.left + SWATCH + BESIDE, item.base), item.text, SIZE, colour("soft"))


def _items(shown: list[Entry], *, blocks: bool) -> list[Item]:
    states, kinds = {e.state for e in shown}, {e.kind.partition(":")[0] for e in shown}
    moved = "leaves" in states
    found = [
        *([Item("badge", words.SIGN_WORDS["leaves"], mark="1", look=HOLLOW)] if moved else []),
        *([Item("badge", words.SIGN_WORDS["arrives"], mark="1")] if moved else []),
        *([Item("ghost", "was here", mark="1", look=GHOST)] if moved else []),
        *([Item("badge", words.SIGN_WORDS["suggest"], mark=words.SIGNS["suggest"])] if "suggest" in states else []),
        *(
            [Item("badge", words.SIGN_WORDS["conflict"], mark=words.SIGNS["conflict"], look=("bad", "paper"))]
            if "conflict" in states
            else []
        ),
        *([Item("busy", "own time")] if "busy" in states else []),
        *([Item("block", "block of a kind", "one_on_one")] if blocks else []),
    ]
    return found + [Item("kind", word, kind) for kind, word in words.KINDS.items() if kind in kinds]


def _draw_swatch(canvas: Canvas, item: Item) -> None:
    place = Rect(item.left, item.base - SWATCH + 3, item.left + SWATCH, item.base + 3)
    ink = of_kind(item.kind)
    if item.sort == "badge":
        draw_badge(canvas, item.left - 2, item.base - BADGE + 2, BADGE + 4, item.mark, item.look)
    elif item.sort == "ghost":
        canvas.dashes(place, colour("soft"))
    elif item.sort == "busy":
        canvas.frame(place, mixed(ink, 0.45, colour("paper")), colour("paper"))
        canvas.hatch(Rect(place.left + 2, place.top + 2, place.right - 2, place.bottom - 2), colour("line"))
    elif item.sort == "block":
        canvas.fill(place, mixed(ink, 0.15, colour("paper")))
        canvas.fill(Rect(place.left, place.top, place.left + 5, place.bottom), ink)
    else:
        canvas.fill(place, ink, 4)
