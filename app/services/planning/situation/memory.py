"""What the decisions of past weeks mean for a unit: what was rejected is not asked again so soon, nor moved again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.calendar.timespan import Timespan
from app.domain.meetings.meeting import Reason
from app.domain.proposals.around import Refused, Remembered
from app.domain.proposals.proposal import Decision, Why
from app.services.packing.units import wording
from app.services.packing.units.places import Setting
from app.services.packing.units.units import NOON, Barred, Unit

NOT_AT_ALL = timedelta(weeks=4)
"""So long a rejected move is not proposed at all."""
NOT_THERE = timedelta(weeks=8)
"""So long it is not proposed for that half-day, and what was moved does not move again."""


def recalled(unit: Unit, remembered: Sequence[Remembered], refused: Sequence[Refused], setting: Setting) -> Unit:
    """The unit as past weeks left it: pinned, or kept from some half-days.

    `refused` are this week's own refusals of it: they say more, and a rejection that is remembered too counts once.
    """
    if not unit.movable:
        return unit
    about = [r for r in remembered if _is_about(r, unit)]
    before = [r for r in about if r.to_start not in {own.start for own in refused}]
    rejected = [r for r in before if _is_rejected(r, setting) and not _has_changed(r, unit, setting)]
    if refused:
        return _refused(unit, refused, rejected, setting)
    pinned = _for_good(before, setting) or _rejected(rejected, setting) or _moved(before, unit, setting)
    return replace(unit, pinned=pinned, barred=tuple(_half_days(rejected, setting)))


def _refused(unit: Unit, refused: Sequence[Refused], before: Sequence[Remembered], setting: Setting) -> Unit:
    """The unit as its move was refused now: kept where it is, or only from the day or the time that was wrong."""
    barred = [b for b in (_barred(own, setting) for own in refused) if b is not None]
    if len(barred) == len(refused):
        return replace(unit, barred=(*barred, *_half_days(before, setting)))
    reason = next(own.reason for own in refused if _barred(own, setting) is None)
    if before and reason.code == "rejected":
        reason = wording.rejected_twice()
    return replace(unit, pinned=reason)


def _barred(refused: Refused, setting: Setting) -> Barred | None:
    if refused.start is None or refused.why not in (Why.WRONG_DAY, Why.WRONG_TIME):
        return None
    local = refused.start.astimezone(setting.zone)
    return Barred(local.weekday(), None if refused.why is Why.WRONG_DAY else local.hour >= NOON, refused.reason)


def _is_about(past: Remembered, unit: Unit) -> bool:
    if unit.uid not in past.uids:
        return False
    return unit.recurring if past.scope == "series" else past.recurrence_id in unit.recurrence_ids


def _rejected_at(past: Remembered) -> datetime | None:
    """When a move was rejected, or taken back by hand after it was made."""
    if past.moved_back_at is not None:
        return past.moved_back_at
    is_rejected = past.decided is not None and past.decided.decision is Decision.REJECT
    return past.decided.at if past.decided is not None and is_rejected else None


def _is_rejected(past: Remembered, setting: Setting) -> bool:
    at = _rejected_at(past)
    return at is not None and setting.now < at + NOT_THERE


def _has_changed(past: Remembered, unit: Unit, setting: Setting) -> bool:
    """Whether the meeting has another time or other people than at the rejection, or a clash that it had not then."""
    people = {*past.people} - {setting.manager}
    others = ({*unit.lead.others(setting.manager)}, {*unit.mailed})
    return not _same_time(past, unit) or people not in others or (bool(unit.clashes) and not past.had_clash)


def _same_time(past: Remembered, unit: Unit) -> bool:
    """Whether an occurrence is at the old time: of a series on the same weekday and wall clock, for as long."""
    old = Timespan.between(past.start, past.end, unit.lead.span.zone)
    if past.scope == "occurrence":
        return any(m.span == old for m in unit.meetings)
    return any(_weekly(m.span) == _weekly(old) for m in unit.meetings)


def _weekly(span: Timespan) -> tuple[int, str, int]:
    return span.local_start.weekday(), f"{span.local_start:%H:%M}", span.minutes


def _for_good(about: Iterable[Remembered], setting: Setting) -> Reason | None:
    """What was pinned: for good, or for this very week."""
    for past in about:
        said = past.decided
        if said is None:
            continue
        week = setting.week_of(Timespan.between(past.start, past.end, setting.zone))
        this_week = said.decision is Decision.PIN and week == setting.week
        if said.why is Why.NEVER or said.pin == "always" or this_week:
            return wording.pinned_by_you(for_good=not this_week or said.pin == "always")
    return None


def _rejected(rejected: Sequence[Remembered], setting: Setting) -> Reason | None:
    """A rejection that is so young that the move is not proposed at all."""
    last = max((at for at in map(_rejected_at, rejected) if at is not None), default=None)
    if last is None or setting.now >= last + NOT_AT_ALL:
        return None
    if len(rejected) > 1:
        return wording.rejected_twice()
    by_hand = any(past.moved_back_at == last for past in rejected)
    return wording.rejected_lately(last, last + NOT_AT_ALL, setting.zone, by_hand=by_hand)


def _half_days(rejected: Iterable[Remembered], setting: Setting) -> Iterator[Barred]:
    for past in rejected:
        local = past.to_start.astimezone(setting.zone)
        yield Barred(local.weekday(), local.hour >= NOON, wording.rejected_there(local))


def _moved(about: Iterable[Remembered], unit: Unit, setting: Setting) -> Reason | None:
    """A series that we moved does not move again so soon, unless that ends a clash."""
    moved = (p.applied_at for p in about if p.applied_at and not p.moved_back_at and p.scope == "series")
    last = max(moved, default=None)
    if last is None or unit.clashes or setting.now >= last + NOT_THERE:
        return None
    return wording.moved_lately(last, last + NOT_THERE, setting.zone)
