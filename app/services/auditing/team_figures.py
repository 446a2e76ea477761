"""Figures over the manager's people: never of fewer than five, and never two of which the difference tells of one."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean

from app.domain.audit.finding import TeamFigure
from app.domain.calendar.timespan import union
from app.domain.meetings.busy import Strength
from app.domain.plans.metrics import focus_minutes
from app.services.auditing.record import Record

FEWEST = 5
"""Of fewer people than this no figure is told."""
STEP_HOURS = 0.5
"""Means are told in steps, so that two of them, before and after somebody came or went, do not tell of that one."""


def team_figures(record: Record) -> Iterator[TeamFigure]:
    """The mean meeting hours and focus time of the planned week of all of the manager's people.

    There is one circle of people in an audit, so that no two figures of it are of people who differ by a few.
    """
    people = circle(record)
    if len(people) < FEWEST:
        return
    measured = [_hours(record, email) for email in people]
    meetings = _mean([hours for hours, _ in measured])
    focus = _mean([hours for _, hours in measured])
    yield TeamFigure("busy_hours", f"about {meetings:g} busy hours each in the planned week", len(people), meetings)
    yield TeamFigure("focus_hours", f"about {focus:g} h of focus time each", len(people), focus)


def circle(record: Record) -> tuple[str, ...]:
    """All of the manager's people with a readable calendar who are there most of the planned week."""
    time = record.situation.setting.time
    emails = dict.fromkeys(record.team.canonical(person.email) for person in record.team.person)
    own = (email for email in emails if email != record.manager and record.team.is_own(record.manager, email))
    return tuple(e for e in own if e in time and time[e].availability == "known" and not time[e].is_gone)


def _mean(hours: list[float]) -> float:
    return round(fmean(hours) / STEP_HOURS) * STEP_HOURS


def _hours(record: Record, email: str) -> tuple[float, float]:
    """The busy hours of somebody within their working hours of the planned week, and those in long free stretches."""
    time = record.situation.setting.time[email]
    working = time.working_on(record.week.days)
    busy = union(entry.span for entry in time.of(Strength.HARD))
    taken = sum(work.overlap_minutes(span) for work in working for span in busy)
    return taken / 60, focus_minutes(busy, working) / 60
