"""Plans to show: a representative week of an invented manager, and small ones made to be wrong in one way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.meetings.meeting import Reason
from app.domain.plans.plan import (
    Advice,
    Gain,
    Plan,
    PlanAttendee,
    PlanMeeting,
    PlanWarning,
    Price,
    Relaxation,
    Rooms,
    SeriesMove,
    When,
)

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 30)
MANAGER = "dana@example.com"
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
OFFSETS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
PLATFORM = ("ana", "jonas", "priya", "tom")
MOBILE = ("mei", "felix", "isla", "noah")

NAMES = {
    "dana": "Dana Hoffmann",
    "ana": "Ana Kovač",
    "jonas": "Jonas Weber",
    "priya": "Priya Raman",
    "tom": "Tom Lindqvist",
    "mei": "Mei Tanaka",
    "felix": "Felix Brandt",
    "isla": "Isla Murray",
    "noah": "Noah Carter",
    "ruth": "Ruth Adler",
    "mara": "Mara Silva",
    "lee": None,
}
ZONES = {"isla": "Europe/London", "noah": "America/New_York"}
UNKNOWN = ("ruth", "mara", "lee")


def when(text: str, zone: ZoneInfo = BERLIN) -> When:
    """`when("tue 14:00 45")`: a day of the week, a wall-clock time, minutes."""
    day, clock, minutes = text.split()
    start = datetime.combine(MONDAY + timedelta(days=OFFSETS[day]), time.fromisoformat(clock), tzinfo=zone)
    return When(start, start + timedelta(minutes=int(minutes)))


def meeting(
    ident: str, title: str, kind: str, at: str | None, people: tuple[str, ...] = (), **more: Any
) -> PlanMeeting:
    """A meeting that stays; `more` are fields of `PlanMeeting` that differ."""
    from_ = when(at) if at else None
    shown = more.get("to") or from_
    values: dict[str, Any] = {
        "id": ident,
        "calendar_id": "dana.ics",
        "uid": f"{ident.partition('-')[0]}@calendar.example.com",
        "recurrence_id": from_.start.astimezone(UTC).isoformat() if from_ else None,
        "etag": None,
        "title": title,
        "organizer": MANAGER,
        "recurring": True,
        "private": False,
        "kind": kind,
        "with_": None,
        "kind_reason": "every attendee is in your team",
        "attendees": tuple(attendee(p, shown.start) for p in ("dana", *people)) if shown else (),
        "rooms": Rooms((), ()),
        "movable": True,
        "pinned_reason": None,
        "action": "keep",
        "scope": "series",
        "from_": from_,
        "to": None,
        "target": None,
        "target_week": None,
        "block": None,
        "in_block": True,
        "series": None,
        "gain": None,
        "preticked": False,
        "why_not_preticked": None,
        "depends_on": (),
        "alternatives": (),
        "price": None,
        "reasons": (Reason("in_block", "already in its block"),),
        "relaxation": None,
        "advice": None,
    }
    return PlanMeeting(**{**values, **more})


def attendee(name: str, start: datetime) -> PlanAttendee:
    """One line of the guest list; a question mark makes it an optional one."""
    name, optional, _ = name.partition("?")
    local = start.astimezone(ZoneInfo(ZONES.get(name, "Europe/Berlin")))
    return PlanAttendee(
        email=f"{name}@example.com",
        required=not optional,
        partstat="ACCEPTED",
        availability="unknown" if name in UNKNOWN else "known",
        local_start=local,
        outside_hours=local.hour < 9,
    )


def moved(ident: str, title: str, kind: str, at: str, to: str, people: tuple[str, ...], **more: Any) -> PlanMeeting:
    """A series that moves from this week on."""
    old, new = when(at), when(to)
    old_day, new_day = (DAY_NAMES[w.start.weekday()] for w in (old, new))
    free_day = old.start.weekday() in (1, 3)
    minutes = int((old.end - old.start).total_seconds()) // 60
    reasons = [Reason("meeting_free_day", f"{old_day} is meeting-free")] if free_day else []
    block = more.pop("block")
    emails = tuple(f"{p.rstrip('?')}@example.com" for p in people)
    values: dict[str, Any] = {
        "action": "move",
        "to": new,
        "block": block,
        "in_block": True,
        "series": SeriesMove(
            MONDAY,
            f"weekly, {old_day} {old.start:%H:%M}",
            f"weekly, {new_day} {new.start:%H:%M}",
            8,
            (),
        ),
        "gain": Gain(0, minutes if free_day else 0, minutes),
        "preticked": True,
        "price": Price(emails, emails, 0, 0, 0),
        "reasons": (*reasons, Reason("own_block", f"its block is {block}")),
    }
    return meeting(ident, title, kind, at, people, **{**values, **more})


def pinned(ident: str, title: str, kind: str, at: str, people: tuple[str, ...], why: str, **more: Any) -> PlanMeeting:
    """A meeting that may not move."""
    reason = Reason("pinned", why)
    values = {"movable": False, "pinned_reason": reason, "action": "pinned", "reasons": (reason,)}
    return meeting(ident, title, kind, at, people, **{**values, **more})


def report(name: str) -> dict[str, Any]:
    """What is known of a 1:1 with a report."""
    return {"with_": "report", "kind_reason": f"two people, one of them your report {NAMES[name]}"}


def with_title(plan: Plan, title: str) -> Plan:
    """The plan with every meeting called so, each person too, and every text made of it."""
    return replace(
        plan,
        meetings=tuple(
            replace(
                m,
                title=title,
                kind_reason=title,
                reasons=(Reason("x", title),),
                pinned_reason=m.pinned_reason and Reason("x", title),
                advice=m.advice and Advice(title, None),
                relaxation=m.relaxation and Relaxation("x", title),
                why_not_preticked=m.why_not_preticked and title,
            )
            for m in plan.meetings
            if not m.private
        ),
        people=tuple(replace(p, name=title) for p in plan.people),
        days=tuple(replace(d, holiday=title or "x") for d in plan.days),
        warnings=(PlanWarning("x", title, f"{title}.ics"),),
    )
