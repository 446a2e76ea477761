"""What the pictures say in words, as titles and for those who do not see them; nothing here needs Pillow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from app.domain.finding import WeekFigures
from app.domain.plan import Plan, When
from app.domain.timespan import IsoWeek
from app.render import figures, words
from app.render.week import Numbers, Week, numbers, weeks

FIGURES = {"In their own block": "in their own block", "Focus time": "focus time"}
"""The figures that stand beside the title of a week, by the name that the tables have for them."""
TITLE_LIMIT, MOST_MOVES, MOST_WEEKS = 60, 10, 8
ALT_LIMIT = 1_500
"""The most characters of a text that stands for a picture."""


def titles(plan: Plan) -> tuple[str, str]:
    """`Before`; `After 9 moves`."""
    moves = len(plan.moves)
    return "Before", f"After {words.count(moves, 'move')}" if moves else "After: nothing moves"


def figures_of(plan: Plan) -> tuple[str, str]:
    """`35 % in their own block, 9.2 h focus time`, before and after."""
    rows = [(row, FIGURES[row.name]) for row in figures.metrics(plan) if row.name in FIGURES]
    return (
        ", ".join(f"{row.before} {name}" for row, name in rows),
        ", ".join(f"{row.after} {name}" for row, name in rows),
    )


def alt_text(plan: Plan, number: Numbers | None = None) -> str:
    """What the picture of the week says, in at most `ALT_LIMIT` characters; titles of private meetings are left out."""
    plan = words.veiled(plan)
    number = numbers(plan) if number is None else number
    old, new = weeks(plan, number)
    free = [words.DAYS[c.day.date.weekday()] for c in old.columns if c.day.meeting_free]
    said = [
        *(f"{t}: {f}; {_loads(w)}." for t, f, w in zip(titles(plan), figures_of(plan), (old, new), strict=True)),
        *([f"Meeting-free: {words.listed(free)}."] if free else []),
        *_moves(plan, number),
    ]
    return words.clean(" ".join(said), ALT_LIMIT)


def recent(trend: Sequence[WeekFigures]) -> list[tuple[int, WeekFigures]]:
    """The weeks of a trend that lie in its last eight, each with how many weeks it is after the first of them."""
    mondays = [monday_of(each) for each in trend]
    near = [(m, each) for m, each in zip(mondays, trend, strict=True) if (mondays[-1] - m).days < 7 * MOST_WEEKS]
    return [((monday - near[0][0]).days // 7, each) for monday, each in near]


def trend_title(weeks: Sequence[tuple[int, WeekFigures]]) -> str:
    """`The last 8 weeks`."""
    return f"The last {weeks[-1][0] + 1} weeks" if len(weeks) > 1 else "One week"


def trend_text(trend: Sequence[WeekFigures]) -> str:
    """What the chart of the last weeks says, in at most `ALT_LIMIT` characters; empty without a week."""
    weeks = recent(trend)
    said = "; ".join(_week(each) for _, each in weeks)
    return words.clean(f"{trend_title(weeks)}, in hours: {said}.", ALT_LIMIT) if weeks else ""


def monday_of(week: WeekFigures) -> date:
    """The Monday that a week begins with."""
    return IsoWeek.parse(week.week).monday


def _week(each: WeekFigures) -> str:
    """`30 Nov: meetings 18, focus time 9.5, on meeting-free days 5.7`."""
    free = words.decimal(each.free_day_minutes / 60)
    taken, focus = words.decimal(each.meeting_hours), words.decimal(each.focus_hours)
    return f"{words.short_date(monday_of(each))}: meetings {taken}, focus time {focus}, on meeting-free days {free}"


def _loads(week: Week) -> str:
    """`meetings on Mon 3 h 55, Tue clear`."""
    return "meetings on " + ", ".join(f"{words.DAYS[c.day.date.weekday()]} {c.load}" for c in week.columns)


def _moves(plan: Plan, number: Numbers) -> Iterator[str]:
    """`Moves: 1 Platform weekly, Tue 14:00 to Mon 11:00; 2 …; 3 more.`."""
    zone = ZoneInfo(plan.timezone)
    said = [
        (number.get(m.id, 0), f"{words.clean(m.title, TITLE_LIMIT)}, {_start(m.from_, zone)} to {_start(m.to, zone)}")
        for m in plan.moves
        if m.from_ and m.to
    ]
    shown = [f"{n} {text}" if n else text for n, text in sorted(said)[:MOST_MOVES]]
    more = [f"{len(said) - len(shown)} more"] if len(said) > len(shown) else []
    if said:
        yield f"Moves: {'; '.join(shown + more)}."


def _start(when: When, zone: ZoneInfo) -> str:
    start = when.start.astimezone(zone)
    return f"{words.DAYS[start.weekday()]} {words.clock(start)}"
