"""The moves of a plan in words, and the plan in two sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from app.domain.calendar.timespan import IsoWeek, Timespan, union
from app.domain.plans.plan import Alternative, Plan, PlanMeeting, Price
from app.render import words
from app.render.plans.leftovers import left_out, mailto
from app.render.plans.week import Numbers, numbers


@dataclass(frozen=True, slots=True)
class MoveView:
    """One move: what, from where to where, why, at what price.

    `unticked` is why it is not ticked beforehand, `besides` what else to mind, `alternatives` where else it could go,
    `weekly` a series' hours, `helps` whom to ask first and `mailto` the mail that does.
    """

    number: int
    title: str
    kind: str
    old: str
    new: str
    scope: str
    weekly: str
    why: tuple[str, ...]
    price: str
    unticked: str
    besides: tuple[str, ...]
    alternatives: str
    helps: tuple[str, ...]
    mailto: str | None
    preticked: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """All that is to be minded."""
        return tuple(note for note in (self.unticked, *self.besides, self.alternatives) if note)


def heading(plan: Plan) -> str:
    """`Week 2026-W49, 30 Nov` to `6 Dec`, by the days of the plan."""
    days = [d.date for d in plan.days]
    span = f", {words.short_date(days[0])} {words.DASH} {words.short_date(days[-1])}" if days else ""
    return f"Week {words.clean(plan.week)}{span}"


def summary(plan: Plan) -> tuple[str, ...]:
    """The plan in at most two sentences: what moves, and what is left to the target."""
    left, rest = plan.target.moves_left, _rest(plan)
    if not plan.moves:
        done = "Nothing to move" if plan.status in ("optimal", "feasible") else words.capital(words.STATUS[plan.status])
        return (f"{done}.", f"{rest}.") if left else (f"{done}.",)
    mailed = words.count(plan.budget.used.people_mailed, "person", "people")
    return f"{words.count(len(plan.moves), 'move')}{_budget(plan)}, {mailed} mailed.", f"{rest}."


def _rest(plan: Plan) -> str:
    """What is left to the target, in later weeks or, of what is for this week alone, not at all."""
    left = plan.target.moves_left
    if left:
        return f"{words.count(left, 'more move')} in {words.count(plan.target.weeks_left, 'week')} to the target"
    lost = sum(m.target is None and any(r.code == "budget" for r in m.reasons) for m in plan.meetings)
    return f"{lost} more would not fit this week's budget" if lost else "That is the whole way"


def _budget(plan: Plan) -> str:
    most, used = plan.budget.moves, plan.budget.used.moves
    if most is None:
        return ""
    return f", {used} of {most} in the budget" + (" (ending a clash is free)" if used < len(plan.moves) else "")


def quality(plan: Plan) -> str:
    """How good the answer is known to be, and how old what it rests on."""
    cut = "; cut off by the clock" if plan.limited else ""
    read = [person.as_of for person in plan.people if person.as_of]
    as_of = f" Calendars as of {words.moment(min(read).astimezone(ZoneInfo(plan.timezone)))}." if read else ""
    return f"{words.capital(words.STATUS[plan.status])}{cut}.{as_of}"


def moves(plan: Plan) -> tuple[MoveView, ...]:
    """The moves of this step, in the order of their numbers."""
    number = numbers(plan)
    return tuple(move_view(plan, m, number) for m in in_order(plan))


def in_order(plan: Plan) -> tuple[PlanMeeting, ...]:
    """The meetings that move, in the order of their numbers."""
    number = numbers(plan)
    return tuple(sorted(plan.moves, key=lambda m: number[m.id]))


def move_view(plan: Plan, meeting: PlanMeeting, number: Numbers) -> MoveView:
    """One move; `number` has all moves of the plan."""
    zone = ZoneInfo(plan.timezone)
    return MoveView(
        number[meeting.id],
        words.title(meeting.title),
        words.kind(meeting.kind, meeting.with_),
        *path(plan, meeting),
        *_scope(meeting),
        tuple(words.clean(r.text) for r in meeting.reasons),
        _price(plan, meeting),
        "" if meeting.preticked else _unticked(meeting),
        _besides(plan, meeting, number),
        _alternatives(meeting.alternatives, zone, dated=not begins_later(plan, meeting)),
        (words.clean(meeting.advice.text),) if meeting.advice else (),
        mailto(meeting),
        meeting.preticked,
    )


def path(plan: Plan, meeting: PlanMeeting) -> tuple[str, str]:
    """From where to where: in the planned week, or in any week, of a series that begins to move only later."""
    show, zone = words.weekly if begins_later(plan, meeting) else words.span, ZoneInfo(plan.timezone)
    old, new = (show(words.local(each, zone)) if each else "" for each in (meeting.from_, meeting.to))
    return old, new


def begins_later(plan: Plan, meeting: PlanMeeting) -> bool:
    """Whether a series is where it was in the planned week, and moves in a later one."""
    series = meeting.series
    return series is not None and series.effective_from > IsoWeek.parse(plan.week).monday


def _scope(meeting: PlanMeeting) -> tuple[str, str]:
    series = meeting.series
    if meeting.scope == "occurrence" or series is None:
        return "this once", ""
    weekly = f"{words.clean(series.before)} → {words.clean(series.after)}"
    if series.occurrences_checked:
        weekly += f", checked for {words.count(series.occurrences_checked, 'occurrence')}"
    return f"series, from {words.week_of(series.effective_from)}", weekly


def _price(plan: Plan, meeting: PlanMeeting) -> str:
    """For whom it is a bad hour and what it takes, before who is mailed, whose answers are reset, and focus time.

    The worst comes first, as a mail has no room for all of it.
    """
    price = meeting.price
    if price is None:
        return ""
    parts = []
    if price.bad_hours:
        parts.append(f"is at a bad hour for {words.listed(_people(plan, price.bad_hours))}")
    if held := _held(plan, meeting):
        parts.append(f"takes {words.duration(held)} that you hold for focus")
    parts.append(f"mails {words.listed(_people(plan, price.mailed))}" if price.mailed else "mails nobody")
    if price.rsvps_reset:
        parts.append(f"resets {words.count(len(price.rsvps_reset), 'answer')}")
    focus = (_focus("you", price.focus_minutes_own), _focus(_others(price), price.focus_minutes_others))
    return ", ".join([*parts, *filter(None, focus)])


def _held(plan: Plan, meeting: PlanMeeting) -> int:
    """Minutes of the manager's own focus holds at the new time: they keep no meeting away."""
    new, zone = meeting.to, ZoneInfo(plan.timezone)
    holds = union(Timespan.between(b.start, b.end, zone) for b in plan.busy if b.why == "focus")
    span = Timespan.between(new.start, new.end, zone) if new else None
    return sum(span.overlap_minutes(hold) for hold in holds) if span else 0


