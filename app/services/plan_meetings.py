"""Each meeting of the planned week as the plan shows it: action, reasons, price and what else would be possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from app.domain.grid import working_spans
from app.domain.meeting import Classified, Meeting, Reason
from app.domain.plan import (
    Action,
    Advice,
    Alternative,
    Gain,
    PlanAttendee,
    PlanMeeting,
    Price,
    Rooms,
    SeriesException,
    SeriesMove,
    When,
)
from app.domain.timespan import IsoWeek, Timespan
from app.services import wording
from app.services.outcome import Outcome
from app.services.packing import Spans
from app.services.places import (
    Setting,
    block_span,
    block_spans,
    minutes_on_free_days,
    minutes_outside,
    rsvps_reset,
)
from app.services.units import Unit

MANY_PEOPLE = 8
ALTERNATIVES = 3


def plan_meetings(outcome: Outcome) -> Iterator[PlanMeeting]:
    """Every meeting of the planned week that takes place."""
    for number, unit in enumerate(outcome.packed.units):
        for nth, meeting in enumerate(unit.meetings):
            yield _MeetingPlan(outcome, number, nth, meeting).written()


def skipped_meeting(meeting: Meeting, kind: Classified, reason: Reason, number: str, setting: Setting) -> PlanMeeting:
    """A meeting of the week that does not take place."""
    return PlanMeeting(
        **_identity(meeting, kind, number),
        attendees=tuple(_attendees(meeting, meeting.span, setting)),
        movable=False,
        pinned_reason=reason,
        action="skip",
        scope="occurrence",
        from_=_when(meeting.span, setting),
        to=None,
        target=None,
        target_week=None,
        block=None,
        in_block=True,
        series=None,
        gain=None,
        preticked=False,
        why_not_preticked=None,
        depends_on=(),
        alternatives=(),
        price=None,
        reasons=(reason,),
        relaxation=None,
        advice=None,
    )


class _MeetingPlan:
    """One occurrence of a unit in the planned week, with everything that its entry in the plan is made of."""

    def __init__(self, outcome: Outcome, number: int, nth: int, meeting: Meeting) -> None:
        self.outcome, self.number, self.nth, self.meeting = outcome, number, nth, meeting
        self.setting, self.packed = outcome.setting, outcome.packed
        self.unit: Unit = outcome.packed.units[number]
        self.moved = self.packed.moved(number)
        self.old = meeting.span
        self.new = self.packed.after[number][nth]
        self.blocks = block_spans(self.setting, self.unit.kind)
        self.clashes = outcome.rivals(number, self.new, self.packed.after)

    def written(self) -> PlanMeeting:
        """The entry in the plan."""
        unit = self.unit
        identifier = self.outcome.ids(self.number)[self.nth]
        caveat = self._caveat() if self.moved else None
        week = self._later_week()
        return PlanMeeting(
            **_identity(self.meeting, unit.kind, identifier),
            attendees=tuple(_attendees(self.meeting, self.new, self.setting)),
            movable=unit.movable,
            pinned_reason=unit.pinned,
            action=self._action(),
            scope=unit.scope,
            from_=_when(self.old, self.setting),
            to=_when(self.new, self.setting) if self.moved else None,
            target=_when(self.packed.goal[self.number][self.nth], self.setting) if week else None,
            target_week=str(week) if week else None,
            block=_block_name(unit, self.new, self.setting),
            in_block=self._outside(self.new) == 0,
            series=self._series() if self.moved and unit.scope == "series" else None,
            gain=self._gain() if self.moved else None,
            preticked=self.moved and caveat is None,
            why_not_preticked=caveat,
            depends_on=self._depends_on() if self.moved else (),
            alternatives=tuple(self._alternatives()) if self.moved else (),
            price=self._price() if self.moved else None,
            reasons=tuple(self._reasons()),
            relaxation=None,
            advice=self._advice(),
        )

    def _outside(self, span: Timespan) -> int:
        return minutes_outside(span, self.blocks, self.setting.rules.packing.tolerance_minutes)

    def _action(self) -> Action:
        if self.moved:
            return "move"
        if self._absent(self.new) and self.unit.kind.kind == "one_on_one":
            return "skip"
        if self.clashes:
            return "conflict"
        return "keep" if self.unit.movable else "pinned"

    def _reasons(self) -> Iterator[Reason]:
        """Why it moves, or why it stays: what is gained, and the rule that binds what is not."""
        if self.clashes:
            yield wording.clash_stays([self.outcome.called(c) for c in self.clashes], self.outcome.refs(self.clashes))
        if self._action() == "skip":
            yield wording.away(self._absent(self.new), self.setting)
        if self.moved:
            yield from self._why_moved()
        elif self.unit.pinned is not None:
            yield self.unit.pinned
        elif self.packed.waits(self.number):
            yield wording.waits(self.packed.goal[self.number][self.nth], self._later_week(), self.setting.zone)
        elif self.unit.keeps_days and not self.clashes:
            yield Reason("standup", "a stand-up keeps its days, and its time unless it clashes every week")
        elif not self.unit.recurring:
            yield Reason("arranged", "somebody arranged this one: it moves only to end a clash")
        elif not self._misplaced():
            yield self._fine()
        if self._misplaced() and self.unit.governed and not self.packed.waits(self.number):
            yield self._binding()

    def _later_week(self) -> IsoWeek | None:
        """About when a unit that waits has its turn."""
        later = self.outcome.later_weeks.get(self.number)
        return self.setting.week.plus(later) if later else None

    def _absent(self, span: Timespan) -> list[str]:
        """Required people who are away on the day of a span."""
        return [e for e in self.unit.required if self.setting.time[e].is_away(span)]

    def _misplaced(self) -> bool:
        return bool(self._outside(self.new) or minutes_on_free_days(self.new, self.setting))

    def _fine(self) -> Reason:
        name = _block_name(self.unit, self.new, self.setting)
        return (
            Reason("in_block", f"it is in its block, {name}") if name else Reason("no_block", "its kind has no block")
        )

    def _why_moved(self) -> Iterator[Reason]:
        if minutes_on_free_days(self.old, self.setting) and not minutes_on_free_days(self.new, self.setting):
            yield wording.off_free_day(self.old, self.setting.zone)
        if self._outside(self.old) and not self._outside(self.new):
            yield wording.into_block(_block_name(self.unit, self.new, self.setting) or "")
        if not self._score(self.unit.spans) > self._score(self.packed.after[self.number]) and not self.unit.clashes:
            followers = self._followers()
            yield wording.makes_room([self.outcome.called(f) for f in followers], self.outcome.refs(followers))
        if self.unit.clashes:
            titles = [self.outcome.called(c) for c in self.unit.clashes]
            yield wording.ends_clash(titles, self.outcome.refs(self.unit.clashes))

    def _binding(self) -> Reason:
        """The rule that keeps it from all better places."""
        packed = self.packed
        current = self._score(self.packed.goal[self.number])
        wanted = [n for n, spans in enumerate(packed.places[self.number]) if n and self._score(spans) < current]
        found = packed.binding(self.number, wanted)
        titles = [self.outcome.called(c) for c in found.culprits] if found.rule == "taken" else []
        return wording.binding(found.rule, titles, self.outcome.refs(found.culprits), has_block=bool(self.blocks))

    def _score(self, spans: Sequence[Timespan]) -> tuple[int, int]:
        """Minutes on meeting-free days and outside of the blocks, in the planned week."""
        now = spans[: len(self.unit.meetings)]
        return sum(minutes_on_free_days(s, self.setting) for s in now), sum(self._outside(s) for s in now)

    def _series(self) -> SeriesMove:
        """What the move means for the series. Every occurrence was found free; a 1:1 on a day off is better skipped."""
        before, after = (spans[self.number] for spans in (self.packed.before, self.packed.after))
        count, zone = len(self.unit.meetings), self.setting.zone
        return SeriesMove(
            effective_from=self.setting.week.monday,
            before=wording.cadence(self.meeting, before[:count], zone),
            after=wording.cadence(self.meeting, after[:count], zone),
            occurrences_checked=len(after),
            exceptions=tuple(self._exceptions()),
        )

    def _exceptions(self) -> Iterator[SeriesException]:
        if self.unit.kind.kind != "one_on_one":
            return
        for meeting, span in zip(self.unit.meetings, self.packed.after[self.number], strict=False):
            absent = self._absent(span)
            recurrence_id = meeting.event.ref.recurrence_id
            if absent and recurrence_id is not None:
                yield SeriesException(recurrence_id.isoformat(), None, wording.away(absent, self.setting).text)

    def _gain(self) -> Gain:
        """What the move takes away, of this occurrence."""
        before = self.outcome.rivals(self.number, self.old, self.packed.before)
        old, new = (minutes_on_free_days(span, self.setting) for span in (self.old, self.new))
        return Gain(
            conflict_minutes=max(0, sum(before.values()) - sum(self.clashes.values())),
            free_day_minutes=max(0, old - new),
            pattern_minutes=self._outside(self.old) - self._outside(self.new),
        )

    def _price(self) -> Price:
        """What the move costs, and wins, the people in it."""
        outcome, manager = self.outcome, self.setting.manager
        others = [e for e in self.unit.required if e != manager and self.setting.time[e].availability == "known"]
        gains = [outcome.focus_gain(self.number, e) for e in others]
        return Price(
            rsvps_reset=rsvps_reset(self.meeting, manager),
            mailed=self.unit.mailed,
            focus_minutes_own=outcome.focus_gain(self.number, manager),
            focus_minutes_others=sum(gains),
            others_affected=sum(gain != 0 for gain in gains),
        )

    def _depends_on(self) -> tuple[str, ...]:
        """Meetings that have to leave the new place first."""
        return self.outcome.refs(self._movers(self.packed.after[self.number], self.packed.before))

    def _followers(self) -> list[str]:
        """Units that move to where this one is today."""
        return self._movers(self.packed.before[self.number], self.packed.after)

    def _movers(self, own: Sequence[Timespan], places: Sequence[Sequence[Timespan]]) -> list[str]:
        """Other units that move, share a required person, and are at one of these times at their places."""
        return [
            other.id
            for number, other in enumerate(self.packed.units)
            if number != self.number
            and self.packed.moved(number)
            and set(self.unit.required) & set(other.required)
            and any(a.overlaps(b) for a in places[number] for b in own)
        ]

    @cached_property
    def _others_free(self) -> list[tuple[Spans, int]]:
        return self.packed.others_free(self.number, ALTERNATIVES)

    def _alternatives(self) -> Iterator[Alternative]:
        """The best other places that are free for everyone beside the rest of this plan."""
        for spans, cost in self._others_free:
            place = _when(spans[self.nth], self.setting)
            yield Alternative(place.start, place.end, cost)

    def _caveat(self) -> str | None:
        """Why the move is not ticked beforehand: someone's time is not known, many people, or a bad hour."""
        people = self.unit.required
        unknown = self._unknown()
        if unknown:
            return f"unconfirmed: the calendar of {wording.names(unknown)} is not known"
        if self._absent(self.new):
            return wording.away(self._absent(self.new), self.setting).text
        if len(people) > MANY_PEOPLE:
            return f"it asks {len(people)} people"
        return None

    def _unknown(self) -> list[str]:
        return [e for e in self.unit.required if self.setting.time[e].availability == "unknown"]

    def _advice(self) -> Advice | None:
        """Whom to ask: for a move, people whose time is not known; else the organizer of what is on a free day."""
        if self.moved and self._unknown():
            starts = [self.new, *(spans[self.nth] for spans, _ in self._others_free[: ALTERNATIVES - 1])]
            return wording.ask_for_time(self._unknown(), self.meeting.event.title, starts, self.setting)
        free = [m.span for m in self.unit.meetings if minutes_on_free_days(m.span, self.setting)]
        if self.unit.keeps_days and self.old in free[:1]:
            return wording.write_it(free, self.setting.zone)
        if self.unit.movable or self.unit.keeps_days or self.old not in free:
            return None
        return wording.ask_to_move(self.meeting, self.meeting.event.title, self.old, self.setting.zone)


