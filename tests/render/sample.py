"""A representative week of an invented manager: each kind of thing that a plan can say is in it once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.meetings.meeting import Reason
from app.domain.plans.plan import (
    Advice,
    Alternative,
    BeforeAfter,
    BudgetUse,
    Busy,
    Day,
    Gain,
    Metrics,
    Plan,
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
from tests.render.given_plans import (
    BERLIN,
    MANAGER,
    MOBILE,
    MONDAY,
    NAMES,
    PLATFORM,
    UNKNOWN,
    ZONES,
    meeting,
    moved,
    pinned,
    report,
    when,
)

ABOVE = "Ruth Adler is above you"
TEAM = "every attendee is in your team"
CHECK = "your team, with “sprint” in the title"
CROSS = "people of two teams"
MON_STARTS, MON, WED_AM, WED_PM, FRI_CHECKS, FRI = (
    {"block": name}
    for name in (
        "Monday starts",
        "Monday 1:1s",
        "Wednesday morning",
        "Wednesday afternoon",
        "Friday checks",
        "Friday 1:1s",
    )
)
INSIDE = {"in_block": True}
OUTSIDE: dict[str, Any] = {"block": None, "in_block": False}
ONCE: dict[str, Any] = {"recurring": False, "scope": "occurrence"}


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
        tiers=(Tier("conflicts", 0, 0), Tier("free_days", 90, 90), Tier("pattern", 412, 412), Tier("focus", 930, 880)),
        pattern=PlanPattern(_blocks(), (MONDAY + timedelta(days=1), MONDAY + timedelta(days=3))),
        days=tuple(_day(n) for n in range(7)),
        people=tuple(_person(n) for n in NAMES),
        busy=(Busy(when("wed 15:30 90").start, when("wed 15:30 90").end, "focus"),),
        meetings=tuple(sorted((*_stay(), *_pinned(), *_move(), *_wait(), *_stuck()), key=_by_time)),
        budget=BudgetUse(8, 40, UsedBudget(8, 21)),
        target=Target(4, 1, Metrics(0.97, 1, {"tuesday": 0, "thursday": 0}, 21.5, 1.75, 17.25, 0.5, 5.5)),
        metrics=BeforeAfter(
            Metrics(0.24, 14, {"tuesday": 145, "thursday": 195}, 9.5, 7.25, 18.0, 0.5, 5.0),
            Metrics(0.78, 5, {"tuesday": 30, "thursday": 60}, 17.0, 3.5, 17.25, 0.5, 5.42),
        ),
        warnings=(
            PlanWarning(
                "unknown_availability", "No calendar was given of Ruth Adler, Mara Silva, lee@example.com", None
            ),
            PlanWarning("unreadable_event", "Skipped an event in line 812: it ends before it starts", "dana.ics"),
        ),
    )


def small_plan() -> Plan:
    """The sample with one meeting for each thing that can become of one."""
    plan = sample_plan()
    one_each = {(m.action, m.scope, m.movable): m for m in plan.meetings}
    return replace(plan, meetings=tuple(one_each.values()))


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
    spans = [when(at) for _, at, _, _ in rows]
    return tuple(
        PlanBlock(name, span.start, span.end, kinds, needed, int(at.split()[2]))
        for span, (name, at, kinds, needed) in zip(spans, rows, strict=True)
    )


def _day(offset: int) -> Day:
    holiday = "St Andrew's Day (Isla)" if offset == 0 else None
    return Day(MONDAY + timedelta(days=offset), holiday, away=False, meeting_free=offset in (1, 3))


def _person(name: str) -> PlanPerson:
    known = name not in UNKNOWN
    as_of = datetime(2026, 11, 26, 7, 0, tzinfo=UTC) if known else None
    email = f"{name}@example.com"
    return PlanPerson(email, NAMES[name], ZONES.get(name, "Europe/Berlin"), "known" if known else "unknown", as_of)


def _standup(day: str) -> PlanMeeting:
    advice = Advice("Write it on Tuesday and Thursday, or drop those days.", None) if day in ("tue", "thu") else None
    more = {"kind_reason": "a series on five days of the week", "advice": advice}
    reasons = (Reason("standup_days", "a stand-up keeps its days"),)
    return meeting(
        f"standup-{day}", "Platform stand-up", "standup", f"{day} 09:15 15", PLATFORM, reasons=reasons, **more
    )


def _stay() -> tuple[PlanMeeting, ...]:
    lee, mara = ("jonas", "mei", "lee"), ("mara", "lee")
    check, cross = {**INSIDE, "kind_reason": CHECK}, {**INSIDE, "kind_reason": CROSS}
    by_hand = {
        "reasons": (Reason("arranged", "this week was moved by hand; that is yours"),),
        "scope": "occurrence",
    }
    long = "Roadmap sync Product / Data / Engineering"
    return (
        *(_standup(day) for day in ("mon", "tue", "wed", "thu", "fri")),
        meeting(
            "planning", "Platform sprint planning", "sprint_start", "mon 10:00 50", PLATFORM, **MON_STARTS, **check
        ),
        meeting("ana", "1:1 Dana / Ana", "one_on_one", "mon 13:00 30", ("ana",), **MON, **INSIDE, **report("ana")),
        meeting(
            "jonas",
            "Jonas / Dana",
            "one_on_one",
            "mon 16:00 50",
            ("jonas",),
            **MON,
            **INSIDE,
            **by_hand,
            **report("jonas"),
        ),
        meeting("guild", "Architecture guild", "cross_team", "wed 10:00 60", lee, **WED_AM, **cross),
        meeting("roadmap", long, "cross_team", "wed 13:30 50", mara, **WED_PM, **cross),
        meeting("tooling", "Tooling office hours", "cross_team", "wed 14:30 30", ("jonas", "noah"), **WED_PM, **cross),
        meeting(
            "review", "Mobile sprint review + retro", "sprint_check", "fri 10:00 60", MOBILE, **FRI_CHECKS, **check
        ),
        meeting(
            "release", "Release readiness", "sprint_check", "fri 11:00 30", ("jonas", "mei"), **FRI_CHECKS, **check
        ),
        meeting("mei", "Mei / Dana 1:1", "one_on_one", "fri 13:00 45", ("mei",), **FRI, **INSIDE, **report("mei")),
    )


def _pinned() -> tuple[PlanMeeting, ...]:
    ask = Advice(
        "Ask Ruth Adler whether Wednesday 15:00 would do, or send a delegate.",
        "mailto:ruth@example.com?subject=Leadership%20meeting",
    )
    boss = Advice("Ask Ruth Adler for a time on Wednesday.", "mailto:ruth@example.com")
    ruth = {"organizer": "ruth@example.com"}
    outside, interview, lunch = (
        {**ONCE, "kind_reason": why}
        for why in ("someone from outside takes part", "“interview” in the title", "“lunch” with someone from outside")
    )
    title, no = "Interview: Senior platform engineer (Kim L.)", "meetings of this kind do not move"
    clash: dict[str, Any] = {
        "action": "conflict",
        "reasons": (Reason("both_pinned", "clashes with Leadership meeting, and neither may move", ("leadership",)),),
    }
    private: dict[str, Any] = {"private": True, "kind_reason": "private", "organizer": None}
    manager = {"with_": "manager", "kind_reason": "two people, one of them your manager"}
    leaders = ("ruth", "mara", "lee")
    return (
        pinned("interview", title, "interview", "mon 14:00 60", ("priya",), no, **interview),
        pinned(
            "vendor", "Vendor call: Tidewater Metrics renewal", "external", "tue 11:00 60", ("jonas",), no, **outside
        ),
        pinned(
            "leadership",
            "Leadership meeting",
            "other",
            "tue 13:00 60",
            leaders,
            ABOVE,
            **ruth,
            advice=ask,
            kind_reason="no rule knows it",
        ),
        pinned("council", "Works council call", "external", "tue 13:30 45", ("priya",), no, **outside, **clash),
        pinned("ruth", "Ruth / Dana", "one_on_one", "thu 09:30 30", ("ruth",), ABOVE, **ruth, **manager, advice=boss),
        pinned("lunch", "☕ Lunch with Farah", "network", "thu 12:00 60", (), no, **lunch),
        pinned("kita", "busy", "other", "fri 16:30 60", (), "private", **private),
    )


def _move() -> tuple[PlanMeeting, ...]:
    rooms = Rooms(("room-spree@example.com",), ("room-havel@example.com",))
    unsure: dict[str, Any] = {
        "preticked": False,
        "why_not_preticked": "nobody knows when lee@example.com is busy",
        "alternatives": tuple(
            Alternative(when(at).start, when(at).end, "people", cost, f"{cost} more")
            for at, cost in (("wed 09:30 50", 5), ("wed 14:00 50", 20))
        ),
        "advice": Advice("ask Lee Okafor whether Wednesday 11:00 or 14:00 would do", "mailto:lee@example.com"),
    }
    focus = {"price": Price(("jonas@example.com",), ("jonas@example.com", "mei@example.com"), -45, 60, 2)}
    clash: dict[str, Any] = {
        "scope": "occurrence",
        "series": None,
        "gain": Gain(30, 0, 0),
        "reasons": (Reason("ends_clash", "it clashes with Tooling office hours", ("tooling",)),),
    }
    friday = When(datetime(2026, 12, 25, 15, 30, tzinfo=BERLIN), datetime(2026, 12, 25, 15, 55, tzinfo=BERLIN))
    christmas = (SeriesException("2026-12-24T15:00:00+00:00", friday, None, "Christmas Day"),)
    noah = SeriesMove(MONDAY, "weekly, Thursday 16:00", "weekly, Friday 15:30", 8, christmas)
    sync, cross = {**MON_STARTS, "kind_reason": TEAM}, {"kind_reason": CROSS}
    questions, okr = "Ana: questions & feedback", "Cross-team OKR review (monthly)"
    return (
        moved(
            "priya",
            "Priya & Dana 1:1",
            "one_on_one",
            "tue 11:30 25",
            "mon 13:30 25",
            ("priya",),
            **MON,
            **report("priya"),
        ),
        moved("weekly", "Platform weekly", "team_sync", "tue 14:00 45", "mon 11:15 45", PLATFORM, rooms=rooms, **sync),
        moved(
            "api",
            "Platform x Mobile API sync",
            "cross_team",
            "tue 16:00 45",
            "wed 16:00 45",
            ("jonas", "mei", "noah"),
            **focus,
            **WED_PM,
            **cross,
        ),
        moved(
            "mobile",
            "Mobile weekly",
            "team_sync",
            "thu 10:00 30",
            "mon 09:30 30",
            ("mei", "felix", "isla?"),
            depends_on=("weekly",),
            **sync,
        ),
        moved("questions", questions, "one_on_one", "thu 11:00 30", "fri 13:45 30", ("ana",), **FRI, **report("ana")),
        moved(
            "product",
            "Product x Engineering sync",
            "cross_team",
            "thu 13:00 50",
            "wed 11:00 50",
            ("lee", "jonas"),
            **unsure,
            **WED_AM,
            **cross,
        ),
        moved(
            "felix",
            "Dana <> Felix 1:1",
            "one_on_one",
            "thu 14:00 25",
            "fri 14:15 25",
            ("felix",),
            **FRI,
            **report("felix"),
        ),
        moved(
            "noah",
            "1:1 Noah / Dana",
            "one_on_one",
            "thu 16:00 30",
            "fri 15:30 30",
            ("noah",),
            series=noah,
            **FRI,
            **report("noah"),
        ),
        moved(
            "okr",
            okr,
            "cross_team",
            "wed 14:30 45",
            "wed 15:00 45",
            ("mara", "lee", "jonas"),
            **clash,
            **WED_PM,
            **cross,
        ),
    )


def _wait() -> tuple[PlanMeeting, ...]:
    def waiting(
        ident: str, title: str, kind: str, at: str, to: str, people: tuple[str, ...], **more: Any
    ) -> PlanMeeting:
        place = when(to)
        text = f"it is meant for {place.start:%A %H:%M} in a later step: this week's change budget is used up"
        reasons = (Reason("budget", text),)
        return meeting(
            ident, title, kind, at, people, target=place, target_week="2026-W50", reasons=reasons, **OUTSIDE, **more
        )

    check = {"kind_reason": CHECK}
    peer = {"with_": "peer", "kind_reason": "two people, one of them your peer Mara Silva"}
    retro = "Platform sprint review + retro"
    return (
        waiting(
            "isla",
            "Austausch Isla / Dana",
            "one_on_one",
            "tue 15:00 30",
            "fri 14:45 30",
            ("isla",),
            **report("isla"),
        ),
        waiting("check", "Platform sprint check-in", "sprint_check", "wed 09:30 25", "fri 09:30 25", PLATFORM, **check),
        waiting("retro", retro, "sprint_check", "thu 15:00 60", "fri 11:00 60", PLATFORM, **check),
        waiting("mara", "Dana / Mara", "one_on_one", "mon 15:30 30", "wed 13:00 30", ("mara",), **peer),
    )


def _stuck() -> tuple[PlanMeeting, ...]:
    part_time = Reason(
        "no_common_time", "Tom Lindqvist works on Monday, Wednesday and Friday morning, and Monday is full"
    )
    longer = Relaxation("block_end", "if Monday 1:1s ended at 17:30, it would fit at 17:00")
    missing: dict[str, Any] = {
        **ONCE,
        "action": "suggest",
        "to": when("mon 15:00 25"),
        "reasons": (Reason("missing_one_on_one", "Felix Brandt should have two 1:1s a week and has one"),),
        "advice": Advice("Invite Felix Brandt to it.", "mailto:felix@example.com"),
    }
    what_if: dict[str, Any] = {
        **ONCE,
        "action": "unplaced",
        "with_": "skip",
        "kind_reason": "asked for",
        "reasons": (Reason("block_full", "Monday 1:1s and Friday 1:1s have 8 h, all of it taken"),),
        "relaxation": Relaxation("length", "with 25 minutes instead of 60 it would fit on Friday at 16:00"),
    }
    holiday: dict[str, Any] = {
        "scope": "occurrence",
        "action": "skip",
        "reasons": (Reason("holiday", "it is a public holiday for Isla Murray"),),
        "advice": Advice("Tell Isla Murray that it does not take place.", None),
    }
    second = "1:1 Dana / Felix (second of the week)"
    return (
        meeting(
            "tom",
            "Tom + Dana",
            "one_on_one",
            "wed 13:00 30",
            ("tom",),
            reasons=(part_time,),
            relaxation=longer,
            **OUTSIDE,
            **report("tom"),
        ),
        meeting("second", second, "one_on_one", None, ("felix",), **missing, **MON, **INSIDE, **report("felix")),
        meeting("whatif", "Skip level: Noah's team", "one_on_one", None, (), **what_if, **OUTSIDE),
        meeting(
            "holiday",
            "Isla: onboarding check",
            "one_on_one",
            "mon 17:00 30",
            ("isla",),
            **holiday,
            **MON,
            **report("isla"),
        ),
    )
