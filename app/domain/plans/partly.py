"""A plan of which only some moves are made: what is not made stays where it is, without planning anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields, replace
from zoneinfo import ZoneInfo

from app.domain.calendar.timespan import Timespan, union
from app.domain.plans.metrics import Counted, week_metrics
from app.domain.plans.plan import BeforeAfter, Metrics, Plan, PlanMeeting, When

ENDS_CLASH, ARRANGED = "ends_clash", "arranged"
"""The reason of a move that ends a clash, whose `refs` are what it clashes with; and of what somebody arranged."""


def made_in_part(plan: Plan, made: Collection[str]) -> Plan:
    """The plan with the moves of these meetings alone, by their ids; it says nothing of what the others would cost.

    The figures after are those of the plan, less what the other moves do. Of a plan without working hours, which
    earlier versions stored, those of free time stay as they were planned.
    """
    if all(m.id in made for m in plan.moves):
        return plan
    meetings = tuple(_stays(m) if m.action == "move" and m.id not in made else m for m in plan.meetings)
    part = replace(plan, meetings=tuple(_clashing(m, meetings) for m in meetings))
    return replace(part, metrics=BeforeAfter(plan.metrics.before, _less(plan, part)))


def _stays(meeting: PlanMeeting) -> PlanMeeting:
    """A meeting that does not move after all."""
    was_inside = meeting.in_block and not (meeting.gain and meeting.gain.pattern_minutes)
    return replace(
        meeting,
        action="keep",
        to=None,
        in_block=was_inside,
        series=None,
        price=None,
        rooms=replace(meeting.rooms, to=meeting.rooms.from_),
    )


def _clashing(meeting: PlanMeeting, others: Collection[PlanMeeting]) -> PlanMeeting:
    """The meeting, as a clash if it was to end one that is still there."""
    refs = {ref for reason in meeting.reasons if reason.code == ENDS_CLASH for ref in reason.refs}
    rivals = [m for m in others if m.id in refs and m.action not in ("skip", "unplaced")]
    is_there = meeting.action == "keep" and any(_overlap(_place(meeting), _place(m)) for m in rivals)
    return replace(meeting, action="conflict") if is_there else meeting


def _place(meeting: PlanMeeting) -> When | None:
    return meeting.to or meeting.from_


def _overlap(one: When | None, other: When | None) -> bool:
    return one is not None and other is not None and one.start < other.end and other.start < one.end


def _less(plan: Plan, part: Plan) -> Metrics:
    """The figures after some of the moves: those after all of them, and what makes the difference."""
    whole, some = _figures(plan), _figures(part)
    after = plan.metrics.after
    free = after.meeting_free_days
    days = {d: free[d] + some.meeting_free_days[d] - whole.meeting_free_days[d] for d in free}
    numbers = {
        name: round(getattr(after, name) + getattr(some, name) - getattr(whole, name), 4)
        for name in (field.name for field in fields(Metrics))
        if name != "meeting_free_days"
    }
    return Metrics(meeting_free_days=days, **numbers)


def _figures(plan: Plan) -> Metrics:
    """The figures of the meetings that a plan lists, after its moves."""
    zone = ZoneInfo(plan.timezone)
    counted = [each for m in plan.meetings for each in _counted(plan, m, zone)]
    busy = [Timespan.between(b.start, b.end, zone) for b in plan.busy if b.why != "focus"]
    working = [Timespan.between(w.start, w.end, zone) for day in plan.days for w in day.working]
    return week_metrics(counted, busy, working, tuple(plan.metrics.after.meeting_free_days), zone)


def _counted(plan: Plan, meeting: PlanMeeting, zone: ZoneInfo) -> Iterator[Counted]:
    place = _place(meeting)
    if place is None or meeting.action in ("skip", "suggest", "unplaced"):
        return
    wanted = {meeting.kind, f"{meeting.kind}:{meeting.with_}"}
    blocks = union(Timespan.between(b.start, b.end, zone) for b in plan.pattern.blocks if wanted & set(b.kinds))
    governed = meeting.movable and meeting.recurring and meeting.kind != "standup" and not _by_hand(meeting)
    span = Timespan.between(place.start, place.end, zone)
    yield Counted(span, meeting.kind, governed, tuple(blocks), not meeting.in_block)


def _by_hand(meeting: PlanMeeting) -> bool:
    """Whether somebody gave this occurrence its own time: the pattern is not about it."""
    return any(reason.code == ARRANGED for reason in meeting.reasons)
