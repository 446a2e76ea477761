"""Labelled meetings of Dana's, one a row, and what the rules about meetings say of each."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import replace
from datetime import time
from pathlib import Path

from app.domain.audit.finding import FindingRule
from app.domain.meetings.meeting import Meeting, is_one_on_one
from app.domain.people.person import Cadence, Person
from app.services.auditing.audit import findings_of
from app.services.auditing.quarter import NAMES, Milestone, is_one, quarter_of
from app.services.auditing.record import Record
from tests.services.auditing.meetings.changed import change
from tests.services.auditing.offices import record, report
from tests.services.weeks import DANA, WEEK, Office

FOLDER = Path(__file__).parents[2] / "data" / "audit"
RULES = (
    FindingRule.NO_AGENDA,
    FindingRule.STATUS_ONLY,
    FindingRule.TOO_MANY_PEOPLE,
    FindingRule.DELEGATE,
    FindingRule.NO_DECISION_LOG,
)
PRESENT = (*NAMES, "one_on_one")
"""What a meeting is: not to see it leads to a false finding that it is missing."""
LEVELS = {"ana": "junior", "ben": "solid", "cleo": "senior", "eli": "senior"}
RRULES = {"weekly": "FREQ=WEEKLY", "biweekly": "FREQ=WEEKLY;INTERVAL=2"}


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a sample."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file, delimiter=";")]


def said_of(rows: list[dict[str, str]]) -> dict[str, set[str]]:
    """What the rules say of each row, by its title: findings, and what it was taken for."""
    seen = record(_office(rows))
    said: dict[str, set[str]] = defaultdict(set)
    for finding in findings_of(seen):
        if finding.rule in RULES:
            said[finding.uid or ""].add(finding.rule)
    for meeting in seen.meetings:
        said[meeting.event.ref.uid] |= set(_taken_for(seen, meeting))
    return said


def _taken_for(seen: Record, meeting: Meeting) -> list[str]:
    this, following = quarter_of(WEEK.monday, 1), quarter_of(WEEK.plus(8).monday, 1)
    quarters = [(code, following if code == "okr_planning" else this) for code in NAMES]
    milestones = [Milestone(code, quarter, WEEK.monday, WEEK.monday, WEEK.monday) for code, quarter in quarters]
    found = [milestone.code for milestone in milestones if is_one(seen, milestone, meeting)]
    kind, reports = seen.kind(meeting), seen.reports_on(WEEK.monday)
    with_one = any(is_one_on_one(meeting, kind, seen.manager, email, seen.team) for email in reports)
    return [*found, "one_on_one"] if with_one else found


def _office(rows: list[dict[str, str]]) -> Office:
    reports = [report(_email(name), Cadence.NONE, team="platform", level=level) for name, level in LEVELS.items()]
    others = [Person(_email(f"p{number}"), manager="lee@example.com", team="mobile") for number in range(1, 13)]
    it = Office([Person(DANA, "Dana", manager=_email("ruth"), team="platform"), *reports, *others])
    for number, row in enumerate(rows):
        _add(it, number, row)
    return it


def _add(it: Office, number: int, row: dict[str, str]) -> None:
    required, optional, informed = ([_email(n) for n in row[c].split(",") if n] for c in PARTS)
    once = row["often"] == "once"
    it.meeting(
        row["title"],
        required,
        number % 5,
        time(8 + number // 5),
        int(row["minutes"]),
        organizer=_email(row["organizer"]),
        weeks=None if once else range(-4, 8, 2 if row["often"] == "biweekly" else 1),
        optional=[*optional, *informed],
        rrule=RRULES.get(row["often"], ""),
    )
    text = row["description"].replace("\\n", "\n")
    change(
        it,
        row["title"],
        lambda event: replace(
            event,
            description=text,
            attendees=tuple(replace(a, informed=a.email in informed) for a in event.attendees),
        ),
    )


PARTS = ("required", "optional", "informed")


def _email(name: str) -> str:
    return f"{name}@{'elsewhere.example' if name.startswith('ext') else 'example.com'}"


def mistakes(name: str) -> tuple[list[str], list[str], int, int]:
    """What is false and what is missed in a sample, how many findings there are, and how many there should be.

    Who is taken for none of what they are leads to a false finding; who is taken for it and is not hides a true one.
    """
    rows = rows_of(name)
    said = said_of(rows)
    more = [(r["title"], x) for r in rows for x in sorted(said[r["title"]] - set(r["expected"].split()))]
    less = [(r["title"], x) for r in rows for x in sorted(set(r["expected"].split()) - said[r["title"]])]
    false = [*(pair for pair in more if pair[1] not in PRESENT), *(pair for pair in less if pair[1] in PRESENT)]
    missed = [*(pair for pair in less if pair[1] not in PRESENT), *(pair for pair in more if pair[1] in PRESENT)]
    told = sum(x not in PRESENT for one in said.values() for x in one)
    wanted = sum(x not in PRESENT for row in rows for x in row["expected"].split())
    return [f"{t}: {x}" for t, x in false], [f"{t}: {x}" for t, x in missed], told, wanted
