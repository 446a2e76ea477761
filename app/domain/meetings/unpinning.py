"""What would let a pinned meeting move: the one switch of the manager's own rules that holds it."""

from __future__ import annotations

from dataclasses import replace

from app.domain.configuration.rules import Pins
from app.domain.meetings.meeting import Reason
from app.domain.meetings.movability import Case, pin_reason


def unpinning(case: Case) -> str | None:
    """The condition on `pins` under which a pinned meeting might move; None if no one switch is enough.

    What is somebody else's to move, and what does not take place, has none.
    """
    reason = pin_reason(case)
    if reason is None:
        return None
    condition, eased = _eased(reason, case)
    return condition if pin_reason(replace(case, pins=eased)) is None else None


def _eased(reason: Reason, case: Case) -> tuple[str, Pins]:
    """The pins without the rule that binds, and how to say so."""
    meeting, kind, team, pins = case.meeting, case.kind, case.team, case.pins
    people, uid = len(meeting.required), meeting.event.ref.uid
    eased: dict[str, tuple[str, Pins]] = {
        "pinned_uid": (
            "without its UID in pins.uids",
            replace(pins, uids=tuple(u for u in pins.uids if u != uid)),
        ),
        "pinned_person": (
            f"without {' and '.join(reason.refs)} in pins.with_people",
            replace(pins, with_people=tuple(e for e in pins.with_people if team.canonical(e) not in reason.refs)),
        ),
        "kind": (
            f"without {kind.kind} in pins.kinds",
            replace(pins, kinds=tuple(k for k in pins.kinds if k != kind.kind)),
        ),
        "above": ("with pins.with_above = false", replace(pins, with_above=False)),
        "many_people": (f"with pins.over_people = {people}", replace(pins, over_people=people)),
        "foreign_reports": ("with pins.foreign_reports = false", replace(pins, foreign_reports=False)),
    }
    return eased.get(reason.code, ("", pins))
