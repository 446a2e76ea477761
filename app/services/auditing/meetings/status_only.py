"""Status only: a series in which most people listen, and of which a message would do as well."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.audit.agenda import Agenda, agenda, has_agenda
from app.domain.audit.finding import Draft, Finding, FindingRule
from app.domain.meetings.meeting import Meeting
from app.domain.meetings.titles import find_word
from app.render import words
from app.render.agenda import mailto
from app.services.auditing.meetings.figures import comers, person_hours, series_ahead
from app.services.auditing.record import Record

RULE = FindingRule.STATUS_ONLY
QUOTED = 80
"""Characters of a line of an agenda that are told."""


def status_only(record: Record) -> Iterator[Finding]:
    """A finding for each series without an agenda, or with one of updates only, in which most people listen."""
    for uid, meeting, times in series_ahead(record):
        if record.kind(meeting).kind in record.rules.meetings.status_kinds:
            why = _why(record, meeting)
            if why is not None:
                yield _finding(record, uid, meeting, times, why, without=not has_agenda(meeting))


def _why(record: Record, meeting: Meeting) -> str | None:
    """Why a meeting is taken for one of status only; None if it is none."""
    rules, people = record.rules.meetings, len(comers(meeting))
    said = agenda(meeting)
    attached = any(copy.attachments for copy in meeting.copies)
    is_named_so = find_word(meeting.event.title, rules.status_words) is not None
    if said.lines and not attached and is_of_updates(record, said) and people >= rules.status_people:
        return f"its agenda is of updates only: {words.clean(said.lines[0], QUOTED)}"
    if has_agenda(meeting) or find_word(meeting.event.title, rules.work_words):
        return None
    if is_named_so and people >= rules.status_people:
        return "it is called so, and has no agenda"
    if people >= rules.listeners or (people >= rules.status_people and 2 * len(meeting.optional) >= people):
        return "it has no agenda"
    return None


def is_of_updates(record: Record, said: Agenda) -> bool:
    """Whether every line of an agenda has a word of updates, and none one of work; what is linked is not known."""
    rules = record.rules.meetings
    is_known = not said.documents and bool(said.lines)
    return is_known and all(
        find_word(line, rules.status_words) and not find_word(line, rules.work_words) for line in said.lines
    )


def _finding(record: Record, uid: str, meeting: Meeting, times: float, why: str, *, without: bool) -> Finding:
    title, people = words.title(meeting.event.title), len(comers(meeting))
    saved = round(person_hours(meeting) * times, 1)
    text = _text(title)
    to = record.concerned(meeting)
    return Finding(
        key=f"{RULE}:{uid}",
        rule=RULE,
        text=f"{title}: {words.count(people, 'person', 'people')}, mostly to listen",
        evidence=(
            why,
            _people(meeting),
            f"{words.decimal(times)} times a month, {words.duration(meeting.span.minutes)}",
        ),
        advice="Write it instead: a mail, a message in the channel, or a document that everybody adds to.",
        weight=round(min(0.8, 0.4 + saved / 100), 3),
        title=title,
        uid=meeting.event.ref.uid,
        hours_a_month=saved,
        covers=(FindingRule.NO_AGENDA,) if without else (),
        drafts=(Draft(f"Instead of {title}", text, mailto(to, f"{title}: in writing?", text)),),
    )


def _people(meeting: Meeting) -> str:
    optional = f", {len(meeting.optional)} of them optional" if meeting.optional else ""
    return f"{words.count(len(comers(meeting)), 'person', 'people')}{optional}"


def _text(title: str) -> str:
    return (
        f"Could we do {title} in writing from now on? Everybody adds three lines by then: what is done, what comes "
        "next, what is in the way. What needs a decision gets a meeting of its own, with those who decide."
    )