def _others(price: Price) -> str:
    return words.count(price.others_affected, "other person", "others")


def _focus(who: str, minutes: int) -> str:
    """What a move does to focus time: more than nothing is won."""
    if not minutes:
        return ""
    return f"{'wins' if minutes > 0 else 'costs'} {who} {words.duration(abs(minutes))} of focus time"


def _people(plan: Plan, emails: Sequence[str]) -> list[str]:
    names = {p.email: p.name for p in plan.people}
    return [words.clean(names.get(email) or email, words.TITLE_LIMIT) for email in emails]


def _besides(plan: Plan, meeting: PlanMeeting, number: Numbers) -> tuple[str, ...]:
    notes = []
    first = {n for each in meeting.depends_on for m, n in number.items() if m == each or m.startswith(f"{each}.")}
    if first := first - {number[meeting.id]}:
        notes.append(f"only together with move {words.listed([str(n) for n in sorted(first)])}")
    if meeting.rooms.from_ != meeting.rooms.to:
        old, new = (
            words.listed([words.clean(r) for r in rooms]) or "none" for rooms in (meeting.rooms.from_, meeting.rooms.to)
        )
        notes.append(f"room: {old} → {new}")
    if there := _elsewhere(plan, meeting):
        notes.append(there)
    return (*notes, *left_out(meeting))


def _alternatives(found: Sequence[Alternative], zone: ZoneInfo, *, dated: bool) -> str:
    """`also free: Mon 30 Nov 11:15, 11:30; Tue 1 Dec 09:00`, `Mon 11:15` if not dated; empty if there is none."""
    starts = sorted(each.start.astimezone(zone) for each in found)
    days = groupby(starts, key=lambda start: start.date())
    text = "; ".join(
        f"{words.day(day) if dated else words.DAYS[day.weekday()]} {', '.join(words.clock(start) for start in times)}"
        for day, times in days
    )
    return f"also free: {text}" if text else ""


def _unticked(meeting: PlanMeeting) -> str:
    why = f": {words.clean(meeting.why_not_preticked)}" if meeting.why_not_preticked else ""
    return f"not ticked beforehand{why}"


def _elsewhere(plan: Plan, meeting: PlanMeeting) -> str:
    """What o'clock it is for those who live by another clock, and for whom that is outside working hours."""
    if meeting.to is None:
        return ""
    here = meeting.to.start.astimezone(ZoneInfo(plan.timezone))
    zones = {p.email: p.timezone for p in plan.people}
    found: list[str] = []
    for attendee in meeting.attendees:
        is_elsewhere = attendee.local_start.utcoffset() != here.utcoffset()
        if attendee.is_coming and (is_elsewhere or attendee.outside_hours):
            (name,) = _people(plan, [attendee.email])
            outside = ", outside working hours" if attendee.outside_hours else ""
            zone = words.city(zones.get(attendee.email, ""))
            found.append(
                f"{_clock_there(attendee.local_start, here)} for {name}{f' ({zone})' if zone else ''}{outside}"
            )
    return "; ".join(found)


def _clock_there(there: datetime, here: datetime) -> str:
    return words.clock(there) if there.date() == here.date() else f"{words.day(there)} {words.clock(there)}"
