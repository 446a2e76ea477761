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
from app.render.mail.ticked import Ticked
from app.render.picture.headline import FIGURES
from app.render.plans.figures import metrics
from app.render.plans.week import Column, weeks
from app.render.proposals.messages import WEEKDAYS

LOSS_TO_TELL = 1
"""Hours of focus time that a week has to lose for its subject to say so; the mail shows every loss."""


def subject(it: Ticked, at: datetime) -> str:
    """`Next week: 6 moves, Tuesday and Thursday free, +4 h focus`, as it is seen at a moment."""
    return f"{_which_week(it.plan, at)}: {gist(it)}"


def gist(it: Ticked) -> str:
    """`6 of 9 moves ready, Tuesday and Thursday free, +4 h focus`: only what is so once those are made."""
    return ", ".join((_moves(it), *(_free(it.plan) or _cleared(it.plan)), *_focus(it.plan, it.of)))


def _moves(it: Ticked) -> str:
    if not it.of:
        return "nothing to move"
    moves = words.count(it.of, "move")
    return moves if it.made == it.of else f"{it.made} of {moves} ready" if it.made else f"{moves} to decide on"


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
    """How much less there is on the meeting-free days, if none of them becomes free."""
    days, before, after = _on_free_days(plan)
    if before > after:
        yield f"{words.duration(before - after)} less on {words.listed([WEEKDAYS[day.weekday()] for day in days])}"


def _on_free_days(plan: Plan) -> tuple[list[date], int, int]:
    """The meeting-free days, and the minutes with meetings on them before and after, as the table counts them."""
    before, after = ([c for c in week.columns if c.kept == "free"] for week in weeks(plan))
    old, new = (sum(c.meeting_minutes for c in side) for side in (before, after))
    return [c.day.date for c in after], old, new


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
    """The figures that say the most, before and after: focus time, own blocks, meetings on meeting-free days."""
    shown = (row for row in metrics(plan) if row.name in FIGURES)
    return tuple(Figure(row.name, row.before, row.after) for row in shown) + tuple(_meetings_there(plan))


def _meetings_there(plan: Plan) -> Iterator[Figure]:
    days, *minutes = _on_free_days(plan)
    if days:
        old, new = (words.duration(each) if each else "none" for each in minutes)
        yield Figure(f"Meetings on {words.listed([words.DAYS[day.weekday()] for day in days])}", old, new)


def step(it: Ticked, steps_before: int) -> str:
    """`Step 2 of about 5: 6 moves now, 11 more planned until 18 January`; empty where there is nothing to say."""
    left, weeks_left = it.plan.target.moves_left, it.plan.target.weeks_left
    if left:
        until = IsoWeek.parse(it.plan.week).plus(weeks_left).monday
        number = steps_before + bool(it.of)
        which = f"Step {number} of about {number + weeks_left}: " if it.of else ""
        return words.capital(f"{which}{_now(it)}, {left} more planned until {_long_date(until)}")
    if it.of and steps_before:
        whole = ", and the week is as it is meant to be" if it.made == it.of else ""
        return f"Step {steps_before + 1}, the last one: {_now(it)}{whole}"
    return ""


def _now(it: Ticked) -> str:
    """`6 moves now, 3 not ticked`."""
    if not it.made:
        return f"{words.count(it.of, 'move')} to decide on" if it.of else "nothing to move now"
    waiting = f", {it.of - it.made} not ticked" if it.of > it.made else ""
    return f"{words.count(it.made, 'move')} now{waiting}"


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
