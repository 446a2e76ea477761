"""Agenda: every meeting of the planned week says what it is about, 1:1s too."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.audit.agenda import has_agenda
from app.domain.audit.finding import Draft, Finding, FindingRule
from app.domain.meetings.classify import names_it
from app.domain.meetings.meeting import Meeting
from app.render import words
from app.render.agenda import agenda_draft
from app.services.auditing.record import Record

RULE = FindingRule.NO_AGENDA
INFORMAL = ("network", "other")
"""Kinds whose words say that nothing has to be prepared."""


def no_agenda(record: Record) -> Iterator[Finding]:
    """A finding for each meeting of the planned week without an agenda; a series is one."""
    for uid, meetings in record.of_planned_week.items():
        needing = [m for m in meetings if needs_agenda(record, m)]
        if needing and not any(map(has_agenda, needing)):
            yield _finding(record, uid, needing[0], len(needing))


def needs_agenda(record: Record, meeting: Meeting) -> bool:
    """Whether a meeting is of a kind that needs an agenda; no coffee or birthday of several does, whoever is in it."""
    kind = record.kind(meeting).kind
    informal = (rule for rule in record.request.rules.kind if rule.kind in INFORMAL and rule.words)
    is_informal = kind != "one_on_one" and any(names_it(rule, meeting.event.title) for rule in informal)
    return kind in record.rules.meetings.agenda_kinds and not is_informal


def _finding(record: Record, uid: str, meeting: Meeting, times: int) -> Finding:
    kind = record.kind(meeting)
    others = meeting.others(record.manager)
    draft = _draft(record, meeting)
    return Finding(
        key=f"{RULE}:{uid}",
        rule=RULE,
        text=f"{words.title(meeting.event.title)}: no agenda",
        evidence=(_what(meeting), _when(meeting, kind.kind, times)),
        advice=_advice(record, meeting),
        weight=round(min(0.5, 0.25 + 0.02 * len(others)), 3),
        title=words.title(meeting.event.title),
        uid=meeting.event.ref.uid,
        about=others if kind.kind == "one_on_one" else (),
        drafts=(draft,) if draft else (),
    )


def _what(meeting: Meeting) -> str:
    if any(copy.description for copy in meeting.copies):
        return "its description has no more in it than how to join, names or filler"
    return "it has no description, no document and no attachment"


def _when(meeting: Meeting, kind: str, times: int) -> str:
    many = f", {words.count(times, 'time')} that week" if times > 1 else ""
    local = meeting.span.local_start
    people = words.count(len(meeting.people), "person", "people")
    return f"{words.kind(kind)}, {words.day(local)} {words.clock(local)}{many}, {people}"


def _advice(record: Record, meeting: Meeting) -> str:
    if record.is_own(meeting):
        return "Put the template into its description, fill it in, or cancel it if nothing is to be said."
    name = record.name(meeting.event.organizer or "")
    if record.kind(meeting).kind == "one_on_one":
        return f"Ask {name} for one, or bring your own topics."
    if record.is_from_above(meeting):
        return f"Ask {name} for one, and offer the template."
    return f"Ask {name} for one, or decline until there is one."


def _draft(record: Record, meeting: Meeting) -> Draft | None:
    kind, to = record.kind(meeting).kind, record.concerned(meeting)
    return agenda_draft(record.agendas, kind, meeting, to, record.team.okr_dashboard)
