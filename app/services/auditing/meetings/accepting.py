"""Saying yes to everything: how many invitations of others are accepted, and who could go instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.audit.finding import Finding, FindingRule
from app.domain.calendar.event import Partstat
from app.domain.meetings.meeting import Meeting, is_one_on_one
from app.domain.meetings.titles import find_word
from app.render import words
from app.services.auditing.meetings.figures import comers, hours, series_ahead
from app.services.auditing.record import PAST_WEEKS, Record

CROSS_TEAM = "cross_team"
MOST_NAMED = 3


def yes_to_everything(record: Record) -> Iterator[Finding]:
    """A finding if nearly every invitation of others was accepted; a series is one invitation."""
    rules = record.rules.meetings
    answers = _answers(record)
    accepted = sum(answer == Partstat.ACCEPTED for answer in answers)
    if len(answers) < rules.least_invitations or accepted < rules.accepted_share * len(answers):
        return
    across = sum(hours(m) * times for _, m, times in _of_others(record))
    yield Finding(
        key=f"{FindingRule.YES_TO_EVERYTHING}:{record.manager}",
        rule=FindingRule.YES_TO_EVERYTHING,
        text=f"You said yes to {accepted} of {len(answers)} invitations of others",
        evidence=(
            f"in the last {PAST_WEEKS} weeks, a series counted once",
            f"{words.decimal(across)} hours a month are cross-team meetings of others",
        ),
        advice="Say no to one this week: ask for the notes, or send somebody who is nearer to it.",
        weight=0.5,
    )


def _answers(record: Record) -> list[Partstat]:
    """The manager's latest answer to each invitation of somebody else that is over."""
    found: dict[str, Partstat] = {}
    for meeting in record.past:
        if not record.is_own(meeting):
            line = next((p for p in meeting.people if p.email == record.manager), None)
            if line is not None:
                found[record.first_uid(meeting)] = line.partstat
    return list(found.values())


def _of_others(record: Record) -> Iterator[tuple[str, Meeting, float]]:
    """The cross-team series that others call."""
    for uid, meeting, times in series_ahead(record):
        if record.kind(meeting).kind == CROSS_TEAM and not record.is_own(meeting):
            yield uid, meeting, times


def delegates(record: Record) -> Iterator[Finding]:
    """A finding for each cross-team series of others to which a report could go instead of the manager."""
    for uid, meeting, times in _of_others(record):
        who = _who(record, meeting) if not _needs_manager(record, meeting) else []
        if who:
            yield _finding(record, uid, meeting, times, who)


def _needs_manager(record: Record, meeting: Meeting) -> bool:
    """Whether nobody can go for the manager: somebody above called it, it is about people, for leaders, or a 1:1."""
    kind, manager, team = record.kind(meeting), record.manager, record.team
    is_pair = any(is_one_on_one(meeting, kind, manager, email, team) for email in comers(meeting))
    return is_pair or record.is_from_above(meeting) or _is_for_leaders(record, meeting)


def _is_for_leaders(record: Record, meeting: Meeting) -> bool:
    return find_word(meeting.event.title, record.rules.meetings.leader_words) is not None


def _who(record: Record, meeting: Meeting) -> list[str]:
    """The reports who are in a meeting anyhow; where the manager need not be there, those of the manager's own team.

    Juniors are not asked to speak for a team.
    """
    there_then = record.reports_on(meeting.span.in_zone(record.zone).local_start.date())
    reports = [email for email in there_then if record.team.find(email).level != "junior"]
    there = [email for email in reports if email in comers(meeting)]
    if there or record.manager not in meeting.optional:
        return there
    own = record.team.find(record.manager).team
    return [email for email in reports if own is not None and record.team.find(email).team == own][:MOST_NAMED]


def _finding(record: Record, uid: str, meeting: Meeting, times: float, who: Sequence[str]) -> Finding:
    title, saved = words.title(meeting.event.title), round(hours(meeting) * times, 1)
    names = words.listed([record.name(email) for email in who])
    told = f"{names} {'goes' if len(who) == 1 else 'go'} anyhow"
    if who[0] not in comers(meeting):
        told = f"you are optional; of your team: {names}"
    return Finding(
        key=f"{FindingRule.DELEGATE}:{uid}",
        rule=FindingRule.DELEGATE,
        text=f"{title}: {words.count(len(who), 'report')} could go for you",
        evidence=(f"{words.decimal(saved)} of your hours a month", told),
        advice=f"Let {'one of them' if len(who) > 1 else names} speak for the team, and read the notes.",
        weight=round(min(0.6, 0.3 + saved / 40), 3),
        title=title,
        uid=meeting.event.ref.uid,
        hours_a_month=saved,
        about=tuple(who),
    )
