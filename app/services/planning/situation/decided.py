"""Units as they were decided of: held at accepted places, kept where a move was refused, or as past weeks left them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app.domain.meetings.meeting import Reason
from app.domain.proposals.around import Around, Held, Refused, Unheld
from app.services.packing.units import wording
from app.services.packing.units.held_places import held_place
from app.services.packing.units.places import Setting
from app.services.packing.units.units import Unit
from app.services.planning.situation.memory import recalled


def decided(units: Sequence[Unit], around: Around, setting: Setting) -> tuple[tuple[Unit, ...], tuple[Unheld, ...]]:
    """The units with what was decided of them; and the accepted moves of which the meeting may not move any more."""
    lost = [_unheld(held, wording.gone()) for held in around.held if not any(_is_of(held, unit) for unit in units)]
    found = []
    for unit in units:
        held = next((h for h in around.held if _is_of(h, unit)), None)
        if held is None:
            refused = [r for r in around.refused if _is_of(r, unit)]
            own = recalled(unit, around.remembered, refused, setting)
            likely = next((_starts(h) for h in around.likely if own.movable and _is_of(h, unit)), ())
            found.append(replace(own, likely=likely) if likely else own)
        else:
            own = _held(unit, held, setting)
            found.append(own)
            if own.held is None and not _is_there(unit, held):
                lost.append(_unheld(held, unit.pinned or wording.no_such_place()))
    return tuple(found), tuple(lost)


def _is_of(move: Held | Refused, unit: Unit) -> bool:
    if move.uid != unit.uid:
        return False
    return unit.recurring if move.scope == "series" else move.recurrence_id in unit.recurrence_ids


def _unheld(held: Held, reason: Reason) -> Unheld:
    return Unheld(held.uid, held.recurrence_id, reason)


def _held(unit: Unit, held: Held, setting: Setting) -> Unit:
    """The unit at an accepted place, of the scope that was accepted; what is there already stays."""
    if _is_there(unit, held):
        return replace(unit, pinned=unit.pinned or wording.there_already())
    if held.scope == "occurrence" and unit.scope == "series":
        unit = unit.by_occurrence()
    spans = held_place(unit, held, setting) if unit.movable else None
    return unit if spans is None else replace(unit, held=held, held_spans=spans)


def _is_there(unit: Unit, held: Held) -> bool:
    starts = tuple(m.span.start for m in unit.meetings)
    return starts in ((held.start,), _starts(held))


def _starts(held: Held) -> tuple[datetime, ...]:
    return held.start, *held.also
