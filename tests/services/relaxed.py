"""A relaxation read from its text and done to the request itself: calendars, team, pattern and rules."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from app.domain.calendar.event import Event
from app.domain.plans.plan import PlanMeeting
from app.render import words
from app.services.planning.situation.request import Request
from tests.services.weeks import DANA, MemoryCalendar


def relaxed(request: Request, meeting: PlanMeeting) -> Request:
    """What to plan from once the manager has done what the relaxation of a meeting says."""
    assert meeting.relaxation is not None
    condition = meeting.relaxation.text.partition(", it would ")[0]
    for pattern, change in CHANGES:
        if found := re.fullmatch(pattern, condition):
            return change(request, meeting, *found.groups())
    raise AssertionError(f"nobody knows how to do this: {meeting.relaxation.text}")


def _shorter(request: Request, meeting: PlanMeeting, minutes: str, _: str) -> Request:
    def cut(event: Event) -> Event:
        return replace(event, span=replace(event.span, end=event.span.start + timedelta(minutes=int(minutes))))

    return _with_events(request, lambda event: cut(event) if event.ref.uid == meeting.uid else event)


def _online(request: Request, meeting: PlanMeeting) -> Request:
    def without(event: Event) -> Event:
        return replace(event, attendees=tuple(a for a in event.attendees if not a.is_room), location="")

    return _with_events(request, lambda event: without(event) if event.ref.uid == meeting.uid else event)


def _optional(request: Request, meeting: PlanMeeting, name: str) -> Request:
    assert request.team
    email = next(p.email for p in request.team.person if p.name == name)

    def eased(event: Event) -> Event:
        people = (replace(a, required=a.required and a.email != email) for a in event.attendees)
        return replace(event, attendees=tuple(people))

    return _with_events(request, lambda event: eased(event) if event.ref.uid == meeting.uid else event)


def _own_entry(request: Request, meeting: PlanMeeting, start: str) -> Request:
    begin = datetime.fromisoformat(start)

    def is_it(event: Event) -> bool:
        return not event.attendees and event.span.local_start.replace(tzinfo=None) == begin

    return _with_events(request, lambda event: None if is_it(event) else event, only=DANA)


def _packing(request: Request, meeting: PlanMeeting, **keys: Any) -> Request:
    return replace(request, rules=replace(request.rules, packing=replace(request.rules.packing, **keys)))


def _block(request: Request, meeting: PlanMeeting, name: str, verb: str, clock: str) -> Request:
    field = {"ended": "end", "began": "start"}[verb]
    return _with_block(request, name, **{field: time.fromisoformat(clock)})


def _other_block(request: Request, meeting: PlanMeeting, name: str, word: str) -> Request:
    kinds = next(b.kinds for b in request.pattern.block if b.name == name)
    kind = f"{meeting.kind}:{meeting.with_}" if meeting.with_ else meeting.kind
    assert word == words.kinds([kind])
    return _with_block(request, name, kinds=(*kinds, kind))


def _with_block(request: Request, name: str, **fields: Any) -> Request:
    blocks = (replace(b, **fields) if b.name == name else b for b in request.pattern.block)
    return replace(request, pattern=replace(request.pattern, block=tuple(blocks)))


def _notice(request: Request, meeting: PlanMeeting, days: str) -> Request:
    pins = replace(request.rules.pins, freeze_working_days=int(days))
    return replace(request, rules=replace(request.rules, pins=pins))


def _pins(request: Request, **keys: Any) -> Request:
    return replace(request, rules=replace(request.rules, pins=replace(request.rules.pins, **keys)))


def _without(request: Request, meeting: PlanMeeting, title: str | None, value: str, key: str) -> Request:
    value = title or meeting.title if value == "its UID" else value  # the UIDs here are the titles
    return _pins(request, **{key: tuple(v for v in getattr(request.rules.pins, key) if v != value)})


def _hours(request: Request, meeting: PlanMeeting, verb: str, clock: str) -> Request:
    assert request.team
    dana = request.team.find(DANA)
    own = dana.working_hours
    if verb == "ended":
        hours = tuple(replace(h, end=time.fromisoformat(clock)) for h in own)
    else:
        hours = tuple(replace(h, start=time.fromisoformat(clock)) for h in own)
    people = (replace(p, working_hours=hours) if p.email == DANA else p for p in request.team.person)
    return replace(request, team=replace(request.team, person=tuple(people)))


def _free_day(request: Request, meeting: PlanMeeting, day: str) -> Request:
    free = request.pattern.meeting_free_days
    left = replace(free, days=tuple(d for d in free.days if d != day.lower()))
    return replace(request, pattern=replace(request.pattern, meeting_free_days=left))


def _budget(request: Request, meeting: PlanMeeting, keys: str) -> Request:
    more: dict[str, Any] = {key: int(number) for key, number in re.findall(r"(\w+) = (\d+)", keys)}
    return replace(request, rules=replace(request.rules, budget=replace(request.rules.budget, **more)))


def _no_budget(request: Request, meeting: PlanMeeting) -> Request:
    return replace(request, rules=replace(request.rules, budget=replace(request.rules.budget, mode="none")))


def _with_events(request: Request, change: Callable[[Event], Event | None], only: str | None = None) -> Request:
    sources = []
    for source in request.sources:
        calendar = source.calendar
        assert isinstance(calendar, MemoryCalendar)
        changed = (change(e) if only in (None, calendar.owner_hint) else e for e in calendar.held)
        held = [event for event in changed if event is not None]
        sources.append(replace(source, calendar=replace(calendar, held=held)))
    return replace(request, sources=sources)


Change = Callable[..., Request]
CHANGES: tuple[tuple[str, Change], ...] = (
    (r"with (\d+) minutes instead of (\d+)", _shorter),
    (r"without a room", _online),
    (r"with tolerance_minutes = (\d+)", lambda r, m, n: _packing(r, m, tolerance_minutes=int(n))),
    (r"if your working hours (ended|began) at (\d\d:\d\d)", _hours),
    (r"if (.+) (ended|began) at (\d\d:\d\d)", _block),
    (r"if (.+) also took (.+)", _other_block),
    (
        r"if a move had to gain nothing \(move_charge and mailed_charge = 0\)",
        lambda r, m: _packing(r, m, move_charge=0, mailed_charge=0),
    ),
    (r"(?:if (.+) might move, )?without (.+) in pins\.(\w+)", _without),
    (r"(?:if .+ might move, )?with pins\.(\w+) = false", lambda r, _, key: _pins(r, **{key: False})),
    (r"(?:if .+ might move, )?with pins\.over_people = (\d+)", lambda r, _, n: _pins(r, over_people=int(n))),
    (r"with freeze_working_days = (\d+)", _notice),
    (r"without your own entry of (.+)", _own_entry),
    (r"if (.+) were optional", _optional),
    (r"if (.+) were not meeting-free", _free_day),
    (r"with (max_.+) in the budget", _budget),
    (r'with no budget \(mode = "none"\)', _no_budget),
)
