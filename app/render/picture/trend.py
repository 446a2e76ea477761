"""The last weeks as a small chart: hours of meetings and focus on an axis from zero, below it the meeting-free days."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from app.domain.audit.finding import WeekFigures
from app.render import words
from app.render.picture.canvas import Canvas
from app.render.picture.colours import Colour, colour, mixed
from app.render.picture.geometry import MARGIN, WIDTH, Rect
from app.render.picture.headline import monday_of, recent, trend_title

TITLE_SIZE, NAME_SIZE, VALUE_SIZE, AXIS_SIZE = 36, 27, 25, 24
HOURS = Rect(MARGIN + 72, 108, WIDTH - 262, 368)
FREE = Rect(HOURS.left, 432, HOURS.right, 502)
"""Where the lines of hours are, and the bars of the meeting-free days."""
HEIGHT = 566
BAR, DOT, LINE = 46, 8, 5
APART = 64
"""How far the names of two lines are at least from each other."""
STEPS = (1, 2, 5, 10, 20, 50, 100, 168)


def drawn(trend: Sequence[WeekFigures]) -> Canvas:
    """A chart of the last weeks; there has to be one at least. A week that is missing leaves a gap."""
    weeks = recent(trend)
    canvas = Canvas(WIDTH, HEIGHT, colour("line"))
    canvas.fill(Rect(2, 2, WIDTH - 2, HEIGHT - 2), colour("paper"))
    canvas.text((MARGIN, 62), trend_title(weeks), TITLE_SIZE, colour("ink"), "bold")
    span = weeks[-1][0] + 1
    across = [middle(number, span) for number, _ in weeks]
    figures = [week for _, week in weeks]
    _draw_hours(canvas, across, figures, HOURS.width / span)
    _draw_free_days(canvas, across, figures)
    for x, week in zip(across, figures, strict=True):
        text = words.short_date(monday_of(week))
        canvas.text((x, HEIGHT - MARGIN), text, AXIS_SIZE, colour("soft"), anchor="ms")
    return canvas


def middle(number: int, weeks: int) -> float:
    """How far from the left one of so many weeks is, the first one being 0."""
    return HOURS.left + HOURS.width * (number + 0.5) / weeks


def step(most: float) -> int:
    """The hours between two lines of the axis, so that five are enough."""
    return next((each for each in STEPS if each * 5 >= most), STEPS[-1])


def height_of(hours: float, most: float) -> float:
    """How far from the top some hours are, if `most` is the most that there is: the axis begins at zero."""
    top = max(1, -(-most // step(most))) * step(most)
    return HOURS.bottom - HOURS.height * hours / top


def _draw_hours(canvas: Canvas, across: Sequence[float], figures: Sequence[WeekFigures], week: float) -> None:
    most = max(max(each.meeting_hours, each.focus_hours) for each in figures)
    _draw_axis(canvas, most)
    lines = {
        "Meetings": ([each.meeting_hours for each in figures], colour("team_sync")),
        "Focus time": ([each.focus_hours for each in figures], colour("one_on_one")),
    }
    for values, ink in lines.values():
        _draw_line(canvas, [(x, height_of(value, most)) for x, value in zip(across, values, strict=True)], ink, week)
    ends = {name: height_of(values[-1], most) for name, (values, _) in lines.items()}
    for name, y in _apart(ends).items():
        values, ink = lines[name]
        _draw_name(canvas, y, (name, f"{words.decimal(values[-1])} h"), ink)


def _draw_axis(canvas: Canvas, most: float) -> None:
    hours = 0
    while (y := round(height_of(hours, most))) >= HOURS.top:
        canvas.fill(Rect(HOURS.left, y - 1, HOURS.right, y + 1), colour("line" if hours else "soft"))
        canvas.text((HOURS.left - 12, y + AXIS_SIZE * 0.36), f"{hours} h", AXIS_SIZE, colour("soft"), anchor="rs")
        hours += step(most)


def _draw_line(canvas: Canvas, points: Sequence[tuple[float, float]], ink: Colour, week: float) -> None:
    """Mark each week, and join those that follow each other: they are `week` pixels apart."""
    for one, other in pairwise(points):
        if other[0] - one[0] < 1.5 * week:
            canvas.line([one, other], ink, LINE)
    for x, y in points:
        canvas.dot(x, y, DOT, ink)
        canvas.dot(x, y, DOT - 4, colour("paper"))


def _apart(ends: dict[str, float]) -> dict[str, float]:
    """The heights of the names, moved away from each other where they would touch, and kept beside the lines."""
    (upper, above), (lower, below) = sorted(ends.items(), key=lambda each: each[1])
    if below - above < APART:
        center = min(max((above + below) / 2, HOURS.top + APART / 2), HOURS.bottom - APART / 2)
        above, below = center - APART / 2, center + APART / 2
    return {upper: above, lower: below}


def _draw_name(canvas: Canvas, y: float, lines: tuple[str, str], ink: Colour) -> None:
    """A name with the last value under it, at the right of the line that they are about."""
    left, (name, value) = HOURS.right + 14, lines
    canvas.text((left, y - 4), name, NAME_SIZE, ink, "bold")
    canvas.text((left, y + VALUE_SIZE), value, VALUE_SIZE, colour("ink"))


def _draw_free_days(canvas: Canvas, across: Sequence[float], figures: Sequence[WeekFigures]) -> None:
    """Bars from zero, each with its value: they are few, and an axis of their own would say less."""
    most = max([60, *(week.free_day_minutes for week in figures)])
    ink = colour("bad")
    for x, minutes in zip(across, (week.free_day_minutes for week in figures), strict=True):
        top = FREE.bottom - FREE.height * minutes / most
        bar = Rect(round(x - BAR / 2), round(top), round(x + BAR / 2), FREE.bottom)
        canvas.fill(bar, mixed(ink, 0.6, colour("paper")))
        value, tone = (words.duration(minutes), "soft") if minutes else ("clear", "good")
        canvas.text((x, top - 8), value, AXIS_SIZE, colour(tone), anchor="ms")
    canvas.fill(Rect(FREE.left, FREE.bottom - 1, FREE.right, FREE.bottom + 1), colour("soft"))
    for line, name in enumerate(("On meeting-", "free days")):
        canvas.text((HOURS.right + 14, FREE.bottom - 30 + 28 * line), name, NAME_SIZE, ink, "bold")
