"""The week before and after as a picture: one above the other, on the same days and hours."""

from __future__ import annotations

from app.domain.plans.plan import Plan
from app.render import words
from app.render.picture import headline
from app.render.picture.canvas import Canvas, Weight, length
from app.render.picture.colours import colour, mixed, of_kind, share
from app.render.picture.entries import draw_entry, draw_ghost
from app.render.picture.geometry import GAP, MARGIN, WIDTH, Panel, Rect
from app.render.picture.labels import cut, drawable
from app.render.picture.legend import Legend
from app.render.plans.boxes import Box, boxes
from app.render.plans.week import BlockPart, Column, Numbers, weeks

TITLE_SIZE, FIGURES_SIZE, DAY_SIZE, LOAD_SIZE, NOTE_SIZE, HOUR_SIZE = 40, 27, 31, 26, 25, 27
FREE = 0.09
"""How strong the hatching of a meeting-free day is, as in the style sheet."""


def drawn(plan: Plan, number: Numbers | None = None) -> Canvas:
    """The week before and after; `number` are the names of the moves, by meeting, if not those of the plan."""
    plan = words.veiled(plan)
    before, after = panels(plan, number)
    legend = Legend.of((before, after), top=after.body.bottom + 8)
    height = legend.bottom + MARGIN
    canvas = Canvas(WIDTH, height, colour("line"))
    canvas.fill(Rect(2, 2, WIDTH - 2, height - 2), colour("paper"))
    ghosts = [[box for box in boxes(column) if box.entry.state == "leaves"] for column in before.week.columns]
    for panel, title, figures in zip(
        (before, after), headline.titles(plan, number), headline.figures_of(plan), strict=True
    ):
        _draw_title(canvas, panel, title, figures)
        _draw_hours(canvas, panel)
        for day, column in enumerate(panel.week.columns):
            _draw_head(canvas, panel, day, column)
            _draw_day(canvas, panel, day, column, ghosts[day] if panel is after else [])
    legend.draw(canvas)
    return canvas


def panels(plan: Plan, number: Numbers | None = None) -> tuple[Panel, Panel]:
    """Where both weeks are drawn."""
    old, new = weeks(plan, number)
    before = Panel(old, MARGIN)
    return before, Panel(new, before.body.bottom + GAP)


def _draw_title(canvas: Canvas, panel: Panel, title: str, figures: str) -> None:
    base = panel.top + TITLE_SIZE
    canvas.text((MARGIN, base), title, TITLE_SIZE, colour("ink"), "bold")
    canvas.text((WIDTH - MARGIN, base), figures, FIGURES_SIZE, colour("soft"), anchor="rs")


def _draw_hours(canvas: Canvas, panel: Panel) -> None:
    """Name every hour; every second one where they are low."""
    every = 60 if panel.per_minute * 60 > HOUR_SIZE + 8 else 120
    for minute in range(panel.week.first, panel.week.last, every):
        at = panel.body.left - 10, panel.at(minute) + HOUR_SIZE * 0.36
        canvas.text(at, f"{minute // 60:02d}", HOUR_SIZE, colour("soft"), anchor="rs")


def _draw_day(canvas: Canvas, panel: Panel, day: int, column: Column, ghosts: list[Box]) -> None:
    place = panel.day(day)
    if column.day.meeting_free:
        canvas.hatch(place, mixed(colour("good"), FREE, colour("paper")), 20, 8)
    for block in column.blocks:
        _draw_block(canvas, panel, place, block)
    for minute in range(panel.week.first, panel.week.last + 1, 60):
        canvas.fill(Rect(place.left, panel.at(minute), place.right, panel.at(minute) + 2), colour("line"))
    canvas.fill(Rect(place.left, place.top, place.left + 2, place.bottom + 2), colour("line"))
    places = [(panel.place(day, box), box) for box in boxes(column)]
    for ghost in ghosts:
        outline = panel.place(day, ghost)
        draw_ghost(canvas, outline, ghost.entry, numbered=not any(outline.meets(taken) for taken, _ in places))
    for taken, box in places:
        draw_entry(canvas, panel, taken, box)


def _draw_block(canvas: Canvas, panel: Panel, day: Rect, block: BlockPart) -> None:
    """A soft band with a bar at its left; nothing of a block outside of the hours shown."""
    ink = of_kind(block.kinds[0] if block.kinds else "other")
    band = Rect(day.left + 2, panel.at(block.start), day.right, panel.at(block.end))
    canvas.fill(band, mixed(ink, share("wash"), colour("paper")))
    canvas.fill(Rect(band.left, band.top, band.left + 5, band.bottom), mixed(ink, 0.45, colour("paper")))


def _draw_head(canvas: Canvas, panel: Panel, number: int, column: Column) -> None:
    """The day and how much of it meetings take, smaller where there is a weekend; under it what is special about it."""
    day, days = panel.day(number), len(panel.week.columns)
    left, right, base = day.left + 8, day.right - 6, day.top - 46
    day_size, load_size = (size * min(5, days) // days for size in (DAY_SIZE, LOAD_SIZE))
    name = f"{words.DAYS[column.day.date.weekday()]} {column.day.date.day}"
    canvas.text((left, base), name, day_size, colour("ink"), "bold")
    weight: Weight = "bold" if column.kept == "free" and not column.meeting_minutes else "regular"
    if length(name, day_size, "bold") + 8 + length(column.load, load_size, weight) < right - left:
        ink = colour("good" if weight == "bold" else "soft")
        canvas.text((right, base), column.load, load_size, ink, weight, "rs")
    if column.note:
        note = cut(drawable(column.note, "holiday"), right - left, lambda text: length(text, NOTE_SIZE))
        canvas.text((left, base + 32), note, NOTE_SIZE, colour("good" if column.kept == "free" else "bad"))
