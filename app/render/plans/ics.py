"""The week after a plan as a calendar of its own: to look at, beside one's own; opening it moves nothing.

Its events have UIDs of their own, no organizer and no attendees, and block no time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from app.domain.plans.plan import Plan, PlanMeeting, When
from app.render import words
from app.render.plans import leftovers, moves
from app.render.plans.week import place_after

PRODID = "-//Clearweek//clearweek//EN"


def week_ics(plan: Plan) -> bytes:
    """The week after the moves as an iCalendar file (RFC 5545, METHOD:PUBLISH)."""
    plan = words.veiled(plan)
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Clearweek proposal {words.clean(plan.week)}")
    calendar.add("x-wr-timezone", plan.timezone)
    zone, told = ZoneInfo(plan.timezone), _told(plan)
    if zone.key != "UTC":
        calendar.add_component(_timezone(zone, plan.generated_at.date()))
    for meeting in plan.meetings:
        if (place := place_after(meeting)) is not None:
            calendar.add_component(_event(plan, meeting, words.local(place, zone), told.get(meeting.id, [])))
    return bytes(calendar.to_ical())


def _event(plan: Plan, meeting: PlanMeeting, place: When, told: list[str]) -> Event:
    event = Event()
    event.add("uid", _uid(plan, meeting))
    event.add("dtstamp", plan.generated_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", place.start)
    event.add("dtend", place.end)
    event.add("summary", words.title(meeting.title))
    event.add("description", "\n".join([*told, "A proposal by Clearweek; nothing has moved yet."]))
    event.add("transp", "TRANSPARENT")
    if meeting.private:
        event.add("class", "PRIVATE")
    elif meeting.kind:
        event.add("categories", [words.kind(meeting.kind)])
    return event


def _uid(plan: Plan, meeting: PlanMeeting) -> str:
    """The same for the same meeting of the same plan, and never the meeting's own."""
    return f"{sha256(f'{plan.id} {meeting.id}'.encode()).hexdigest()[:32]}@clearweek.invalid"


def _told(plan: Plan) -> dict[str, list[str]]:
    """What there is to say of each meeting that moves or is suggested."""
    told: dict[str, list[str]] = {}
    for meeting, move in zip(moves.in_order(plan), moves.moves(plan), strict=True):
        lines = [f"Moved: {move.old} → {move.new} ({move.scope})", f"Why: {'; '.join(move.why)}"]
        told[meeting.id] = [*lines, *([f"Mind: {'; '.join(move.notes)}"] if move.notes else [])]
    for meeting in plan.meetings:
        if meeting.action == "suggest":
            left_out = "; ".join(leftovers.left_out(meeting))
            lines = ["Suggested: this meeting does not exist yet.", f"Why: {leftovers.why(meeting)}"]
            told[meeting.id] = [*lines, *([f"Mind: {left_out}"] if left_out else [])]
    return told


def _timezone(zone: ZoneInfo, around: date) -> Timezone:
    """The zone as it is in the year before and after a day, change by change."""
    first = datetime.combine(around - timedelta(days=366), time(), UTC)
    component = Timezone()
    component.add("tzid", zone.key)
    component.add_component(_observance(first.astimezone(zone), _offset(first, zone)))
    for day in (first + timedelta(days=n) for n in range(2 * 366)):
        if _offset(day, zone) != _offset(day + timedelta(days=1), zone):
            onset = _change(day, zone)
            component.add_component(_observance(onset.astimezone(zone), _offset(onset - timedelta(minutes=1), zone)))
    return component


def _observance(onset: datetime, before: timedelta) -> TimezoneStandard | TimezoneDaylight:
    """The rule that begins at a moment; by RFC 5545, its start is said in the offset that held before."""
    rule = TimezoneDaylight() if onset.dst() else TimezoneStandard()
    rule.add("dtstart", (onset.astimezone(UTC) + before).replace(tzinfo=None))
    rule.add("tzoffsetfrom", before)
    rule.add("tzoffsetto", onset.utcoffset())
    rule.add("tzname", onset.tzname())
    return rule


def _change(day: datetime, zone: ZoneInfo) -> datetime:
    """The minute within the next 24 hours at which the offset changes."""
    low, high = 0, 24 * 60
    while high - low > 1:
        middle = (low + high) // 2
        same = _offset(day + timedelta(minutes=middle), zone) == _offset(day, zone)
        low, high = (middle, high) if same else (low, middle)
    return day + timedelta(minutes=high)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
