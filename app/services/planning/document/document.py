"""The solver's answer written down as a plan: every meeting with its action, reasons and price."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.domain.calendar.event import EventType
from app.domain.calendar.timespan import union
from app.domain.configuration.pattern import Block
from app.domain.meetings.busy import Strength
from app.domain.meetings.meeting import Classified, Meeting, Reason
from app.domain.people.grid import weeks_span
from app.domain.plans.plan import (
    BeforeAfter,
    BudgetUse,
    Busy,
    Day,
    Plan,
    PlanBlock,
    PlanMeeting,
    PlanPattern,
    PlanPerson,
    PlanWarning,
    Target,
    UsedBudget,
    WhyOther,
)
from app.domain.proposals.around import Around
from app.services.packing.packing import Packed
from app.services.packing.units.availability import Entry
from app.services.packing.units.places import Setting, block_span
from app.services.packing.units.units import Unit
from app.services.planning.document.entry import when_of
from app.services.planning.document.meetings import plan_meetings, skipped_meeting, suggested_meetings
from app.services.planning.document.outcome import Outcome, figures
from app.services.planning.relaxing.relaxations import Allowance


@dataclass(frozen=True)
class Week:
    """What the document says besides the solver's answer.

    `skipped` are the manager's meetings of the week that do not take place, with what they were taken for and why;
    `what_if` are the questions that it answers, `around` is what was decided before.
    """

    setting: Setting
    generated_by: str
    skipped: Sequence[tuple[Meeting, Classified, Reason]]
    warnings: Sequence[PlanWarning]
    what_if: Sequence[object] = ()
    around: Around = field(default_factory=Around)


def build_plan(week: Week, packed: Packed, suggested: Packed | None = None) -> Plan:
    """The plan document of a week, with what is suggested beside it."""
    setting = week.setting
    allowance = Allowance((suggested or packed).wall_left)
    outcome = Outcome(setting, packed, allowance)
    meetings = (
        *plan_meetings(outcome),
        *(suggested_meetings(Outcome(setting, suggested, allowance), packed) if suggested else ()),
        *(skipped_meeting(m, k, why, f"s{n}", setting) for n, (m, k, why) in enumerate(week.skipped, start=1)),
    )
    charged = [u for i, u in enumerate(packed.units) if packed.moved(i) and not (u.clashes or u.wish)]
    later = outcome.later_weeks
    rule = setting.rules.budget
    return Plan(
        id=_plan_id(week, packed.units),
        manager=setting.manager,
        week=str(setting.week),
        timezone=setting.zone.key,
        generated_at=week.setting.now.astimezone(setting.zone),
        generated_by=week.generated_by,
        previous=None,
        status=packed.status,
        limited=packed.limited or allowance.cut,
        wall_time_s=round(packed.wall_time_s, 3),
        tiers=packed.tiers,
        pattern=_pattern(outcome),
        days=tuple(_days(setting)),
        people=tuple(_people(setting, (suggested or packed).units)),
        busy=tuple(_busy(setting, packed.units)),
        meetings=tuple(sorted(meetings, key=_begin)),
        budget=BudgetUse(
            rule.max_moves if rule.mode == "steps" else None,
            rule.max_people_mailed if rule.mode == "steps" else None,
            UsedBudget(len(charged), len({e for u in charged for e in u.mailed})),
        ),
        target=Target(len(later), max(later.values(), default=0), figures(outcome, packed.goal)),
        metrics=BeforeAfter(figures(outcome, packed.before), figures(outcome, packed.after)),
        warnings=tuple(week.warnings),
    )


def _begin(meeting: PlanMeeting) -> tuple[bool, datetime, str]:
    """In order of time; what has no time comes last."""
    when = meeting.from_ or meeting.to
    return when is None, when.start if when else datetime.min.replace(tzinfo=UTC), meeting.id


def _plan_id(week: Week, units: Sequence[Unit]) -> str:
    """The same for the same question: manager, week, moment, all that is wanted or decided, the meetings' versions."""
    setting = week.setting
    seen = [
        (u.id, m.key, m.event.sequence, m.event.etag, m.span.start.isoformat(), m.required)
        for u in units
        for m in u.meetings
    ]
    asked = (setting.manager, str(setting.week), setting.now.isoformat(), setting.pattern, setting.rules)
    decided = () if week.around == Around() else (week.around,)
    text = repr((asked, tuple(week.what_if), seen, *decided))
    return "plan-" + hashlib.sha256(text.encode()).hexdigest()[:16]


def _pattern(outcome: Outcome) -> PlanPattern:
    setting = outcome.setting
    blocks = []
    for block in setting.pattern.block:
        span = block_span(block, setting.week, setting.zone)
        needed = _needed_minutes(block, outcome)
        blocks.append(PlanBlock(block.name, span.local_start, span.local_end, block.kinds, needed, block.minutes))
    free = tuple(d for d in setting.week.days if setting.pattern.is_meeting_free(d.weekday()))
    return PlanPattern(tuple(blocks), free)


def _needed_minutes(block: Block, outcome: Outcome) -> int:
    """What the blocks of the same kinds have to hold: movable meetings of these kinds, and what cannot move away."""
    setting, units = outcome.setting, outcome.packed.units
    alike = [b for b in setting.pattern.block if b.kinds == block.kinds]
    room = union(block_span(b, setting.week, setting.zone) for b in alike)
    fixed = union([*outcome.busy[setting.manager], *(m.span for u in units if not u.movable for m in u.meetings)])
    movable = [m for u in units if u.movable and block.takes(u.kind.kind, u.kind.relation) for m in u.meetings]
    return sum(m.span.minutes for m in movable) + sum(r.overlap_minutes(f) for r in room for f in fixed)


def _days(setting: Setting) -> Iterator[Day]:
    own = setting.time[setting.manager]
    for day in setting.week.days:
        working = tuple(when_of(span, setting) for span in own.working_on([day]))
        yield Day(day, own.holidays.get(day), day in own.away, setting.pattern.is_meeting_free(day.weekday()), working)


def _people(setting: Setting, units: Sequence[Unit]) -> Iterator[PlanPerson]:
    names = {p.email: p.name for u in units for m in u.meetings for p in m.people}
    for email in sorted(names):
        time = setting.time[email]
        name, as_of = time.person.name or names[email], setting.as_of.get(email)
        yield PlanPerson(email, name, time.zone.key, time.availability, as_of and as_of.astimezone(setting.zone))


def _busy(setting: Setting, units: Sequence[Unit]) -> Iterator[Busy]:
    """The manager's own time of the week that no listed meeting explains, without titles."""
    held = {m.key for u in units for m in u.meetings}
    week = weeks_span(setting.week, 1, setting.zone)
    for entry in setting.time[setting.manager].entries:
        local = entry.span.in_zone(setting.zone)
        if entry.key not in held and entry.span.overlaps(week):
            yield Busy(local.local_start, local.local_end, _why(entry))


def _why(entry: Entry) -> WhyOther:
    """What the manager may be told of their own time, without its title."""
    event = entry.event
    if entry.private:
        return "private"
    if entry.strength == Strength.AWAY or event.event_type == EventType.OUT_OF_OFFICE:
        return "out_of_office"
    if entry.strength == Strength.SOFT:
        return "focus"
    return "no_people" if len(event.attendees) <= 1 else "other"
