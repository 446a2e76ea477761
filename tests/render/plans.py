"""Plans to show: a representative week of an invented manager, and small ones made to be wrong in one way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.meeting import Reason
from app.domain.plan import (
    Advice,
    Alternative,
    BeforeAfter,
    BudgetUse,
    Busy,
    Day,
    Gain,
    Metrics,
    Plan,
    PlanAttendee,
    PlanBlock,
    PlanMeeting,
    PlanPattern,
    PlanPerson,
    PlanWarning,
    Price,
    Relaxation,
    Rooms,
    SeriesException,
    SeriesMove,
    Target,
    Tier,
    UsedBudget,
    When,
)
from app.render.words import DASH

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
        "block": None,
        "in_block": False,
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
    """One line of the guest list."""
    local = start.astimezone(ZoneInfo(ZONES.get(name, "Europe/Berlin")))
    return PlanAttendee(
        email=f"{name}@example.com",
        required=True,
        partstat="ACCEPTED",
        availability="unknown" if name in UNKNOWN else "known",
        local_start=local,
        outside_hours=local.hour < 8,
    )


def moved(ident: str, title: str, kind: str, at: str, to: str, people: tuple[str, ...], **more: Any) -> PlanMeeting:
    """A series that moves from this week on."""
    old, new = when(at), when(to)
    old_day, new_day = (DAY_NAMES[w.start.weekday()] for w in (old, new))
    free_day = old.start.weekday() in (1, 3)
    minutes = int((old.end - old.start).total_seconds()) // 60
    reasons = [Reason("meeting_free_day", f"{old_day} is meeting-free")] if free_day else []
    block = more.pop("block")
    emails = tuple(f"{p}@example.com" for p in people)
    values: dict[str, Any] = {
        "action": "move",
        "to": new,
        "block": block,
        "in_block": True,
        "series": SeriesMove(
            MONDAY,
            f"{old_day}s {old.start:%H:%M}{DASH}{old.end:%H:%M}",
            f"{new_day}s {new.start:%H:%M}{DASH}{new.end:%H:%M}",
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


def sample_plan() -> Plan:
    """The week from 30 November 2026 of Dana, who leads two teams."""
    return Plan(
        id="pln_7Hq2mXc4",
        manager=MANAGER,
        week="2026-W49",
        timezone="Europe/Berlin",
        generated_at=datetime(2026, 11, 26, 8, 0, tzinfo=BERLIN),
        generated_by="clearweek 0.1.0",
        previous=None,
        status="optimal",
        limited=False,
        wall_time_s=1.42,
        tiers=(Tier("conflicts", 0, 0), Tier("free_days", 55, 55), Tier("pattern", 412, 412), Tier("focus", 930, 880)),
        pattern=PlanPattern(_blocks(), (MONDAY + timedelta(days=1), MONDAY + timedelta(days=3))),
        days=tuple(_day(n) for n in range(7)),
        people=tuple(_person(n) for n in NAMES),
        busy=(Busy(when("wed 15:30 90").start, when("wed 15:30 90").end, "focus"),),
        meetings=tuple(sorted((*_stay(), *_move(), *_wait(), *_stuck()), key=_by_time)),
        budget=BudgetUse(8, 40, UsedBudget(8, 23)),
        target=Target(4, 1, Metrics(0.97, 1, {"tuesday": 15, "thursday": 15}, 21.5, 1.75, 17.25, 0.5, 5.5)),
        metrics=BeforeAfter(
            Metrics(0.24, 14, {"tuesday": 185, "thursday": 265}, 9.5, 7.25, 18.0, 0.5, 5.0),
            Metrics(0.78, 5, {"tuesday": 45, "thursday": 75}, 17.0, 3.5, 17.25, 0.5, 5.42),
        ),
        warnings=(
            PlanWarning(
                "unknown_availability", "Ruth Adler, Mara Silva and lee@example.com: no calendar was given", None
            ),
            PlanWarning(
                "unreadable_event", "dana.ics line 812: DTEND before DTSTART, event skipped", "x81@example.com"
            ),
        ),
    )


def _by_time(each: PlanMeeting) -> tuple[datetime, str]:
    place = each.from_ or each.to
    return (place.start if place else datetime.max.replace(tzinfo=UTC)), each.id


def _blocks() -> tuple[PlanBlock, ...]:
    one_on_ones, cross = ("one_on_one:report", "one_on_one:skip"), ("cross_team", "one_on_one:peer")
    rows = (
        ("Monday starts", "mon 09:00 180", ("sprint_start", "team_sync"), 125),
        ("Monday 1:1s", "mon 13:00 240", one_on_ones, 570),
        ("Wednesday morning", "wed 09:00 180", cross, 315),
        ("Wednesday afternoon", "wed 13:00 240", cross, 315),
        ("Friday checks", "fri 09:00 180", ("sprint_check",), 145),
        ("Friday 1:1s", "fri 13:00 240", one_on_ones, 570),
    )
    return tuple(
        PlanBlock(name, (w := when(at)).start, w.end, kinds, needed, int((w.end - w.start).total_seconds()) // 60)
        for name, at, kinds, needed in rows
    )


def _day(offset: int) -> Day:
    holiday = "St Andrew's Day (Isla)" if offset == 0 else None
    return Day(MONDAY + timedelta(days=offset), holiday, away=False, meeting_free=offset in (1, 3))


def _person(name: str) -> PlanPerson:
    known = name not in UNKNOWN
    as_of = datetime(2026, 11, 26, 7, 0, tzinfo=UTC) if known else None
    email = f"{name}@example.com"
    return PlanPerson(email, NAMES[name], ZONES.get(name, "Europe/Berlin"), "known" if known else "unknown", as_of)


def _stay() -> tuple[PlanMeeting, ...]:
    standup = tuple(
        meeting(
            f"standup-{day}",
            "Platform stand-up",
            "standup",
            f"{day} 09:15 15",
            PLATFORM,
            kind_reason="a series on five days of the week",
            reasons=(Reason("standup_days", "a stand-up keeps its days"),),
            advice=Advice("Write it on Tuesday and Thursday, or drop those days.", None)
            if day in ("tue", "thu")
            else None,
        )
        for day in ("mon", "tue", "wed", "thu", "fri")
    )
    above = "Ruth Adler is above you"
    return (
        *standup,
        meeting(
            "planning",
            "Platform sprint planning",
            "sprint_start",
            "mon 10:00 50",
            PLATFORM,
            kind_reason="your team, “sprint planning” in the title",
            block="Monday starts",
            in_block=True,
        ),
        meeting(
            "ana",
            "1:1 Dana / Ana",
            "one_on_one",
            "mon 13:00 30",
            ("ana",),
            block="Monday 1:1s",
            in_block=True,
            **report("ana"),
        ),
        meeting(
            "jonas",
            "Jonas / Dana",
            "one_on_one",
            "mon 16:00 50",
            ("jonas",),
            block="Monday 1:1s",
            in_block=True,
            scope="occurrence",
            reasons=(Reason("arranged_by_hand", "this week was moved by hand; that is yours"),),
            **report("jonas"),
        ),
        pinned(
            "interview",
            "Interview: Senior platform engineer (Kim L.)",
            "interview",
            "mon 14:00 60",
            ("priya",),
            "interviews do not move",
            recurring=False,
            scope="occurrence",
            kind_reason="“interview” in the title",
        ),
        pinned(
            "leadership",
            "Leadership meeting",
            "other",
            "tue 13:00 60",
            ("ruth", "mara", "lee"),
            above,
            organizer="ruth@example.com",
            kind_reason="no rule knows it",
            advice=Advice(
                "Ask Ruth Adler whether Wednesday 15:00 would do, or delegate it.",
                "mailto:ruth@example.com?subject=Leadership%20meeting",
            ),
        ),
        pinned(
            "vendor",
            "Vendor call: Tidewater Metrics renewal",
            "external",
            "tue 11:00 60",
            ("jonas",),
            "people from outside take part",
            recurring=False,
            scope="occurrence",
            kind_reason="someone from outside takes part",
            action="conflict",
            reasons=(Reason("pinned", "people from outside take part"),),
        ),
        pinned(
            "ruth",
            "Ruth / Dana",
            "one_on_one",
            "thu 09:30 30",
            ("ruth",),
            above,
            with_="manager",
            organizer="ruth@example.com",
            kind_reason="two people, one of them your manager",
            advice=Advice("Ask Ruth Adler for a time on Wednesday.", "mailto:ruth@example.com"),
        ),
        pinned(
            "lunch",
            "☕ Lunch with Farah",
            "network",
            "thu 12:00 60",
            (),
            "meetings of kind network do not move",
            recurring=False,
            scope="occurrence",
            kind_reason="“lunch” with someone from outside",
        ),
        meeting(
            "guild",
            "Architecture guild",
            "cross_team",
            "wed 10:00 60",
            ("jonas", "mei", "lee"),
            block="Wednesday morning",
            in_block=True,
            kind_reason="people of three teams",
        ),
        meeting(
            "roadmap",
            "Roadmap sync Product / Data / Engineering",
            "cross_team",
            "wed 13:30 50",
            ("mara", "lee"),
            block="Wednesday afternoon",
            in_block=True,
            kind_reason="people of three teams",
        ),
        meeting(
            "tooling",
            "Tooling office hours",
            "cross_team",
            "wed 14:30 30",
            ("jonas", "noah"),
            block="Wednesday afternoon",
            in_block=True,
            kind_reason="people of two teams",
        ),
        meeting(
            "review",
            "Mobile sprint review + retro",
            "sprint_check",
            "fri 10:00 60",
            MOBILE,
            block="Friday checks",
            in_block=True,
            kind_reason="your team, “sprint review” in the title",
        ),
        meeting(
            "release",
            "Release readiness",
            "sprint_check",
            "fri 11:00 30",
            ("jonas", "mei"),
            block="Friday checks",
            in_block=True,
            kind_reason="your team, “release readiness” in the title",
        ),
        meeting(
            "mei",
            "Mei / Dana 1:1",
            "one_on_one",
            "fri 13:00 45",
            ("mei",),
            block="Friday 1:1s",
            in_block=True,
            **report("mei"),
        ),
        pinned(
            "kita", "busy", "other", "fri 16:30 60", (), "private", private=True, kind_reason="private", organizer=None
        ),
    )


def _move() -> tuple[PlanMeeting, ...]:
    sync, cross = {"kind_reason": "every attendee is in your team"}, {"kind_reason": "people of two teams"}
    okr_old, okr_new = "wed 14:30 45", "wed 15:00 45"
    return (
        moved(
            "priya",
            "Priya & Dana 1:1",
            "one_on_one",
            "tue 11:30 25",
            "mon 13:30 25",
            ("priya",),
            block="Monday 1:1s",
            **report("priya"),
        ),
        moved(
            "weekly",
            "Platform weekly",
            "team_sync",
            "tue 14:00 45",
            "mon 11:00 45",
            PLATFORM,
            block="Monday starts",
            rooms=Rooms(("room-spree@example.com",), ("room-havel@example.com",)),
            **sync,
        ),
        moved(
            "api",
            "Platform x Mobile API sync",
            "cross_team",
            "tue 16:00 45",
            "wed 11:00 45",
            ("jonas", "mei", "noah"),
            block="Wednesday morning",
            preticked=False,
            why_not_preticked="it is 05:00 for Noah Carter",
            **cross,
        ),
        moved(
            "mobile",
            "Mobile weekly",
            "team_sync",
            "thu 10:00 30",
            "mon 09:30 30",
            MOBILE,
            block="Monday starts",
            **sync,
            depends_on=("weekly",),
        ),
        moved(
            "questions",
            "Ana: questions & feedback",
            "one_on_one",
            "thu 11:00 30",
            "fri 13:45 30",
            ("ana",),
            block="Friday 1:1s",
            **report("ana"),
        ),
        moved(
            "product",
            "Product x Engineering sync",
            "cross_team",
            "thu 13:00 50",
            "wed 09:00 50",
            ("lee", "jonas"),
            block="Wednesday morning",
            preticked=False,
            why_not_preticked="nobody knows when lee@example.com is busy",
            alternatives=(
                Alternative(when("wed 11:00 50").start, when("wed 11:00 50").end, 5),
                Alternative(when("wed 16:00 50").start, when("wed 16:00 50").end, 20),
            ),
            **cross,
        ),
        moved(
            "felix",
            "Dana <> Felix 1:1",
            "one_on_one",
            "thu 14:00 25",
            "fri 14:15 25",
            ("felix",),
            block="Friday 1:1s",
            **report("felix"),
        ),
        moved(
            "noah",
            "1:1 Noah / Dana",
            "one_on_one",
            "thu 16:00 30",
            "fri 15:30 30",
            ("noah",),
            block="Friday 1:1s",
            series=SeriesMove(
                MONDAY,
                f"Thursdays 16:00{DASH}16:30",
                f"Fridays 15:30{DASH}16:00",
                8,
                (SeriesException("2026-12-25T15:00:00+00:00", None, "Christmas Day"),),
            ),
            **report("noah"),
        ),
        moved(
            "okr",
            "Cross-team OKR review (monthly)",
            "cross_team",
            okr_old,
            okr_new,
            ("mara", "lee", "jonas"),
            block="Wednesday afternoon",
            scope="occurrence",
            series=None,
            reasons=(Reason("conflict", "it clashes with Tooling office hours", ("tooling",)),),
            gain=Gain(30, 0, 0),
            **cross,
        ),
    )


def _wait() -> tuple[PlanMeeting, ...]:
    def waiting(
        ident: str, title: str, kind: str, at: str, target: str, people: tuple[str, ...], **more: Any
    ) -> PlanMeeting:
        reason = Reason("budget", "waits for the week of 7 Dec: this week's 8 moves are used")
        return meeting(ident, title, kind, at, people, target=when(target), reasons=(reason,), **more)

    return (
        waiting(
            "isla",
            "Austausch Isla / Dana",
            "one_on_one",
            "tue 15:00 30",
            "fri 14:45 30",
            ("isla",),
            block="Friday 1:1s",
            **report("isla"),
        ),
        waiting(
            "check",
            "Platform sprint check-in",
            "sprint_check",
            "wed 09:30 25",
            "fri 09:30 25",
            PLATFORM,
            block="Friday checks",
            kind_reason="your team, “sprint check-in” in the title",
        ),
        waiting(
            "retro",
            "Platform sprint review + retro",
            "sprint_check",
            "thu 15:00 60",
            "fri 11:00 60",
            PLATFORM,
            block="Friday checks",
            kind_reason="your team, “sprint review” in the title",
        ),
        waiting(
            "mara",
            "Dana / Mara",
            "one_on_one",
            "mon 15:30 30",
            "wed 16:00 30",
            ("mara",),
            block="Wednesday afternoon",
            with_="peer",
            kind_reason="two people, one of them your peer Mara Silva",
        ),
    )


def _stuck() -> tuple[PlanMeeting, ...]:
    return (
        meeting(
            "tom",
            "Tom + Dana",
            "one_on_one",
            "wed 13:00 30",
            ("tom",),
            block="Monday 1:1s",
            reasons=(
                Reason(
                    "no_common_time", "Tom Lindqvist works on Monday, Wednesday and Friday morning, and Monday is full"
                ),
            ),
            relaxation=Relaxation("block_end", "if Monday 1:1s ended at 17:30, it would fit at 17:00"),
            **report("tom"),
        ),
        meeting(
            "second",
            "1:1 Dana / Felix (second of the week)",
            "one_on_one",
            None,
            ("felix",),
            action="suggest",
            to=when("mon 15:00 25"),
            scope="occurrence",
            recurring=False,
            block="Monday 1:1s",
            in_block=True,
            reasons=(Reason("missing_one_on_one", "Felix Brandt should have two 1:1s a week and has one"),),
            advice=Advice("Invite Felix Brandt to it.", "mailto:felix@example.com"),
            **report("felix"),
        ),
        meeting(
            "whatif",
            "Skip level: Noah's team",
            "one_on_one",
            None,
            (),
            action="unplaced",
            scope="occurrence",
            recurring=False,
            block="Monday 1:1s",
            with_="skip",
            kind_reason="asked for",
            reasons=(Reason("block_full", "Monday 1:1s and Friday 1:1s have 8 h, all of it taken"),),
            relaxation=Relaxation("length", "with 25 minutes instead of 60 it would fit on Friday at 16:00"),
        ),
        meeting(
            "holiday",
            "Isla: onboarding check",
            "one_on_one",
            "mon 17:00 30",
            ("isla",),
            action="skip",
            scope="occurrence",
            block="Monday 1:1s",
            reasons=(Reason("holiday", "it is a public holiday for Isla Murray"),),
            advice=Advice("Tell Isla Murray that it does not take place.", None),
            **report("isla"),
        ),
    )


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
        days=tuple(replace(d, holiday=title) for d in plan.days),
        warnings=(PlanWarning("x", title, title),),
    )
