"""Stale series: without an end, and mostly cancelled or declined, without its organizer, or long untouched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.domain.audit.agenda import has_agenda
from app.domain.audit.finding import Draft, Finding, FindingRule
from app.domain.calendar.event import Partstat
from app.domain.meetings.meeting import Meeting
from app.domain.proposals.around import Refused, ending
from app.render import words
from app.render.agenda import mailto
from app.services.auditing.absences import Absences
from app.services.auditing.expected import expected, original_day
from app.services.auditing.meetings.figures import past_of, person_hours, series_ahead
from app.services.auditing.record import Record

RULE = FindingRule.STALE_SERIES
HALVED = ("team_sync", "cross_team", "external", "one_on_one")
"""Kinds that may be half as often: a sprint has its own rhythm."""


@dataclass(frozen=True)
class Signs:
    """What speaks against a series: of `due` times so many were `missed`, who is gone, since when untouched.

    `lately` says whether the last times all took place: it was paused, and is alive again.
    """

    due: int
    missed: int
    gone: str | None
    untouched: datetime | None
    has_agenda: bool
    lately: bool

    @property
    def share(self) -> float:
        """How much of it did not take place."""
        return self.missed / self.due if self.due else 0.0


def stale_series(record: Record) -> Iterator[Finding]:
    """A finding for each endless series that should end, or be half as often; not for the 1:1s of reports."""
    absences = Absences(record)
    for uid, meeting, times in series_ahead(record):
        if meeting.event.endless and record.kind(meeting).relation != "report":
            signs = _signs(record, uid, meeting, absences)
            if should_end(record, signs):
                yield _end(record, uid, meeting, times, signs)
            elif should_halve(record, meeting, signs):
                yield _half(record, uid, meeting, times, signs)


def should_end(record: Record, signs: Signs) -> bool:
    """Whether a series is to end: most of it does not take place, or whoever called it is gone."""
    rules = record.rules.meetings
    is_idle = signs.due >= rules.least_times and signs.share >= rules.stale_share and not signs.lately
    return signs.gone is not None or is_idle


def should_halve(record: Record, meeting: Meeting, signs: Signs) -> bool:
    """Whether a series is too often: untouched for long, and without an agenda or often without a meeting."""
    rules = record.rules.meetings
    is_neglected = not signs.has_agenda or (signs.due >= rules.least_times and signs.share >= rules.neglected_share)
    return record.kind(meeting).kind in HALVED and signs.untouched is not None and is_neglected


def endings(found: Sequence[Finding]) -> tuple[Refused, ...]:
    """The series that findings propose to end, as a plan leaves them: where they are."""
    uids = dict.fromkeys(each.uid for each in found if each.ends_series and each.uid is not None)
    return tuple(map(ending, uids))


def _signs(record: Record, uid: str, meeting: Meeting, absences: Absences) -> Signs:
    past = past_of(record, uid)
    today = record.now.astimezone(record.zone).date()
    held = {original_day(record, m) for m in past if record.happens(m)}
    due = [day for day in expected(record, record.series[uid]) if day < today]
    there = [day for day in due if day in held or not absences.is_away(record.manager, day)]
    missed = sum(day not in held for day in there)
    lately = all(day in held for day in there[-record.rules.meetings.least_times :])
    return Signs(len(there), missed, _gone(record, meeting), _untouched(record, uid), has_agenda(meeting), lately)


def _gone(record: Record, meeting: Meeting) -> str | None:
    """Whoever called a meeting, if they left the company or declined it themselves."""
    organizer = record.team.canonical(meeting.event.organizer or "")
    if not organizer or organizer == record.manager:
        return None
    ends = record.team.find(organizer).ends
    has_left = ends is not None and ends < meeting.span.in_zone(record.zone).local_start.date()
    line = next((p for p in meeting.people if p.email == organizer), None)
    return organizer if has_left or (line is not None and line.partstat == Partstat.DECLINED) else None


def _untouched(record: Record, uid: str) -> datetime | None:
    """When anything of a series was changed last, if that is long ago; None as well if no calendar says it."""
    events = [copy for meeting in record.series[uid] for copy in meeting.copies]
    moments = [moment for event in events if (moment := event.changed or event.created) is not None]
    last = max(moments, default=None)
    is_long = last is not None and last < record.now - timedelta(days=record.rules.meetings.stale_days)
    return last if is_long else None


def _end(record: Record, uid: str, meeting: Meeting, times: float, signs: Signs) -> Finding:
    title = words.title(meeting.event.title)
    text = f"I think that {title} has done its work, and would end it. Does anybody still need it?"
    found = _finding(record, uid, meeting, signs, text)
    return replace(
        found,
        text=f"{title}: end it",
        advice=_how_to_end(record, meeting),
        weight=round(min(0.85, 0.6 + 0.2 * signs.share + 0.05 * (signs.gone is not None)), 3),
        hours_a_month=round(person_hours(meeting) * times, 1),
        ends_series=True,
    )


def _how_to_end(record: Record, meeting: Meeting) -> str:
    if record.is_own(meeting):
        return "End the series; who misses it will ask for a new one."
    organizer = record.team.canonical(meeting.event.organizer or "")
    return f"Ask {record.name(organizer)} to end it, or leave it."


def _half(record: Record, uid: str, meeting: Meeting, times: float, signs: Signs) -> Finding:
    title = words.title(meeting.event.title)
    text = f"Would half as often do for {title}? I would like to try it for two months."
    return replace(
        _finding(record, uid, meeting, signs, text),
        text=f"{title}: half as often would do",
        advice="Try it half as often for two months, with a date at which it ends.",
        weight=round(min(0.6, 0.4 + 0.2 * signs.share), 3),
        hours_a_month=round(person_hours(meeting) * times / 2, 1),
    )


def _finding(record: Record, uid: str, meeting: Meeting, signs: Signs, text: str) -> Finding:
    """What both have in common; `text` is a mail to those whom it concerns."""
    title = words.title(meeting.event.title)
    to = record.concerned(meeting)
    people = meeting.others(record.manager) if record.kind(meeting).kind == "one_on_one" else ()
    people = people if signs.gone is None else (*people, signs.gone)
    return Finding(
        key=f"{RULE}:{uid}",
        rule=RULE,
        text=title,
        evidence=("its rule has no end", *_evidence(record, signs)),
        advice="",
        weight=0.0,
        title=title,
        uid=meeting.event.ref.uid,
        about=tuple(dict.fromkeys(people)),
        covers=() if signs.has_agenda else (FindingRule.NO_AGENDA,),
        drafts=(Draft(f"About {title}", text, mailto(to, title, text)),),
    )


def _evidence(record: Record, signs: Signs) -> Iterator[str]:
    if signs.missed:
        yield f"{signs.missed} of the last {signs.due} did not take place, or you declined"
    if signs.gone:
        yield f"{record.name(signs.gone)}, who called it, is gone or declines it"
    if signs.untouched:
        yield f"nobody changed it since {words.day(signs.untouched)} {signs.untouched.year}"
    if not signs.has_agenda:
        yield "it has no agenda"
