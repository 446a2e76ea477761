"""The decision log: meetings that decide say where their decisions are written down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.domain.audit.agenda import agenda
from app.domain.audit.finding import Draft, Finding, FindingRule
from app.domain.meetings.meeting import Meeting
from app.domain.meetings.titles import find_word
from app.render import words
from app.render.agenda import mailto
from app.services.auditing.record import Record

RULE = FindingRule.NO_DECISION_LOG
_SHORT_LINK = re.compile(r"(?<![\w/])(?:go|wiki|docs?)/\w", re.IGNORECASE)
"""A place of the company's own, as people write it: `go/decisions`."""


def no_decision_log(record: Record) -> Iterator[Finding]:
    """A finding for each meeting of the planned week that decides, and does not say where that is written down."""
    for uid, meetings in record.of_planned_week.items():
        why = next((text for m in meetings if (text := decides(record, m))), None)
        if why and not any(has_log(record, m) for m in meetings):
            yield _finding(record, uid, meetings[0], why)


def decides(record: Record, meeting: Meeting) -> str | None:
    """Why a meeting is taken for one that decides; None if it is not.

    Its title says so; or it is a series at the end of the sprints of the manager's own teams; or it is of a kind that
    may decide, and its description says so.
    """
    rules, title = record.rules, meeting.event.title
    if word := find_word(title, rules.decision_words):
        return f"its title says so: {word}"
    kind = record.kind(meeting).kind
    if kind not in rules.decision_kinds:
        return None
    if kind == "sprint_check" and meeting.event.recurring and (word := find_word(title, rules.ending_words)):
        return f"its title speaks of an end: {word}"
    lines = agenda(meeting).lines
    word = next((found for line in lines if (found := find_word(line, rules.decision_words))), None)
    return f"its description says so: {word}" if word else None


def has_log(record: Record, meeting: Meeting) -> bool:
    """Whether a meeting says where decisions are written down: by words, a short link, or with the link of the team.

    A document that is linked or attached is taken for such a place as long as the team file names no decision log.
    """
    log, said = record.team.decision_log, agenda(meeting)
    if any(find_word(line, record.rules.decision_log_words) or _SHORT_LINK.search(line) for line in said.lines):
        return True
    if log:
        return any(log.rstrip("/") in copy.description for copy in meeting.copies)
    return bool(said.documents) or any(copy.attachments for copy in meeting.copies)


def _finding(record: Record, uid: str, meeting: Meeting, why: str) -> Finding:
    title = words.title(meeting.event.title)
    people = words.count(len(meeting.people), "person", "people")
    return Finding(
        key=f"{RULE}:{uid}",
        rule=RULE,
        text=f"{title}: it decides, and does not say where its decisions are written down",
        evidence=(f"it decides: {why}", f"{words.kind(record.kind(meeting).kind)}, {people}"),
        advice=_advice(record, meeting),
        weight=0.2,
        title=title,
        uid=meeting.event.ref.uid,
        about=meeting.others(record.manager) if len(meeting.people) == 2 else (),
        drafts=(_draft(record, title, record.concerned(meeting)),),
    )


def _advice(record: Record, meeting: Meeting) -> str:
    if not record.is_own(meeting):
        return f"Ask {record.name(meeting.event.organizer or '')} to put a link to where they are kept into it."
    if record.team.decision_log:
        return "Put the link to your decision log into its description."
    return "Keep a decision log, put its link into the description, and name it in the team file (decision_log)."


def _draft(record: Record, title: str, people: Sequence[str]) -> Draft:
    text = f"Decision log: {record.team.decision_log or '(add the link)'}\nDecision, why, who decided, since when"
    return Draft("Decision log", text, mailto(people, f"Decisions of {title}", text))