def _identity(meeting: Meeting, kind: Classified, identifier: str) -> dict[str, Any]:
    """What a meeting is, whatever becomes of it."""
    event = meeting.event
    recurrence_id = event.ref.recurrence_id
    return {
        "id": identifier,
        "calendar_id": event.ref.calendar_id,
        "uid": event.ref.uid,
        "recurrence_id": recurrence_id.isoformat() if recurrence_id else None,
        "etag": event.etag,
        "title": "busy" if event.private else event.title,
        "organizer": event.organizer,
        "recurring": event.recurring,
        "private": event.private,
        "kind": kind.kind,
        "with_": kind.relation,
        "kind_reason": kind.reason.text,
        "rooms": Rooms(meeting.rooms, meeting.rooms),
    }


def _attendees(meeting: Meeting, span: Timespan, setting: Setting) -> Iterator[PlanAttendee]:
    """The people of a meeting, each with the hour that it is for them."""
    for person in meeting.people:
        time = setting.time.get(person.email)
        zone = time.zone if time else setting.zone
        who = setting.person(person.email)
        local = span.in_zone(who.zone_on(span.start.astimezone(zone).date(), zone))
        hours = working_spans(who, [local.local_start.date()], zone)
        inside = any(h.start <= span.start and span.end <= h.end for h in hours)
        inside = inside and not (time and time.is_away(span))
        yield PlanAttendee(
            person.email,
            person.required,
            person.partstat.value,
            time.availability if time else "unknown",
            local.local_start,
            not inside,
        )


def _block_name(unit: Unit, span: Timespan, setting: Setting) -> str | None:
    """The own block that the span lies in, by its larger part."""
    blocks = setting.pattern.blocks_for(unit.kind.kind, unit.kind.relation)
    shares = {b.name: block_span(b, setting.week, setting.zone).overlap_minutes(span) for b in blocks}
    return max(shares, key=shares.__getitem__) if any(shares.values()) else None


def _when(span: Timespan, setting: Setting) -> When:
    local = span.in_zone(setting.zone)
    return When(local.local_start, local.local_end)
