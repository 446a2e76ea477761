"""What a move costs the people in it, and what speaks against a yes before it is asked for."""

from __future__ import annotations

from app.domain.plans.plan import Price
from app.services.packing.units import wording
from app.services.packing.units.comfort import Comfort
from app.services.packing.units.places import rsvps_reset
from app.services.planning.document.occurrence import Occurrence

MANY_PEOPLE = 8


def price_of(it: Occurrence) -> Price:
    """What the move of an occurrence's unit costs, and wins, the people in it."""
    outcome, manager, unit = it.outcome, it.setting.manager, it.unit
    others = [e for e in unit.required if e != manager and it.setting.time[e].availability == "known"]
    gains = [outcome.focus_gain(it.number, e) for e in others]
    return Price(
        rsvps_reset=rsvps_reset((*unit.meetings, *unit.later), manager),
        mailed=unit.mailed,
        focus_minutes_own=outcome.focus_gain(it.number, manager),
        focus_minutes_others=sum(gains),
        others_affected=sum(gain != 0 for gain in gains),
        bad_hours=_bad_hours(it),
    )


def caveat(it: Occurrence) -> str | None:
    """Why a move is not ticked beforehand: someone's time is not known or they are away, many people, a bad hour."""
    people, setting = {*it.unit.required, *it.unit.optional}, it.setting
    unknown = unknown_people(it)
    if unknown:
        return f"unconfirmed: the calendar of {wording.names(unknown)} is not known"
    if it.absent(it.new):
        return wording.away(it.absent(it.new), setting).text
    if len(people) > MANY_PEOPLE:
        return f"it asks {len(people)} people"
    bad = _bad_hours(it)
    return wording.bad_hour([setting.time[e] for e in bad], it.new, setting) if bad else None


def unknown_people(it: Occurrence) -> list[str]:
    """The required people of whose time nothing is known."""
    return [e for e in it.unit.required if it.setting.time[e].availability == "unknown"]


def _bad_hours(it: Occurrence) -> tuple[str, ...]:
    return Comfort(it.unit, it.setting).burdened(it.new)
