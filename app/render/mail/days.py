"""The week before and after, day by day: the table that is there without the picture."""

from __future__ import annotations

from app.domain.plan import Plan
from app.render import words
from app.render.mail.content import DaySide, MailDay
from app.render.week import Column, Entry, Numbers, weeks

NAME_LIMIT = 60
MOST_STAYING = 8


def days(plan: Plan, number: Numbers) -> tuple[MailDay, ...]:
    """Each day with what leaves and arrives, by the numbers of the moves, and what is there before and after."""
    before, after = weeks(plan, number)
    return tuple(_day(old, new) for old, new in zip(before.columns, after.columns, strict=True))


def _day(old: Column, new: Column) -> MailDay:
    standing = [_named(e) for e in old.entries if e.meeting and e.state not in ("leaves", "skip")]
    stays = words.listed(standing, MOST_STAYING)
    return MailDay(words.day(old.day.date), old.note, _side(old, "leaves"), _side(new, "arrives"), stays)


def _side(column: Column, state: str) -> DaySide:
    there = [e for e in column.entries if e.meeting and e.state not in ("skip", "suggest")]
    changes = tuple(_changed(e) for e in column.entries if e.state in (state, "suggest"))
    return DaySide(column.load, words.count(len(there), "meeting"), changes)


def _changed(entry: Entry) -> str:
    """`→3 11:30 Priya & Dana 1:1`, as the picture marks it."""
    return f"{words.SIGNS[entry.state]}{entry.number or ''} {_named(entry)}"


def _named(entry: Entry) -> str:
    return f"{words.clock_of(entry.start)} {words.clean(entry.title, NAME_LIMIT)}"
