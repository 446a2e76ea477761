"""The week before and after, day by day: the table that is there without the picture."""

from __future__ import annotations

from app.domain.plans.plan import Plan
from app.render import words
from app.render.mail.content import MailDay
from app.render.plans.week import Column, Entry, Numbers, State, weeks

NAME_LIMIT = 50
MOST = 6
"""Meetings of a day that are named, of those that stay; what moves is named in any case."""


def days(plan: Plan, number: Numbers) -> tuple[MailDay, ...]:
    """Each day before and after, with what leaves and arrives by the numbers of the moves."""
    before, after = weeks(plan, number)
    return tuple(_day(old, new) for old, new in zip(before.columns, after.columns, strict=True))


def _day(old: Column, new: Column) -> MailDay:
    staying = [_named(e) for e in old.entries if e.meeting and e.state in ("keep", "pinned", "conflict")]
    return MailDay(
        day=words.day(old.day.date),
        note=old.note,
        before=old.load,
        after=new.load,
        leaves=_moving(old, "leaves"),
        arrives=_moving(new, "arrives"),
        stays=words.listed(staying, MOST),
    )


def _moving(column: Column, state: State) -> str:
    """`11:30 Priya & Dana 1:1 (9)`."""
    found = [e for e in column.entries if e.state == state]
    return words.listed([f"{_named(e)} ({e.number})" if e.number else _named(e) for e in found], len(found))


def _named(entry: Entry) -> str:
    return f"{words.clock_of(entry.start)} {words.clean(entry.title, NAME_LIMIT)}"
