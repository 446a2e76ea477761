"""What the pictures say in words, as titles and for those who do not see them; nothing here needs Pillow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.domain.audit.finding import WeekFigures
from app.domain.calendar.timespan import IsoWeek
from app.domain.plans.plan import Plan
from app.render import words
from app.render.plans import figures
from app.render.plans.week import Numbers, Week, numbers, weeks

FIGURES = {"In their own block": "in their own block", "Focus time": "focus time"}
"""The figures that stand beside the title of a week, by the name that the tables have for them."""
MOST_WEEKS = 8
"""So many weeks are in the chart at most."""


def titles(plan: Plan, number: Numbers | None = None) -> tuple[str, str]:
    """`Before`; `After 9 moves`: a series on two weekdays has one number, and is one."""
    number = numbers(plan) if number is None else number
    moves = len({number.get(meeting.id, meeting.id) for meeting in plan.moves})
    return "Before", f"After {words.count(moves, 'move')}" if moves else "After: nothing moves"


def figures_of(plan: Plan) -> tuple[str, str]:
    """`35 % in their own block, 9.2 h focus time`, before and after."""
    rows = [(row, FIGURES[row.name]) for row in figures.metrics(plan) if row.name in FIGURES]
    return (
        ", ".join(f"{row.before} {name}" for row, name in rows),
        ", ".join(f"{row.after} {name}" for row, name in rows),
    )


def alt_text(plan: Plan, number: Numbers | None = None) -> str:
    """What the picture of the week says at a glance; its moves are a list of their own wherever it is shown."""
    free = [words.DAYS[day.date.weekday()] for day in plan.days if day.meeting_free]
    said = [
        *(
            f"{t}: {f}; {_loads(w)}."
            for t, f, w in zip(titles(plan, number), figures_of(plan), weeks(plan), strict=True)
        ),
        *([f"Meeting-free: {words.listed(free)}."] if free else []),
    ]
    return " ".join(said)


def recent(trend: Sequence[WeekFigures]) -> list[tuple[int, WeekFigures]]:
    """The weeks of a trend that lie in its last eight, each with how many weeks it is after the first of them."""
    mondays = [monday_of(each) for each in trend]
    near = [(m, each) for m, each in zip(mondays, trend, strict=True) if (mondays[-1] - m).days < 7 * MOST_WEEKS]
    return [((monday - near[0][0]).days // 7, each) for monday, each in near]


def trend_title(weeks: Sequence[tuple[int, WeekFigures]]) -> str:
    """`The last 8 weeks`."""
    return f"The last {weeks[-1][0] + 1} weeks" if len(weeks) > 1 else "One week"


def monday_of(week: WeekFigures) -> date:
    """The Monday that a week begins with."""
    return IsoWeek.parse(week.week).monday


def _loads(week: Week) -> str:
    """`meetings on Mon 3 h 55, Tue clear`."""
    return "meetings on " + ", ".join(f"{words.DAYS[c.day.date.weekday()]} {c.load}" for c in week.columns)
