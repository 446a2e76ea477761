"""What a quarter needs: OKR planning, a check in its middle and a retrospective at its end, where none is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.audit.agenda import agenda
from app.domain.audit.finding import Draft, Finding, FindingRule
from app.domain.calendar.rrule import parse_rrule
from app.domain.calendar.timespan import IsoWeek, Timespan
from app.domain.configuration.audit_rules import AuditRules
from app.domain.meetings.meeting import Classified, Meeting, Reason
from app.domain.meetings.titles import find_word
from app.domain.plans.wish import Wish
from app.render import words
from app.services.auditing.places import best_places, draft_of, give, unread
from app.services.auditing.record import Record
from app.services.packing.units.places import Setting, block_spans, minutes_outside

WEEK = timedelta(weeks=1)
EARLY = timedelta(weeks=3)
"""So long before its time a meeting is suggested."""
MINUTES = {"okr_planning": 90, "mid_quarter": 45, "retrospective": 60}
OTHERS = ("external", "interview", "network")
"""Kinds of meetings with people from outside, which are not about the quarter of a team."""
_NUMBERED = re.compile(r"\b[QT]([1-4])\b", re.IGNORECASE)
NAMES = {"okr_planning": "OKR planning", "mid_quarter": "Mid-quarter check", "retrospective": "Quarter retrospective"}


@dataclass(frozen=True)
class Quarter:
    """Three months of the year in which quarters are counted."""

    start: date
    end: date
    number: int

    @property
    def name(self) -> str:
        """`Q1 2027`; the year is that of its first day."""
        return f"Q{self.number} {self.start.year}"

    @property
    def key(self) -> str:
        """`2027-Q1`."""
        return f"{self.start.year}-Q{self.number}"


@dataclass(frozen=True)
class Milestone:
    """A meeting that a quarter needs: between the first and the last day, best in the week of `best`."""

    code: str
    quarter: Quarter
    first: date
    last: date
    best: date

    @property
    def title(self) -> str:
        """`OKR planning Q1 2027`."""
        return f"{NAMES[self.code]} {self.quarter.name}"


def quarter_meetings(record: Record) -> Iterator[Finding]:
    """What of a quarter that is near is not in the calendar, with its best place among the sprint ends."""
    for milestone in milestones(record.week, record.rules.quarter_first_month):
        people = record.reports_on(milestone.best)
        if people and not is_there(record, milestone):
            yield _finding(record, milestone, people)


def milestones(week: IsoWeek, first_month: int) -> Iterator[Milestone]:
    """Those whose time is near in a week, or is just then."""
    this = quarter_of(week.monday, first_month)
    for quarter in (_before(this), this, _after(this)):
        for milestone in _of_quarter(quarter):
            if milestone.first - EARLY <= week.days[-1] and week.monday <= milestone.last:
                yield milestone


def quarter_of(day: date, first_month: int) -> Quarter:
    """The quarter that a day is in."""
    months = (day.year * 12 + day.month - first_month) // 3 * 3 + first_month - 1
    start = date(months // 12, months % 12 + 1, 1)
    end = date((months + 3) // 12, (months + 3) % 12 + 1, 1) - timedelta(days=1)
    return Quarter(start, end, (start.month - first_month) % 12 // 3 + 1)


def is_there(record: Record, milestone: Milestone) -> bool:
    """Whether a meeting that takes place around that time is called so, or is one of the team that says so."""
    near = (milestone.first - WEEK, milestone.last + WEEK)
    return any(
        near[0] <= meeting.span.in_zone(record.zone).local_start.date() <= near[1]
        and record.happens(meeting)
        and record.kind(meeting).kind not in OTHERS
        and is_one(record, milestone, meeting)
        for meeting in record.meetings
    )


def is_one(record: Record, milestone: Milestone, meeting: Meeting) -> bool:
    """Whether a meeting is what a quarter needs: by its title; or by title and description together.

    A description counts for what is no weekly routine and half of the reports are in, unless the title is of another
    milestone. Of those a title that speaks of goals, or any word of the new quarter by its number, plans it.
    """
    rules, title = record.rules, meeting.event.title
    meant = _words(rules, milestone.code)
    if find_word(title, rules.quarter_words) and find_word(title, meant):
        return True
    others = (_words(rules, code) for code in NAMES if code != milestone.code)
    if not _is_of_team(record, milestone, meeting) or any(find_word(title, words) for words in others):
        return False
    text = " ".join((title, *agenda(meeting).lines))
    if milestone.code == "okr_planning" and _is_about(milestone.quarter, title, text, rules.quarter_words):
        return True
    return find_word(text, rules.quarter_words) is not None and find_word(text, meant) is not None


def _is_about(quarter: Quarter, title: str, text: str, quarter_words: tuple[str, ...]) -> bool:
    """Whether a text has the number of a quarter, or its title is about one and has the number of no other."""
    if str(quarter.number) in _NUMBERED.findall(text):
        return True
    return find_word(title, quarter_words) is not None and not _NUMBERED.search(title)


def _is_of_team(record: Record, milestone: Milestone, meeting: Meeting) -> bool:
    """Whether a meeting is no weekly routine, and half of the reports or more are in it."""
    reports, coming = record.reports_on(milestone.best), {*meeting.required, *meeting.optional}
    is_routine = parse_rrule(meeting.event.rrule).freq in ("WEEKLY", "DAILY")
    return not is_routine and 2 * len(coming.intersection(reports)) >= len(reports)


def _of_quarter(quarter: Quarter) -> Iterator[Milestone]:
    """Each with the whole weeks in which it is looked for, and may be; the best are none between the years."""
    start, end = quarter.start, quarter.end
    for code, first, last, best in (
        ("okr_planning", start - 2 * WEEK, start + 2 * WEEK, start - 2 * WEEK),
        ("mid_quarter", start + 4 * WEEK, start + 8 * WEEK, start + 6 * WEEK),
        ("retrospective", end - 2 * WEEK, end + WEEK, end - 2 * WEEK),
    ):
        yield Milestone(code, quarter, IsoWeek.of(first).monday, IsoWeek.of(last).days[-1], best)


def _before(quarter: Quarter) -> Quarter:
    return quarter_of(quarter.start - timedelta(days=1), (quarter.start.month - 1) % 3 + 1)


def _after(quarter: Quarter) -> Quarter:
    return quarter_of(quarter.end + timedelta(days=1), (quarter.start.month - 1) % 3 + 1)


def _words(rules: AuditRules, code: str) -> tuple[str, ...]:
    by_code = {
        "okr_planning": rules.okr_planning_words,
        "mid_quarter": rules.mid_quarter_words,
        "retrospective": rules.retrospective_words,
    }
    return by_code[code]


def _finding(record: Record, milestone: Milestone, people: Sequence[str]) -> Finding:
    wish = _wish(milestone, people)
    place, setting = _place(record, milestone, wish), record.situation.setting
    give(record, wish, place)
    draft: Draft = draft_of(wish, place, setting)
    return Finding(
        key=f"{FindingRule.QUARTER}:{milestone.code}:{milestone.quarter.key}",
        rule=FindingRule.QUARTER,
        text=f"there is no {milestone.title} in the calendar",
        evidence=(
            f"looked for between {words.day(milestone.first)} and {words.day(milestone.last)}",
            f"{milestone.quarter.name} begins on {words.day(milestone.quarter.start)}",
        ),
        advice=_advice(place, len(people), len(unread(record, wish))),
        weight=0.45 if milestone.best - record.week.monday > WEEK else 0.6,
        drafts=(draft,),
    )


def _advice(place: Timespan | None, reports: int, unknown: int) -> str:
    """How to come to one; `unknown` of the reports have no calendar here."""
    if place is None:
        return "Invite your reports: no time is free for all of you, so something has to give way."
    if not unknown:
        return "Invite your reports: the draft has a place that is free for all of you."
    those = f"{unknown} of your {reports} reports" if unknown < reports else "your reports"
    whose = f"the {'calendar' if unknown == 1 else 'calendars'} of {those}"
    is_not = "is not known" if unknown == 1 else "are not known"
    return f"Ask your reports with the draft: its place is free as far as can be seen; {whose} {is_not}."


def _wish(milestone: Milestone, people: Sequence[str]) -> Wish:
    kind = Classified("sprint_check", Reason("suggested", "a quarter needs it"))
    reason = Reason("quarter", "a quarter needs it")
    return Wish(milestone.title, tuple(people), MINUTES[milestone.code], kind, "once", reason)


def _place(record: Record, milestone: Milestone, wish: Wish) -> Timespan | None:
    """The best place in the week that is meant for it, or near: one in its own block if any week has that."""
    best = max(IsoWeek.of(milestone.best), record.week)
    near = (best.plus(n) for n in (0, -1, 1, 2))
    weeks = [w for w in near if record.week <= w and milestone.first <= w.monday <= milestone.last]
    found = [(week, place) for week in weeks for place in best_places(record, [wish], week) if place]
    in_block = (place for week, place in found if not _outside(record.situation_of(week).setting, wish, place))
    return next(in_block, next((place for _, place in found), None))


def _outside(setting: Setting, wish: Wish, place: Timespan) -> int:
    return minutes_outside(place, block_spans(setting, wish.kind), setting.rules.packing.tolerance_minutes)
