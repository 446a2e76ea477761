"""What will be true of a week after its moves, in a line: the subject of the mail, and its first sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.calendar.timespan import IsoWeek
from app.domain.plans.plan import Plan
from app.domain.proposals.proposal import Proposal
from app.render import words
from app.render.mail.content import Figure
from app.render.picture.headline import FIGURES
from app.render.plans.figures import metrics
from app.render.plans.week import Column, weeks
from app.render.proposals.messages import WEEKDAYS

LOSS_TO_TELL = 1
"""Hours of focus time that a week has to lose for its subject to say so; the mail shows every loss."""


def subject(plan: Plan, moves: int, at: datetime) -> str:
    """`Next week: 6 moves, Tuesday and Thursday free, +4 h focus`, as it is seen at a moment."""
    return f"{_which_week(plan, at)}: {gist(plan, moves)}"


def gist(plan: Plan, moves: int) -> str:
    """`6 moves, Tuesday and Thursday free, +4 h focus`: only what is so once all of them are made."""
    return ", ".join(
        (
            words.count(moves, "move") if moves else "nothing to move",
            *(_free(plan) or _cleared(plan)),
            *_focus(plan, moves),
        )
    )


def _which_week(plan: Plan, at: datetime) -> str:
    monday, today = IsoWeek.parse(plan.week).monday, at.astimezone(ZoneInfo(plan.timezone)).date()
    ahead = (monday - (today - timedelta(days=today.weekday()))).days // 7
    near = {0: "This week", 1: "Next week"}
    return near.get(ahead) or words.capital(words.week_of(monday).removeprefix("the "))


def _free(plan: Plan) -> list[str]:
    """The meeting-free days without any meeting, and those with stand-ups only."""
    _, after = weeks(plan)
    days = [column for column in after.columns if column.kept == "free"]
    clear = [column for column in days if not _kinds(column)]
    nearly = [column for column in days if _kinds(column) == {"standup"}]
    said = ((clear, "free"), (nearly, "free but for stand-ups"))
    return [f"{_named(columns)} {what}" for columns, what in said if columns]


def _kinds(column: Column) -> set[str]:
    """What kinds of meetings take place on a day."""
    return {e.kind for e in column.entries if e.meeting and e.state not in ("skip", "suggest")}


def _named(columns: Sequence[Column]) -> str:
    return words.listed([WEEKDAYS[column.day.date.weekday()] for column in columns])


def _cleared(plan: Plan) -> Iterator[str]:
    """What moves off the meeting-free days, if none of them becomes free."""
    before, after = (sum(side.meeting_free_days.values()) for side in (plan.metrics.before, plan.metrics.after))
    if before > after:
        days = [WEEKDAYS[day.weekday()] for day in plan.pattern.meeting_free]
        yield f"{words.duration(before - after)} less on {words.listed(days)}"


def _focus(plan: Plan, moves: int) -> Iterator[str]:
    """What the moves do to focus time; without moves, how much there is."""
    before, after = plan.metrics.before.focus_hours, plan.metrics.after.focus_hours
    gained = words.decimal(abs(after - before))
    if not moves:
        yield f"{words.decimal(after)} h focus"
    elif after > before and gained != "0":
        yield f"+{gained} h focus"
    elif before - after >= LOSS_TO_TELL:
        yield f"-{gained} h focus"


def figures(plan: Plan) -> tuple[Figure, ...]:
    """The figures that say the most, before and after: focus time, own blocks, minutes on meeting-free days."""
    shown = (row for row in metrics(plan) if row.name in FIGURES)
    return tuple(Figure(row.name, row.before, row.after) for row in shown) + tuple(_to_clear(plan))


def _to_clear(plan: Plan) -> Iterator[Figure]:
    days = [words.DAYS[day.weekday()] for day in plan.pattern.meeting_free]
    if days:
        sides = (plan.metrics.before, plan.metrics.after)
        old, new = (words.duration(sum(side.meeting_free_days.values())) for side in sides)
        yield Figure(f"To clear on {words.listed(days)}", old, new)


def step(plan: Plan, moves: int, steps_before: int) -> str:
    """`Step 2 of about 5: 6 moves now, 11 more planned until 18 January`; empty where there is nothing to say."""
    left, weeks_left = plan.target.moves_left, plan.target.weeks_left
    now = f"{words.count(moves, 'move')} now" if moves else "nothing to move now"
    if left:
        until = IsoWeek.parse(plan.week).plus(weeks_left).monday
        number = steps_before + bool(moves)
        which = f"Step {number} of about {number + weeks_left}: " if moves else ""
        return words.capital(f"{which}{now}, {left} more planned until {_long_date(until)}")
    if moves and steps_before:
        return f"Step {steps_before + 1}, the last one: {now}, and the week is as it is meant to be"
    return ""


def _long_date(day: date) -> str:
    """`18 January`."""
    return f"{day.day} {day:%B}"


def steps_before(week: str, earlier: Sequence[Proposal]) -> int:
    """How many steps of earlier weeks were made towards the same target: since the last one that reached it."""
    made = {it.week: it for it in earlier if it.week < week and any(move.is_made for move in it.moves)}
    steps = 0
    for name in sorted(made, reverse=True):
        if not made[name].plan["target"]["moves_left"]:
            break
        steps += 1
    return steps
