"""Too many people: more than the limit of the kind, and who could do without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.audit.finding import Finding, FindingRule
from app.domain.calendar.event import Partstat
from app.domain.meetings.meeting import Meeting
from app.render import words
from app.services.auditing.meetings.figures import comers, hours, past_of, series_ahead
from app.services.auditing.record import Record

RULE = FindingRule.TOO_MANY_PEOPLE


def too_many_people(record: Record) -> Iterator[Finding]:
    """A finding for each series, and each single meeting of the planned week, with more people than its kind bears."""
    for uid, meeting, times in (*series_ahead(record), *_single(record)):
        most = record.rules.meetings.most_people.get(record.kind(meeting).kind)
        if most is not None and len(comers(meeting)) > most:
            yield _finding(record, uid, meeting, times, most)


def _single(record: Record) -> Iterator[tuple[str, Meeting, float]]:
    for meeting in record.meetings:
        if not meeting.event.recurring and record.happens(meeting) and record.week_of(meeting) == record.week:
            yield record.first_uid(meeting), meeting, 0.0


def _finding(record: Record, uid: str, meeting: Meeting, times: float, most: int) -> Finding:
    title, people, kind = words.title(meeting.event.title), len(comers(meeting)), record.kind(meeting).kind
    cost = hours(meeting) * (people - most)
    saved = round(cost * times, 1) if times else None
    groups = _groups(record, uid, meeting)
    return Finding(
        key=f"{RULE}:{uid}",
        rule=RULE,
        text=f"{title}: {people} people, {people - most} more than the limit of {_plural(kind)} ({most})",
        evidence=(_cost(people - most, cost, saved), *(_named(record, what, who) for what, who in groups)),
        advice=_advice(record, meeting),
        weight=round(min(0.7, 0.3 + (saved or cost) / 100), 3),
        title=title,
        uid=meeting.event.ref.uid,
        hours_a_month=saved,
        about=tuple(dict.fromkeys(email for _, who in groups for email in who)),
    )


def _plural(kind: str) -> str:
    return words.KINDS_PLURAL.get(kind, words.kind(kind))


def _cost(over: int, cost: float, saved: float | None) -> str:
    people = words.count(over, "person", "people")
    if saved is None:
        return f"{people} above the limit: {words.person_hours(cost)}"
    return f"{people} above the limit: {words.person_hours(saved)} a month"


def _groups(record: Record, uid: str, meeting: Meeting) -> list[tuple[str, list[str]]]:
    """Who could do without, those first of whom it is plainest; nobody twice, and never the manager."""
    lines = [p for p in meeting.people if p.email not in (record.manager, _organizer(record, meeting))]
    optional = [p.email for p in lines if not p.required and p.partstat != Partstat.DECLINED]
    required = [p.email for p in lines if p.required]
    before = past_of(record, uid)[: record.rules.meetings.quiet_times]
    enough = len(before) == record.rules.meetings.quiet_times
    away = [one for one in required if enough and _always(before, one, Partstat.DECLINED)]
    quiet = [one for one in required if enough and _always(before, one, Partstat.NEEDS_ACTION)]
    groups = [("optional", optional), ("declined each of the last times", away), ("never answered", quiet)]
    return [(what, who) for what, who in groups if who]


def _organizer(record: Record, meeting: Meeting) -> str:
    return record.team.canonical(meeting.event.organizer or "")


def _always(before: Sequence[Meeting], email: str, answer: Partstat) -> bool:
    return all(any(p.email == email and p.partstat == answer for p in meeting.people) for meeting in before)


def _named(record: Record, what: str, who: Sequence[str]) -> str:
    return f"{what}: {words.listed([record.name(email) for email in who])}"


def _advice(record: Record, meeting: Meeting) -> str:
    if record.is_own(meeting):
        return "Invite those who decide or present; send the notes to the others, the optional ones first."
    return f"Ask {record.name(meeting.event.organizer or '')} whether the notes would do for some of you."
