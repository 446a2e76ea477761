"""One meeting in the picture of a week: its box, its number if it moves, and as much of its title as fits."""

from __future__ import annotations

from app.render import words
from app.render.picture.canvas import Canvas, length
from app.render.picture.colours import Colour, colour, mixed, of_kind, share
from app.render.picture.geometry import Panel, Rect
from app.render.picture.labels import drawable, wrapped
from app.render.plans.boxes import Box
from app.render.plans.week import Entry

SIZE, LINE, BADGE = 24, 26, 28
SMALL, SMALL_LINE = 17, 18
RADIUS, BAR = 6, 5
ROOM_FOR_TEXT = 44
EDGE, FAINT = 0.45, 0.07
"""How strong the border of a box is, and the box of what moves away, as in the style sheet."""

Look = tuple[str, str]
"""The colours of a badge: what fills it, and what is written on it, by name."""
SOLID: Look = ("ink", "paper")
HOLLOW: Look = ("paper", "ink")
GHOST: Look = ("paper", "soft")
CLASH: Look = ("bad", "paper")


def draw_entry(canvas: Canvas, panel: Panel, place: Rect, box: Box) -> None:
    """Draw an entry of a day at its place."""
    _draw_box(canvas, place, box.entry)
    if box.aside:
        return
    visible = min(place.height, round(box.seen * panel.per_minute))
    indent = _draw_badge(canvas, place, box.entry, visible)
    _draw_title(canvas, place, box.entry, visible, indent)


def draw_ghost(canvas: Canvas, place: Rect, entry: Entry, *, numbered: bool) -> None:
    """Show in the week after where a meeting was that moved: an empty, broken outline, with its number if wanted."""
    canvas.dashes(place, mixed(of_kind(entry.kind), EDGE, colour("paper")))
    if numbered:
        draw_badge(canvas, place.left + BAR + 4, place.top, place.height, _mark(entry), GHOST)


def fill_of(entry: Entry) -> Colour:
    """The colour that an entry's box is filled with."""
    ink, paper = of_kind(entry.kind), colour("paper")
    if entry.state in ("arrives", "suggest"):
        return mixed(ink, share("strong"), paper)
    if entry.state in ("leaves", "skip", "busy"):
        return mixed(ink, FAINT if entry.state == "leaves" else 0, paper)
    return mixed(ink, share("tint"), paper)


def _draw_box(canvas: Canvas, place: Rect, entry: Entry) -> None:
    ink, paper = of_kind(entry.kind), colour("paper")
    halo = Rect(place.left - 2, place.top - 1, place.right + 1, place.bottom + 1)
    canvas.fill(halo, paper, RADIUS + 2)
    fill = fill_of(entry)
    if entry.state in ("leaves", "skip"):
        canvas.fill(place, fill)
        canvas.dashes(place, mixed(ink, 0.8, paper))
    elif entry.state == "busy":
        canvas.frame(place, mixed(ink, EDGE, paper), colour("paper"), 2, RADIUS)
        canvas.hatch(Rect(place.left + 2, place.top + 2, place.right - 2, place.bottom - 2), colour("line"))
    else:
        edge = colour("bad") if entry.state == "conflict" else ink if _is_new(entry) else mixed(ink, EDGE, paper)
        canvas.frame(place, edge, fill, 3 if _is_new(entry) or entry.state == "conflict" else 2, RADIUS)
    if entry.state not in ("busy", "skip"):
        canvas.fill(Rect(place.left, place.top, place.left + BAR, place.bottom), ink, 2)


def _is_new(entry: Entry) -> bool:
    return entry.state in ("arrives", "suggest")


def _mark(entry: Entry) -> str:
    """What the badge of an entry says: the number of its move, or the sign of its state."""
    return str(entry.number) if entry.number else words.SIGNS.get(entry.state, "")


def _look(entry: Entry) -> Look | None:
    if entry.state == "conflict":
        return CLASH
    return {"arrives": SOLID, "suggest": SOLID, "leaves": HOLLOW}.get(entry.state)


def _draw_badge(canvas: Canvas, place: Rect, entry: Entry, visible: int) -> int:
    """Draw the badge of an entry if it has one; gives what it takes of the first line, in pixels."""
    look = _look(entry)
    return draw_badge(canvas, place.left + BAR + 4, place.top, visible, _mark(entry), look) if look else 0


def draw_badge(canvas: Canvas, left: int, top: int, visible: int, text: str, look: Look) -> int:
    """Draw a round badge on the first line of a box; gives its width with what is free beside it, in pixels."""
    height = max(14, min(BADGE, visible - 4))
    size = round(height * 0.78)
    width = max(height, round(length(text, size, "bold")) + 12)
    above = 3 if visible >= LINE + 4 else max(0, (visible - height) // 2)
    fill, ink = (colour(name) for name in look)
    canvas.frame(Rect(left, top + above, left + width, top + above + height), ink, fill, 2, height // 2)
    middle = top + above + height / 2
    canvas.text((left + width / 2, middle + size * 0.36), text, size, ink, "bold", "ms")
    return width + 5


def _draw_title(canvas: Canvas, place: Rect, entry: Entry, visible: int, indent: int) -> None:
    """Write the title in as many lines as are visible: none, if not even small letters have room."""
    room = place.width - BAR - 8
    small = visible < LINE
    if room - indent < ROOM_FOR_TEXT or visible < SMALL_LINE:
        return
    size, line = (SMALL, SMALL_LINE) if small else (SIZE, LINE)
    title = drawable(entry.title, words.kind(entry.kind))
    count = max(1, (visible - 2) // line)
    ink = colour("soft") if entry.state in ("busy", "skip") else colour("ink")
    lines = wrapped(title, room, count, lambda text: length(text, size), indent)
    base = place.top + min(4, (visible - len(lines) * line) / 2) + line * 0.8
    for number, text in enumerate(lines):
        left = place.left + BAR + 4 + (0 if number else indent)
        canvas.text((left, base + number * line), text, size, ink)
        if entry.state == "skip":
            strike = base + number * line - size * 0.3
            canvas.line([(left, strike), (left + length(text, size), strike)], ink, 2)
